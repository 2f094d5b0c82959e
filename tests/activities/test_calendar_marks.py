"""What a calendar says beside each change, by the rules that judge the change itself."""

from datetime import datetime
from typing import Any

import pytest

from activities.calendar_marks import marks
from longwatch.domain.schedule import Window
from longwatch.domain.ticket import Actor
from longwatch.store import agreed_windows
from longwatch.store.database import Store
from longwatch.store.schedule import Asked, page
from tests.store.changes import DAY, HOUR, SUNDAYS, TUESDAY, agreed, change, plan

MANAGER = Actor("user:change-manager", roles=("change-manager",))
MONDAY = TUESDAY - DAY
WEEK = Window(TUESDAY - 2 * DAY, TUESDAY + 7 * DAY)


@pytest.fixture(autouse=True)
def _on_monday(store: Store) -> None:
    store._clock = lambda: MONDAY


def marked(store: Store, now: datetime = MONDAY) -> dict[str, list[str]]:
    with store.reading() as session:
        works = page(session, MANAGER, Asked(WEEK.begin, WEEK.end)).items
        return {ticket: [one.kind for one in those] for ticket, those in marks(session, works, now, MANAGER).items()}


def add(store: Store, **data: Any) -> None:
    with store.writing() as session:
        agreed_windows.add(store, session, MANAGER, agreed(**data))


def test_changes_that_meet_are_marked_both(store: Store) -> None:
    plan(store, change(1), change(2, 1, 3), change(3, 2, 4), change(4, cis=("mail-1",)))

    assert marked(store) == {
        "CHG-000001": ["conflict"],
        "CHG-000002": ["conflict", "conflict"],
        "CHG-000003": ["conflict"],
    }


def test_freezes_and_missed_maintenance_are_marked(store: Store) -> None:
    plan(store, change(1), change(2, cis=("mail-1",)))
    add(store, scope={"kind": "cis", "names": ["mail-1"]})
    add(store, kind="maintenance", end=None, times=SUNDAYS, scope={"kind": "teams", "names": ["databases"]})

    assert marked(store) == {
        "CHG-000001": ["outside_maintenance"],
        "CHG-000002": ["freeze"],
    }


def test_what_is_over_or_called_off_is_marked_no_more(store: Store) -> None:
    plan(store, change(1, status="cancelled"), change(2), change(3, -9, -8))

    assert marked(store, TUESDAY - 5 * HOUR) == {}
    assert marked(store, TUESDAY + 9 * HOUR) == {}
