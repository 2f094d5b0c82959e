"""The escalation ladder: every rung that comes due is accounted for once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from longwatch.domain import clocks as clocking
from longwatch.domain import ladder as climbing
from longwatch.domain.calendar import read_hours
from longwatch.domain.clocks import Clock
from longwatch.domain.ladder import Ladder
from tests.domain.incident_desk import LADDER, MONDAY, office

HOURS = {"office": read_hours("office", office(MONDAY, MONDAY + timedelta(days=60)))}
HOUR = 3600


def after(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def response() -> Clock:
    return clocking.begin("response", HOUR, "office", MONDAY)


def ladder(*rungs: dict[str, Any]) -> Ladder:
    return climbing.read_ladder("standard", {"version": 1, "rungs": rungs})


def rung(name: str, share: int, **more: Any) -> dict[str, Any]:
    return {"id": name, "clock": "response", "share": share, "do": [{"notify": ["assignee"]}], **more}


HALF_AND_WHOLE = ladder(rung("half", 50), rung("whole", 100))


def due(of: Ladder, clock: Clock, minutes: float) -> list[tuple[str, int]]:
    late = climbing.fallen_due(of, [clock], HOURS, after(minutes))
    return [(one.rung.id, one.n) for one in late]


def test_a_rung_comes_due_at_its_share_of_the_clock() -> None:
    coming = climbing.upcoming(HALF_AND_WHOLE, [response()], HOURS)

    assert [(one.rung.id, one.due) for one in coming] == [("half", after(30)), ("whole", after(60))]
    assert due(HALF_AND_WHOLE, response(), 29) == []
    assert due(HALF_AND_WHOLE, response(), 30) == [("half", 0)]


def test_a_rung_may_stand_at_a_time_after_the_beginning() -> None:
    later = ladder({"id": "later", "clock": "response", "after": 7200, "do": []})

    assert [one.due for one in climbing.upcoming(later, [response()], HOURS)] == [after(120)]


def test_a_rung_stands_still_with_its_clock() -> None:
    paused = clocking.pause(response(), HOURS, after(10), "planned_until")

    assert due(HALF_AND_WHOLE, paused, 500) == []
    assert due(HALF_AND_WHOLE, clocking.resume(paused, after(100)), 120) == [("half", 0)]


def test_a_rung_of_a_clock_that_is_not_promised_never_comes_due() -> None:
    assert climbing.upcoming(HALF_AND_WHOLE, [], HOURS) == ()


def test_only_the_highest_of_what_is_due_runs() -> None:
    late = climbing.fallen_due(HALF_AND_WHOLE, [response()], HOURS, after(300))

    run, overtaken = climbing.judge(late)

    assert [one.rung.id for one in run] == ["whole"]
    assert [(one.rung.id, by) for one, by in overtaken] == [("half", "whole")]


def test_rungs_at_the_same_height_all_run() -> None:
    twin = ladder(rung("notify", 50), rung("page", 50), rung("early", 10))

    run, overtaken = climbing.judge(climbing.fallen_due(twin, [response()], HOURS, after(31)))

    assert sorted(one.rung.id for one in run) == ["notify", "page"]
    assert [one.rung.id for one, _ in overtaken] == ["early"]


def test_each_clock_has_its_own_highest_rung() -> None:
    both = ladder(rung("r", 50), {"id": "s", "clock": "resolution", "share": 10, "do": []})
    resolution = clocking.begin("resolution", HOUR, "office", MONDAY)

    run, overtaken = climbing.judge(climbing.fallen_due(both, [response(), resolution], HOURS, after(40)))

    assert sorted(one.rung.id for one in run) == ["r", "s"]
    assert overtaken == []


def test_a_rung_repeats_as_often_as_stated_and_no_more() -> None:
    again = ladder(rung("again", 50, repeat={"every": 600, "times": 2}))

    assert due(again, response(), 45) == [("again", 0), ("again", 1)]
    assert due(again, response(), 400) == [("again", 0), ("again", 1), ("again", 2)]
    assert due(climbing.accounted(again, "again", 0), response(), 45) == [("again", 1)]
    assert due(climbing.accounted(again, "again", 2), response(), 400) == []


def test_after_an_outage_only_the_last_of_the_repeats_runs() -> None:
    again = ladder(rung("again", 50, repeat={"every": 600, "times": 2}))

    run, overtaken = climbing.judge(climbing.fallen_due(again, [response()], HOURS, after(400)))

    assert [one.n for one in run] == [2]
    assert [one.n for one, _ in overtaken] == [0, 1]


def test_a_rung_called_off_is_not_to_come() -> None:
    off = climbing.called_off(HALF_AND_WHOLE, ["half"])

    assert due(off, response(), 100) == [("whole", 0)]


def test_a_clock_that_goes_on_arms_only_the_rungs_ahead_of_it() -> None:
    off = climbing.called_off(climbing.accounted(HALF_AND_WHOLE, "half", 0), ["whole"])
    stopped = clocking.end(response(), HOURS, after(40), "resolved")

    armed = climbing.armed_again(off, clocking.reopen(stopped, after(100)))

    assert [(one.id, one.over) for one in armed.rungs] == [("half", True), ("whole", False)]


def test_a_clock_that_begins_anew_arms_all_its_rungs() -> None:
    run = climbing.accounted(climbing.accounted(HALF_AND_WHOLE, "half", 0), "whole", 0)

    armed = climbing.armed_again(run, clocking.restart(response(), after(90)))

    assert [(one.done, one.over) for one in armed.rungs] == [(0, False), (0, False)]


def test_a_ladder_is_written_as_it_was_read() -> None:
    read = climbing.read_ladder("standard", LADDER)

    assert climbing.read_ladder("standard", climbing.ladder_data(read)) == read


@pytest.mark.parametrize(
    "bad",
    [
        {"id": "x", "clock": "lunch", "share": 50, "do": []},
        {"id": "x", "clock": "response", "do": []},
        {"id": "x", "clock": "response", "share": 50, "after": 60, "do": []},
        {"id": "x", "clock": "response", "share": -1, "do": []},
        {"id": "x", "clock": "response", "share": 50, "do": [{"explode": ["all"]}]},
        {"id": "x", "clock": "response", "share": 50, "do": [{"team": 5}]},
        {"id": "x", "clock": "response", "share": 50, "do": [{"team": "a", "level": 1}]},
        {"id": "x", "clock": "response", "share": 50, "do": [], "repeat": {"every": 0, "times": 2}},
        {"id": "x", "clock": "response", "share": 50, "do": [], "repeat": {"every": 1, "times": 2000}},
    ],
)
def test_a_rung_that_makes_no_sense_is_not_read(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"rung|x"):
        ladder(bad)


def test_two_rungs_of_one_name_are_not_read() -> None:
    with pytest.raises(ValueError, match="name of its own"):
        ladder(rung("same", 10), rung("same", 20))
