"""Links, merges, splits and major incidents on pages and in the API."""

from typing import Any

from sqlalchemy import select

from activities.wording_between import BETWEEN
from longwatch.store.tables import Command
from tests.web.conftest import WebDesk
from tests.web.person import Person
from web.console.between_words import BELLS


def opened(desk: WebDesk, title: str = "Mail is down", **fields: object) -> str:
    return str(desk.api().opened(title, ci="mail-1", **fields)["number"])


def act(desk: WebDesk, number: str, action: str, login: str = "agent", **fields: Any) -> Any:
    """What the API answers to an action that must be done."""
    response = desk.api(login).post(f"/tickets/{number}/actions/{action}", json=fields)
    assert response.status_code == 200, response.get_json()
    settle(desk)
    return response.get_json()


def say(desk: WebDesk, number: str, login: str, text: str) -> None:
    """A public message, and what follows from it elsewhere."""
    desk.api(login).post(f"/tickets/{number}/messages", json={"text": text, "public": True})
    settle(desk)


def settle(desk: WebDesk) -> None:
    """Words between tickets arrive, as the relay sees to it."""
    waiting = select(Command.ticket).where(Command.outcome.is_(None)).order_by(Command.row)
    for _ in range(50):
        with desk.store.reading() as session:
            ticket = session.scalars(waiting.limit(1)).first()
        if ticket is None:
            return
        desk.loops.go_round(ticket)
    raise AssertionError("the tickets never stop talking")


def test_linked_tickets_stand_on_the_page_with_title_and_standing(desk: WebDesk) -> None:
    parent, child = opened(desk, "All mail is down"), opened(desk, "No mail here")
    act(desk, child, "link", type="child_of", ticket=parent)

    page = Person(desk.client(), "agent").go(f"/t/{child}")
    act(desk, parent, "resolve", code="fixed", text="Restarted it.")

    assert "All mail is down" in page
    assert "child of" in page
    assert desk.api().ticket(child)["resolution"] == "fixed"
    assert "Resolved" in Person(desk.client(), "agent").go(f"/t/{child}")


def test_unlinking_is_asked_for_by_type_and_number(desk: WebDesk) -> None:
    first, second = opened(desk), opened(desk)
    act(desk, first, "link", type="related", ticket=second)

    done = act(desk, first, "unlink", type="related", ticket=second)

    assert done["links"] == []


def test_kinds_that_cannot_be_linked_are_refused_with_the_field(desk: WebDesk) -> None:
    first, second = opened(desk), opened(desk)

    response = desk.api("agent").post(f"/tickets/{first}/actions/link", json={"type": "caused_by", "ticket": second})

    assert response.status_code in (409, 422)
    assert "can be linked so" in response.get_json()["message"]


def test_a_merge_shows_where_the_ticket_goes_on_and_carries_the_words(desk: WebDesk) -> None:
    first, second = opened(desk, "No mail", requester="requester"), opened(desk, "Mail server", requester="requester2")
    say(desk, first, "requester", "The third floor.")
    act(desk, first, "merge", into=second)
    say(desk, second, "agent", "We restart it.")

    merged = desk.api().ticket(first)
    page = Person(desk.client(), "agent").go(f"/t/{first}")
    other = Person(desk.client(), "agent").go(f"/t/{second}")
    theirs = Person(desk.client(), "requester").go(f"/t/{first}")

    assert (merged["status"], merged["resolution"], merged["merged_into"]) == ("closed", "merged", second)
    assert "It goes on as" in page
    assert "The third floor." in other
    assert f"written in {first}" in other
    assert "We restart it." in theirs
    assert "The third floor." not in Person(desk.client(), "requester2").go(f"/t/{second}")


def test_forwarded_words_stand_among_the_messages_with_their_origin(desk: WebDesk) -> None:
    first, second = opened(desk, requester="requester"), opened(desk)
    act(desk, first, "merge", into=second)
    say(desk, first, "requester", "Still down.")

    items = desk.api().get(f"/tickets/{second}/messages").get_json()["items"]

    assert [(one["text"], one["author"], one["origin"]) for one in items] == [("Still down.", "requester", first)]


def test_a_split_opens_a_ticket_with_the_chosen_words(desk: WebDesk) -> None:
    number = opened(desk, requester="requester")
    say(desk, number, "requester", "The printer too.")
    (message,) = desk.api().get(f"/tickets/{number}/messages").get_json()["items"]

    done = act(desk, number, "split", title="The printer is jammed", messages=[message["seq"]])

    (link,) = desk.api().ticket(number)["links"] or done["links"]
    fresh = desk.api().ticket(link["ticket"])
    assert (link["type"], fresh["title"]) == ("split_into", "The printer is jammed")
    assert "The printer too." in Person(desk.client(), "requester").go(f"/t/{link['ticket']}")


def test_a_major_incident_shows_who_acts_and_what_is_owed(desk: WebDesk) -> None:
    number = opened(desk)
    staff = {"manager": "lead", "communications": "agent2", "technical_lead": "agent"}

    done = act(desk, number, "declare_major", "lead", **staff, cadence=3600, war_room="https://meet.example.com/1")
    page = Person(desk.client(), "agent").go(f"/t/{number}")

    assert done["incident"]["major"] == "declared"
    assert done["incident"]["response"]["communications"] == "agent2"
    assert done["priority"] == 1
    for shown in ("Major incident", "War room", "https://meet.example.com/1", "Incident manager", "hear again by"):
        assert shown in page


def test_the_board_shows_major_incidents_until_they_were_reviewed(desk: WebDesk) -> None:
    number, child, proposed = opened(desk, "Mail is down"), opened(desk), opened(desk, "The network is slow")
    staff = {"manager": "lead", "communications": "agent2", "technical_lead": "agent"}
    act(desk, child, "link", type="child_of", ticket=number)
    act(desk, proposed, "propose_major", reason="Everybody waits.")
    act(desk, number, "declare_major", "lead", **staff)
    agent = Person(desk.client(), "agent")

    burning = agent.go("/major")
    act(desk, number, "mitigate", text="The old server helps.")
    act(desk, number, "stand_down", "lead", text="It holds.")
    owed = agent.go("/major")
    act(desk, number, "review_major", "lead", text="Watch the disk.", problem=False)
    done = agent.go("/major")

    assert burning.index("Mail is down") < burning.index("The network is slow")
    assert "1 child incident" in burning
    assert "hear again by" in burning
    assert "review owed" in owed
    assert "Mail is down" not in done


def test_the_board_is_the_desks_own(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")
    requester.go("/major")

    assert requester.status == 403


def test_whoever_is_named_must_be_there(desk: WebDesk) -> None:
    staff = {"manager": "nobody-here", "communications": "agent2", "technical_lead": "agent"}

    response = desk.api("lead").post(f"/tickets/{opened(desk)}/actions/declare_major", json=staff)

    assert response.status_code == 422
    assert "manager" in str(response.get_json()["errors"])


def test_a_stakeholder_update_is_read_by_the_requester(desk: WebDesk) -> None:
    number = opened(desk, requester="requester")
    staff = {"manager": "lead", "communications": "agent2", "technical_lead": "agent"}
    act(desk, number, "declare_major", "lead", **staff)

    act(desk, number, "stakeholder_update", "agent2", text="Mail is back at noon.")

    assert "Mail is back at noon." in Person(desk.client(), "requester").go(f"/t/{number}")


def test_what_is_mailed_between_tickets_is_told_by_the_bell_too() -> None:
    assert sorted(BELLS) == sorted(BETWEEN)


def test_lists_sort_by_importance(desk: WebDesk) -> None:
    numbers = [opened(desk, impact=3, urgency=3), opened(desk, impact=1, urgency=1)]

    items = desk.api().get("/tickets?order=importance").get_json()["items"]

    assert [one["number"] for one in items] == numbers[::-1]
