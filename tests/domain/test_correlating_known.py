"""What is known of an alert follows the order of events, and agrees with what its group knows."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain import alerts
from longwatch.domain.alerts_order import SEVERITIES, Delivery, to_milliseconds
from longwatch.domain.alerts_sift import sift
from longwatch.domain.correlating_known import Known, hear

DAY = datetime(2026, 11, 22, tzinfo=UTC)


def said(*, firing: bool, starts: int | None, at: int, ends: int | None = None, severity: int = 1) -> Delivery:
    """A delivery; times in seconds of the day."""
    milliseconds = [None if each is None else to_milliseconds(DAY + timedelta(seconds=each)) for each in (starts, ends)]
    received = to_milliseconds(DAY + timedelta(seconds=at))
    return Delivery("disk", firing, severity, *milliseconds, received, f"at {at}", "", ())


def known(*deliveries: Delivery) -> Known:
    found: Known | None = None
    for each in deliveries:
        found = hear(found, each, DAY + timedelta(milliseconds=each.at - to_milliseconds(DAY)))
    assert found is not None
    return found


DELIVERIES = st.builds(
    said,
    firing=st.booleans(),
    starts=st.none() | st.integers(0, 900),
    at=st.integers(0, 1_000),
    ends=st.none() | st.integers(0, 900),
    severity=st.integers(0, len(SEVERITIES) - 1),
)


@given(st.lists(DELIVERIES, min_size=1, max_size=12))
def test_the_table_and_the_group_know_the_same(deliveries: list[Delivery]) -> None:
    mine = known(*deliveries)

    of_group = sift(alerts.State(), deliveries).rows["disk"]

    assert mine.row == of_group


def test_an_end_that_comes_before_its_beginning_stays_the_end() -> None:
    found = known(said(firing=False, starts=10, ends=60, at=61), said(firing=True, starts=10, at=62))

    assert not found.row.firing
    assert found.again == 1


def test_the_last_change_is_when_the_state_changed() -> None:
    found = known(
        said(firing=True, starts=10, at=10), said(firing=True, starts=10, at=40), said(firing=False, starts=10, at=50)
    )

    assert (found.first, found.changed, found.last) == tuple(DAY + timedelta(seconds=each) for each in (10, 50, 50))


def test_a_new_beginning_is_counted() -> None:
    found = known(
        said(firing=True, starts=10, at=10),
        said(firing=False, starts=10, ends=20, at=20),
        said(firing=True, starts=30, at=30),
    )

    assert found.row.fired == 2
