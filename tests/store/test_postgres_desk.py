"""The desk on its production database: real engine, real worker, a real PostgreSQL that is killed in the middle."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from longwatch.domain.draft import Outcome
from longwatch.domain.ticket import canonical, digest
from longwatch.settings import Settings
from longwatch.store.database import Store
from longwatch.store.tables import JournalLine
from tests.postgres_server import PostgresServer
from tests.rig import Rig, rig, until

pytestmark = [pytest.mark.engine, pytest.mark.postgres]


async def lived(desk: Rig) -> str:
    """An incident that was opened, assigned, worked on and resolved."""
    number = desk.open()
    await until(lambda: desk.version(number))
    desk.ask(number, "assign", "user:dispatcher", team="network", person="user:lead")
    desk.ask(number, "start", "user:lead")
    resolve = desk.ask(number, "resolve", "user:lead", texts={"text": "Zażółć gęślą jaźń ☕"}, code="fixed")
    await until(lambda: desk.outcome(resolve))
    return number


def assigned(desk: Rig, number: str) -> str:
    return desk.ask(number, "assign", "user:dispatcher", team="network", person="user:lead")


async def test_an_incident_lives_from_opening_to_resolution_and_is_proven(
    postgres_settings: Settings, postgres_store: Store
) -> None:
    async with rig(postgres_settings, postgres_store) as desk:
        desk.start(desk.worker)
        number = await lived(desk)
        client = await desk.client()
        reopen = desk.ask(number, "reopen", "user:lead", texts={"reason": "It is back."})
        answer = await client.get_workflow_handle(number).execute_update(
            "reopen", reopen, id=reopen, result_type=Outcome, rpc_timeout=timedelta(seconds=30)
        )
        proof = await desk.proof(number)

    assert answer.outcome == "applied"
    assert [desk.count(number, fact) for fact in ("Opened", "Resolved", "Reopened")] == [1, 1, 1]
    assert proof.problems == []
    assert proof.replayed == proof.lines


async def test_journal_lines_come_back_byte_for_byte(postgres_settings: Settings, postgres_store: Store) -> None:
    async with rig(postgres_settings, postgres_store) as desk:
        desk.start(desk.worker)
        number = await lived(desk)

    with postgres_store.reading() as session:
        rows = session.scalars(select(JournalLine).where(JournalLine.ticket == number).order_by(JournalLine.seq)).all()
    assert len(rows) > 4
    assert all(row.text == canonical(json.loads(row.text)) for row in rows)
    assert all(row.hash == digest(row.prev, row.text) for row in rows)


async def test_a_database_killed_in_the_middle_loses_nothing_that_was_acknowledged(
    mortal_postgres: PostgresServer, mortal_settings: Settings, mortal_store: Store
) -> None:
    async with rig(mortal_settings, mortal_store) as desk:
        desk.start(desk.worker)
        acknowledged: list[str] = []
        for round_ in range(3):
            opened = [desk.open(f"Round {round_}, incident {n}") for n in range(4)]
            first = opened[0]
            acknowledged += opened
            await until(lambda number=first: desk.version(number))
            assigned(desk, first)
            mortal_postgres.kill()
            with pytest.raises(DBAPIError):
                desk.open("Not accepted")
            mortal_postgres.start()

        await until(lambda: all(desk.version(number) for number in acknowledged))
        last = assigned(desk, acknowledged[-1])
        await until(lambda: desk.outcome(last))
        await until(lambda: all(desk.count(number, "Assigned", by="user:dispatcher") for number in acknowledged[::4]))
        proofs = [await desk.proof(number) for number in acknowledged]

    assert [proof.problems for proof in proofs] == [[]] * 12
    assert [desk.count(number, "Opened") for number in acknowledged] == [1] * 12
    assert [desk.count(number, "Assigned", by="user:dispatcher") for number in acknowledged[::4]] == [1] * 3


async def test_two_workers_on_one_database_do_everything_once(
    postgres_settings: Settings, postgres_store: Store
) -> None:
    async with rig(postgres_settings, postgres_store) as desk:
        desk.start(desk.worker)
        desk.web.line = desk.worker.line
        desk.start(desk.web)
        numbers = [desk.open(f"Incident {n}") for n in range(20)]
        takes = [assigned(desk, number) for number in numbers]
        await asyncio.gather(*(until(lambda take=take: desk.outcome(take)) for take in takes))
        proofs = [await desk.proof(number) for number in numbers[:5]]

    assert [desk.count(number, "Assigned", by="user:dispatcher") for number in numbers] == [1] * 20
    assert [proof.problems for proof in proofs] == [[]] * 5
