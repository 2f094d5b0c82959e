"""People's snoozes: nothing is asked for or told until the end, and then what still fires."""

from typing import Any

import pytest

from longwatch.domain import alerts
from longwatch.domain.ticket import Actor, Refused, stamp
from tests.domain.alert_desk import PERSON, Desk, clock, firing, resolved, said

HOUR = 3_600


def asking(until: float | None = None, **settings: Any) -> Desk:
    """A group that asks for planned work, which lasts until so many seconds after the start."""
    return Desk({"ask_planned": True, **settings}, answers={"planned": said(until)})


def snoozed_incident() -> Desk:
    """An open incident whose group is snoozed from second 10 to second 1000."""
    desk = asking()
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    desk.number(6)
    desk.snooze(10, 1_000)
    return desk


def test_a_snoozed_incident_hears_nothing_until_the_end_and_then_what_still_fires() -> None:
    desk = snoozed_incident()
    for start in (100, 300, 500):
        desk.deliver(start, resolved("a", 0, start))
        desk.deliver(start + 50, firing("a", start + 50, severity="critical"))
    desk.wake(999)
    meanwhile = desk.told()

    desk.wake(1_000)

    assert meanwhile == []
    assert desk.told() == ["firing"]
    assert desk.state.link == "firing"


def test_a_snoozed_incident_whose_alerts_ended_goes_quiet_at_the_end() -> None:
    desk = snoozed_incident()
    desk.deliver(100, resolved("a", 0, 100))

    desk.wake(1_300)

    assert desk.told() == ["quiet", "cleared"]


def test_what_was_cleared_when_it_was_snoozed_fires_again_at_the_end() -> None:
    desk = asking()
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    desk.number(6)
    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(310)
    desk.snooze(400, 1_000)

    desk.deliver(500, firing("a", 500))
    desk.wake(1_000)

    assert desk.told() == ["quiet", "cleared", "refired"]


def test_a_cleared_group_that_stayed_silent_through_its_snooze_keeps_its_reopen_window() -> None:
    desk = asking()
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    desk.number(6)
    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(310)
    desk.snooze(400, 1_000)

    desk.wake(1_000)

    assert desk.told() == ["quiet", "cleared"]
    assert (desk.state.link, desk.state.until) == ("cleared", clock(1_000 + HOUR))


def test_what_a_person_snoozes_before_it_is_an_incident_is_judged_at_the_end() -> None:
    desk = asking()
    desk.deliver(0, firing("a", 0))
    desk.snooze(2, 500)

    desk.wake(499)
    early = len(desk.opened())
    desk.wake(500)

    assert (early, len(desk.opened())) == (0, 1)


def test_a_snooze_lasts_through_ends_and_new_beginnings() -> None:
    desk = asking()
    desk.deliver(0, firing("a", 0))
    desk.snooze(2, 5_000)
    for start in (10, 20, 30):
        desk.deliver(start, resolved("a", 0, start))
        desk.deliver(start + 5, firing("a", start + 5))
    desk.deliver(40, resolved("a", 35, 40))

    desk.wake(5_000)

    assert desk.opened() == []
    assert (desk.state.link, desk.state.transients) == ("idle", 1)


def test_a_person_wakes_what_was_snoozed_and_planned_work_still_counts() -> None:
    desk = asking()
    desk.deliver(0, firing("a", 0))
    desk.snooze(2, 500)

    desk.answers["planned"] = said(HOUR)
    desk.do(100, "unsnooze", PERSON)

    assert (desk.state.link, desk.state.parked_by) == ("parked", "CHG-000001")


def test_a_group_that_never_opens_does_not_after_a_snooze_either() -> None:
    desk = asking(opens=False)
    desk.deliver(0, firing("a", 0))
    desk.snooze(2, 500)

    desk.wake(500)

    assert desk.opened() == []
    assert desk.state.link == "idle"


def test_what_people_cancelled_the_incident_of_stays_silent_after_a_snooze() -> None:
    desk = snoozed_incident()
    desk.do(20, "incident_ended", number="INC-000001", status="cancelled")

    desk.wake(1_000)
    silent = len(desk.opened())
    desk.deliver(1_100, firing("a", 1_100))
    desk.wake(1_105)

    assert (silent, len(desk.opened())) == (1, 2)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"reason": "Noise."}, "until"),
        ({"until": "tomorrow", "reason": "Noise."}, "until"),
        ({"until": stamp(clock(-5)), "reason": "Noise."}, "until"),
        ({"until": stamp(clock(31 * 86_400 + 100)), "reason": "Noise."}, "until"),
        ({"until": stamp(clock(600)), "reason": " "}, "reason"),
        ({"until": stamp(clock(600))}, "reason"),
    ],
)
def test_a_snooze_needs_an_end_ahead_and_a_reason(data: dict[str, Any], field: str) -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0))

    with pytest.raises(Refused) as refused:
        desk.do(10, "snooze", PERSON, **data)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("actor", "why"),
    [
        (Actor("user:rita", "person", ("requester",)), "ask an agent"),
        (Actor("user:alma", "person", ("auditor",)), "ask an agent"),
        (Actor("source:prometheus", "monitoring"), "Only people"),
    ],
)
def test_only_agents_and_above_snooze(actor: Actor, why: str) -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0))

    with pytest.raises(Refused, match=why):
        desk.snooze(10, 600, actor)


def test_what_nobody_has_heard_of_or_what_ended_for_good_is_not_snoozed() -> None:
    desk = Desk()
    with pytest.raises(Refused, match="nothing to snooze"):
        desk.snooze(10, 600)
    desk.deliver(20, resolved("a", 0, 20))
    desk.wake(9_000)

    with pytest.raises(Refused, match="nothing to snooze"):
        desk.snooze(9_001, 9_600)


def test_only_what_is_snoozed_is_woken() -> None:
    desk = asking(HOUR)
    desk.deliver(0, firing("a", 0))
    desk.wake(5)

    with pytest.raises(Refused, match="not snoozed"):
        desk.do(10, "unsnooze", PERSON)


def test_pages_are_told_who_may_snooze_and_what() -> None:
    desk = Desk()
    before = alerts.allowed(desk.state, PERSON)
    desk.deliver(0, firing("a", 0))
    awake = [one.name for one in alerts.allowed(desk.state, PERSON)]
    desk.snooze(1, 600)

    assert before == []
    assert awake == ["snooze"]
    assert [one.name for one in alerts.allowed(desk.state, PERSON)] == ["snooze", "unsnooze"]
    assert alerts.allowed(desk.state, Actor("user:rita", "person", ("requester",))) == []
    assert not alerts.may(PERSON, "touched")
