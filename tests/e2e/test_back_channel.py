"""A real Alertmanager hears of its incident: silenced while somebody works on it, and no longer."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from longwatch.store.back_ledger import DONE
from longwatch.store.back_settings import Wish, set_back
from longwatch.store.tables import Ticket
from longwatch.store.tables_back_channel import BackCall
from longwatch.up import Part
from tests.e2e.alertmanager import Alertmanager, alertmanager
from tests.e2e.api import Api
from tests.rig import Rig, until

pytestmark = pytest.mark.e2e

SOURCE = "am"


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    """Its worker may speak to tools on this machine."""
    return {"LONGWATCH_OUTBOUND_NETWORKS": "127.0.0.0/8"}


@pytest.fixture(scope="module")
async def monitor(desk: Rig) -> AsyncIterator[Alertmanager]:
    hook = desk.hook("alertmanager", SOURCE, hold_down=0, quiet=600, reopen=600)
    async with alertmanager(desk.settings.data, hook) as running:
        with desk.store.writing() as session:
            wish = Wish("alertmanager", running.address, tells=("acknowledged", "resolved", "reopened"))
            set_back(desk.store, session, desk.settings.secret_keys, SOURCE, wish)
        yield running


async def incident(desk: Rig, ci: str) -> str:
    """The number of the incident about a configuration item, once it is there."""

    def number() -> str | None:
        with desk.store.reading() as session:
            return session.scalar(select(Ticket.number).where(Ticket.ci == ci))

    return await until(number)


async def started(desk: Rig, number: str) -> str:
    """Whoever routing gave it to begins work on it; who that is."""

    def assignee() -> str | None:
        with desk.store.reading() as session:
            return session.get_one(Ticket, number).assignee

    person = await until(assignee)
    desk.ask(number, "start", person)
    return person


def ledger(desk: Rig, number: str) -> list[tuple[str, str]]:
    with desk.store.reading() as session:
        rows = session.scalars(select(BackCall).where(BackCall.incident == number).order_by(BackCall.row))
        return [(row.what, row.state) for row in rows]


async def test_who_takes_an_incident_silences_its_alert_and_who_resolves_it_ends_the_silence(
    desk: Rig, monitor: Alertmanager
) -> None:
    agent = Api(desk, "agent2")
    monitor.fire("DiskFull", "db-1.example.net:9100", "critical", team="dba")
    monitor.fire("DiskFull", "vpn.example.net", "critical")
    number = await incident(desk, "db-1")

    taken = await asyncio.to_thread(agent.post, f"/tickets/{number}/actions/start", {})
    if taken.status_code == 409:  # routing gave it to somebody else
        taken = await asyncio.to_thread(agent.post, f"/tickets/{number}/actions/take", {})
    await until(lambda: ledger(desk, number) == [("acknowledged", DONE)])
    [silence] = monitor.silences("active")
    states = {each["labels"]["instance"]: each["status"]["state"] for each in monitor.alerts()}
    code = {"code": "fixed", "text": "Made room."}
    resolved = await asyncio.to_thread(agent.post, f"/tickets/{number}/actions/resolve", code)
    await until(lambda: ledger(desk, number)[1:] == [("resolved", DONE)])

    assert {taken.status_code, resolved.status_code} <= {200, 202}
    names_the_incident_and_exactly_its_alert(silence, number)
    assert states == {"db-1.example.net:9100": "suppressed", "vpn.example.net": "active"}
    assert [each["id"] for each in monitor.silences("expired")] == [silence["id"]]
    assert monitor.silences("active") == []


def names_the_incident_and_exactly_its_alert(silence: dict[str, Any], number: str) -> None:
    assert silence["comment"].startswith(f"{number}: Bruno Agent works on it. http://127.0.0.1:")
    assert f"/t/{number} [longwatch " in silence["comment"]
    assert silence["createdBy"] == "Longwatch (Bruno Agent)"
    assert {each["name"]: each["value"] for each in silence["matchers"]} == {
        "alertname": "DiskFull",
        "instance": "db-1.example.net:9100",
        "severity": "critical",
        "team": "dba",
    }
    ends = datetime.fromisoformat(silence["endsAt"])
    assert timedelta(hours=3) < ends - datetime.now(UTC) < timedelta(hours=5)


async def test_what_is_said_at_the_api_is_what_alertmanager_did(desk: Rig, monitor: Alertmanager) -> None:
    monitor.fire("PortDown", "sw-core.example.net", "error")
    number = await incident(desk, "sw-core")
    person = await started(desk, number)
    await until(lambda: monitor.silenced("PortDown"))
    await until(lambda: ledger(desk, number) == [("acknowledged", DONE)])

    [told] = Api(desk, "agent").get(f"/tickets/{number}/back-calls").json()["items"]

    assert told["remote"] == monitor.silences("active")[0]["id"]
    assert (told["source"], told["by"], told["answer"], told["attempts"]) == (SOURCE, person, "Silenced.", 1)
    assert (await desk.proof(number)).problems == []


async def test_a_worker_killed_between_silence_and_note_leaves_one_silence(desk: Rig, monitor: Alertmanager) -> None:
    monitor.fire("MailQueue", "mail.example.net", "critical")
    number = await incident(desk, "mail-1")
    await until(lambda: desk.state(number).assignee)
    before = {each["id"] for each in monitor.silences()}
    desk.worker.stop()
    dying = Part("worker", [sys.executable, "-m", "tests.e2e.dying_teller"], desk.settings.data / "dying.log")
    desk.start(dying)
    await started(desk, number)
    assert dying.process is not None
    died = await asyncio.to_thread(dying.process.wait, 60)
    between = ledger(desk, number)
    [made] = [each["id"] for each in monitor.silences() if each["id"] not in before]

    desk.start(desk.worker)
    await until(lambda: ledger(desk, number) == [("acknowledged", DONE)])

    with desk.store.reading() as session:
        [row] = session.scalars(select(BackCall).where(BackCall.incident == number))
    assert (died, between) == (-9, [("acknowledged", "due")])
    assert [each["id"] for each in monitor.silences() if each["id"] not in before] == [made]
    assert (row.remote, row.attempts, row.answer) == (made, 2, "A silence of ours stands already.")
