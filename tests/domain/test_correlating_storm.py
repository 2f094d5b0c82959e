"""A storm begins above its bound, ends after five minutes under half of it, and counts what it can count."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain.correlating_storm import CALM, Storm, calmed, counted, minute_of, rate

BEGIN = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
BOUND = 10


def after(*seconds: float) -> Storm:
    """A source that begins a group at each of these moments."""
    storm = Storm(minute_of(BEGIN))
    for each in seconds:
        storm = counted(storm, "prom", BOUND, BEGIN + timedelta(seconds=each))
    return storm


def test_as_many_groups_as_are_allowed_are_no_storm() -> None:
    assert after(*range(BOUND)).begun is None


def test_one_more_is_a_storm_with_a_key_of_its_own() -> None:
    storm = after(*range(BOUND + 1))

    assert storm.begun == BEGIN + timedelta(seconds=BOUND)
    assert storm.key == "prom/storm/2026-11-22T12:00:40.000000Z"


def test_the_turn_of_a_minute_hides_no_storm() -> None:
    storm = after(*[29.0] * 7, *[31.0] * 7)

    assert storm.begun is not None


def test_a_storm_goes_on_while_half_the_bound_is_met() -> None:
    storm = after(*[0.0] * (BOUND + 1), *(float(each * 10) for each in range(1, 60)))

    assert storm.begun == BEGIN


def test_a_storm_ends_five_minutes_after_it_was_last_half_of_one() -> None:
    storm = after(*[0.0] * (BOUND + 1))

    assert calmed(storm, BEGIN + CALM).begun is not None
    assert calmed(storm, BEGIN + CALM + timedelta(seconds=1)).begun is None


def test_a_bound_of_nothing_never_storms() -> None:
    storm = Storm(minute_of(BEGIN))
    for _ in range(1_000):
        storm = counted(storm, "prom", 0, BEGIN)

    assert storm.begun is None


@given(st.lists(st.integers(0, 200), max_size=60).map(sorted))
def test_the_rate_is_never_more_than_there_were_in_two_minutes(moments: list[int]) -> None:
    storm = after(*moments)

    end = BEGIN + timedelta(seconds=moments[-1] if moments else 0)
    recent = [each for each in moments if (end - BEGIN).total_seconds() - each < 120]
    assert 0 <= rate(storm, end) <= len(recent)
