"""Deadlines by working time, carried out at their instants: over a week-end and through both changes of the clocks."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from longwatch.domain.ticket import instant
from longwatch.seed import HOUR, POLICIES
from longwatch.store.configuration import CALENDAR, POLICY
from tests.workflows.skipping import SkippingDesk

pytestmark = pytest.mark.engine

WARSAW = ZoneInfo("Europe/Warsaw")
OFFICE = {"zone": "Europe/Warsaw", "weekly": {str(day): [["09:00", "17:00"]] for day in range(5)}}
NIGHTS = {"zone": "Europe/Warsaw", "weekly": {str(day): [["22:00", "06:00"]] for day in range(7)}}
SOON = timedelta(seconds=5)
FRIDAY, SATURDAY = 4, 5


async def promise(desk: SkippingDesk, calendar: dict[str, Any], response: int) -> None:
    """The gravest incidents are answered within so many seconds of a calendar's time."""
    await desk.publish(CALENDAR, "tested", calendar)
    terms = POLICIES["incident-p1"]
    targets = [{"clock": "response", "work": response, "calendar": "tested"}]
    await desk.publish(POLICY, "incident-p1", {**terms, "targets": targets})


async def breach(desk: SkippingDesk, opened: datetime) -> tuple[str, timedelta]:
    """Opens an incident at an instant; the local time its response fell due, and how late that was written down."""
    await desk.pass_until(opened)
    number = await desk.open(impact=1, urgency=1)
    await desk.pass_time(timedelta(days=4))
    (missed,) = await desk.facts(number, "ClockBreached")
    due = instant(missed["data"]["due"])
    return f"{due.astimezone(WARSAW):%A %H:%M}", instant(missed["at"]) - due


def next_day(after: datetime, weekday: int, wall: time) -> datetime:
    """The first such local time after an instant."""
    day = after.astimezone(WARSAW).date()
    while day.weekday() != weekday or datetime.combine(day, wall, WARSAW) <= after:
        day += timedelta(days=1)
    return datetime.combine(day, wall, WARSAW)


def next_change(after: datetime, *, forward: bool) -> datetime:
    """The next instant (to the hour) at which Warsaw's clocks go forward, or back."""
    at = after.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while True:
        before, then = (one.astimezone(WARSAW).utcoffset() or timedelta(0) for one in (at, at + timedelta(hours=1)))
        if before != then and (then > before) == forward:
            return at + timedelta(hours=1)
        at += timedelta(hours=1)


async def test_a_deadline_skips_the_week_end(desk: SkippingDesk) -> None:
    await promise(desk, OFFICE, 3 * HOUR)

    due, late = await breach(desk, next_day(await desk.now(), FRIDAY, time(16)))

    assert due == "Monday 11:00"
    assert timedelta(0) <= late < SOON


@pytest.mark.parametrize(("forward", "expected"), [(True, "Sunday 23:00"), (False, "Sunday 05:00")])
async def test_a_night_of_seven_or_nine_hours_counts_as_long_as_it_was(
    desk: SkippingDesk, *, forward: bool, expected: str
) -> None:
    await promise(desk, NIGHTS, 8 * HOUR)
    change = next_change(await desk.now() + timedelta(days=2), forward=forward)

    due, late = await breach(desk, next_day(change - timedelta(days=1), SATURDAY, time(21)))

    assert due == expected
    assert timedelta(0) <= late < SOON


async def test_a_clock_that_waited_out_the_change_goes_on_where_it_stood(desk: SkippingDesk) -> None:
    await promise(desk, NIGHTS, 8 * HOUR)
    change = next_change(await desk.now() + timedelta(days=2), forward=True)
    await desk.pass_until(next_day(change - timedelta(days=1), SATURDAY, time(23)))
    number = await desk.open(impact=1, urgency=1)
    noon = next_day(change, 6, time(12))
    await desk.ask(number, "hold", reason="planned_until", until=noon.isoformat())

    await desk.pass_time(timedelta(days=3))

    (missed,) = await desk.facts(number, "ClockBreached")
    due = instant(missed["data"]["due"]).astimezone(WARSAW)
    assert f"{due:%A %H:%M}" == "Monday 00:00"  # the response clock counts on: six hours of the short night, two more


async def test_days_until_an_incident_closes_are_working_days(desk: SkippingDesk) -> None:
    await desk.publish(CALENDAR, "office", OFFICE)
    await desk.publish(
        POLICY, "incident-p1", {**POLICIES["incident-p1"], "close_after": {"work": 16 * HOUR, "calendar": "office"}}
    )
    await desk.pass_until(next_day(await desk.now(), FRIDAY, time(12)))
    number = await desk.open(impact=1, urgency=1)
    await desk.ask(number, "resolve", code="fixed", text="Restarted it.")

    await desk.pass_time(timedelta(days=10))

    (closed,) = await desk.facts(number, "Closed")
    assert f"{instant(closed['data']['due']).astimezone(WARSAW):%A %H}" == "Tuesday 12"


async def test_service_hours_that_ran_out_during_a_long_hold_are_read_anew(desk: SkippingDesk) -> None:
    await desk.publish(CALENDAR, "office", OFFICE)
    number = await desk.open(impact=1, urgency=1)
    until = await desk.now() + timedelta(days=200)
    await desk.ask(number, "hold", reason="planned_until", until=until.isoformat())
    await desk.pass_until(next_day(until, FRIDAY, time(12)))
    await desk.ask(number, "resolve", code="fixed", text="Restarted it.")

    await desk.pass_time(timedelta(days=10))

    (closed,) = await desk.facts(number, "Closed")
    assert f"{instant(closed['data']['due']).astimezone(WARSAW):%A}" in ("Wednesday", "Thursday")
    assert (await desk.proof(number)).problems == []
