"""On a source's page: how its tool is asked, what it answered, what is heard of it, what is marked."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from activities.reconciling import Question, unanswered
from longwatch.store import heartbeats, polls, sources
from longwatch.store.heartbeats import Owed
from longwatch.store.tables import Audit
from longwatch.store.tables_heartbeats import SourcePoll, SourceStaleness
from tests.web.conftest import WebDesk
from tests.web.person import Person, forms_of

GIVEN = {"url": "https://am.example.net", "every": "30 s", "grace": "2 min", "login": "desk", "secret": "s3cret"}


def on_page(desk: WebDesk, kind: str = "alertmanager") -> Person:
    """An administrator on the page of a source."""
    with desk.store.writing() as session:
        sources.add(desk.store, session, kind, "prom")
    person = Person(desk.client(), "admin")
    person.go("/sources/prom")
    return person


def poll(desk: WebDesk) -> SourcePoll | None:
    with desk.store.reading() as session:
        return session.get(SourcePoll, "prom")


def test_a_tool_is_asked_from_now_on(desk: WebDesk) -> None:
    person = on_page(desk)

    person.send("/sources/prom/poll", **GIVEN)

    saved = poll(desk)
    assert saved is not None
    assert (saved.url, saved.every, saved.grace, saved.login) == ("https://am.example.net", 30, 120, "desk")
    assert polls.secret_of(saved, desk.settings.secret_keys) == "s3cret"
    assert saved.wanted_at is not None
    assert "s3cret" not in person.page
    assert "It is being asked" in person.page
    with desk.store.reading() as session:
        assert session.scalar(select(Audit.data).where(Audit.action == "ask source")) == {
            "url": "https://am.example.net",
            "every": 30,
        }


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"url": "not an address"}, "The address"),
        ({"every": "often"}, "is no duration"),
        ({"every": "1 s"}, "A tool is asked every"),
        ({"any_name": "true"}, "an authority of your own"),
        ({"authority": "-----BEGIN CERTIFICATE-----"}, "in PEM"),
    ],
)
def test_what_cannot_be_asked_is_told_and_nothing_typed_is_lost(desk: WebDesk, given: dict[str, str], why: str) -> None:
    person = on_page(desk)

    person.send("/sources/prom/poll", **{**GIVEN, **given})

    assert (person.status, poll(desk)) == (409, None)
    assert why in person.page
    assert person.form("/sources/prom/poll").fields["login"] == "desk"


def test_it_can_be_asked_now_no_more_and_again(desk: WebDesk) -> None:
    person = on_page(desk)
    person.send("/sources/prom/poll", **GIVEN)
    with desk.store.writing() as session:
        polls.taken(session, polls.wanted_now(session)["prom"])

    person.send("/sources/prom/poll/now")
    now = poll(desk)
    person.send("/sources/prom/poll/switch")
    off = poll(desk)
    person.send("/sources/prom/poll/switch")
    on = poll(desk)

    assert now is not None
    assert off is not None
    assert on is not None
    assert (now.wanted_at is not None, off.active, on.active) == (True, False, True)


def test_every_answer_leaves_a_report_on_the_page(desk: WebDesk) -> None:
    person = on_page(desk)
    person.send("/sources/prom/poll", **GIVEN)
    with desk.store.writing() as session:
        row = session.get(SourcePoll, "prom")
        assert row is not None
        unanswered(session, Question(row, datetime.now(UTC), 41), "It answered 503 Service Unavailable.")

    person.go("/sources/prom")

    assert "No answer" in person.page
    assert "41 ms" in person.page
    assert "It answered 503 Service Unavailable." in person.page


def test_a_tool_that_cannot_be_asked_has_marks_and_heartbeats_alone(desk: WebDesk) -> None:
    person = on_page(desk, "prtg")
    with desk.store.writing() as session:
        heartbeats.add(desk.store, session, Owed("prom", "", 300, 60))

    person.go("/sources/prom")

    assert "/sources/prom/poll" not in person.forms()
    assert "Waiting for the first" in person.page
    csrf = person.form("/sources/prom/stale").fields["csrf_token"]
    assert person.client.post("/sources/prom/poll", data={**GIVEN, "csrf_token": csrf}).status_code == 404


def test_alerts_without_a_word_are_marked_after_what_is_typed(desk: WebDesk) -> None:
    person = on_page(desk, "prtg")

    person.send("/sources/prom/stale", after="2 h")
    with desk.store.reading() as session:
        set_ = session.scalars(select(SourceStaleness)).one().after
    person.send("/sources/prom/stale", after="1 s")
    refused = person.status
    person.go("/sources/prom")
    person.send("/sources/prom/stale", after="")

    assert (set_, refused) == (7_200, 409)
    with desk.store.reading() as session:
        assert list(session.scalars(select(SourceStaleness))) == []


def test_only_administrators_ask(desk: WebDesk) -> None:
    on_page(desk)
    agent = Person(desk.client(), "agent")
    agent.go("/account")
    token = next(form.fields["csrf_token"] for form in forms_of(agent.page) if "csrf_token" in form.fields)

    for action in ("poll", "poll/now", "poll/switch", "stale"):
        answer = agent.client.post(f"/sources/prom/{action}", data={**GIVEN, "csrf_token": token})
        assert answer.status_code == 403
    assert poll(desk) is None
