"""Sign-in, notifications, inbox, items, account, errors, the auditor's page: all without scripts."""

import re

import pytest

from longwatch.store.tables import Audit, Inbox
from tests.web.conftest import WebDesk
from tests.web.person import Person
from web.vendoring import SPRITE

INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def opened(desk: WebDesk, **fields: object) -> str:
    """An incident, decided."""
    return str(desk.api().opened(**{"title": "Mail is down", "ci": "mail-1", **fields})["number"])


def test_the_demo_lets_everybody_in_by_one_press(desk: WebDesk) -> None:
    page = Person(desk.client()).go("/sign-in")

    assert page.count('action="/sign-in/demo"') >= 13


def test_no_other_desk_offers_that(public_desk: WebDesk) -> None:
    page = Person(public_desk.client()).go("/sign-in")

    assert "/sign-in/demo" not in page


def test_a_page_for_the_signed_in_asks_to_sign_in_and_comes_back(desk: WebDesk) -> None:
    number = opened(desk)
    person = Person(desk.client())
    person.go(f"/t/{number}")

    person.send("/sign-in/demo", login="agent")

    assert person.where == f"/t/{number}"


def test_a_live_update_after_the_session_ended_replaces_nothing(desk: WebDesk) -> None:
    number = opened(desk)
    person = Person(desk.client())

    answer = person.go(f"/t/{number}", **{"HX-Request": "true"})

    assert person.status == 401
    assert "<" not in answer


def test_an_assignment_is_told_once_and_can_be_marked_read(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")
    page = agent.go("/notifications")

    assert number in page
    assert "Unread:" in page

    agent.send("/notifications/read")

    assert number in agent.page
    assert "Unread:" not in agent.page


def test_notifications_are_ones_own(desk: WebDesk) -> None:
    number = opened(desk)

    page = Person(desk.client(), "requester2").go("/notifications")

    assert number not in page
    assert "Nothing for you yet" in page


def test_the_inbox_tells_what_waits_and_why(desk: WebDesk) -> None:
    desk.loops.away = True
    number = desk.api().post("/incidents", {"title": "In the dark"}).get_json()["number"]
    with desk.store.writing() as session:
        now = desk.store.now(session)
        session.add(Inbox(source="watcher", kind="generic", body="{}", size=3, received_at=now, state="new"))

    page = Person(desk.client(), "agent").go("/inbox")

    assert number in page
    assert "The engine is away" in page
    assert "3 alerts" in page


def test_an_empty_inbox_says_so(desk: WebDesk) -> None:
    assert "Nothing waits" in Person(desk.client(), "agent").go("/inbox")


def test_an_item_shows_its_names_and_what_is_open_about_it(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")

    page = agent.go("/cis/mail-1")

    assert "mail.example.net" in page
    assert number in page
    assert "Mail server" in agent.go("/cis")


def test_an_account_shows_where_one_is_signed_in(desk: WebDesk) -> None:
    page = Person(desk.client(), "agent").go("/account")

    assert "Anna Agent" in page
    assert "127.0.0.1" in page
    assert "Servers, Service desk" in page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_kept_and_automatic_again_on_demand(desk: WebDesk, theme: str) -> None:
    agent = Person(desk.client(), "agent")
    agent.go("/account")
    agent.send("/theme", theme=theme)
    chosen = agent.go("/account")
    agent.send("/theme", theme="auto")

    assert f'data-bs-theme="{theme}"' in chosen
    assert "data-bs-theme" not in agent.go("/account")


def test_the_auditor_sees_journal_chain_and_proof(desk: WebDesk) -> None:
    number = opened(desk)
    auditor = Person(desk.client(), "auditor")

    page = auditor.go(f"/t/{number}/history")

    assert "whole, from the first line to the last" in page
    assert "PolicyChosen" in page
    assert "runs without the engine" in page


def test_a_proof_without_histories_does_not_claim_agreement(desk: WebDesk) -> None:
    number = opened(desk)
    auditor = Person(desk.client(), "auditor")
    auditor.go(f"/t/{number}/history")

    auditor.send(f"/t/{number}/history/verify")

    assert "They do not agree." in auditor.page
    assert "No history accounts for" in auditor.page


def test_only_auditors_and_administrators_read_histories(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")

    agent.go(f"/t/{number}/history")

    assert agent.status == 403


def test_reading_a_history_is_itself_logged(desk: WebDesk) -> None:
    number = opened(desk)
    Person(desk.client(), "auditor").go(f"/t/{number}/history")

    with desk.store.reading() as session:
        noted = [(row.actor, row.action, row.subject) for row in session.query(Audit)]
    assert ("user:auditor", "history read", number) in noted


def test_an_auditor_reads_and_changes_nothing(desk: WebDesk) -> None:
    number = opened(desk)
    auditor = Person(desk.client(), "auditor")
    auditor.go(f"/t/{number}")

    assert not [action for action in auditor.forms() if action.startswith(f"/t/{number}")]
    assert 'href="/new"' not in auditor.page


@pytest.mark.parametrize("path", ["/q/none", "/t/INC-404404", "/cis/nothing", "/nowhere"])
def test_a_missing_page_leads_back(desk: WebDesk, path: str) -> None:
    agent = Person(desk.client(), "agent")

    agent.go(path)

    assert agent.status == 404
    assert "Back to the desk" in agent.page


def test_no_page_holds_inline_code_or_style(desk: WebDesk) -> None:
    number = opened(desk, description="<b>bold</b>", requester="requester")
    agent, auditor = Person(desk.client(), "agent"), Person(desk.client(), "auditor")
    requester, nobody = Person(desk.client(), "requester"), Person(desk.client())
    ticket = f"/t/{number}"
    pages = {path: agent.go(path) for path in ("/q/open", ticket, f"{ticket}?tab=journal", f"{ticket}?tab=alerts")}
    pages |= {path: agent.go(path) for path in ("/new", "/inbox", "/notifications", "/cis", "/account", "/cis/mail-1")}
    pages |= {"history": auditor.go(f"{ticket}/history"), "portal": requester.go("/"), "mine": requester.go(ticket)}
    pages |= {"sign-in": nobody.go("/sign-in"), "missing": nobody.go("/nowhere")}

    assert {path: INLINE.findall(page) for path, page in pages.items() if INLINE.findall(page)} == {}


def test_every_icon_on_a_page_is_in_the_sprite(desk: WebDesk) -> None:
    number = opened(desk, requester="requester")
    agent = Person(desk.client(), "agent")
    have = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text(encoding="utf-8")))
    pages = [agent.go(path) for path in ("/q/open", f"/t/{number}", "/new", "/inbox", "/notifications", "/account")]
    pages.append(Person(desk.client(), "auditor").go(f"/t/{number}/history"))

    used = {name for page in pages for name in re.findall(r"sprite\.svg[^#\"]*#([a-z0-9-]+)", page)}

    assert used
    assert used - have == set()


def test_every_control_has_a_name_for_those_who_do_not_see(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")
    for page in (agent.go("/q/open"), agent.go(f"/t/{number}"), agent.go("/new")):
        labelled = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', page))
        controls = re.findall(r"<(?:input|select|textarea)\b[^>]*>", page)
        visible = [tag for tag in controls if 'type="hidden"' not in tag and 'type="radio"' not in tag]
        unnamed = [tag for tag in visible if not labelled & set(re.findall(r'\bid="([^"]+)"', tag))]

        assert [tag for tag in unnamed if 'id="keys-on"' not in tag] == []


def test_ids_are_given_once(desk: WebDesk) -> None:
    number = opened(desk)
    agent = Person(desk.client(), "agent")

    for page in (agent.go("/q/open"), agent.go(f"/t/{number}"), agent.go("/new")):
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert sorted(ids) == sorted(set(ids))
