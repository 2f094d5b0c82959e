"""A problem over the real engine, with the worker killed between a vote on its risk and what follows from it."""

import asyncio
from typing import Any

import pytest

from longwatch.messages import PROBLEM
from longwatch.settings import Settings
from longwatch.store.database import Store
from tests.rig import PATIENCE, Rig, rig, until

pytestmark = pytest.mark.engine

MANAGER, LEAD, OWNER = "user:problem-manager", "user:lead", "user:approver"


async def did(
    desk: Rig, number: str, action: str, actor: str, words: dict[str, str] | None = None, **data: Any
) -> None:
    """An action that must succeed."""
    command = desk.ask(number, action, actor, words, **data)
    assert await until(lambda: desk.outcome(command)) == "applied"


async def before_those_who_accept(desk: Rig) -> tuple[str, str]:
    """An incident on hold for a problem, and that problem, whose risk others are asked to accept."""
    incident = desk.open()
    await until(lambda: desk.version(incident))
    links = [{"type": "caused", "ticket": incident}]
    number = desk.open_of(PROBLEM, MANAGER, {"title": "Mail stops every Monday"}, links=links, ci="mail-1")
    await did(desk, number, "assess", MANAGER, impact=2, urgency=2)
    await did(desk, incident, "hold", "user:agent", reason="awaiting_problem")
    why = {"reason": "It is retired soon."}
    await did(desk, number, "request_risk_acceptance", LEAD, why, review_at="2027-06-01T10:00:00.000000Z")
    await until(lambda: desk.state(number).approval.under_way and desk.state(number).approval.run.found)
    return number, incident


def vote_of(desk: Rig, number: str, actor: str) -> str:
    held = desk.state(number).approval
    return desk.ask(number, "vote", actor, decision="approve", content=held.content, stage=held.stage.id)


async def test_a_worker_killed_after_a_vote_on_a_risk_loses_and_doubles_nothing(
    settings: Settings, store: Store
) -> None:
    async with rig(settings, store) as desk:
        dying = desk.crashing_worker("after_commit", "vote")
        desk.start(dying)
        number, incident = await before_those_who_accept(desk)
        vote_of(desk, number, MANAGER)
        assert dying.process is not None
        died = await asyncio.to_thread(dying.process.wait, 60)

        desk.start(desk.worker)
        await until(lambda: desk.state(number).approval.current == 1 and desk.state(number).approval.run.found)
        vote_of(desk, number, OWNER)
        await until(lambda: desk.state(number).status == "closed")
        await until(lambda: desk.state(incident).hold is None)
        client = await desk.client()
        async with asyncio.timeout(PATIENCE):
            while not (proof := await desk.proof(number, client)).holds:
                continue

    assert died == -9
    assert (desk.count(number, "VoteCast"), desk.count(number, "RiskAccepted")) == (2, 1)
    assert desk.state(number).resolution == "risk_accepted"
    assert desk.count(incident, "RecordDone") == 1
    assert proof.problems == []
