"""A desk at work: engine and worker as processes, some tickets that lived."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from longwatch.settings import Settings
from tests.furnished import furnished
from tests.rig import Rig, rig, until


@asynccontextmanager
async def at_work(settings: Settings) -> AsyncIterator[Rig]:
    """The desk with engine and worker running."""
    async with rig(settings, furnished(settings)) as desk:
        desk.start(desk.worker)
        yield desk


def assigned(desk: Rig, number: str) -> str:
    """Asks for an assignment that changes something; returns the command."""
    return desk.ask(number, "assign", "user:dispatcher", team="network", person="user:lead")


async def lived(desk: Rig, title: str = "Mail is down") -> str:
    """An incident that was opened, assigned and resolved."""
    number = desk.open(title)
    assigned(desk, number)
    resolve = desk.ask(number, "resolve", "user:lead", texts={"text": "Restarted it."}, code="fixed")
    await until(lambda: desk.outcome(resolve) == "applied")
    return number
