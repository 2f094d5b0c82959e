"""A word to a tool is tried for hours while the tool is away, and a silence is made longer before it ends."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.settings import Settings
from longwatch.store import sources
from longwatch.store.back_ledger import DONE, FAILED
from longwatch.store.back_settings import Wish, set_back
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_back_channel import BackCall
from tests.activities.back_desk import here
from tests.conftest import free_port
from tests.integrations.told_tool import Silences, ToldTool, told_tool
from tests.workflows.skipping import SkippingDesk, skipping_desk

GROUP, SOURCE = "alerts-00000000000000000001", "prometheus"


@pytest.fixture
def tool() -> Iterator[ToldTool]:
    with told_tool() as tool:
        yield tool


@pytest.fixture
async def telling(settings: Settings) -> AsyncIterator[SkippingDesk]:
    """A desk that may call this machine."""
    async with skipping_desk(here(settings)) as desk:
        yield desk


async def taken(desk: SkippingDesk, url: str) -> str:
    """An incident behind which an alert fires is taken; its number."""

    def known(session: Session) -> None:
        now = desk.store.now(session)
        sources.add(desk.store, session, "alertmanager", SOURCE)
        wish = Wish("alertmanager", url, tells=("acknowledged", "resolved"), hours=4)
        set_back(desk.store, session, desk.settings.secret_keys, SOURCE, wish)
        about: dict[str, Any] = {"severity": "error", "title": "Disk full", "reason": "", "inbox": 1, "position": 0}
        when: dict[str, datetime] = dict.fromkeys(("first_at", "last_at", "changed_at"), now)
        labels = {"alertname": "DiskFull"}
        row = KnownAlert(source=SOURCE, fingerprint="disk", group=GROUP, state="firing", labels=labels, **about, **when)
        session.add(row)

    await desk.write(known)
    alert = {"group": GROUP, "episode": 1, "severity": "error"}
    number = await desk.open("Disk full", alert=alert, source="monitoring", requester=None)
    state = await desk.state(number)
    await desk.ask(number, "start", state.assignee)
    return number


async def rows(desk: SkippingDesk) -> list[BackCall]:
    def read(session: Session) -> list[BackCall]:
        found = list(session.scalars(select(BackCall).order_by(BackCall.row)))
        session.expunge_all()
        return found

    return await desk.read(read)


async def settled(desk: SkippingDesk, count: int, step: timedelta) -> list[BackCall]:
    """The ledger once so many words have their end. Time passes in steps."""
    for _ in range(400):
        await desk.relay.once()
        found = await rows(desk)
        if len(found) == count and all(row.settled_at for row in found):
            return found
        await desk.env.sleep(step)
        await asyncio.sleep(0)
    raise AssertionError([(row.what, row.state, row.answer) for row in await rows(desk)])


async def test_a_silence_is_made_longer_in_time_while_the_ticket_is_open_and_ends_with_it(
    telling: SkippingDesk, tool: ToldTool
) -> None:
    silences = Silences()
    tool.answers = [silences]
    number = await taken(telling, tool.url)
    [first] = await settled(telling, 1, timedelta(seconds=1))

    _, second = await settled(telling, 2, timedelta(minutes=10))
    await telling.ask(number, "resolve", (await telling.state(number)).assignee, code="fixed", text="Made room.")
    *_, last = await settled(telling, 3, timedelta(seconds=1))

    assert first.ends_at is not None
    assert timedelta(0) < first.ends_at - second.at <= timedelta(hours=1, minutes=15)
    assert (first.what, second.what, last.what) == ("acknowledged", "extended", "resolved")
    assert len(silences.kept) == 1
    assert silences.alive == []
    assert [row.state for row in (first, second, last)] == [DONE] * 3


async def test_a_tool_that_comes_back_within_hours_is_told_once(telling: SkippingDesk, tool: ToldTool) -> None:
    tool.answers = [*[(503, b"restarting", {})] * 6, Silences()]
    await taken(telling, tool.url)

    [row] = await settled(telling, 1, timedelta(seconds=20))

    assert (row.state, row.attempts) == (DONE, 7)
    assert len([call for call in tool.calls if call.method == "POST"]) == 1


async def test_a_tool_that_stays_away_is_given_up_visibly(telling: SkippingDesk) -> None:
    await taken(telling, f"http://127.0.0.1:{free_port()}")
    begun = await telling.now()

    [row] = await settled(telling, 1, timedelta(minutes=4))

    assert row.state == FAILED
    assert "127.0.0.1 could not be called" in (row.answer or "")
    assert "Given up after" in (row.answer or "")
    assert row.settled_at is not None
    assert timedelta(hours=5) < row.settled_at - begun < timedelta(hours=7)
