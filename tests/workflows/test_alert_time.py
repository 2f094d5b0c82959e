"""What time does to an alert group and its incident: hold-down, quiet time, reopen window, at their instants."""

from datetime import timedelta

import pytest

from longwatch.domain.ticket import instant
from tests.histories.lives import GROUP, alert
from tests.workflows.skipping import SkippingDesk

pytestmark = pytest.mark.engine

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SOON = timedelta(seconds=5)


async def fired(desk: SkippingDesk) -> str:
    """An alert that outlasted its hold-down; the number of its incident."""
    await desk.alerts(GROUP, alert())
    await desk.pass_time(MINUTE)
    (number,) = await desk.incidents()
    return number


async def test_an_alert_shorter_than_the_hold_down_opens_nothing(desk: SkippingDesk) -> None:
    await desk.alerts(GROUP, alert())
    await desk.pass_time(3 * SECOND)
    await desk.alerts(GROUP, alert("resolved"))

    await desk.pass_time(timedelta(hours=2))

    assert await desk.incidents() == []
    assert (await desk.state(GROUP)).transients == 1


async def test_an_alert_that_outlasts_the_hold_down_opens_one_incident(desk: SkippingDesk) -> None:
    await desk.alerts(GROUP, alert())
    first = (await desk.facts(GROUP, "AlertsSeen"))[0]
    await desk.pass_time(4 * SECOND)
    before = await desk.incidents()

    await desk.pass_time(5 * SECOND)

    (number,) = await desk.incidents()
    state = await desk.state(number)
    assert before == []
    assert state.opened_at - instant(first["at"]) < 10 * SECOND
    assert (state.ci, state.priority, state.team, state.alert.group) == ("db-1", 1, "databases", GROUP)
    assert (state.status, state.assignee) == ("assigned", "user:agent2")


async def test_what_went_quiet_for_the_quiet_time_resolves_its_incident(desk: SkippingDesk) -> None:
    number = await fired(desk)
    await desk.alerts(GROUP, alert("resolved"))
    ended = await desk.now()
    await desk.pass_time(timedelta(minutes=4, seconds=50))
    early = (await desk.state(number)).status

    await desk.pass_time(timedelta(seconds=20))

    state = await desk.state(number)
    assert early == "assigned"
    assert (state.status, state.resolution, state.alert.link) == ("resolved", "cleared", "cleared")
    assert state.resolved_at - ended - timedelta(minutes=5) < SOON


async def test_monitoring_never_resolves_what_a_person_has_touched(desk: SkippingDesk) -> None:
    number = await fired(desk)
    await desk.ask(number, "start", "user:agent2")
    await desk.alerts(GROUP, alert("resolved"))

    await desk.pass_time(timedelta(hours=3))

    state = await desk.state(number)
    assert (state.status, state.alert.link) == ("in_progress", "cleared")


async def test_firing_again_in_the_quiet_time_keeps_the_incident_open(desk: SkippingDesk) -> None:
    number = await fired(desk)
    await desk.alerts(GROUP, alert("resolved"))
    await desk.pass_time(4 * MINUTE)
    await desk.alerts(GROUP, alert())

    await desk.pass_time(30 * MINUTE)

    state = await desk.state(number)
    assert (state.status, state.alert.link, state.reopen_count) == ("assigned", "firing", 0)
    assert await desk.incidents() == [number]


async def test_firing_again_within_the_reopen_window_reopens_the_same_incident(desk: SkippingDesk) -> None:
    number = await fired(desk)
    await desk.alerts(GROUP, alert("resolved"))
    await desk.pass_time(50 * MINUTE)
    between = (await desk.state(number)).status

    await desk.alerts(GROUP, alert())
    await desk.pass_time(MINUTE)

    state = await desk.state(number)
    assert between == "resolved"
    assert (state.status in ("assigned", "new"), state.reopen_count, state.alert.link) == (True, 1, "firing")
    assert await desk.incidents() == [number]


async def test_firing_again_after_the_reopen_window_opens_another_incident(desk: SkippingDesk) -> None:
    number = await fired(desk)
    await desk.alerts(GROUP, alert("resolved"))
    await desk.pass_time(timedelta(hours=2))
    sealed = (await desk.state(GROUP)).sealed

    await desk.alerts(GROUP, alert())
    await desk.pass_time(MINUTE)

    first, second = await desk.incidents()
    assert sealed
    assert first == number
    assert (await desk.state(number)).status == "resolved"
    assert (await desk.state(second)).alert.episode == 2
    assert (await desk.proof(GROUP)).problems == []


async def test_two_hundred_repetitions_are_one_incident(desk: SkippingDesk) -> None:
    for _ in range(20):
        await desk.alerts(GROUP, *[alert(fingerprint=f"f{n}") for n in range(10)])

    await desk.pass_time(MINUTE)

    state = await desk.state(GROUP)
    assert len(await desk.incidents()) == 1
    assert (state.alerts, state.firing()) == (200, 10)


async def test_the_settings_of_a_source_set_its_times(desk: SkippingDesk) -> None:
    quick = {"hold_down": 1, "quiet": 10, "reopen": 60}
    await desk.alerts(GROUP, alert(), **quick)
    await desk.pass_time(3 * SECOND)
    (number,) = await desk.incidents()
    await desk.alerts(GROUP, alert("resolved"), **quick)

    await desk.pass_time(15 * SECOND)

    assert (await desk.state(number)).status == "resolved"


async def test_a_rung_of_an_unattended_alert_climbs_to_the_lead(desk: SkippingDesk) -> None:
    number = await fired(desk)

    await desk.pass_time(16 * MINUTE)

    state = await desk.state(number)
    assert [fact["data"]["rung"] for fact in await desk.facts(number, "RungRun")] == [
        "remind-50",
        "warn-75",
        "missed-100",
    ]
    assert (state.level, state.clock("response").state) == (1, "breached")


async def test_firing_belongs_to_what_people_keep_open_long_after_the_reopen_window(desk: SkippingDesk) -> None:
    number = await fired(desk)
    await desk.ask(number, "start", "user:agent2")
    await desk.alerts(GROUP, alert("resolved"))
    await desk.pass_time(timedelta(hours=9))

    await desk.alerts(GROUP, alert())
    await desk.pass_time(MINUTE)

    assert await desk.incidents() == [number]
    assert (await desk.state(number)).alert.link == "firing"


async def test_firing_belongs_to_what_people_reopened_after_the_watch_had_ended(desk: SkippingDesk) -> None:
    number = await fired(desk)
    await desk.alerts(GROUP, alert("resolved"))
    await desk.pass_time(timedelta(hours=2))
    sealed = (await desk.state(GROUP)).sealed
    reopened = await desk.ask(number, "reopen", "user:agent2", reason="It was not over.")

    await desk.alerts(GROUP, alert())
    await desk.pass_time(MINUTE)

    assert (sealed, reopened.outcome) == (True, "applied")
    assert await desk.incidents() == [number]
    assert (await desk.proof(GROUP)).problems == []
