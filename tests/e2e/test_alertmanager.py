"""A real Alertmanager, a real engine, worker and web: from the alert to the incident and back to quiet."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from longwatch import messages
from longwatch.domain.alerts import group_id
from longwatch.seed import POLICIES
from longwatch.store import configuration, states
from longwatch.store.configuration import POLICY
from longwatch.store.tables import Command, Delivery, Inbox, Parked, Process, Ticket
from tests.e2e.alertmanager import Alertmanager, alertmanager
from tests.rig import Rig, until

pytestmark = pytest.mark.e2e

SOURCE = "monitoring"


@pytest.fixture(scope="module")
def hook(desk: Rig) -> str:
    """A source whose groups open after a second and clear after three."""
    return desk.hook("alertmanager", SOURCE, hold_down=1, quiet=3, reopen=600)


@pytest.fixture(scope="module")
async def monitor(desk: Rig, hook: str) -> AsyncIterator[Alertmanager]:
    async with alertmanager(desk.settings.data, hook) as running:
        yield running


def group_of(ci: str) -> str:
    return group_id(SOURCE, f"{SOURCE}/ci/{ci}")


def incidents(desk: Rig, ci: str) -> list[Ticket]:
    with desk.store.reading() as session:
        return list(session.scalars(select(Ticket).where(Ticket.ci == ci)))


def state(desk: Rig, process: str) -> Any:
    with desk.store.reading() as session:
        row = session.get(Process, process)
        return states.load(messages.decider(row.kind), row.state) if row else None


async def only_incident(desk: Rig, ci: str) -> Any:
    """The state of the one incident about a configuration item, once somebody has been named for it."""
    await until(lambda: [row for row in incidents(desk, ci) if row.assignee])
    (row,) = incidents(desk, ci)
    return state(desk, row.number)


async def test_an_alert_becomes_one_incident_and_who_answers_in_time_is_not_escalated(
    desk: Rig, monitor: Alertmanager
) -> None:
    monitor.fire("DiskFull", "db-1.example.net:9100", "critical")
    opened = await only_incident(desk, "db-1")

    started = desk.ask(opened.number, "start", opened.assignee)
    await until(lambda: desk.outcome(started))

    now = state(desk, opened.number)
    assert (opened.ci, opened.priority, opened.team, opened.requester) == ("db-1", 1, "databases", None)
    assert (opened.status, opened.assignee, opened.alert.link) == ("assigned", "user:agent2", "firing")
    assert desk.outcome(started) == "applied"
    assert (now.clock("response").state, now.level) == ("met", 0)
    assert desk.count(opened.number, "RungRun") == 0
    assert len(incidents(desk, "db-1")) == 1


async def test_an_alert_that_nobody_answers_climbs_rung_by_rung(desk: Rig, monitor: Alertmanager) -> None:
    terms = POLICIES["incident-p2"]
    targets = [{"clock": "response", "work": 4, "calendar": "24x7"}]
    with desk.store.writing() as session:
        configuration.publish(desk.store, session, POLICY, "incident-p2", {**terms, "targets": targets})

    monitor.fire("PortDown", "sw-core.example.net", "error")
    opened = await only_incident(desk, "sw-core")
    await until(lambda: desk.count(opened.number, "RungRun") == 4)

    late = state(desk, opened.number)
    ran = [fact["data"]["rung"] for fact in desk.facts(opened.number) if fact["type"] == "RungRun"]
    with desk.store.reading() as session:
        told = session.scalars(select(Delivery).where(Delivery.ticket == opened.number, Delivery.template == "rung"))
        people = {row.recipient for row in told}
    assert opened.priority == 2
    assert ran == ["remind-50", "warn-75", "missed-100", "again"]
    assert (late.clock("response").state, late.level) == ("breached", 1)
    assert {"user:lead", opened.assignee} <= people


async def test_an_alert_that_ended_resolves_its_incident_after_the_quiet_time(desk: Rig, monitor: Alertmanager) -> None:
    monitor.fire("TunnelDown", "vpn.example.net", "warning")
    opened = await only_incident(desk, "vpn-1")

    monitor.resolve("TunnelDown", "vpn.example.net", "warning")
    await until(lambda: state(desk, opened.number).status == "resolved")

    ended = state(desk, opened.number)
    assert (ended.resolution, ended.alert.link, ended.touched) == ("cleared", "cleared", False)
    assert (await desk.proof(opened.number)).problems == []
    assert (await desk.proof(group_of("vpn-1"))).problems == []


async def test_two_alertmanagers_and_two_hundred_repetitions_make_one_incident(
    desk: Rig, monitor: Alertmanager, hook: str
) -> None:
    async with alertmanager(desk.settings.data, hook) as second:
        for one in (monitor, second):
            one.fire("MailQueue", "mail.example.net", "critical")
        await only_incident(desk, "mail-1")
        (known,) = [one for one in second.alerts() if one["labels"]["alertname"] == "MailQueue"]
        call = envelope([{**known, "status": "firing"}])
        answers = await asyncio.gather(
            *(asyncio.to_thread(requests.post, hook, json=call, timeout=20) for _ in range(200))
        )

    await until(lambda: state(desk, group_of("mail-1")).alerts >= 202)
    group = state(desk, group_of("mail-1"))
    assert Counter(answer.status_code for answer in answers) == {202: 200}
    assert len(incidents(desk, "mail-1")) == 1
    assert (group.firing(), group.episode) == (1, 1)


def envelope(alerts: list[Any]) -> dict[str, Any]:
    """A call as Alertmanager makes it."""
    return {
        "version": "4",
        "status": "firing",
        "receiver": "desk",
        "groupKey": "{}:{}",
        "truncatedAlerts": 0,
        "groupLabels": {"job": "node"},
        "alerts": alerts,
    }


def member(number: int, status: str = "firing", **labels: str) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": f"Alert{number}", "severity": "info", **labels},
        "annotations": {},
        "startsAt": "2026-11-22T12:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z" if status == "firing" else "2026-11-22T12:05:00Z",
        "fingerprint": f"{number:016x}",
    }


async def taken(desk: Rig, hook: str, alerts: list[Any], patience: float = 60) -> Inbox:
    """Sends a call and waits until it is split and decided; its row in the inbox."""
    with desk.store.reading() as session:
        before = session.scalar(select(func.max(Inbox.row))) or 0
    answer = await asyncio.to_thread(requests.post, hook, json=envelope(alerts), timeout=60)
    assert (answer.status_code, answer.json()) == (202, {"accepted": len(alerts)})

    def split() -> Inbox | None:
        with desk.store.reading() as session:
            row = session.scalar(select(Inbox).where(Inbox.row > before, Inbox.size == len(alerts)))
            waiting = session.scalar(select(func.count()).select_from(Command).where(Command.outcome.is_(None)))
            return row if row is not None and row.state == "split" and not waiting else None

    row = await until(split, patience)
    assert row is not None
    return row


async def test_the_end_of_an_alert_nobody_knows_is_taken_and_opens_nothing(desk: Rig, hook: str) -> None:
    before = len(incidents(desk, "print-3"))

    row = await taken(desk, hook, [member(1, "resolved", ci="print-3")])

    group = state(desk, group_of("print-3"))
    assert row.alerts == 1
    assert (group.unknown, group.episode) == (1, 0)
    assert len(incidents(desk, "print-3")) == before == 0


async def test_one_bad_alert_harms_no_other_in_its_call(desk: Rig, hook: str) -> None:
    bad = {**member(2), "labels": {}}

    row = await taken(desk, hook, [member(3, ci="web-2"), bad, member(4, ci="web-2")])

    shown = await asyncio.to_thread(desk.inbox)
    parked = [item for item in shown["items"] if item["what"] == "parked_member"]
    assert row.alerts == 2
    assert state(desk, group_of("web-2")).firing() == 2
    assert [item["why"] for item in parked] == ["The alert has no labels."]
    await only_incident(desk, "web-2")


async def test_twenty_thousand_alerts_in_one_call_are_all_accounted_for(desk: Rig, hook: str) -> None:
    about = ["web-1", "db-2", "of nobody's list"]
    many = [member(10 + number, ci=about[number % 3]) for number in range(19_980)]
    bad = [{**member(30_000 + number), "labels": {}} for number in range(15)]
    tests = [member(40_000 + number, alertname="TestAlert", instance="Grafana") for number in range(5)]

    row = await taken(desk, hook, [*many, *bad, *tests], patience=180)

    with desk.store.reading() as session:
        parked = session.scalar(select(func.count()).select_from(Parked).where(Parked.inbox == row.row))
    assert row.size == 20_000
    assert (row.alerts, parked, row.size - (row.alerts or 0) - (parked or 0)) == (19_980, 15, 5)
    assert desk.seen(row.row) == 19_980
