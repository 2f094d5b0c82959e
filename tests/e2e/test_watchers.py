"""Real tools through the other doors: Monit and Nagios by our command, Alertmanager as it speaks to PagerDuty and
Opsgenie, and a ticket that a tool opens itself; each begins an incident and ends it.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
import yaml
from sqlalchemy import select

from longwatch.store.tables import Body, Inbox, Ticket
from longwatch.up import Part
from tests.conftest import free_port
from tests.e2e import alertmanager, watchers
from tests.rig import Rig, until

pytestmark = pytest.mark.e2e

SOON: dict[str, int] = {"hold_down": 0, "quiet": 1, "reopen": 60}


def incident(desk: Rig, ci: str, status: str | None = None) -> Ticket | None:
    with desk.store.reading() as session:
        found = list(session.scalars(select(Ticket).where(Ticket.ci == ci)))
    assert len(found) <= 1
    return found[0] if found and status in (None, found[0].status) else None


def title(desk: Rig, ticket: Ticket) -> str | None:
    with desk.store.reading() as session:
        body = session.get(Body, ticket.title_body)
        return body.text if body else None


async def test_monit_begins_an_incident_and_ends_it(desk: Rig) -> None:
    hook = desk.hook("monit", "monit", **SOON)
    with watchers.monit(desk.settings.data / "monit", hook, "mail-1") as thing:
        thing.set(2)
        begun = await until(lambda: incident(desk, "mail-1"))

        thing.set(0)
        ended = await until(lambda: incident(desk, "mail-1", "resolved"))

    assert title(desk, begun) == "mail-1: Status failed"
    assert ended.number == begun.number


async def test_nagios_begins_an_incident_and_ends_it(desk: Rig) -> None:
    hook = desk.hook("nagios", "nagios", **SOON)
    with watchers.nagios(desk.settings.data / "nagios", hook, "db-2") as thing:
        thing.set(2)
        begun = await until(lambda: incident(desk, "db-2"))

        thing.set(0)
        ended = await until(lambda: incident(desk, "db-2", "resolved"))

    assert title(desk, begun) == "Queries on db-2 is CRITICAL"
    assert ended.number == begun.number


@contextmanager
def alertmanager_with(desk: Rig, name: str, receiver: dict[str, Any]) -> Iterator[alertmanager.Alertmanager]:
    """An Alertmanager that speaks to another vendor, as it believes."""
    port, folder = free_port(), desk.settings.data
    config = folder / f"{name}.yml"
    route = {"receiver": "desk", "group_by": ["..."], "group_wait": "0s", "group_interval": "1s"}
    config.write_text(yaml.safe_dump({"route": route, "receivers": [{"name": "desk", **receiver}]}))
    line = [
        alertmanager.program(),
        f"--config.file={config}",
        f"--storage.path={folder / name}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    part = Part(name, line, folder / f"{name}.log")
    with watchers.running(part):
        yield alertmanager.Alertmanager(part, port)


async def test_alertmanager_believes_it_speaks_to_pagerduty(desk: Rig) -> None:
    key = desk.hook("pagerduty", "pd", **SOON).rsplit("/", 1)[1]
    told = {"url": f"{desk.address}/v2/enqueue", "routing_key": key, "component": "{{ .GroupLabels.instance }}"}
    with alertmanager_with(desk, "pd", {"pagerduty_configs": [told]}) as monitor:
        await until(monitor.ready)
        monitor.fire("DiskFull", "db-1.example.net", "critical")
        begun = await until(lambda: incident(desk, "db-1"))

        monitor.resolve("DiskFull", "db-1.example.net", "critical")
        ended = await until(lambda: incident(desk, "db-1", "resolved"))

    assert ended.number == begun.number


async def test_alertmanager_believes_it_speaks_to_opsgenie(desk: Rig) -> None:
    key = desk.hook("opsgenie", "og", **SOON).rsplit("/", 1)[1]
    told = {"api_url": f"{desk.address}/", "api_key": key, "entity": "{{ .GroupLabels.instance }}", "priority": "P1"}
    with alertmanager_with(desk, "og", {"opsgenie_configs": [told]}) as monitor:
        await until(monitor.ready)
        monitor.fire("TunnelDown", "vpn.example.net", "critical")
        begun = await until(lambda: incident(desk, "vpn-1"))

        monitor.resolve("TunnelDown", "vpn.example.net", "critical")
        ended = await until(lambda: incident(desk, "vpn-1", "resolved"))

    assert ended.number == begun.number


async def test_a_tool_opens_a_ticket_at_once_and_ends_it(desk: Rig) -> None:
    key = desk.hook("servicenow", "snow", **SOON).rsplit("/", 1)[1]
    record = {"short_description": "Switch is down", "urgency": "2", "cmdb_ci": "sw-core", "correlation_id": "x-1"}

    def ask(method: str, path: str, body: dict[str, str]) -> dict[str, str]:
        address = f"{desk.address}/api/now/table/incident{path}"
        answer = requests.request(method, address, json=body, auth=("snow", key), timeout=10)
        answer.raise_for_status()
        record: dict[str, str] = answer.json()["result"]
        return record

    first, again = [await asyncio.to_thread(ask, "POST", "", record) for _ in range(2)]
    begun = await until(lambda: incident(desk, "sw-core"))
    await asyncio.to_thread(ask, "PUT", f"/{first['sys_id']}", {"state": "6"})
    ended = await until(lambda: incident(desk, "sw-core", "resolved"))

    assert first["number"] == again["number"] == begun.number == ended.number


async def test_a_hundred_who_open_the_same_ticket_at_once_are_told_one_number(desk: Rig) -> None:
    key = desk.hook("servicenow", "many", **SOON).rsplit("/", 1)[1]
    address = f"{desk.address}/api/now/table/incident"
    record = {"short_description": "Shop is slow", "cmdb_ci": "web-1", "correlation_id": "storm"}

    def ask() -> requests.Response:
        return requests.post(address, json=record, auth=("many", key), timeout=60)

    answers = await asyncio.gather(*(asyncio.to_thread(ask) for _ in range(100)))
    begun = await until(lambda: incident(desk, "web-1"))

    assert {answer.status_code for answer in answers} == {201}
    assert {answer.json()["result"]["number"] for answer in answers} == {begun.number}


async def test_nothing_that_was_answered_was_set_aside(desk: Rig) -> None:
    await until(lambda: desk.inbox()["items"] == [])

    with desk.store.reading() as session:
        assert set(session.scalars(select(Inbox.state))) == {"split"}
