"""A real Alertmanager that dies, starts anew and falls silent: what it never tells is found out, and told once."""

import json
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from longwatch.domain.alerts import group_id
from longwatch.store import heartbeats, polls
from longwatch.store.heartbeats import ALIVE, MISSING, Owed
from longwatch.store.polls import Wanted
from longwatch.store.tables import Body, Inbox, Process, Ticket
from longwatch.store.tables_heartbeats import Heartbeat, PollRun
from tests.e2e.alertmanager import Alertmanager, alertmanager
from tests.e2e.test_alertmanager import incidents, only_incident, state
from tests.rig import Rig, until

pytestmark = pytest.mark.e2e

SOURCE = "monitoring"
DEAD_MAN = "alertname=Watchdog"


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    """Its worker may speak to tools on this machine."""
    return {"LONGWATCH_OUTBOUND_NETWORKS": "127.0.0.0/8"}


@pytest.fixture(scope="module")
async def monitor(desk: Rig) -> AsyncIterator[Alertmanager]:
    hook = desk.hook("alertmanager", SOURCE, hold_down=1, quiet=2, reopen=600)
    async with alertmanager(desk.settings.data, hook) as running:
        yield running


def kill(monitor: Alertmanager) -> None:
    assert monitor.part.process is not None
    os.killpg(monitor.part.process.pid, signal.SIGKILL)
    monitor.part.process.wait()


async def back(monitor: Alertmanager) -> None:
    monitor.part.start()
    await until(monitor.ready)


def address_of(monitor: Alertmanager) -> str:
    return next(word.partition("=")[2] for word in monitor.part.line if word.startswith("--web.listen-address="))


def ask_until_resolved(desk: Rig, number: str) -> bool:
    """Asks the tool again, and looks."""
    with desk.store.writing() as session:
        polls.want(desk.store, session, SOURCE)
    return bool(state(desk, number).status == "resolved")


def reports(desk: Rig) -> list[PollRun]:
    with desk.store.reading() as session:
        return list(session.scalars(select(PollRun).order_by(PollRun.row)))


def watched(desk: Rig) -> Heartbeat | None:
    with desk.store.reading() as session:
        return session.scalar(select(Heartbeat).where(Heartbeat.signal == DEAD_MAN))


def is_(desk: Rig, wanted: str) -> bool:
    row = watched(desk)
    return row is not None and row.state == wanted


def titles(desk: Rig) -> list[str]:
    """What the incidents of this desk are called."""
    with desk.store.reading() as session:
        return list(session.scalars(select(Body.text).join(Ticket, Ticket.title_body == Body.id)))


async def test_an_end_that_a_killed_alertmanager_never_tells_is_found_by_asking(
    desk: Rig, monitor: Alertmanager
) -> None:
    monitor.fire("DiskFull", "db-1.example.net:9100", "critical")
    opened = await only_incident(desk, "db-1")
    kill(monitor)
    await back(monitor)  # the alert has ended meanwhile: nobody sends it again
    with desk.store.writing() as session:
        wanted = Wanted(SOURCE, "alertmanager", f"http://{address_of(monitor)}", every=600, grace=4, scope="desk")
        polls.save(session, desk.settings.secret_keys, wanted)

    await until(lambda: ask_until_resolved(desk, opened.number), patience=120)

    ended = state(desk, opened.number)
    found = reports(desk)
    assert (ended.resolution, ended.touched) == ("cleared", False)
    assert sum(run.cleared for run in found) == 1
    assert all(run.state == "complete" for run in found if run.cleared)
    with desk.store.reading() as session:
        [told] = session.scalars(select(Inbox.body).where(Inbox.kind == "desk"))
    assert "it never told its end" in json.loads(told)["alerts"][0]["text"]
    assert (await desk.proof(opened.number)).problems == []
    assert (await desk.proof(group_id(SOURCE, f"{SOURCE}/ci/db-1"))).problems == []


async def test_a_dead_man_alert_that_falls_silent_is_an_incident_until_it_is_back(
    desk: Rig, monitor: Alertmanager
) -> None:
    with desk.store.writing() as session:
        polls.switch(session, SOURCE, active=False)
        number = heartbeats.add(desk.store, session, Owed(SOURCE, DEAD_MAN, 10, 0, ci="web-1"))
        heartbeats.of(session, number).interval = 6  # shorter than people may set it: the test would take a minute
    monitor.fire("Watchdog", "prometheus", "none")
    await until(lambda: is_(desk, ALIVE))
    kill(monitor)

    opened = await only_incident(desk, "web-1")
    assert is_(desk, MISSING)
    await back(monitor)
    monitor.fire("Watchdog", "prometheus", "none")
    await until(lambda: state(desk, opened.number).status == "resolved")

    assert len(incidents(desk, "web-1")) == 1
    assert [title for title in titles(desk) if title.startswith(f"No sign of life from {SOURCE}: {DEAD_MAN} for ")]
    assert state(desk, opened.number).resolution == "cleared"
    assert [title for title in titles(desk) if title.startswith("Watchdog")] == []


async def test_an_end_is_not_believed_while_the_dead_man_alert_is_missing(desk: Rig, monitor: Alertmanager) -> None:
    monitor.fire("QueueLong", "mail.example.net", "critical")
    opened = await only_incident(desk, "mail-1")
    monitor.resolve("Watchdog", "prometheus", "none")  # Prometheus is gone; what it watched over ends by itself
    await until(lambda: is_(desk, MISSING))

    monitor.resolve("QueueLong", "mail.example.net", "critical")

    group = group_id(SOURCE, f"{SOURCE}/ci/mail-1")
    await until(lambda: desk.count(group, "ClearHeld") == 1)
    assert state(desk, opened.number).status != "resolved"
    held = next(fact for fact in desk.facts(group) if fact["type"] == "ClearHeld")
    assert held["data"]["missing"] == [f"{SOURCE}: {DEAD_MAN}"]
    with desk.store.reading() as session:
        process = session.get(Process, group)
    assert process is not None
    assert process.next_alarm_at is not None
    assert process.next_alarm_at <= datetime.now(UTC) + timedelta(minutes=6)
