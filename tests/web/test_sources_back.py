"""What the tool behind a source is told: set, tested, switched off, shown; credentials go in and never come out."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from longwatch.domain.ticket import stamp
from longwatch.store import back_ledger, sealing
from longwatch.store.back_ledger import DONE, FAILED, Word
from longwatch.store.tables import Audit, Delivery
from longwatch.store.tables_back_channel import BackCall, SourceBack
from tests.web.conftest import WebDesk
from tests.web.person import Person

TOKEN = "a-token-that-nobody-may-see"
HERE = "/sources/watcher/back"


def admin(desk: WebDesk, kind: str = "zabbix") -> Person:
    desk.source(kind)
    person = Person(desk.client(), "admin")
    person.go(HERE)
    return person


def set_up(desk: WebDesk, **typed: str) -> Person:
    person = admin(desk)
    every: Any = ["acknowledged", "resolved", "reopened"]
    person.send(HERE, **{"address": "https://zabbix.example", "secret": TOKEN, "tells": every, **typed})
    return person


def kept(desk: WebDesk) -> SourceBack | None:
    with desk.store.reading() as session:
        row = session.get(SourceBack, "watcher")
        session.expunge_all()
        return row


def write(desk: WebDesk, work: Any) -> Any:
    with desk.store.writing() as session:
        return work(session)


def a_word(desk: WebDesk, number: str, state: str = FAILED, answer: str = "It answered 401.", seq: int = 3) -> str:
    """A word about a ticket, and its end."""

    def written(session: Session) -> str:
        now = desk.store.now(session)
        identity = back_ledger.write(
            session, Word(number, seq, "watcher", f"disk-{seq}", "acknowledged", "user:agent"), now
        )
        row = back_ledger.call_of(session, identity)
        assert row is not None
        back_ledger.settle(session, row, state, now, answer)
        return identity

    return str(write(desk, written))


def test_a_back_channel_is_set_and_its_credentials_are_sealed_and_never_shown(desk: WebDesk) -> None:
    person = set_up(desk, close="true")

    row = kept(desk)
    assert row is not None
    assert (row.kind, row.address, row.tells, row.active) == (
        "zabbix",
        "https://zabbix.example",
        ["acknowledged", "resolved", "reopened"],
        True,
    )
    assert row.options == {"close": True, "in_body": False}
    assert row.secret is not None
    assert TOKEN not in row.secret
    assert sealing.unseal(desk.settings.secret_keys, row.secret) == TOKEN
    assert TOKEN not in person.page
    assert "They are set and never shown" in person.page
    with desk.store.reading() as session:
        [note] = session.query(Audit).filter_by(action="set back channel")
        assert TOKEN not in str(note.data)
        assert note.data["secret"] is True


def test_an_empty_secret_keeps_the_one_that_is_set(desk: WebDesk) -> None:
    person = set_up(desk)
    before = kept(desk)

    person.send(HERE, address="https://zabbix.example/sub", secret="")

    after = kept(desk)
    assert before is not None
    assert after is not None
    assert (after.secret, after.address) == (before.secret, "https://zabbix.example/sub")


@pytest.mark.parametrize("address", ["https://evil.example", "http://zabbix.example", "https://zabbix.example:8443"])
def test_credentials_never_go_to_another_host_than_they_were_given_for(desk: WebDesk, address: str) -> None:
    person = set_up(desk)

    person.send(HERE, address=address, secret="")

    row = kept(desk)
    assert person.status == 409
    assert "give the credentials again" in person.page
    assert f'value="{address}"' in person.page
    assert row is not None
    assert row.address == "https://zabbix.example"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"address": "zabbix.example"}, "must be a web address"),
        ({"address": "ftp://zabbix.example"}, "must be a web address"),
        ({"address": "https://u:p@zabbix.example"}, "Credentials have fields of their own"),
        ({"address": "https://zabbix.example/?a=b"}, "neither a question mark"),
        ({"address": "https://zabbix.example:99999"}, "cannot be read"),
        ({"address": "https://[::1"}, "cannot be read"),
        ({"address": "https://zabbix.example/\x00"}, "one line"),
        ({"secret": ""}, "The credentials are missing"),
        ({"tells": "everything"}, "Choose what it is told"),
        ({"kind": "alertmanager"}, "Choose how the tool is told"),
        ({"kind": ""}, "Choose how the tool is told"),
        ({"hours": "0"}, "1 to 168 hours"),
        ({"hours": "often"}, "1 to 168 hours"),
        ({"authority": "trust me"}, "no certificate in PEM"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_is_kept(desk: WebDesk, typed: dict[str, str], words: str) -> None:
    person = admin(desk)
    whole = {"address": "https://zabbix.example/typed", "secret": TOKEN, **typed}

    person.send(HERE, **whole)

    assert (person.status, kept(desk)) == (409, None)
    assert words in person.page.replace("&#39;", "'")
    assert TOKEN not in person.page


def test_the_form_asks_what_its_kind_of_tool_needs(desk: WebDesk) -> None:
    person = admin(desk, "alertmanager")
    silence = person.page
    person.go(f"{HERE}?kind=pagerduty")

    assert "Hours a silence stands" in silence
    assert "basic authentication" in silence
    assert "Hours a silence stands" not in person.page
    assert "Routing key" in person.page
    assert "https://events.pagerduty.com/v2/enqueue" in person.page


def test_a_test_is_made_by_the_worker_and_its_answer_appears(desk: WebDesk) -> None:
    person = set_up(desk)
    person.send(f"{HERE}/test")
    person.send(f"{HERE}/test")
    waiting = person.page
    with desk.store.reading() as session:
        [call], [delivery] = session.query(BackCall).all(), session.query(Delivery).filter_by(channel="tool").all()
    assert (call.what, call.id, call.by) == ("test", delivery.id, "user:admin")

    def answered(session: Session) -> None:
        row = back_ledger.last_test(session, "watcher")
        assert row is not None
        back_ledger.settle(session, row, DONE, desk.store.now(session), "Zabbix answered: the token sees 3 problems.")

    write(desk, answered)
    person.go(HERE, **{"HX-Request": "true"})

    assert 'hx-trigger="every 2s"' in waiting
    assert "Zabbix answered: the token sees 3 problems." in person.page
    assert "hx-trigger" not in person.page
    assert "<form" not in person.page


def test_a_back_channel_is_switched_off_and_on_again_by_saving(desk: WebDesk) -> None:
    person = set_up(desk)
    person.send(f"{HERE}/off")
    off = kept(desk)
    assert off is not None
    assert not off.active
    assert f"{HERE}/off" not in person.forms()

    person.send(HERE, secret="")

    on = kept(desk)
    assert on is not None
    assert on.active


def test_the_sources_page_shows_whether_its_tool_is_told_and_the_last_words(desk: WebDesk) -> None:
    person = set_up(desk)
    for seq in range(7):
        a_word(desk, "INC-000009", seq=seq, answer=f"answer {seq}")

    person.go("/sources/watcher")

    assert "https://zabbix.example" in person.page
    assert [f"answer {seq}" in person.page for seq in (1, 2, 6)] == [False, True, True]
    assert person.page.count('href="/t/INC-000009"') == 5


def test_the_ledger_is_read_page_by_page(desk: WebDesk) -> None:
    person = set_up(desk)
    for seq in range(53):
        a_word(desk, "INC-000009", DONE, f"answer {seq}.", seq)

    person.go(HERE)
    first = person.page
    person.go(first.partition('href="/sources/watcher/back?after=')[2].partition('"')[0].join((f"{HERE}?after=", "")))

    assert "answer 52." in first
    assert "answer 2." not in first
    assert "answer 2." in person.page
    assert "answer 52." not in person.page


@pytest.mark.parametrize(("login", "status"), [("agent", 403), ("requester", 403), ("auditor", 200)])
def test_only_administrators_set_it_and_auditors_may_look(desk: WebDesk, login: str, status: int) -> None:
    set_up(desk)
    person = Person(desk.client(), login)

    person.go(HERE)

    assert person.status == status
    assert HERE not in (person.forms() if status == 200 else [])
    assert desk.client().post(HERE, data={"kind": "zabbix"}).headers.get("Location", "").startswith("/sign-in")


def test_a_ticket_shows_what_its_tools_were_told_and_failures_stand_out(desk: WebDesk) -> None:
    number = desk.api("agent").opened()["number"]
    a_word(desk, number, answer="It refused our credentials: it answered 401 Unauthorized.")
    person = Person(desk.client(), "agent")

    person.go(f"/t/{number}")
    notice = person.page
    person.go(f"/t/{number}?tab=alerts")

    assert "A tool could not be told of this ticket." in notice
    assert "It refused our credentials: it answered 401 Unauthorized." in person.page
    assert "Not told" in person.page


def test_a_word_that_failed_is_tried_again_by_a_button(desk: WebDesk) -> None:
    number = desk.api("agent").opened()["number"]
    identity = a_word(desk, number)
    person = Person(desk.client(), "agent")
    person.go(f"/t/{number}?tab=alerts")

    person.send(f"/told/{identity}/again")

    assert (person.status, person.where) == (200, f"/t/{number}")
    assert "Tried again" in person.page
    assert "Under way" in person.page
    assert "could not be told" not in person.page
    assert f"/told/{identity}/again" not in person.forms()


def test_the_portal_knows_nothing_of_tools(desk: WebDesk) -> None:
    number = desk.api("requester").opened()["number"]
    a_word(desk, number, answer="internal address")
    person = Person(desk.client(), "requester")

    person.go(f"/t/{number}?tab=alerts")

    assert person.status == 200
    assert "internal address" not in person.page
    assert "could not be told" not in person.page


def test_the_api_reads_the_ledger_and_tries_again(desk: WebDesk) -> None:
    api = desk.api("agent")
    number = api.opened()["number"]
    identity = a_word(desk, number)
    done = a_word(desk, number, DONE, "Acknowledged.", seq=4)

    listed = api.get(f"/tickets/{number}/back-calls").get_json()["items"]
    failed = api.get("/back-calls?state=failed&source=watcher").get_json()
    again = api.post(f"/back-calls/{identity}/again")
    twice = api.post(f"/back-calls/{identity}/again")
    nothing = api.post(f"/back-calls/{done}/again")

    assert [one["id"] for one in listed] == [done, identity]
    assert (failed["items"][0]["answer"], failed["next"]) == ("It answered 401.", None)
    assert failed["items"][0]["at"] <= stamp_now(desk)
    assert (again.status_code, again.get_json()["state"], again.get_json()["by"]) == (202, "due", "user:agent")
    assert (twice.status_code, nothing.status_code) == (409, 409)
    assert api.post("/back-calls/none/again").status_code == 404
    assert api.get("/back-calls?state=lost").status_code == 422
    assert api.get("/tickets/INC-999999/back-calls").status_code == 404


def test_pages_of_the_ledger_follow_one_another_at_the_api(desk: WebDesk) -> None:
    api = desk.api("agent")
    made = [a_word(desk, "INC-000009", DONE, "ok", seq) for seq in range(5)]

    first = api.get("/back-calls?limit=3").get_json()
    second = api.get(f"/back-calls?limit=3&after={first['next']}").get_json()

    assert [one["id"] for one in [*first["items"], *second["items"]]] == made[::-1]
    assert second["next"] is None


@pytest.mark.parametrize("login", ["requester", "auditor"])
def test_who_does_not_work_at_the_desk_tries_nothing_again(desk: WebDesk, login: str) -> None:
    identity = a_word(desk, "INC-000009")

    assert desk.api(login).post(f"/back-calls/{identity}/again").status_code == 403


def stamp_now(desk: WebDesk) -> str:
    with desk.store.reading() as session:
        return stamp(desk.store.now(session))
