"""The desk's database is away for a while: nothing acknowledged is lost, and histories do not swell."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from longwatch.settings import Settings
from longwatch.store.database import Store
from tests.workflows.skipping import SkippingDesk, skipping_desk

pytestmark = pytest.mark.engine

FEW = 400
"""Events an hour without the database may add to a history: six a minute; eager retries would make it thousands."""


class FailingStore(Store):
    """A database that can be away."""

    away = False

    @contextmanager
    def reading(self) -> Iterator[Session]:
        self._reach()
        with super().reading() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        self._reach()
        with super().writing() as session:
            yield session

    def _reach(self) -> None:
        if self.away:
            raise OperationalError("BEGIN", {}, Exception("the database is away"))


async def events(desk: SkippingDesk, ticket: str) -> int:
    return len((await desk.env.client.get_workflow_handle(ticket).fetch_history()).events)


async def test_a_ticket_outlives_an_hour_without_its_database(settings: Settings) -> None:
    async with skipping_desk(settings, store_class=FailingStore) as desk:
        assert isinstance(desk.store, FailingStore)
        number = await desk.open(impact=1, urgency=1)
        waiting = await desk.accept(number, "message", body="Any news?", public=True, actor="user:requester")
        await desk.relay.once()
        await desk.settle()
        before = await events(desk, number)

        desk.store.away = True
        await desk.env.sleep(timedelta(hours=1))
        desk.store.away = False
        await desk.env.sleep(timedelta(minutes=2))  # by then the loop has asked again
        await desk.settle()

        ran = [fact["data"]["rung"] for fact in await desk.facts(number, "RungRun")]
        assert (await desk.command(waiting)).outcome == "applied"
        assert ran == ["again"]
        assert await events(desk, number) - before < FEW
        assert (await desk.proof(number)).problems == []
