"""The ticket's page, used without scripts: every action by form, POST then 303."""

import pytest

from longwatch.store.tickets import journal
from tests.web.conftest import WebDesk
from tests.web.person import Person


def opened(desk: WebDesk, title: str = "Mail is down", **fields: object) -> str:
    """An incident that somebody else opened, decided."""
    return str(desk.api().opened(title, ci="mail-1", **fields)["number"])


def test_the_page_shows_what_lists_and_headers_must(desk: WebDesk) -> None:
    number = opened(desk)

    page = Person(desk.client(), "agent").go(f"/t/{number}")

    for shown in ("Mail is down", number, "Assigned", "P3", "left", "Mail server", "First response", "Resolution"):
        assert shown in page


def test_buttons_are_those_the_rules_allow(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent2")
    agent.go(f"/t/{number}")

    assert f"/t/{number}/actions/take" in agent.forms()
    assert f"/t/{number}/actions/confirm" not in agent.forms()


def test_taking_is_one_press(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent2")
    agent.go(f"/t/{number}")

    agent.send(f"/t/{number}/actions/take")

    assert agent.status == 200
    assert desk.api().ticket(number)["assignee"] == "agent2"
    assert f"/t/{number}/actions/take" not in agent.forms()


def test_a_reply_is_seen_by_the_requester_and_a_note_is_not(desk: WebDesk) -> None:
    number = opened(desk, requester="requester")
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")
    agent.send(f"/t/{number}/messages", text="We are on it.", audience="public")
    agent.send(f"/t/{number}/messages", text="Looks like the spool again.", audience="internal")

    requester = Person(desk.client(), "requester")
    seen = requester.go(f"/t/{number}")

    assert "We are on it." in seen
    assert "spool" not in seen
    assert "spool" in agent.go(f"/t/{number}")


def test_send_and_wait_puts_the_ticket_on_hold_for_the_requester(desk: WebDesk) -> None:
    number = opened(desk, requester="requester")
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")

    agent.send(f"/t/{number}/messages", text="Which printer is it?", then="wait")

    assert desk.api().ticket(number)["hold"]["reason"] == "awaiting_requester"
    assert "Waiting for you" in Person(desk.client(), "requester").go(f"/t/{number}")


def test_a_refused_press_shows_the_reason_and_keeps_the_words(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")

    agent.send(f"/t/{number}/actions/hold", reason="planned_until", text="After the spare part came")

    assert agent.status == 409
    assert "until when" in agent.page
    assert agent.form(f"/t/{number}/actions/hold").fields["text"] == "After the spare part came"
    assert 'id="action-hold" name="action" open' in agent.page


def test_a_missing_field_is_named_where_it_is_missing(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")

    agent.send(f"/t/{number}/actions/resolve", code="fixed", text="")

    assert agent.status == 422
    assert 'id="a-resolve-text-wrong"' in agent.page
    assert agent.form(f"/t/{number}/actions/resolve").fields["code"] == "fixed"


def test_somebody_was_quicker_shows_what_changed_and_a_way_on(desk: WebDesk) -> None:
    number = opened(desk)
    slow, quick = Person(desk.client(), "agent"), Person(desk.client(), "lead")
    slow.go(f"/t/{number}")
    old = slow.form(f"/t/{number}/actions/prioritise")
    quick.go(f"/t/{number}")
    quick.send(f"/t/{number}/actions/prioritise", impact="1", urgency="1")

    slow.send_again(old, impact="3", urgency="3")

    assert slow.status == 412
    assert "Lena Lead" in slow.page
    assert desk.api().ticket(number)["priority"] == 1

    slow.send(f"/t/{number}/actions/prioritise")

    assert slow.status == 200
    assert desk.api().ticket(number)["priority"] == 5


def test_a_message_of_somebody_else_sends_nobody_back(desk: WebDesk) -> None:
    number = opened(desk)
    agent, other = Person(desk.client(), "agent"), Person(desk.client(), "lead")
    agent.go(f"/t/{number}")
    old = agent.form(f"/t/{number}/actions/prioritise")
    other.go(f"/t/{number}")
    other.send(f"/t/{number}/messages", text="I had a look, no idea.", audience="internal")

    agent.send_again(old, impact="1", urgency="1")

    assert agent.status == 200
    assert desk.api().ticket(number)["priority"] == 1


def test_pressing_twice_says_it_once(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")
    form = agent.form(f"/t/{number}/messages")

    agent.send_again(form, text="Said once.")
    agent.send_again(form, text="Said once.")

    assert agent.status == 200
    assert agent.page.count("Said once.") == 1


def test_htmx_gets_the_ticket_alone(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")

    block = agent.go(f"/t/{number}", **{"HX-Request": "true"})

    assert block.lstrip().startswith("<title>")
    assert "<article" in block
    assert "<html" not in block


def test_htmx_follows_an_action_to_the_ticket_alone(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent2")
    agent.go(f"/t/{number}")

    agent.send(f"/t/{number}/actions/take", htmx=True)

    assert "<html" not in agent.page
    assert "Bruno Agent" in agent.page


def test_while_the_engine_is_away_the_page_says_saved_and_processing(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")
    desk.loops.away = True

    agent.send(f"/t/{number}/messages", text="Written during the outage.")

    assert agent.status == 200
    assert "Saved, processing" in agent.page
    assert "Written during the outage." in agent.page


def test_a_stranger_finds_no_such_ticket(desk: WebDesk) -> None:
    number = opened(desk, requester="requester")
    stranger = Person(desk.client(), "requester2")

    stranger.go(f"/t/{number}")
    forbidden = stranger.status, stranger.page.replace(number, "")
    stranger.go("/t/INC-999999")

    assert forbidden[0] == stranger.status == 404


def test_the_journal_tab_shows_every_line_with_its_hash(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")

    page = agent.go(f"/t/{number}?tab=journal")

    with desk.store.reading() as session:
        hashes = [line.hash for line in journal(session, number)]
    assert hashes
    assert all(f'title="{each}"' in page for each in hashes)


def test_words_from_outside_are_shown_as_words(desk: WebDesk) -> None:
    nasty = '<img src=x onerror="alert(1)"> {{ 7*7 }}'
    number = opened(desk, title=nasty, description=nasty)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")

    agent.send(f"/t/{number}/messages", text=nasty)

    assert "<img" not in agent.page
    assert "{{ 7*7 }}" in agent.page


def test_a_deadline_explains_itself_line_by_line(desk: WebDesk) -> None:
    number = opened(desk)

    page = Person(desk.client(), "agent").go(f"/t/{number}")

    assert "Why this deadline?" in page
    assert "Policy incident-p3 (version 1) promises 2 h 00" in page


def test_tags_items_and_links_are_set_behind_more(desk: WebDesk) -> None:
    first, second = opened(desk), opened(desk, title="Mail is slow")
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{first}")

    agent.send(f"/t/{first}/actions/tag", tags="mail, spool")
    agent.send(f"/t/{first}/actions/relate_ci", ci="db-1")
    agent.send(f"/t/{first}/actions/link", type="related", ticket=second)

    ticket = desk.api().ticket(first)
    assert (ticket["tags"], ticket["ci"]) == (["mail", "spool"], "db-1")
    assert ticket["links"] == [{"type": "related", "ticket": second}]


def test_a_long_story_shows_its_beginning_and_its_end_and_all_on_demand(
    desk: WebDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.console.lines.MOST_LINES", 3)
    number = opened(desk, description="How it began.")
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")
    for said in ("one", "two", "three", "four"):
        agent.send(f"/t/{number}/messages", text=f"Message {said}.")

    short = agent.go(f"/t/{number}")
    whole = agent.go(f"/t/{number}?all=1")

    assert "How it began." in short
    assert "Message four." in short
    assert "Message one." not in short
    assert "lines of the journal are left out here" in short
    assert "Message one." in whole
