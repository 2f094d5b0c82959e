"""The database away for a while, on both kinds: nothing is lost, nothing swells, and time is told by acceptance."""

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from longwatch.messages import decider
from longwatch.settings import Settings
from longwatch.store import states
from longwatch.store.configuration import POLICY, publish
from longwatch.store.database import Store
from longwatch.store.tables import Process
from tests.conftest import settings_for
from tests.furnished import furnished
from tests.postgres_server import PostgresServer
from tests.rig import Rig, rig, until

pytestmark = [pytest.mark.engine, pytest.mark.postgres]

AWAY = 15.0
"""Seconds of the outage: longer than every timeout on the way."""
MOST_EVENTS = 40
"""Events that an outage may add to a history: a handful of retries, however long it lasts."""
RESPONSE = 10
"""Seconds of working time to respond in."""


@dataclass(frozen=True)
class Mortal:
    """A desk whose database can be taken away and given back."""

    settings: Settings
    store: Store
    take_away: Callable[[], object]
    give_back: Callable[[], object]


@pytest.fixture(params=["sqlite", "postgres"])
def mortal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mortal]:
    """SQLite is taken away by holding its write lock, PostgreSQL by kill -9."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("mortal_postgres")
        settings = settings_for(tmp_path, LONGWATCH_DATABASE_URL=server.database(f"desk_{uuid.uuid4().hex}"))
        store = furnished(settings)
        yield Mortal(settings, store, server.kill, server.start)
        store.engine.dispose()
        return
    settings = settings_for(tmp_path)
    store = furnished(settings)
    lock = sqlite3.connect(tmp_path / "longwatch.db", timeout=60, isolation_level=None, check_same_thread=False)
    yield Mortal(settings, store, lambda: lock.execute("BEGIN IMMEDIATE"), lambda: lock.execute("ROLLBACK"))
    lock.close()
    store.engine.dispose()


def hurried(store: Store) -> None:
    """A policy with a response clock of seconds and one rung when it is missed."""
    policy = {
        "rank": 1,
        "match": {"kind": ["incident"]},
        "targets": [{"clock": "response", "work": RESPONSE, "calendar": "24x7"}],
        "ladder": {
            "version": 1,
            "rungs": [{"id": "missed", "clock": "response", "share": 100, "do": [{"level": 1}]}],
        },
        "close_after": {"work": 36_000, "calendar": "24x7"},
        "reopen_window": 86_400,
    }
    with store.writing() as session:
        publish(store, session, POLICY, "hurried", policy)


async def events(desk: Rig, number: str) -> int:
    history = await (await desk.client()).get_workflow_handle(number).fetch_history()
    return len(history.events)


def passed(store: Store, deadline: datetime) -> bool:
    with store.reading() as session:
        return store.now(session) > deadline


def deadline_of(store: Store, number: str) -> datetime:
    """When the first response is due: the nearest alarm of a new ticket."""
    with store.reading() as session:
        process = session.get(Process, number)
        assert process is not None
        alarm = decider("incident").next_alarm(states.load(decider("incident"), process.state))
    assert alarm is not None
    return alarm.at


async def test_an_outage_delays_and_loses_nothing(mortal: Mortal) -> None:
    hurried(mortal.store)
    async with rig(mortal.settings, mortal.store) as desk:
        desk.start(desk.worker)
        numbers = [desk.open(f"Incident {n}") for n in range(5)]
        await until(lambda: all(desk.count(number, "PolicyChosen") for number in numbers))
        before = [await events(desk, number) for number in numbers]
        accepted = desk.ask(numbers[0], "assign", "user:dispatcher", team="network", person="user:lead")

        await asyncio.to_thread(mortal.take_away)
        with pytest.raises(DBAPIError):
            await asyncio.to_thread(desk.open, "Refused")
        await asyncio.sleep(AWAY)  # the outage itself; every response falls due in it
        await asyncio.to_thread(mortal.give_back)

        await until(lambda: desk.outcome(accepted), 90)
        await until(lambda: all(desk.count(number, "RungRun") for number in numbers), 90)
        later = desk.open("Accepted again")
        await until(lambda: desk.version(later))
        grown = [await events(desk, number) - count for number, count in zip(numbers, before, strict=True)]
        proofs = [await desk.proof(number) for number in [*numbers, later]]

    assert desk.outcome(accepted) == "applied"
    assert [desk.count(number, "ClockBreached") for number in numbers] == [1] * 5
    assert [desk.count(number, "RungRun") for number in numbers] == [1] * 5
    assert max(grown) <= MOST_EVENTS
    assert [proof.problems for proof in proofs] == [[]] * 6


async def test_a_click_before_the_deadline_counts_though_engine_and_worker_return_after_it(mortal: Mortal) -> None:
    hurried(mortal.store)
    async with rig(mortal.settings, mortal.store) as desk:
        desk.start(desk.worker)
        in_time, too_late = desk.open("Answered in time"), desk.open("Answered too late")
        await until(lambda: all(desk.count(number, "PolicyChosen") for number in (in_time, too_late)))
        for number in (in_time, too_late):
            assign = desk.ask(number, "assign", "user:dispatcher", team="network", person="user:lead")
            await until(lambda assign=assign: desk.outcome(assign))
        deadline = deadline_of(mortal.store, too_late)
        desk.kill(desk.worker)
        desk.kill(desk.engine)

        start = desk.ask(in_time, "start", "user:lead")
        clicked_before = not passed(mortal.store, deadline)
        await until(lambda: passed(mortal.store, deadline))
        late = desk.ask(too_late, "start", "user:lead")
        await desk.start_engine()
        desk.start(desk.worker)
        await until(lambda: desk.outcome(start) and desk.outcome(late), 90)
        await until(lambda: desk.count(too_late, "ClockBreached"))
        proofs = [await desk.proof(number) for number in (in_time, too_late)]

    assert clicked_before
    assert [desk.outcome(command) for command in (start, late)] == ["applied", "applied"]
    assert [desk.count(number, "ClockBreached") for number in (in_time, too_late)] == [0, 1]
    assert [proof.problems for proof in proofs] == [[], []]
