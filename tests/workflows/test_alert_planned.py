"""Alerts during planned work, on skipped time: parked, judged when the work ends, never forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from longwatch.domain.alerts import group_id
from longwatch.domain.ticket import stamp
from longwatch.messages import ALERT_GROUP
from longwatch.store import agreed_windows
from longwatch.store.acceptance import Request, accept
from tests.histories.lives import alert
from tests.workflows.changes import DECLARER, MANAGER, authorised, done
from tests.workflows.skipping import SkippingDesk

pytestmark = pytest.mark.engine

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
KEY = "prometheus/ci/svc-mail"
GROUP = group_id("prometheus", KEY)


async def fires(desk: SkippingDesk, *alerts: dict[str, Any]) -> None:
    """Alerts about a service that the mail server provides; planned work is asked for."""
    now = stamp(await desk.now())
    about = {"group": GROUP, "source": "prometheus", "key": KEY, "ci": "svc-mail", "settings": {"ask_planned": True}}
    request = Request(
        GROUP, ALERT_GROUP, "alerts", "source:prometheus", {**about, "alerts": [{**one, "at": now} for one in alerts]}
    )
    await desk.write(lambda session: accept(desk.store, session, request))
    await desk.settle()


async def under_way(desk: SkippingDesk) -> str:
    """A change of the mail server, started as planned, for four hours."""
    number = await authorised(desk, cis=["mail-1"])
    await desk.pass_until((await desk.state(number)).begin)
    started = await desk.ask(number, "start", "user:agent")
    assert (started.outcome, started.reason) == ("applied", None)
    assert (await desk.state(number)).status == "implementation"
    return number


async def test_what_fires_during_a_change_upstream_is_parked_and_the_survivor_opened_when_it_ends(
    desk: SkippingDesk,
) -> None:
    number = await under_way(desk)
    end = (await desk.state(number)).end
    await fires(desk, alert(), alert(fingerprint="f2"))
    await desk.pass_time(MINUTE)
    parked = await desk.state(GROUP)
    await fires(desk, alert("resolved"))
    await desk.pass_time(HOUR)
    await done(desk, number, "complete", "user:agent")
    meanwhile = await desk.incidents()

    await desk.pass_until(end + MINUTE)

    (incident,) = await desk.incidents()
    (requested,) = await desk.facts(GROUP, "IncidentRequested")
    assert (parked.link, parked.parked_by, parked.until) == ("parked", number, end)
    assert meanwhile == []
    assert requested["data"]["since"] == stamp(end)
    assert (await desk.state(incident)).opened_at - end < 10 * SECOND
    assert (await desk.state(GROUP)).link == "firing"
    assert (await desk.proof(GROUP)).problems == []


async def test_a_change_that_overruns_parks_on_and_what_ended_meanwhile_never_becomes_an_incident(
    desk: SkippingDesk,
) -> None:
    number = await under_way(desk)
    end = (await desk.state(number)).end
    await fires(desk, alert())
    await desk.pass_until(end + MINUTE)
    overrun = await desk.state(GROUP)
    await fires(desk, alert("resolved"))
    ended = await desk.state(GROUP)
    await fires(desk, alert())
    await desk.pass_time(MINUTE)
    again = await desk.state(GROUP)
    await done(desk, number, "complete", "user:agent")
    await done(desk, number, "review", MANAGER, outcome="successful")

    await desk.pass_time(HOUR)

    assert (overrun.link, overrun.parked_by) == ("parked", number)
    assert 15 * MINUTE <= overrun.until - end < 16 * MINUTE
    assert (ended.link, ended.transients) == ("idle", 1)
    assert (again.link, again.parked_by) == ("parked", number)
    (incident,) = await desk.incidents()
    assert (await desk.state(incident)).opened_at - again.until < 10 * SECOND


async def test_what_ends_within_a_maintenance_window_never_becomes_an_incident(desk: SkippingDesk) -> None:
    now = await desk.now()
    window = {
        "kind": "maintenance",
        "name": "Patching",
        "reason": "Every month.",
        "scope": {"kind": "cis", "names": ["svc-mail"]},
        "begin": stamp(now + SECOND),
        "end": stamp(now + HOUR),
    }
    row = await desk.write(lambda session: agreed_windows.add(desk.store, session, DECLARER, window).row)
    await desk.pass_time(MINUTE)
    await fires(desk, alert())
    await desk.pass_time(10 * MINUTE)
    parked = await desk.state(GROUP)
    await fires(desk, alert("resolved"))

    await desk.pass_time(5 * HOUR)

    state = await desk.state(GROUP)
    assert (parked.link, parked.parked_by) == ("parked", f"window:{row}")
    assert (state.transients, state.sealed) == (1, True)
    assert await desk.incidents() == []


async def test_without_planned_work_an_incident_is_asked_for_as_ever(desk: SkippingDesk) -> None:
    await fires(desk, alert())

    await desk.pass_time(MINUTE)

    assert len(await desk.incidents()) == 1
    assert [fact["data"]["since"] for fact in await desk.facts(GROUP, "PlannedAsked")] != []


async def test_a_snoozed_group_of_an_open_incident_is_silent_until_somebody_wakes_it(desk: SkippingDesk) -> None:
    await fires(desk, alert())
    await desk.pass_time(MINUTE)
    (number,) = await desk.incidents()
    until = stamp(await desk.now() + 8 * HOUR)
    snoozed = await desk.ask(GROUP, "snooze", until=until, reason="The disk comes tomorrow.")
    for _ in range(3):
        await fires(desk, alert("resolved"))
        await desk.pass_time(20 * MINUTE)
        await fires(desk, alert())
        await desk.pass_time(20 * MINUTE)
    told = await desk.facts(number, "AlertChanged")

    woken = await desk.ask(GROUP, "unsnooze")
    await desk.pass_time(MINUTE)

    assert (snoozed.outcome, woken.outcome, told) == ("applied", "applied", [])
    assert [fact["data"]["event"] for fact in await desk.facts(number, "AlertChanged")] == ["firing"]


async def test_a_person_without_the_role_does_not_snooze(desk: SkippingDesk) -> None:
    await fires(desk, alert())
    until = stamp(await desk.now() + HOUR)

    refused = await desk.ask(GROUP, "snooze", actor="user:requester", until=until, reason="Noise.")

    assert (refused.outcome, "ask an agent" in (refused.reason or "")) == ("refused", True)
