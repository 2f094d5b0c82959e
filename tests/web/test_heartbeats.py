"""The pages of heartbeats: set up, seen, copied, changed, removed; who may, and what is refused in words."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from activities.watching import Watching
from longwatch.store import sources
from longwatch.store.tables import Audit, Inbox
from longwatch.store.tables_heartbeats import Heartbeat
from tests.web.conftest import WebDesk
from tests.web.person import Person


def admin(desk: WebDesk) -> Person:
    with desk.store.writing() as session:
        sources.add(desk.store, session, "alertmanager", "prom")
    return Person(desk.client(), "admin")


def added(desk: WebDesk, **given: str) -> Person:
    person = admin(desk)
    person.go("/heartbeats")
    person.send("/heartbeats", **{"source": "prom", "signal": "backup/db-1", "interval": "1 h", **given})
    return person


def rows(desk: WebDesk) -> list[Heartbeat]:
    with desk.store.reading() as session:
        return list(session.scalars(select(Heartbeat)))


def test_a_heartbeat_is_set_up_and_its_line_works_as_it_stands_there(desk: WebDesk) -> None:
    person = added(desk)
    with desk.store.writing() as session:
        key = sources.rotate(desk.store, session, "prom")

    found = re.search(r"curl -fsS -m 10 --retry 5 \S+(/hooks/heartbeat/KEY/\S+?)<", person.page)

    assert found is not None, person.page
    assert desk.client().get(found.group(1).replace("KEY", key)).status_code == 200
    [row] = rows(desk)
    assert (row.interval, row.grace, row.severity, row.guards, row.state) == (3_600, 60, "critical", False, "alive")
    person.go("/heartbeats")
    assert "Alive" in person.page
    with desk.store.reading() as session:
        assert session.scalar(select(Audit.subject).where(Audit.action == "add heartbeat")) == "source:prom"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"interval": "soon"}, "is no duration"),
        ({"interval": "5 s"}, "The interval is"),
        ({"source": "nobody"}, "There is no source"),
        ({"ci": "no-such-item"}, "There is no configuration item"),
        ({"signal": "alertname=Watchdog, and"}, "name=value"),
    ],
)
def test_what_cannot_be_expected_is_told_and_nothing_typed_is_lost(
    desk: WebDesk, given: dict[str, str], why: str
) -> None:
    person = added(desk, **given)

    assert person.status == 409
    assert why in person.page
    form = person.form("/heartbeats")
    assert form.fields["signal"] == given.get("signal", "backup/db-1")
    assert rows(desk) == []


def test_the_same_signal_twice_is_refused(desk: WebDesk) -> None:
    person = added(desk)
    person.go("/heartbeats")

    person.send("/heartbeats", source="prom", signal="backup/db-1", interval="1 h")

    assert (person.status, len(rows(desk))) == (409, 1)


def test_a_heartbeat_is_changed_and_keeps_its_signal(desk: WebDesk) -> None:
    person = added(desk)
    [row] = rows(desk)

    person.send(f"/heartbeats/{row.row}", interval="90 s", grace="10 s", severity="warning", ci="db-1")

    [after] = rows(desk)
    assert (after.interval, after.grace, after.severity, after.ci) == (90, 10, "warning", "db-1")
    assert (after.signal, after.due_at < row.due_at) == ("backup/db-1", True)
    assert person.form(f"/heartbeats/{row.row}").fields["interval"] == "90 s"
    person.send(f"/heartbeats/{row.row}", interval="never")
    assert person.status == 409


def test_what_is_missing_is_seen_and_removing_it_clears_it(desk: WebDesk) -> None:
    person = added(desk)
    [row] = rows(desk)
    with desk.store.writing() as session:
        late = session.get(Heartbeat, row.row)
        assert late is not None
        late.due_at = datetime.now(UTC) - timedelta(seconds=1)
    assert Watching(desk.store).look() == 1
    person.go("/heartbeats")
    assert "missing since" in person.page
    person.go("/sources")
    assert "Silent" in person.page

    person.go(f"/heartbeats/{row.row}")
    person.send(f"/heartbeats/{row.row}/remove")

    with desk.store.reading() as session:
        bodies = session.scalars(select(Inbox.body).where(Inbox.kind == "desk").order_by(Inbox.row))
        states = [json.loads(body)["alerts"][0]["state"] for body in bodies]
    assert (states, rows(desk)) == (["firing", "resolved"], [])
    assert "Nobody waits for backup/db-1" in person.page


def test_a_dead_man_alert_needs_no_line_and_vouches_for_its_source(desk: WebDesk) -> None:
    person = added(desk, signal="alertname=Watchdog")

    assert rows(desk)[0].guards
    assert "curl" not in person.page
    assert "it opens no incident itself" in person.page


def test_agents_see_and_administrators_change(desk: WebDesk) -> None:
    added(desk)
    [row] = rows(desk)
    agent = Person(desk.client(), "agent")

    agent.go("/heartbeats")
    assert "backup/db-1" in agent.page
    agent.go(f"/heartbeats/{row.row}")
    assert (agent.status, f"/heartbeats/{row.row}" in agent.forms()) == (200, False)

    assert desk.client().get("/heartbeats").location.startswith("/sign-in")
    requester = Person(desk.client(), "requester")
    requester.go("/heartbeats")
    assert requester.status == 403
    agent.go("/heartbeats/999")
    assert agent.status == 404


def test_without_a_source_the_page_leads_to_one(desk: WebDesk) -> None:
    with desk.store.writing() as session:
        for source in sources.every(session):
            session.delete(source)
    person = Person(desk.client(), "admin")

    person.go("/heartbeats")

    assert 'href="/sources"' in person.page
    assert "/heartbeats" not in person.forms()
