"""A call to a tool is relayed, repeated while the tool is away, and given up when the task's time is over."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from longwatch.settings import Settings
from longwatch.store.tables import Delivery
from tests.activities.hook_desk import HookDesk, here
from tests.conftest import free_port
from tests.integrations.tool_server import Said, Tool, running_tool
from tests.workflows.skipping import SkippingDesk, skipping_desk


@pytest.fixture
def tool() -> Iterator[Tool]:
    with running_tool() as tool:
        yield tool


@pytest.fixture
async def calling(settings: Settings) -> AsyncIterator[SkippingDesk]:
    """A desk that may call this machine."""
    async with skipping_desk(here(settings)) as desk:
        yield desk


async def ended(desk: SkippingDesk, hooks: HookDesk, step: timedelta) -> tuple[Delivery, int]:
    """The call's row once its outcome is known, and the steps of time that took. Time passes when told to."""
    for steps in range(200):
        await desk.relay.once()
        row = await asyncio.to_thread(hooks.row)
        if row.delivered_at or row.failed_at:
            return row, steps
        await desk.env.sleep(step)
    raise AssertionError("nothing became of the call")


async def asked(desk: SkippingDesk, url: str, limit: timedelta) -> HookDesk:
    def prepared() -> HookDesk:
        hooks = HookDesk(desk.store, desk.settings, url)
        hooks.asks(limit)
        return hooks

    return await asyncio.to_thread(prepared)


async def test_a_tool_that_is_busy_is_called_until_it_does_it(calling: SkippingDesk, tool: Tool) -> None:
    tool.answers = [Said(503, b"")] * 4 + [Said()]
    hooks = await asked(calling, tool.url, timedelta(hours=1))

    row, _ = await ended(calling, hooks, timedelta(seconds=5))

    assert row.delivered_at is not None
    assert len({heard.headers["idempotency-key"] for heard in tool.heard}) == 1
    assert len(tool.heard) == 5
    assert [one["ok"] for one in await asyncio.to_thread(hooks.told)] == [True]


async def test_a_tool_that_stays_away_is_given_up_when_the_time_is_over(calling: SkippingDesk) -> None:
    hooks = await asked(calling, f"http://127.0.0.1:{free_port()}/", timedelta(minutes=20))
    begun = await calling.now()

    row, _ = await ended(calling, hooks, timedelta(minutes=1))

    assert row.failed_at is not None
    assert timedelta(minutes=10) < row.failed_at - begun <= timedelta(minutes=22)
    [told] = await asyncio.to_thread(hooks.told)
    assert told["ok"] is False
    assert "127.0.0.1 could not be called" in told["text"]


async def test_a_call_that_may_not_be_made_is_given_up_at_once(settings: Settings, tool: Tool) -> None:
    async with skipping_desk(settings) as desk:
        hooks = await asked(desk, tool.url, timedelta(days=30))
        hooks.settings = settings

        row, steps = await ended(desk, hooks, timedelta(milliseconds=100))

    assert row.failed_at is not None
    assert steps < 199
    assert "not a public address" in hooks.told()[0]["text"]
    assert tool.heard == []
