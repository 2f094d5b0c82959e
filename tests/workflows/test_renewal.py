"""Continue-as-new: a life cut into many short runs is, line by line, the life it would have been in one."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from longwatch.domain.draft import Outcome
from longwatch.settings import Settings
from longwatch.store.tables import Run
from tests.conftest import settings_for
from tests.histories.lives import ME, busy, crowded_group, restless_group
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
    assert one <= 2  # a group begins again after it was sealed
    assert many >= len(whole) // 12


async def test_clicks_that_meet_a_renewal_are_all_carried_out_in_order(settings: Settings) -> None:
    async with skipping_desk(settings, renew_every=2) as desk:
        number = await desk.open()
        texts = [f"Word {count}." for count in range(30)]
        clicks = [await desk.accept(number, "message", ME, body=text, public=False) for text in texts]
        handle = desk.env.client.get_workflow_handle(number)
        waits = [handle.execute_update("message", click, id=click, result_type=Outcome) for click in clicks]

        answers = await asyncio.gather(*waits, return_exceptions=True)
        await desk.settle()

        said = [fact["command"] for fact in await desk.facts(number, "MessageAdded")]
        told = [answer for answer in answers if isinstance(answer, Outcome)]
        assert said == clicks
        assert told
        assert {answer.outcome for answer in told} == {"applied"}
        assert (await desk.proof(number)).problems == []


async def test_runs_that_ended_are_kept_while_their_ticket_lives_on(settings: Settings) -> None:
    async with skipping_desk(settings, renew_every=3) as desk:
        number = await desk.open()
        for count in range(10):
            await desk.ask(number, "message", ME, body=f"Word {count}.", public=False)

        await desk.export()

        runs = await desk.read(lambda session: list(session.scalars(select(Run).where(Run.ticket == number))))
        *ended, last = sorted(runs, key=lambda run: run.first_seq)
        (problem,) = (await desk.proof(number, alone=True)).problems
        assert len(ended) >= 3
        assert all(run.history for run in ended)
        assert last.history is None
        assert "No history accounts for" in problem
        assert (await desk.proof(number)).problems == []
