"""A part is away or frozen: what comes in is accepted and numbered, says what it waits for, and flows on return."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from longwatch.domain.alerts import group_id
from longwatch.seed import POLICIES
from longwatch.store import configuration
from longwatch.store.configuration import POLICY
from longwatch.store.tables import Inbox, Ticket
from tests.e2e.api import Api, call
from tests.rig import Rig, until

pytestmark = pytest.mark.e2e

REPORT = {"title": "Mail is down", "impact": 2, "urgency": 2, "ci": "mail-1"}


@pytest.fixture(scope="module")
def api(desk: Rig) -> Api:
    return Api(desk, "dispatcher")


@pytest.fixture(scope="module")
def hook(desk: Rig) -> str:
    return desk.hook("generic", "probe", hold_down=1, quiet=600, reopen=600)


async def opened(desk: Rig, api: Api) -> str:
    """An incident that is being worked through already."""
    number: str = api.post("/incidents", REPORT).json()["number"]
    await until(lambda: desk.version(number))
    return number


def waiting(api: Api, what: str) -> list[dict[str, Any]]:
    return [item for item in api.get("/inbox").json()["items"] if item["what"] == what]


async def test_with_the_engine_down_alerts_and_reports_are_accepted_and_flow_when_it_returns(
    desk: Rig, api: Api, hook: str
) -> None:
    before = await opened(desk, api)
    desk.kill(desk.engine)

    report = api.post("/incidents", REPORT)
    number = report.json()["number"]
    alert = call(hook, {"title": "Queue full", "id": "q1", "ci": "db-2", "severity": "error"})
    click = api.post(f"/tickets/{before}/actions/assign", {"team": "network"})
    listed = api.get("/tickets?order=opened&limit=5").json()["items"]
    ready = api.health("/readyz")
    alive = api.health("/healthz")
    group = group_id("probe", "probe/ci/db-2")
    await until(lambda: {item["about"] for item in waiting(api, "command")} >= {number, before, group})
    told = waiting(api, "command")
    await desk.start_engine()
    await until(lambda: desk.version(number))
    await until(lambda: incidents(desk, "db-2"))
    done = await until(lambda: settled(api, click))

    assert (report.status_code, report.json()["status"], report.json()["version"]) == (201, "new", 0)
    assert report.json()["processing"] is True
    assert (alert.status_code, alert.json()) == (202, {"accepted": 1})
    assert click.status_code == 202
    assert number in {item["number"] for item in listed}
    assert (ready, alive) == (503, 200)
    assert all(item["since"] and item["why"] for item in told)
    assert done["outcome"] == "applied"
    assert len(incidents(desk, "db-2")) == 1


def incidents(desk: Rig, ci: str) -> list[str]:
    with desk.store.reading() as session:
        return list(session.scalars(select(Ticket.number).where(Ticket.ci == ci)))


def settled(api: Api, click: requests.Response) -> dict[str, Any] | None:
    """What the command of a 202 came to, once it has."""
    row: dict[str, Any] = api.get(click.headers["Location"].removeprefix("/api/v1")).json()
    return row if row["outcome"] != "processing" else None


@contextmanager
def frozen(desk: Rig) -> Iterator[None]:
    """The engine holds still, with all its connections."""
    assert desk.engine.process is not None
    os.kill(desk.engine.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(desk.engine.process.pid, signal.SIGCONT)


async def test_with_the_engine_frozen_people_are_answered_within_seconds(desk: Rig, api: Api, hook: str) -> None:
    number = await opened(desk, api)

    with frozen(desk):
        first = api.post(f"/tickets/{number}/actions/assign", {"team": "network"})
        second = api.post(f"/tickets/{number}/messages", {"text": "Looking into it.", "public": True})
        report = api.post("/incidents", REPORT)
        alert = call(hook, {"title": "Queue full", "id": "q2", "ci": "web-2"})
    done = [await until(lambda click=click: settled(api, click)) for click in (first, second)]
    await until(lambda: desk.version(report.json()["number"]))
    await until(lambda: incidents(desk, "web-2"))

    assert [answer.status_code for answer in (first, second, report, alert)] == [202, 202, 201, 202]
    assert [one["outcome"] for one in done] == ["applied", "applied"]
    assert (await desk.proof(number)).problems == []


async def test_with_the_worker_down_a_click_is_saved_and_carried_out_later(desk: Rig, api: Api) -> None:
    number = await opened(desk, api)
    desk.kill(desk.worker)

    click = api.post(f"/tickets/{number}/actions/assign", {"team": "network"})
    waits = settled(api, click)
    desk.start(desk.worker)
    done = await until(lambda: settled(api, click))

    assert (click.status_code, waits) == (202, None)
    assert click.json()["command"] in click.headers["Location"]
    assert done["outcome"] == "applied"
    assert desk.count(number, "Assigned", by="user:dispatcher") == 1
    assert (await desk.proof(number)).problems == []


@pytest.mark.parametrize("away", ["worker", "engine"])
async def test_of_the_rungs_that_fell_due_meanwhile_only_the_highest_runs(desk: Rig, away: str) -> None:
    promise_soon(desk)
    number = desk.open(impact=1, urgency=1, ci="sw-core")
    await until(lambda: desk.count(number, "PolicyChosen"))
    part = {"worker": desk.worker, "engine": desk.engine}[away]
    desk.kill(part)
    await until(lambda: seconds_since(desk, number) > LAST_RUNG + 1)

    desk.start(part)
    await until(lambda: desk.count(number, "RungRun"))
    await until(lambda: desk.count(number, "RungOvertaken"))

    ran, overtaken = ([fact["data"]["rung"] for fact in desk.facts(number) if fact["type"] == type_] for type_ in RUNGS)
    assert (ran[-1], "again" in overtaken) == ("again", False)
    assert sorted([*ran, *overtaken]) == ["again", "missed-100", "remind-50", "warn-75"]
    assert (await desk.proof(number)).problems == []


RUNGS = ("RungRun", "RungOvertaken")
PROMISE = 4
LAST_RUNG = 1.5 * PROMISE
"""Seconds after which the last rung before the repetitions falls due."""


def promise_soon(desk: Rig) -> None:
    """The gravest incidents are answered within seconds."""
    terms = POLICIES["incident-p1"]
    targets = [{"clock": "response", "work": PROMISE, "calendar": "24x7"}]
    with desk.store.writing() as session:
        configuration.publish(desk.store, session, POLICY, "incident-p1", {**terms, "targets": targets})


def seconds_since(desk: Rig, number: str) -> float:
    """Seconds since an incident was opened."""
    with desk.store.reading() as session:
        return (desk.store.now(session) - session.get_one(Ticket, number).opened_at).total_seconds()


async def test_with_the_database_locked_nothing_is_acknowledged_and_nothing_is_lost(
    desk: Rig, api: Api, hook: str
) -> None:
    number = await opened(desk, api)
    alert = {"title": "Queue full", "id": "q3", "ci": "web-1"}
    with desk.store.reading() as session:
        before = session.scalar(select(func.count()).select_from(Inbox))

    with desk.store.writing() as session:
        session.connection()  # whoever wants to write waits for us
        refused = call(hook, alert)
        read = api.get(f"/tickets/{number}")
    with desk.store.reading() as session:
        between = session.scalar(select(func.count()).select_from(Inbox))
    again = call(hook, alert)
    await until(lambda: incidents(desk, "web-1"))

    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    assert read.status_code == 200
    assert between == before
    assert again.status_code == 202
    assert len(incidents(desk, "web-1")) == 1
