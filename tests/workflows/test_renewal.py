"""Continue-as-new: a life cut into many short runs is, line by line, the life it would have been in one."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from longwatch.store.tables import Run
from tests.conftest import settings_for
from tests.histories.lives import busy, crowded_group, restless_group
from tests.workflows.skipping import SkippingDesk, skipping_desk

pytestmark = pytest.mark.engine

Life = Callable[[SkippingDesk], Awaitable[str]]

CHANGING = re.compile(
    r"\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}|[0-9a-f]{64}|\b\d{13}\b|(?<='elapsed', )\d+"
)
"""What differs between two lives alike: instants, seconds counted, names of texts, and hashes."""


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


@pytest.mark.parametrize("life", [busy, restless_group, crowded_group])
async def test_a_life_cut_into_many_runs_has_the_same_journal(tmp_path: Path, life: Life) -> None:
    whole, one = await lived(tmp_path / "whole", life, 0)
    cut, many = await lived(tmp_path / "cut", life, 3)

    assert cut == whole
    assert one == 1
    assert many >= len(whole) // 12
