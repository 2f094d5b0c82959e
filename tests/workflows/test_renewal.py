"""Continue-as-new: a life cut into many short runs is, line by line, the life it would have been in one."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from longwatch.store.tables import Run
from tests.conftest import settings_for
from tests.workflows.skipping import SkippingDesk, skipping_desk
from tests.workflows.test_alert_time import GROUP, alert

pytestmark = pytest.mark.engine

Life = Callable[[SkippingDesk], Awaitable[str]]

CHANGING = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}|[0-9a-f]{64}|\b\d{13}\b|(?<='elapsed', )\d+"
)
"""What differs between two lives alike: instants, seconds counted, names of texts, and hashes."""


async def busy_incident(desk: SkippingDesk) -> str:
    """Opened, escalated, held, answered, resolved, reopened, resolved, closed by itself, sealed."""
    number = await desk.open(impact=1, urgency=1)
    await desk.pass_time(timedelta(minutes=20))
    await desk.ask(number, "take", "user:dispatcher")
    for turn in range(6):
        await desk.ask(number, "message", "user:dispatcher", body=f"Looking into it, {turn}.", public=True)
        await desk.ask(number, "hold", "user:dispatcher", reason="awaiting_requester", text="Which floor?")
        await desk.pass_time(timedelta(minutes=10))
        await desk.ask(number, "message", "user:requester", body=f"The third, {turn}.", public=True)
    await desk.ask(number, "resolve", "user:dispatcher", code="fixed", text="Restarted it.")
    await desk.pass_time(timedelta(hours=2))
    await desk.ask(number, "reopen", "user:requester", reason="Down again.")
    await desk.ask(number, "resolve", "user:dispatcher", code="fixed", text="Replaced it.")
    await desk.pass_time(timedelta(days=40))
    return number


async def restless_group(desk: SkippingDesk) -> str:
    """Fires, rests, fires again, three times over."""
    for _ in range(3):
        await desk.alerts(GROUP, alert())
        await desk.pass_time(timedelta(minutes=1))
        await desk.alerts(GROUP, alert("resolved"))
        await desk.pass_time(timedelta(minutes=20))
    return GROUP


async def lived(folder: Path, life: Life, renew_every: int) -> tuple[list[Any], int]:
    """The facts of a life without what differs between any two, and the number of its runs; proven besides."""
    async with skipping_desk(settings_for(folder), renew_every) as desk:
        ticket = await life(desk)
        facts = [
            CHANGING.sub("*", f"{fact['type']} {fact['actor']} {sorted(fact['data'].items())}")
            for fact in await desk.facts(ticket)
        ]
        runs = await desk.read(
            lambda session: session.scalar(select(func.count()).select_from(Run).where(Run.ticket == ticket))
        )
        assert (await desk.proof(ticket)).problems == []
        return facts, runs or 0


@pytest.mark.parametrize("life", [busy_incident, restless_group])
async def test_a_life_cut_into_many_runs_has_the_same_journal(tmp_path: Path, life: Life) -> None:
    whole, one = await lived(tmp_path / "whole", life, 0)
    cut, many = await lived(tmp_path / "cut", life, 3)

    assert cut == whole
    assert one == 1
    assert many >= len(whole) // 12
