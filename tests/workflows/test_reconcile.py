"""Tools are asked by schedules of the engine: one a source, as configured, and at once where somebody wants it."""

import asyncio

import pytest
from temporalio.client import Client

from longwatch.messages import TASK_QUEUE
from longwatch.settings import Settings
from longwatch.store import polls, sources
from longwatch.store.database import Store
from longwatch.store.polls import Wanted
from longwatch.store.tables_heartbeats import PollRun, SourcePoll
from tests.rig import rig, until
from tests.workflows.skipping import SkippingDesk
from workflows import reconcile_schedules
from workflows.reconcile import AskSource

pytestmark = pytest.mark.engine

AWAY = "https://am.invalid"


def asked(store: Store, settings: Settings, every: int = 3_600) -> None:
    with store.writing() as session:
        polls.save(session, settings.secret_keys, Wanted("prom", "alertmanager", AWAY, every=every))


def reports(store: Store) -> list[PollRun]:
    with store.reading() as session:
        return polls.runs(session, "prom", 10)


async def test_a_tool_that_stays_away_is_reported_and_nothing_follows(desk: SkippingDesk) -> None:
    await desk.write(lambda session: sources.add(desk.store, session, "alertmanager", "prom"))
    await asyncio.to_thread(asked, desk.store, desk.settings)

    told = await desk.env.client.execute_workflow(AskSource.run, "prom", id="one", task_queue=TASK_QUEUE)

    [run] = await asyncio.to_thread(reports, desk.store)
    assert (run.state, run.reason) == ("failed", "am.invalid could not be found.")
    assert (told["state"], told["opened"], told["cleared"]) == ("failed", 0, 0)


async def test_schedules_follow_what_is_configured_and_a_wish_is_heard(settings: Settings, store: Store) -> None:
    with store.writing() as session:
        sources.add(store, session, "alertmanager", "prom")
    asked(store, settings)
    async with rig(settings, store) as desk:
        client = await desk.client()
        first = await _arranged(store, client)
        asked(store, settings, every=7_200)
        second = await _arranged(store, client)
        desk.start(desk.worker)
        with store.writing() as session:
            polls.want(store, session, "prom")

        await until(lambda: reports(store))
        await until(lambda: not _wanted(store))
        with store.writing() as session:
            polls.switch(session, "prom", active=False)
        await _gone(client, store)

    assert (first, second) == ([3_600], [7_200])
    assert {run.state for run in reports(store)} == {"failed"}


async def _arranged(store: Store, client: Client) -> list[float]:
    """The seconds between two questions, once the schedules are as configured."""
    await reconcile_schedules.arrange(client, reconcile_schedules.configured(store))
    found = await client.get_schedule_handle("ask-source-prom").describe()
    return [one.every.total_seconds() for one in found.schedule.spec.intervals]


def _wanted(store: Store) -> bool:
    with store.reading() as session:
        poll = session.get(SourcePoll, "prom")
        return poll is not None and poll.wanted_at is not None


async def _gone(client: Client, store: Store) -> None:
    """Schedules of tools that are asked no longer are taken away, once the engine lists them."""
    async with asyncio.timeout(30):
        while [one.id async for one in await client.list_schedules() if one.id.startswith("ask-source-")]:
            await reconcile_schedules.arrange(client, reconcile_schedules.configured(store))
