"""kill -9 at the instants that matter: what was acknowledged is there afterwards, once, and can be proven."""

import asyncio
from datetime import timedelta

import pytest

from longwatch.domain.draft import Outcome
from longwatch.settings import Settings
from longwatch.store.database import Store
from tests.rig import Rig, rig, until
from workflows.proof import Proof

pytestmark = pytest.mark.engine


async def opened(desk: Rig) -> str:
    number = desk.open()
    await until(lambda: desk.version(number))
    return number


@pytest.mark.parametrize("point", ["before_commit", "after_commit"])
async def test_a_worker_killed_around_the_journals_commit_loses_and_doubles_nothing(
    settings: Settings, store: Store, point: str
) -> None:
    async with rig(settings, store) as desk:
        dying = desk.crashing_worker(point, "assign")
        desk.start(dying)
        number = await opened(desk)
        client = await desk.client()
        assign = desk.ask(number, "assign", "user:dispatcher", team="network", person="user:lead")
        clicked = client.get_workflow_handle(number).execute_update(
            "assign", assign, id=assign, result_type=Outcome, rpc_timeout=timedelta(seconds=60)
        )
        click = asyncio.create_task(clicked)
        assert dying.process is not None
        died = await asyncio.to_thread(dying.process.wait, 60)
        meanwhile = desk.ask(number, "start", "user:lead")

        desk.start(desk.worker)
        answer = await asyncio.wait_for(click, 60)
        await until(lambda: desk.outcome(meanwhile))
        proof = await desk.proof(number)

    assert died == -9
    assert answer.outcome == "applied"
    assert desk.outcome(assign) == desk.outcome(meanwhile) == "applied"
    assert desk.count(number, "Assigned", by="user:dispatcher") == 1
    assert proof.problems == []
    assert proof.replayed == proof.lines


async def test_an_opening_whose_worker_died_at_its_commit_is_opened_once(settings: Settings, store: Store) -> None:
    async with rig(settings, store) as desk:
        dying = desk.crashing_worker("after_commit", "open")
        desk.start(dying)
        number = desk.open()
        assert dying.process is not None
        await asyncio.to_thread(dying.process.wait, 60)

        desk.start(desk.worker)
        assign = desk.ask(number, "assign", "user:dispatcher", team="network", person="user:lead")
        await until(lambda: desk.outcome(assign))
        proof = await desk.proof(number)

    assert desk.outcome(assign) == "applied"
    assert proof.problems == []


async def test_what_is_accepted_while_the_engine_is_away_flows_when_it_returns(
    settings: Settings, store: Store
) -> None:
    async with rig(settings, store) as desk:
        desk.start(desk.worker)
        first = await opened(desk)
        desk.kill(desk.engine)

        second = desk.open("Printer is on fire")
        assign = desk.ask(first, "assign", "user:dispatcher", team="network", person="user:lead")
        await desk.start_engine()
        await until(lambda: desk.version(second))
        await until(lambda: desk.outcome(assign))
        proofs = [await desk.proof(number) for number in (first, second)]

    assert desk.outcome(assign) == "applied"
    assert [proof.problems for proof in proofs] == [[], []]


async def test_a_ticket_whose_engine_lost_everything_is_rebuilt_from_the_journal(
    settings: Settings, store: Store
) -> None:
    async with rig(settings, store) as desk:
        desk.start(desk.worker)
        number = await opened(desk)
        before = desk.version(number)
        desk.kill(desk.engine)
        for file in settings.data.glob("temporal.db*"):
            file.unlink()

        await desk.start_engine()
        assign = desk.ask(number, "assign", "user:dispatcher", team="network", person="user:lead")
        await until(lambda: desk.outcome(assign))
        proof = await desk.proof(number)

    assert desk.outcome(assign) == "applied"
    assert desk.version(number) > before
    assert proof.problems == []


async def test_what_a_killed_worker_had_written_is_adopted_though_nothing_else_comes(
    settings: Settings, store: Store
) -> None:
    async with rig(settings, store) as desk:
        dying = desk.crashing_worker("after_commit", "assign")
        desk.start(dying)
        number = await opened(desk)
        desk.ask(number, "assign", "user:dispatcher", team="network", person="user:lead")
        assert dying.process is not None
        await asyncio.to_thread(dying.process.wait, 60)

        desk.start(desk.worker)
        proof = await whole(desk, number)

    assert proof.replayed == proof.lines == desk.version(number)


async def whole(desk: Rig, number: str) -> Proof:
    """The proof of a ticket, once its workflow accounts for every line of its journal."""
    client = await desk.client()

    def proven() -> Proof | None:
        proof = asyncio.run_coroutine_threadsafe(desk.proof(number, client), loop).result()
        return None if proof.problems else proof

    loop = asyncio.get_running_loop()
    found = await until(proven)
    assert found is not None
    return found
