"""Alerts that belong together, and a storm of them, through the whole desk: rules as data, one incident, none lost."""

import asyncio
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from longwatch.store import configuration
from longwatch.store.tables import Inbox, Ticket
from longwatch.store.tables_alerts import GroupLine, KnownAlert
from tests.rig import Rig, until

pytestmark = pytest.mark.e2e

BOUND, MANY = 10, 60
SHOP = {"rules": [{"name": "By service", "when": {"services": ["Web shop"]}, "group": ["service"], "across": True}]}


@pytest.fixture(scope="module", autouse=True)
def _rules(desk: Rig) -> None:
    """What fails of one service belongs together, whoever tells of it."""
    with desk.store.writing() as session:
        configuration.publish(desk.store, session, configuration.ALERT_RULES, "correlation", SHOP)


async def send(hook: str, *alerts: dict[str, Any]) -> None:
    answer = await asyncio.to_thread(requests.post, hook, json={"alerts": list(alerts)}, timeout=30)
    assert (answer.status_code, answer.json()) == (202, {"accepted": len(alerts)})


def alert(name: str, **fields: str) -> dict[str, Any]:
    return {"id": name, "title": f"{name} is down", "severity": "error", **fields}


def groups(desk: Rig, source: str) -> list[GroupLine]:
    with desk.store.reading() as session:
        return list(session.scalars(select(GroupLine).where(GroupLine.source == source)))


def ticket(desk: Rig, number: str | None) -> Ticket | None:
    with desk.store.reading() as session:
        return session.get(Ticket, number) if number else None


async def test_two_tools_that_tell_of_one_service_make_one_incident_and_its_journal_says_why(desk: Rig) -> None:
    one, other = desk.hook("generic", "probe", hold_down=1), desk.hook("generic", "metrics", hold_down=1)

    await send(one, alert("front", ci="web-1"))
    (group,) = await until(lambda: groups(desk, "probe"))
    await send(other, alert("back", ci="web-2"))
    await until(lambda: ticket(desk, groups(desk, "probe")[0].incident))
    await until(lambda: groups(desk, "probe")[0].firing == 2)

    seen = [fact["data"].get("about") or {} for fact in desk.facts(group.group) if fact["type"] == "AlertsSeen"]
    assert groups(desk, "metrics") == []
    assert seen[0]["rule"] == "By service"
    assert "Web shop" in seen[0]["reason"]


async def test_a_storm_is_one_incident_more_and_another_source_is_heard_beside_it(desk: Rig) -> None:
    loud = desk.hook("generic", "loud", hold_down=0, storm_rate=BOUND)
    calm = desk.hook("generic", "calm", hold_down=0)
    numbers = range(MANY)

    await asyncio.gather(*(send(loud, *(alert(f"host {n}") for n in numbers[at : at + 10])) for at in numbers[::10]))
    await send(calm, alert("the only one"))
    await until(lambda: sum(group.alerts for group in groups(desk, "loud")) == MANY)
    await until(lambda: all(ticket(desk, group.incident) for group in [*groups(desk, "loud"), *groups(desk, "calm")]))

    stormy = [group for group in groups(desk, "loud") if "/storm/" in group.key]
    others = [group for group in groups(desk, "loud") if "/storm/" not in group.key]
    assert (len(stormy), len(others), stormy[0].firing) == (1, BOUND, MANY - BOUND)
    state = desk.state(stormy[0].incident or "")
    assert ("storm" in state.tags, state.major) == (True, "proposed")
    assert len(groups(desk, "calm")) == 1


async def test_every_alert_that_was_answered_is_known_and_journalled_once(desk: Rig) -> None:
    await until(lambda: desk.inbox()["items"] == [])

    with desk.store.reading() as session:
        answered = session.scalar(select(func.sum(Inbox.size)))
        known = session.scalar(select(func.count()).select_from(KnownAlert))
        journalled = session.scalar(select(func.sum(GroupLine.alerts)))
    assert answered == known == journalled == MANY + 3
