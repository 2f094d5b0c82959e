"""Proving what happened: verify tickets or bundles, replay histories on today's code."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client
from temporalio.service import RPCError

from longwatch.commands.frame import Program, Refusal, furnished_store, note, only_our_words, say
from longwatch.settings import Settings
from longwatch.store.database import Store
from longwatch.temporal import connect
from workflows import bundle
from workflows.evidence import Evidence, with_histories, written
from workflows.proof import Proof, judge, prove
from workflows.rehearsal import rehearse
from workflows.roll import every_ticket

EVERY = 50
"""Tickets between two lines of progress."""


def register(program: Program) -> None:
    """Adds the commands."""
    verify = program.add("verify", "prove a ticket, all tickets, or a bundle", _verify)
    verify.add_argument("what", nargs="?", metavar="NUMBER|BUNDLE.zip")
    verify.add_argument("--all", action="store_true", help="every ticket and every alert group")
    verify.add_argument("--bundle", type=Path, metavar="FILE.zip", help="write the evidence, to be checked elsewhere")
    replay = program.add("replay", "replay histories on this code, before it is deployed", _replay)
    replay.add_argument("--open", action="store_true", help="only of tickets that still live")


def _verify(settings: Settings, options: argparse.Namespace) -> int:
    if bool(options.what) == options.all:
        raise Refusal("Say what to verify: a ticket's number, a bundle's file, or --all.")
    if options.bundle and options.all:
        raise Refusal("A bundle holds one ticket: give its number.")
    with only_our_words():
        if options.what and options.what.lower().endswith(".zip"):
            return _verify_bundle(settings, Path(options.what))
        with furnished_store(settings) as store:
            if options.all:
                return asyncio.run(_verify_all(settings, store))
            return asyncio.run(_verify_one(settings, store, options.what, options.bundle))


async def _verify_one(settings: Settings, store: Store, ticket: str, target: Path | None) -> int:
    async with _engine(settings) as client:
        proof = await prove(store, settings.secret_keys, ticket, client)
        code = _told([proof])
        if target is not None and proof.lines:
            with store.reading() as session:
                evidence = written(session, ticket)
            _written(target, await with_histories(store, evidence, client), settings)
            say(f"{target}: the evidence of {ticket}; check it with `longwatch verify {target}`.")
    return code


def _written(target: Path, evidence: Evidence, settings: Settings) -> None:
    try:
        bundle.write(target, evidence, settings.secret_keys)
    except bundle.BadBundle as problem:
        raise Refusal(str(problem)) from None


async def _verify_all(settings: Settings, store: Store) -> int:
    tickets = every_ticket(store)
    proofs = []
    async with _engine(settings) as client:
        for done, ticket in enumerate(tickets, start=1):
            proofs.append(await prove(store, settings.secret_keys, ticket, client))
            if done % EVERY == 0:
                note(f"... {done} of {len(tickets)}")
    return _told(proofs)


def _verify_bundle(settings: Settings, path: Path) -> int:
    try:
        evidence = bundle.read(path)
    except bundle.BadBundle as problem:
        raise Refusal(str(problem)) from None
    code = _told([asyncio.run(judge(evidence, settings.secret_keys))])
    if evidence.lines:
        say(f"Last line {evidence.lines[-1].seq}, hash {evidence.lines[-1].hash}: compare it with what the desk shows.")
    return code


def _told(proofs: list[Proof]) -> int:
    """One line per problem, and what was checked."""
    for proof in proofs:
        for problem in proof.problems:
            say(f"{proof.ticket}: {problem}")
    wrong = sum(not proof.holds for proof in proofs)
    lines, replayed = sum(proof.lines for proof in proofs), sum(proof.replayed for proof in proofs)
    checked = (
        f"{len(proofs)} checked, {lines} lines, {replayed} of them replayed from {sum(p.runs for p in proofs)} runs"
    )
    say(f"{checked}: {'all hold.' if not wrong else f'{wrong} do not hold.'}")
    return 1 if wrong else 0


def _replay(settings: Settings, options: argparse.Namespace) -> int:
    with only_our_words(), furnished_store(settings) as store:
        return asyncio.run(_replay_all(settings, store, living_only=options.open))


async def _replay_all(settings: Settings, store: Store, *, living_only: bool) -> int:
    followed = failed = missing = 0
    async with _engine(settings) as client:
        async for rehearsal in rehearse(store, settings.secret_keys, client, living_only=living_only):
            missing += rehearsal.missing
            failed += rehearsal.problem is not None
            followed += not rehearsal.missing and rehearsal.problem is None
            if rehearsal.problem:
                say(f"{rehearsal.ticket} run {rehearsal.run}: {rehearsal.problem}")
    say(f"{followed} histories replay on this code, {failed} do not, {missing} could not be had.")
    if failed:
        say("Do not deploy this code: the tickets named would stand still. See docs/operations.md, Upgrade.")
    return 1 if failed or missing else 0


@asynccontextmanager
async def _engine(settings: Settings) -> AsyncIterator[Client | None]:
    """The engine, or none when it is away, which is said."""
    try:
        client = await connect(settings)
    except (RuntimeError, RPCError):
        note(f"The engine at {settings.temporal_address} cannot be reached: only kept histories can be replayed.")
        client = None
    try:
        yield client
    except RPCError as problem:
        raise Refusal(f"The engine went away meanwhile ({problem.status.name}): try again when it is back.") from None
