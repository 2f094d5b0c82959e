"""A calendar that is edited while tickets run moves their deadlines, and the proof still holds."""

import asyncio
from datetime import datetime, timedelta

import pytest

from activities.calendar_news import tell_next
from longwatch.domain.ticket import Actor, instant
from longwatch.seed import HOUR, POLICIES
from longwatch.store import publishing
from longwatch.store.configuration import CALENDAR, POLICY
from longwatch.store.publishing import SETTLES, Setting
from tests.workflows.skipping import SkippingDesk

pytestmark = pytest.mark.engine

ADMIN = Actor("user:admin", roles=("admin",))
ALL_DAY = {"zone": "UTC", "weekly": {str(day): [["00:00", "00:00"]] for day in range(7)}}
TWO_WEEKS = timedelta(days=14)


async def test_an_edited_calendar_moves_the_deadlines_of_open_tickets(desk: SkippingDesk) -> None:
    await desk.publish(CALENDAR, "tested", ALL_DAY)
    target = {"clock": "response", "work": 8 * HOUR, "calendar": "tested"}
    await desk.publish(POLICY, "incident-p1", {**POLICIES["incident-p1"], "targets": [target]})
    number = await desk.open(impact=1, urgency=1)
    opened = await desk.now()
    begun = opened + TWO_WEEKS
    late = {"zone": "UTC", "weekly": {str(begun.weekday()): [["00:00", "00:00"]]}, "holidays": _days_before(opened)}

    setting = Setting(CALENDAR, "tested")
    await desk.write(lambda session: publishing.publish(desk.store, session, ADMIN, setting, late))
    await desk.pass_time(2 * SETTLES)
    while await asyncio.to_thread(tell_next, desk.store):
        await desk.settle()
    await desk.pass_time(TWO_WEEKS + timedelta(days=8))

    (missed,) = await desk.facts(number, "ClockBreached")
    assert instant(missed["data"]["due"]) > opened + timedelta(days=10)
    assert len(await desk.facts(number, "CalendarRequested")) >= 1
    assert (await desk.proof(number)).problems == []


def _days_before(opened: datetime) -> list[str]:
    """The first ten days from an instant, closed as holidays."""
    day = opened.date()
    return [(day + timedelta(days=n)).isoformat() for n in range(10)]
