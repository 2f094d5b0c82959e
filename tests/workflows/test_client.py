"""The web's own way to tickets, with a real engine and a real worker."""

import asyncio

import pytest

from longwatch.messages import INCIDENT
from longwatch.settings import Settings
from longwatch.store.acceptance import Request, accept_opening
from longwatch.store.database import Store
from longwatch.temporal import Bridge
from tests.rig import rig
from workflows.client import Tickets

pytestmark = pytest.mark.engine

FIELDS = {"requester": "user:requester", "source": "portal", "impact": 2, "urgency": 2, "ci": "mail-1"}


def accepted(store: Store) -> tuple[str, str]:
    with store.writing() as session:
        asked = Request("", INCIDENT, "open", "user:requester", FIELDS, {"title": "Mail is down"}, at_once=True)
        opening = accept_opening(store, session, INCIDENT, asked)
        return opening.ticket, opening.id


async def test_an_opening_begins_its_ticket_and_asking_again_changes_nothing(settings: Settings, store: Store) -> None:
    bridge = Bridge(settings)
    async with rig(settings, store) as desk:
        desk.start(desk.worker)
        number, command = accepted(store)
        first = await asyncio.to_thread(Tickets(bridge).act, number, "open", command, 30.0)
        version = desk.version(number)
        second = await asyncio.to_thread(Tickets(bridge).act, number, "open", command, 30.0)
        proof = await desk.proof(number)
        bridge.close()

        assert first is not None
        assert second is not None
        assert (first.outcome, second.outcome) == ("applied", "applied")
        assert desk.count(number, "Opened") == 1
        assert desk.version(number) == version
        assert proof.holds, proof.problems
