"""The demo's windows are sound on any day of the year, and seeding again changes nothing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from longwatch import seed_schedule
from longwatch.domain.schedule_windows import read_agreed
from longwatch.store.database import Store
from longwatch.store.tables import Audit
from longwatch.store.tables_schedule import AgreedWindow


def test_the_demo_brings_its_windows_once(store: Store) -> None:
    with store.writing() as session:
        session.execute(delete(AgreedWindow))
        session.execute(delete(Audit))

    for _ in range(2):
        with store.writing() as session:
            seed_schedule.demo(store, session)

    with store.reading() as session:
        assert session.query(AgreedWindow).count() == 3
        assert session.query(Audit).filter(Audit.action.in_(["freeze.added", "maintenance.added"])).count() == 3


@pytest.mark.parametrize("day", [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, tzinfo=UTC)])
def test_the_windows_are_to_come_on_any_day_of_the_year(day: datetime) -> None:
    for window in seed_schedule.windows(day):
        assert read_agreed(window, day).name == window["name"]
