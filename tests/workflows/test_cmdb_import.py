"""Scheduled imports: the workflow on skipped time, the schedules on the real engine."""

import asyncio

import pytest
from temporalio.client import Client

from activities.cmdb_import_settings import IMPORT
from longwatch.messages import TASK_QUEUE
from longwatch.settings import Settings
from longwatch.store.configuration import publish, switch
from longwatch.store.database import Store
from longwatch.store.tables import Command
from longwatch.store.tables_cmdb import CiRun
from tests.rig import rig, until
from tests.workflows.skipping import SkippingDesk
from workflows import cmdb_schedules
from workflows.cmdb_import import ImportSource, OpenRenewals

pytestmark = pytest.mark.engine

AWAY = {"kind": "netbox", "url": "https://netbox.invalid", "every": 3600}
REFUSED = {**AWAY, "url": "https://127.0.0.1:9"}


async def test_a_tool_that_stays_away_is_reported(desk: SkippingDesk) -> None:
    await desk.publish(IMPORT, "netbox", AWAY)

    told = await desk.env.client.execute_workflow(ImportSource.run, "netbox", id="one", task_queue=TASK_QUEUE)

    run = await desk.read(lambda session: session.query(CiRun).one())
    assert (run.source, run.state) == ("netbox", "discarded")
    assert run.note == "Not taken: netbox.invalid could not be found."
    assert told["failed"] == "netbox.invalid could not be found."


async def test_what_ends_soon_is_asked_for(desk: SkippingDesk) -> None:
    opened = await desk.env.client.execute_workflow(OpenRenewals.run, id="two", task_queue=TASK_QUEUE)
    again = await desk.env.client.execute_workflow(OpenRenewals.run, id="three", task_queue=TASK_QUEUE)

    rows = await desk.read(lambda session: session.query(Command).filter_by(actor="system:renewals").count())
    assert (len(opened), again) == (rows, [])


async def test_schedules_follow_what_is_configured(settings: Settings, store: Store) -> None:
    with store.writing() as session:
        publish(store, session, IMPORT, "netbox", REFUSED)
    async with rig(settings, store) as desk:
        client = await desk.client()
        await cmdb_schedules.arrange(client, cmdb_schedules.configured(store))
        await cmdb_schedules.arrange(client, cmdb_schedules.configured(store))
        first = await client.get_schedule_handle("ci-import-netbox").describe()

        with store.writing() as session:
            publish(store, session, IMPORT, "netbox", {**REFUSED, "every": 7200})
        await cmdb_schedules.arrange(client, cmdb_schedules.configured(store))
        second = await client.get_schedule_handle("ci-import-netbox").describe()
        desk.start(desk.worker)
        await client.get_schedule_handle("ci-import-netbox").trigger()
        run = await until(lambda: _latest(store))

        with store.writing() as session:
            switch(session, IMPORT, "netbox", active=False)
        await _gone(client, store)

    assert [one.every.total_seconds() for one in first.schedule.spec.intervals] == [3600]
    assert [one.every.total_seconds() for one in second.schedule.spec.intervals] == [7200]
    assert (run.source, run.state) == ("netbox", "discarded")


def _latest(store: Store) -> CiRun | None:
    with store.reading() as session:
        return session.query(CiRun).order_by(CiRun.row.desc()).first()


async def _gone(client: Client, store: Store) -> None:
    """Schedules of imports that are configured no longer are taken away, once the engine lists them."""
    async with asyncio.timeout(30):
        while [one.id async for one in await client.list_schedules() if one.id.startswith("ci-import-")]:
            await cmdb_schedules.arrange(client, cmdb_schedules.configured(store))
