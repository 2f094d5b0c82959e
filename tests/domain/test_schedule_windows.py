"""Freezes and maintenance windows as data: what would not do what it says is refused by the entry's name."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain.schedule_windows import WindowFault, agreed_data, read_agreed
from longwatch.domain.ticket import stamp

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def freeze(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "freeze",
        "name": "Year end",
        "reason": "The books are closed.",
        "scope": {"kind": "all", "names": []},
        "begin": stamp(NOW + 20 * DAY),
        "end": stamp(NOW + 40 * DAY),
        **changes,
    }


def sundays(**changes: Any) -> dict[str, Any]:
    times = {"zone": "Europe/Warsaw", "weekly": {"6": [["02:00", "04:00"]]}}
    scope = {"kind": "services", "names": ["Web shop"]}
    return freeze(kind="maintenance", scope=scope, times=times, end=None, **changes)


@pytest.mark.parametrize("data", [freeze(), freeze(blocking=False), sundays(), freeze(times=sundays()["times"])])
def test_a_window_is_read_and_written_alike(data: dict[str, Any]) -> None:
    read = read_agreed(data, NOW)

    assert read_agreed(json.loads(json.dumps(agreed_data(read)))) == read


def test_one_that_is_over_is_read_and_not_planned() -> None:
    past = freeze(begin=stamp(NOW - 3 * DAY), end=stamp(NOW))

    assert read_agreed(past).end == NOW
    with pytest.raises(WindowFault, match="over already") as fault:
        read_agreed(past, NOW)
    assert fault.value.field == "end"


FAULTS: list[tuple[list[str], Any, str]] = [
    (["kind"], "party", "kind"),
    (["name"], "", "name"),
    (["reason"], None, "reason"),
    (["scope"], None, "scope"),
    (["scope", "kind"], "moon", "scope.kind"),
    (["scope", "names"], ["db-1"], "scope.names"),
    (["scope"], {"kind": "cis", "names": []}, "scope.names"),
    (["begin"], "tomorrow", "begin"),
    (["end"], None, "end"),
    (["end"], stamp(NOW + 20 * DAY), "end"),
    (["end"], stamp(NOW), "end"),
    (["end"], stamp(NOW + 400 * DAY), "end"),
    (["times"], {"zone": "UTC", "weekly": {"6": []}}, "times.weekly"),
    (["times"], {"zone": "UTC", "weekly": {"6": "night"}}, "times.weekly.6"),
    (["times"], {"zone": "UTC", "weekly": {"8": []}}, "times.weekly.8"),
    (["blocking"], 1, "blocking"),
    (["owner"], "me", "owner"),
]


@pytest.mark.parametrize(("path", "value", "field"), FAULTS)
def test_a_fault_is_refused_by_the_entrys_name(path: list[str], value: Any, field: str) -> None:
    data = deepcopy(freeze())
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    with pytest.raises(WindowFault) as fault:
        read_agreed(data, NOW)

    assert fault.value.field == field


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([*sorted(freeze()), "times"]), anything)
@settings(max_examples=100)
def test_nonsense_in_any_entry_is_refused_or_read_and_written_alike(name: str, value: Any) -> None:
    try:
        read = read_agreed(freeze(**{name: value}))
    except WindowFault as fault:
        named = fault.field
    else:
        named = name
        assert read_agreed(agreed_data(read)) == read

    assert named.startswith((name, "end"))
