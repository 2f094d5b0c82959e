"""What the desk does again and again: scheduled once, and done by the engine."""

import pytest
from sqlalchemy import select

from longwatch.messages import PROBLEM
from longwatch.settings import Settings
from longwatch.store.configuration import SIMILAR, publish
from longwatch.store.database import Store
from longwatch.store.tables import Command, Ticket
from tests.rig import Rig, rig, until
from workflows import recurring

pytestmark = pytest.mark.engine


def proposed(desk: Rig) -> list[Ticket]:
    """Problems that stand in lists."""
    with desk.store.reading() as session:
        return list(session.scalars(select(Ticket).where(Ticket.kind == PROBLEM)))


async def test_the_worker_schedules_the_search_and_each_look_proposes_a_problem_once(
    settings: Settings, store: Store
) -> None:
    with store.writing() as session:
        publish(store, session, SIMILAR, "same-item", {"least": 2, "window": 86_400, "by": "ci", "team": None})
    async with rig(settings, store) as desk:
        desk.start(desk.worker)
        numbers = [desk.open(), desk.open()]
        for number in numbers:
            await until(lambda one=number: desk.version(one))
        client = await desk.client()
        handle = client.get_schedule_handle(recurring.SIMILAR)
        assert await recurring.ensure(client) is False

        await handle.trigger()
        (found,) = await until(lambda: proposed(desk))

        assert (found.status, found.ci, found.source) == ("logged", "mail-1", "desk")
        assert sorted(link.ticket for link in desk.state(found.number).links) == numbers
        again = await client.execute_workflow("SimilarIncidents", id="once-more", task_queue="longwatch")
        assert again == []
        with store.reading() as session:
            assert len(list(session.scalars(select(Command).where(Command.actor == "system:similar")))) == 1


async def test_an_engine_that_was_never_asked_is_asked(settings: Settings, store: Store) -> None:
    async with rig(settings, store) as desk:
        client = await desk.client()

        told = [await recurring.ensure(client), await recurring.ensure(client)]

        assert told == [True, False]
        described = await client.get_schedule_handle(recurring.SIMILAR).describe()
        assert [one.every for one in described.schedule.spec.intervals] == [recurring.EVERY]
