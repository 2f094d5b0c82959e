"""One alert delivered ten thousand times at once, doubled, late, out of order: one incident, all accounted for."""

import asyncio
import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from longwatch.domain.alerts import group_id
from longwatch.domain.ticket import stamp
from longwatch.store.tables import Command, Inbox, Ticket
from tests.rig import Rig, until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

DELIVERIES = 10_000
CALLERS = 16
SOURCE = "many"
LONG = 300.0
BEGUN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def alert(**fields: Any) -> dict[str, Any]:
    return {
        "id": "db-1/disk",
        "title": "Disk full",
        "severity": "error",
        "ci": "db-1",
        "starts_at": stamp(BEGUN),
        **fields,
    }


def incidents(desk: Rig, ci: str) -> list[Ticket]:
    with desk.store.reading() as session:
        return list(session.scalars(select(Ticket).where(Ticket.ci == ci)))


def group_of(ci: str) -> str:
    return group_id(SOURCE, f"{SOURCE}/ci/{ci}")


class Callers:
    """Threads that keep their connections and send one body after another; trouble of the desk's own is sent again."""

    def __init__(self, desk: Rig, hook: str, bodies: Iterator[dict[str, Any]]) -> None:
        self._port = desk.settings.port
        self._path = hook.removeprefix(desk.address)
        self._bodies = bodies
        self._lock = threading.Lock()
        self.answers: Counter[int] = Counter()

    def run(self) -> None:
        threads = [threading.Thread(target=self._call) for _ in range(CALLERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _call(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        while (body := self._next()) is not None:
            status = 0
            while status != 202:
                connection.request("POST", self._path, body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                status = answer.status
                with self._lock:
                    self.answers[status] += 1
        connection.close()

    def _next(self) -> bytes | None:
        with self._lock:
            body = next(self._bodies, None)
        return None if body is None else json.dumps(body).encode()


async def settled(desk: Rig) -> None:
    """Until nothing that was accepted waits."""

    def waiting() -> int:
        with desk.store.reading() as session:
            calls = session.scalar(select(func.count()).where(Inbox.state == "new")) or 0
            return calls + (session.scalar(select(func.count()).where(Command.outcome.is_(None))) or 0)

    await until(lambda: waiting() == 0, LONG)


async def test_ten_thousand_deliveries_at_once_make_one_incident_though_the_engine_dies_meanwhile(desk: Rig) -> None:
    hook = desk.hook("generic", SOURCE, hold_down=1, quiet=2, reopen=600)
    callers = Callers(desk, hook, (alert() for _ in range(DELIVERIES)))
    sending = asyncio.create_task(asyncio.to_thread(callers.run))
    await until(lambda: callers.answers[202] > DELIVERIES // 5, LONG)

    desk.kill(desk.engine)
    await until(lambda: callers.answers[202] > DELIVERIES // 2, LONG)
    await desk.start_engine()
    await sending
    await settled(desk)
    await until(lambda: incidents(desk, "db-1"))

    group = desk.state(group_of("db-1"))
    assert set(callers.answers) <= {202, 503}
    assert callers.answers[202] == DELIVERIES
    assert len(incidents(desk, "db-1")) == 1
    assert (group.alerts, group.episode, group.firing()) == (DELIVERIES, 1, 1)
    assert calls(desk) == {"split": DELIVERIES}
    (ticket,) = incidents(desk, "db-1")
    assert (await desk.proof(group_of("db-1"))).problems == []
    assert (await desk.proof(ticket.number)).problems == []


def calls(desk: Rig) -> dict[str, int]:
    """The calls of the source by what became of them."""
    query = select(Inbox.state, func.count()).where(Inbox.source == SOURCE).group_by(Inbox.state)
    with desk.store.reading() as session:
        return {str(state): int(count) for state, count in session.execute(query)}


async def test_its_end_clears_it_once_though_it_was_told_before_its_beginning_and_by_a_clock_an_hour_off(
    desk: Rig,
) -> None:
    hook = desk.hook("generic", "skewed", hold_down=1, quiet=1, reopen=600)
    wrong = BEGUN - timedelta(hours=1)
    over = {
        **alert(ci="web-1", id="web-1/up"),
        "starts_at": stamp(wrong),
        "ends_at": stamp(wrong + timedelta(minutes=1)),
    }
    story = [{**over, "state": "resolved"}, alert(ci="web-1", id="web-1/up", starts_at=stamp(wrong))]
    callers = Callers(desk, hook, iter([*story, *story, story[0]]))

    await asyncio.to_thread(callers.run)
    await settled(desk)

    group = desk.state(group_id("skewed", "skewed/ci/web-1"))
    assert (group.alerts, group.firing(), group.episode) == (5, 0, 0)
    assert incidents(desk, "web-1") == []
