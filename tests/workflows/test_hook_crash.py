"""The real engine calls a tool once more when the worker died before it could note the answer, under the same mark."""

import asyncio
import sys

import pytest

from longwatch.settings import Settings
from longwatch.store.database import Store
from longwatch.up import Part
from tests.activities.hook_desk import HookDesk
from tests.integrations.tool_server import running_tool
from tests.rig import rig, until

pytestmark = pytest.mark.engine


async def test_a_worker_killed_between_call_and_note_calls_again_and_the_ticket_hears_once(
    settings: Settings, store: Store
) -> None:
    with running_tool() as tool:
        hooks = HookDesk(store, settings, tool.url)
        async with rig(settings, store) as desk:
            desk.environ["LONGWATCH_OUTBOUND_NETWORKS"] = hooks.settings.outbound_networks
            dying = Part("worker", [sys.executable, "-m", "tests.workflows.dying_hook_worker"], settings.data / "log")
            desk.start(dying)
            hooks.asks()
            assert dying.process is not None
            died = await asyncio.to_thread(dying.process.wait, 60)
            between = hooks.told()

            desk.start(desk.worker)
            await until(hooks.told)

    first, second = tool.heard
    assert (died, between) == (-9, [])
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body
    assert [one["ok"] for one in hooks.told()] == [True]
