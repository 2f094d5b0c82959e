"""Weekly windows unfolded: the wall clock of their zone decides, also on the nights the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.windows import freezes, maintenance, occurrences, unfolded
from longwatch.domain.schedule import Window, overlap
from longwatch.domain.ticket import Actor, instant
from longwatch.store import agreed_windows
from longwatch.store.database import Store
from longwatch.store.projection import NEVER
from longwatch.store.tables_schedule import AgreedWindow
from tests.store.changes import DAY, HOUR, SUNDAYS, TUESDAY, agreed

MANAGER = Actor("user:change-manager", roles=("change-manager",))
WARSAW = ZoneInfo("Europe/Warsaw")
AUTUMN = datetime(2026, 10, 25, tzinfo=UTC)
SPRING = datetime(2027, 3, 28, tzinfo=UTC)


def weekly(begin: datetime = datetime(2026, 1, 1, tzinfo=UTC), end: datetime = NEVER, **weekly_: str) -> AgreedWindow:
    """A window of Sundays, from and to a wall time of Warsaw."""
    spans = {"6": [[weekly_.get("opens", "01:00"), weekly_.get("closes", "05:00")]]}
    return AgreedWindow(row=1, begin=begin, end=end, times={**SUNDAYS, "weekly": spans})


def day_of(at: datetime, row: AgreedWindow) -> tuple[Window, ...]:
    return unfolded(row, at, at + DAY)


@pytest.mark.parametrize(("sunday", "hours"), [(AUTUMN, 5), (SPRING, 3), (AUTUMN + 7 * DAY, 4)])
def test_a_night_on_which_the_clocks_change_is_longer_or_shorter(sunday: datetime, hours: int) -> None:
    (window,) = day_of(sunday - HOUR * 3, weekly())

    assert window.length == hours * HOUR
    assert window.begin.astimezone(WARSAW).hour == 1
    assert window.end.astimezone(WARSAW).hour == 5


def test_a_window_within_the_hour_that_comes_twice_holds_both() -> None:
    (window,) = day_of(AUTUMN, weekly(opens="02:15", closes="02:45"))

    assert window == Window(AUTUMN + timedelta(minutes=15), AUTUMN + timedelta(hours=1, minutes=45))


def test_a_window_within_the_hour_that_is_skipped_does_not_take_place() -> None:
    assert day_of(SPRING, weekly(opens="02:15", closes="02:45")) == ()


def test_a_window_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    (window,) = day_of(AUTUMN, weekly(opens="23:00", closes="03:00"))

    assert window.begin == datetime(2026, 10, 25, 22, tzinfo=UTC)
    assert window.length == 4 * HOUR


def test_no_stretch_begins_before_the_window_holds_or_lasts_after_it() -> None:
    row = weekly(begin=AUTUMN, end=AUTUMN + 8 * DAY)

    found = unfolded(row, AUTUMN - 30 * DAY, AUTUMN + 30 * DAY)

    assert [window.begin.date().isoformat() for window in found] == ["2026-10-25", "2026-11-01"]
    assert found[0].begin == AUTUMN


@given(st.integers(0, 400 * 24), st.integers(1, 400))
@settings(max_examples=100)
def test_a_stretch_is_shown_whole_or_not_at_all(offset: int, hours: int) -> None:
    begin = datetime(2026, 3, 1, tzinfo=UTC) + offset * HOUR
    span = Window(begin, begin + hours * HOUR)

    found = unfolded(weekly(), span.begin, span.end)

    assert all(overlap(window, span) for window in found)
    assert all(window.length in (3 * HOUR, 4 * HOUR, 5 * HOUR) for window in found)


def added(store: Store, **data: object) -> None:
    store._clock = lambda: TUESDAY - DAY
    with store.writing() as session:
        agreed_windows.add(store, session, MANAGER, agreed(**data))


def test_a_calendar_shows_once_and_weekly_windows_by_beginning(store: Store) -> None:
    added(store, name="once", begin=90, end=95)
    added(store, kind="maintenance", name="weekly", begin=0, end=None, times=SUNDAYS)

    with store.reading() as session:
        found = occurrences(session, TUESDAY, TUESDAY + 14 * DAY)

    assert [one.row.name for one in found] == ["once", "weekly", "weekly"]
    assert found[1].window.begin == instant("2026-11-29T00:00:00.000000Z")


def test_the_rules_are_told_freezes_and_maintenance_apart(store: Store) -> None:
    added(store, name="frozen", blocking=False)
    added(store, kind="maintenance", name="weekly", end=None, times=SUNDAYS, scope={"kind": "cis", "names": ["db-1"]})

    with store.reading() as session:
        frozen = freezes(occurrences(session, TUESDAY, TUESDAY + HOUR))
        (kept,) = maintenance(session, TUESDAY, TUESDAY + HOUR, 14 * DAY)

    assert [(one.name, one.blocking) for one in frozen] == [("frozen", False)]
    assert kept.scope.names == ("db-1",)
    assert len(kept.occurrences) == 2
