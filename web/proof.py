"""Proving a ticket from the web: the same check as on the command line, bounded in time."""

import asyncio
from typing import Any

from temporalio.client import Client

from web.desk import desk
from workflows import proof
from workflows.client import AWAY

PATIENCE = 20.0
"""Seconds a person waits for a proof; replaying a long history takes its time."""


def prove(number: str) -> dict[str, Any]:
    """What was checked and what is wrong. With the engine away only kept histories can be replayed, which it says."""
    held = desk()

    async def check(client: Client | None) -> proof.Proof:
        return await proof.prove(held.store, held.settings.secret_keys, number, client)

    if held.bridge is not None:
        try:
            return told(held.bridge.run(check, PATIENCE))
        except AWAY as problem:
            return told(
                asyncio.run(check(None)), f"The engine is away ({type(problem).__name__}): not all was replayed."
            )
    return told(asyncio.run(check(None)))


def told(found: proof.Proof, *problems: str) -> dict[str, Any]:
    """A proof as JSON."""
    return {
        "lines": found.lines,
        "replayed": found.replayed,
        "runs": found.runs,
        "holds": found.holds and not problems,
        "problems": [*problems, *found.problems],
    }
