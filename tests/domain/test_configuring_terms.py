"""Settings of service levels are read strictly: what would not work later is named now, by its place."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch import seed
from longwatch.domain.configuring_terms import (
    TermsFault,
    calendars_of,
    check_calendar,
    check_matrix,
    check_policy,
    check_routing,
)
from tests.domain.catalogue_desk import ANYTHING, attempt

POLICY = seed.POLICIES["incident-p3"]
CALENDAR = seed.CALENDARS["office"]
MATRIX = {"cells": seed.MATRIX_CELLS}
RULE = {"rank": 10, "match": {"category": ["network"]}, "team": "network"}
CHECKS = {check_policy: POLICY, check_calendar: CALENDAR, check_matrix: MATRIX, check_routing: RULE}


def put(data: Any, path: str, value: Any) -> Any:
    """The data with another value at a path such as `targets.0.work`; None in the path's place takes it out."""
    changed = copy.deepcopy(data)
    *way, last = [int(step) if step.isdecimal() and not step.startswith("=") else step for step in path.split(".")]
    place = changed
    for step in way:
        place = place[step]
    place[last] = value
    return changed


def fault(check: Any, data: Any) -> TermsFault:
    """What is wrong with it."""
    with pytest.raises(TermsFault) as caught:
        check(data)
    return caught.value


@pytest.mark.parametrize("check", CHECKS)
def test_what_a_desk_begins_with_can_be_read(check: Any) -> None:
    assert check(CHECKS[check]) is None


@pytest.mark.parametrize("policy", seed.POLICIES.values())
def test_every_seeded_policy_can_be_read(policy: dict[str, Any]) -> None:
    assert check_policy(policy) is None


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("rank", -1, "rank"),
        ("colour", "red", "colour"),
        ("match.mood", ["bad"], "match.mood"),
        ("match.priority", ["1"], "match.priority"),
        ("match.kind", "incident", "match.kind"),
        ("targets", "none", "targets"),
        ("targets.0.clock", "answer", "targets[0].clock"),
        ("targets.1.clock", "response", "targets"),
        ("targets.0.work", 0, "targets[0].work"),
        ("targets.0.work", "900", "targets[0].work"),
        ("targets.0.calendar", None, "targets[0].calendar"),
        ("ladder.rungs.0.clock", "tea", "ladder.rungs[0].clock"),
        ("ladder.rungs.1.share", None, "ladder.rungs[1]"),
        ("ladder.rungs.0.do", [{"shout": ["all"]}], "ladder.rungs[0]"),
        ("ladder.rungs.0.id", "warn-75", "ladder"),
        ("ladder.rungs.0.shares", 5, "ladder.rungs[0].shares"),
        ("close_after.work", None, "close_after.work"),
        ("reopen_window", 0, "reopen_window"),
        ("pauses", "awaiting_requester", "pauses"),
    ],
)
def test_what_is_wrong_with_a_policy_is_named(path: str, value: Any, place: str) -> None:
    said = fault(check_policy, put(POLICY, path, value))

    assert said.field == place
    assert said.reason.endswith(".")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"zone": ""}, "zone"),
        ({"weekly": {}}, "weekly"),
        ({"weekly": {"7": [["08:00", "10:00"]]}}, "weekly.7"),
        ({"weekly": {"0": [["08:00"]]}}, "weekly.0[0]"),
        ({"weekly": {"0": [["8 am", "10 am"]]}}, "weekly.0[0]"),
        ({"holidays": ["Christmas"]}, "holidays[0]"),
        ({"holidays": ["2026-12-25", "2026-12-25"]}, "holidays"),
        ({"always": True}, "holidays"),
        ({"always": "yes"}, "always"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_named(changes: dict[str, Any], place: str) -> None:
    assert fault(check_calendar, {**CALENDAR, **changes}).field == place


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ([[1, 2, 3]], "cells"),
        ([[1, 2, 3], [1, 2], [1, 2, 3]], "cells[1]"),
        ([[1, 2, 3], [1, 2, 3], [1, 2, True]], "cells[2]"),
        ([[1, 2, 3], [1, 2, 3], [1, 2, 6]], "cells"),
        ("all", "cells"),
    ],
)
def test_what_is_wrong_with_a_matrix_is_named(cells: Any, place: str) -> None:
    assert fault(check_matrix, {"cells": cells}).field == place


@pytest.mark.parametrize(("name", "value"), [("rank", None), ("team", ""), ("team", 5), ("match", []), ("why", "x")])
def test_what_is_wrong_with_a_routing_rule_is_named(name: str, value: Any) -> None:
    assert fault(check_routing, {**RULE, name: value}).field == name


@settings(max_examples=200)
@given(check=st.sampled_from(list(CHECKS)), data=st.data())
def test_whatever_stands_in_an_entry_is_taken_or_refused_by_name(check: Any, data: st.DataObject) -> None:
    whole = CHECKS[check]
    name = data.draw(st.sampled_from(sorted(whole)))

    _, said = attempt(lambda: check({**whole, name: data.draw(ANYTHING)}), TermsFault)

    assert said is None or (said.reason and said.field)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("nonsense", [None, [], "x", 5])
def test_a_setting_is_named_entries(check: Any, nonsense: Any) -> None:
    assert fault(check, nonsense).reason


def test_the_calendars_of_a_policy_are_named_with_their_places() -> None:
    assert calendars_of(POLICY) == [
        ("targets[0].calendar", "office"),
        ("targets[1].calendar", "office"),
        ("close_after.calendar", "office"),
    ]
