"""Lines, stamps and digests: what the proof stands on."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain.ticket import (
    GENESIS,
    Fact,
    Line,
    body_digest,
    broken_link,
    canonical,
    digest,
    instant,
    read_line,
    stamp,
    write_line,
)

INSTANTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 1, 1), timezones=st.just(UTC))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FACTS = st.builds(
    Fact, st.text(max_size=20), INSTANTS, st.text(max_size=20), st.dictionaries(st.text(max_size=8), JSON)
)


@given(INSTANTS)
def test_a_stamp_names_its_instant_exactly(at: datetime) -> None:
    assert instant(stamp(at)) == at


@given(INSTANTS, INSTANTS)
def test_stamps_sort_as_instants_do(one: datetime, other: datetime) -> None:
    assert (stamp(one) < stamp(other)) == (one < other)


def test_an_instant_of_another_zone_is_stamped_in_utc() -> None:
    east = timezone(timedelta(hours=3))

    assert stamp(datetime(2026, 3, 1, 12, tzinfo=east)) == "2026-03-01T09:00:00.000000Z"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        stamp(datetime(2026, 3, 1, 12))


def test_numbers_that_do_not_hash_alike_are_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"load": float("nan")})


@settings(max_examples=50)
@given(FACTS)
def test_a_line_holds_its_fact(fact: Fact) -> None:
    line = write_line("INC-000001", 1, "c1", fact, GENESIS)

    assert read_line(line) == fact


def chain(facts: list[Fact]) -> list[Line]:
    lines: list[Line] = []
    for seq, fact in enumerate(facts, 1):
        lines.append(write_line("INC-000001", seq, "c", fact, lines[-1].hash if lines else GENESIS))
    return lines


@settings(max_examples=30)
@given(st.lists(FACTS, max_size=6))
def test_a_chain_written_line_by_line_is_whole(facts: list[Fact]) -> None:
    assert broken_link(chain(facts)) is None


@settings(max_examples=30)
@given(st.lists(FACTS, min_size=1, max_size=6), st.data())
def test_an_altered_line_breaks_the_chain_where_it_stands(facts: list[Fact], data: st.DataObject) -> None:
    lines = chain(facts)
    position = data.draw(st.integers(0, len(lines) - 1))
    line = lines[position]
    lines[position] = Line(line.seq, line.text + " ", line.prev, line.hash)

    assert broken_link(lines) == position + 1


@settings(max_examples=30)
@given(st.lists(FACTS, min_size=2, max_size=6), st.data())
def test_a_forged_line_with_a_right_hash_breaks_the_next_link(facts: list[Fact], data: st.DataObject) -> None:
    lines = chain(facts)
    position = data.draw(st.integers(0, len(lines) - 2))
    line = lines[position]
    forged = line.text.replace('"command":"c"', '"command":"d"')
    lines[position] = Line(line.seq, forged, line.prev, digest(line.prev, forged))

    assert broken_link(lines) == position + 2


def test_a_missing_line_breaks_the_chain() -> None:
    lines = chain([Fact("A", datetime(2026, 1, 1, tzinfo=UTC), "x")] * 3)

    assert broken_link([lines[0], lines[2]]) == 2


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_a_bodys_digest_tells_texts_apart(one: str, other: str) -> None:
    assert (body_digest("salt", one) == body_digest("salt", other)) == (one == other)
