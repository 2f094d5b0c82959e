"""One of each process over the real engine, with the worker killed between a vote and what follows from it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from longwatch.domain.change_course import content as voted_hash
from longwatch.settings import Settings
from longwatch.store.database import Store
from tests.rig import PATIENCE, Rig, rig, until
from tests.store.storm import at_once
from workflows.proof import Proof

pytestmark = pytest.mark.engine

Prepare = Callable[[Rig], Awaitable[str]]

ANSWERS = {"rehearsed": "yes", "outage": "none", "backout": "tested"}
WORDS = {"plan": "Swap the disk.", "backout": "Put it back.", "test": "It reads.", "communication": "Nobody notices."}


async def did(desk: Rig, number: str, action: str, actor: str, **data: Any) -> None:
    """An action that must succeed."""
    command = desk.ask(number, action, actor, **data)
    assert await until(lambda: desk.outcome(command)) == "applied"


async def answered(desk: Rig, number: str, ready: Callable[[Any], bool]) -> Any:
    """The state, once what was asked has been answered."""

    def state() -> Any:
        found = desk.state(number)
        return found if found is not None and not found.pending and ready(found) else None

    return await until(state)


async def change_before_its_authority(desk: Rig) -> str:
    number = desk.open_of(
        "change",
        "user:agent2",
        {"title": "New disk", **WORDS},
        type="normal",
        cis=["print-3"],
        answers=ANSWERS,
        begin="2027-06-01T10:00:00.000000Z",
        end="2027-06-01T12:00:00.000000Z",
    )
    await answered(desk, number, lambda state: state.basis is not None)
    await did(desk, number, "submit", "user:agent2")
    await did(desk, number, "assess", "user:change-manager")
    await did(desk, number, "request_authorization", "user:change-manager")
    await answered(desk, number, asked)
    return number


def asked(state: Any) -> bool:
    """Whether the approvers are known and can vote."""
    return state.approval.under_way and state.approval.run.found


async def request_before_its_approver(desk: Rig) -> str:
    number = desk.open_of(
        "request",
        "user:requester",
        {"title": "New laptop", "answer:purpose": "For travelling to customers."},
        requester="user:requester",
        item="new-laptop",
        answers={"model": "light", "cost": "1200"},
    )
    await answered(desk, number, asked)
    return number


async def proven(desk: Rig, number: str) -> Proof:
    """The proof, once the workflow has taken over what a dead worker had written."""
    client = await desk.client()
    async with asyncio.timeout(PATIENCE):
        while not (proof := await desk.proof(number, client)).holds:
            continue
    return proof


def vote_of(desk: Rig, number: str, actor: str) -> str:
    approval = desk.state(number).approval
    return desk.ask(number, "vote", actor, decision="approve", content=approval.content, stage=approval.stage.id)


@pytest.mark.parametrize(
    ("point", "prepare", "ended"),
    [
        ("before_commit", change_before_its_authority, {"fact": "Authorised", "status": "scheduled"}),
        ("after_commit", change_before_its_authority, {"fact": "Authorised", "status": "scheduled"}),
        ("after_commit", request_before_its_approver, {"fact": "Approved", "status": "in_fulfilment"}),
    ],
    ids=["change-before-commit", "change-after-commit", "request-after-commit"],
)
async def test_a_worker_killed_between_a_vote_and_its_effect_loses_and_doubles_nothing(
    settings: Settings, store: Store, point: str, prepare: Prepare, ended: dict[str, str]
) -> None:
    async with rig(settings, store) as desk:
        dying = desk.crashing_worker(point, "vote")
        desk.start(dying)
        number = await prepare(desk)
        vote = vote_of(desk, number, "user:lead")
        assert dying.process is not None
        died = await asyncio.to_thread(dying.process.wait, 60)

        desk.start(desk.worker)
        await until(lambda: desk.outcome(vote))
        await until(lambda: desk.state(number).status == ended["status"])
        proof = await proven(desk, number)

    assert died == -9
    assert desk.count(number, "VoteCast") == desk.count(number, ended["fact"]) == 1
    assert proof.problems == []


async def test_fifty_votes_of_one_person_at_once_are_one_vote(settings: Settings, store: Store) -> None:
    async with rig(settings, store) as desk:
        desk.start(desk.worker)
        number = await change_before_its_authority(desk)

        votes = await asyncio.to_thread(at_once, 50, lambda _: vote_of(desk, number, "user:lead"))
        await until(lambda: all(desk.outcome(vote) for vote in votes))
        proof = await desk.proof(number)

    assert desk.count(number, "VoteCast") == 1
    assert desk.state(number).status == "scheduled"
    assert proof.problems == []


async def test_an_edit_and_a_vote_at_the_same_time_never_approve_what_was_not_seen(
    settings: Settings, store: Store
) -> None:
    async with rig(settings, store) as desk:
        desk.start(desk.worker)
        for round_ in range(6):
            number = await change_before_its_authority(desk)
            seen = desk.state(number).approval
            data = {"decision": "approve", "content": seen.content, "stage": seen.stage.id}

            def act(turn: int, number: str = number, data: dict[str, Any] = data, flip: int = round_) -> str:
                if turn == flip % 2:
                    return desk.ask(number, "vote", "user:lead", **data)
                return desk.ask(number, "edit", "user:agent2", {"plan": "Another plan altogether."})

            commands = await asyncio.to_thread(at_once, 2, act)
            await until(lambda commands=commands: all(desk.outcome(command) for command in commands))

            state = await answered(desk, number, lambda _: True)
            assert state.approval.content == voted_hash(state)
            granted = state.approval.status == "granted"
            assert not granted or seen.content == voted_hash(state), "what was granted is what was seen"
