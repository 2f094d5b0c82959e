"""Freezes and maintenance windows: kept, edited, ended, audited."""

from datetime import datetime
from typing import Any

import pytest

from longwatch.domain.schedule_windows import WindowFault
from longwatch.domain.ticket import Actor, stamp
from longwatch.store import agreed_windows
from longwatch.store.database import Store
from longwatch.store.tables import Audit
from longwatch.store.tables_schedule import AgreedWindow
from tests.store.changes import DAY, HOUR, SUNDAYS, TUESDAY, agreed

MANAGER = Actor("user:change-manager", roles=("change-manager",))


@pytest.fixture
def dated(either_store: Store) -> Store:
    """The desk on a Monday before all windows of these tests."""
    return at(either_store, TUESDAY - DAY)


def at(store: Store, now: datetime) -> Store:
    store._clock = lambda: now
    return store


def added(store: Store, **data: Any) -> int:
    with store.writing() as session:
        return agreed_windows.add(store, session, MANAGER, agreed(**data)).row


def names(store: Store, begin: int, end: int) -> list[str]:
    with store.reading() as session:
        found = agreed_windows.in_span(session, TUESDAY + begin * HOUR, TUESDAY + end * HOUR)
        return [row.name for row in found]


def audited(store: Store) -> list[str]:
    with store.reading() as session:
        return [row.action for row in session.query(Audit).order_by(Audit.row)]


def test_a_freeze_is_kept_and_audited(dated: Store) -> None:
    row = added(dated)

    with dated.reading() as session:
        kept = agreed_windows.agreed_of(session.get_one(AgreedWindow, row))
        noted = session.query(Audit).one()
    assert kept.end == TUESDAY + 5 * HOUR
    assert (noted.action, noted.actor, noted.subject) == ("freeze.added", MANAGER.id, str(row))
    assert noted.data["reason"] == "Agreed with the shop."


def test_a_weekly_window_without_an_end_is_kept_as_it_was_said(dated: Store) -> None:
    row = added(dated, kind="maintenance", end=None, times=SUNDAYS)

    with dated.reading() as session:
        kept = agreed_windows.agreed_of(session.get_one(AgreedWindow, row))
    assert kept.end is None
    assert kept.times is not None
    assert kept.times.data() == SUNDAYS


def test_windows_are_found_by_the_time_they_are_on(dated: Store) -> None:
    added(dated, name="one")
    added(dated, name="later", begin=5, end=9)
    added(dated, kind="maintenance", name="weekly", begin=-1, end=None, times=SUNDAYS)

    assert names(dated, 5, 6) == ["weekly", "later"]
    assert names(dated, -4, -3) == ["one"]
    assert names(dated, 900, 901) == ["weekly"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"begin": -30, "end": -28}, "end"),
        ({"scope": {"kind": "cis", "names": ["db-1", "nothing-such"]}}, "scope.names"),
        ({"scope": {"kind": "classes", "names": ["spaceship"]}}, "scope.names"),
        ({"scope": {"kind": "services", "names": ["Moon"]}}, "scope.names"),
        ({"scope": {"kind": "teams", "names": ["astronauts"]}}, "scope.names"),
        ({"times": {**SUNDAYS, "zone": "Europe/Atlantis"}}, "times.zone"),
        ({"times": {**SUNDAYS, "zone": "../etc/passwd"}}, "times.zone"),
    ],
)
def test_what_cannot_be_a_window_changes_nothing(dated: Store, data: dict[str, Any], field: str) -> None:
    with pytest.raises(WindowFault) as fault:
        added(dated, **data)

    assert fault.value.field == field
    assert names(dated, -99, 99) == []
    assert audited(dated) == []


@pytest.mark.parametrize(
    "scope",
    [
        {"kind": "cis", "names": ["db-1", "web-1"]},
        {"kind": "services", "names": ["Web shop"]},
        {"kind": "teams", "names": ["databases"]},
    ],
)
def test_a_window_may_be_about_what_is_recorded(store: Store, scope: dict[str, Any]) -> None:
    at(store, TUESDAY - DAY)

    assert added(store, scope=scope) > 0


def test_an_edit_counts_and_keeps_the_kind_and_both_states(dated: Store) -> None:
    row = added(dated)

    with dated.writing() as session:
        held = agreed_windows.held(session, row, 1)
        assert held is not None
        agreed_windows.edit(dated, session, MANAGER, held, agreed(kind="maintenance", name="Longer", end=9))

    with dated.reading() as session:
        kept = session.get_one(AgreedWindow, row)
        noted = session.query(Audit).filter_by(action="freeze.edited").one()
        assert (kept.kind, kept.name, kept.version) == ("freeze", "Longer", 2)
        assert (noted.data["before"]["name"], noted.data["after"]["name"]) == ("The freeze", "Longer")


def test_an_edit_of_what_somebody_else_changed_is_refused(dated: Store) -> None:
    row = added(dated)
    with dated.writing() as session:
        held = agreed_windows.held(session, row, 1)
        assert held is not None
        agreed_windows.edit(dated, session, MANAGER, held, agreed(name="Mine"))

    with dated.writing() as session, pytest.raises(agreed_windows.Stale):
        agreed_windows.held(session, row, 1)

    assert names(dated, 0, 1) == ["Mine"]


def test_a_window_is_ended_now_and_once(dated: Store) -> None:
    row = added(dated)
    at(dated, TUESDAY)

    for _ in range(2):
        with dated.writing() as session:
            held = agreed_windows.held(session, row)
            assert held is not None
            agreed_windows.end(dated, session, MANAGER, held)

    assert names(dated, 0, 1) == []
    assert names(dated, -1, 0) == ["The freeze"]
    assert audited(dated) == ["freeze.added", "freeze.ended"]


def test_a_window_ended_before_it_began_never_takes_place(dated: Store) -> None:
    row = added(dated)

    with dated.writing() as session:
        held = agreed_windows.held(session, row)
        assert held is not None
        agreed_windows.end(dated, session, MANAGER, held)
        assert agreed_windows.agreed_of(held).begin == agreed_windows.agreed_of(held).end

    assert names(dated, -99, 99) == []


def test_what_is_over_is_edited_no_more(dated: Store) -> None:
    row = added(dated)
    at(dated, TUESDAY + DAY)

    with dated.writing() as session:
        held = session.get_one(AgreedWindow, row)
        with pytest.raises(WindowFault, match="It is over"):
            agreed_windows.edit(dated, session, MANAGER, held, agreed(end=99))


def test_lists_tell_what_is_to_come_from_what_is_over(dated: Store) -> None:
    added(dated, name="early")
    added(dated, name="late", begin=48, end=50)
    at(dated, TUESDAY + DAY)

    with dated.reading() as session:
        to_come = agreed_windows.listed(session, "freeze", TUESDAY + DAY, over=False)
        over = agreed_windows.listed(session, "freeze", TUESDAY + DAY, over=True)

    assert [row.name for row in to_come] == ["late"]
    assert [row.name for row in over] == ["early"]
    assert stamp(over[0].begin) == agreed()["begin"]
