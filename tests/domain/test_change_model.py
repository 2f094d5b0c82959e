"""Standard change models: data with conditions, an expiry and a switch; demoted after a failure."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain.change_model import (
    FAILED,
    ModelFault,
    Use,
    check_use,
    demoted,
    misfits,
    model_data,
    read_model,
    usable,
)
from longwatch.domain.schedule import Window
from longwatch.domain.schedule_scope import Subject
from longwatch.domain.ticket import Refused, stamp

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DB = Subject("db-1", "database", team="databases")


def data(**changes: Any) -> dict[str, Any]:
    """A model that allows a patch of a database by its team, for two hours at most."""
    return {
        "name": "patch-database",
        "version": 4,
        "title": "Patch a database",
        "plan": "Stop, patch, start.",
        "test": "The shop takes an order.",
        "backout": "Restore the snapshot.",
        "communication": "Tell the shop a day before.",
        "tasks": {
            "on_failure": "back_out",
            "tasks": [{"id": "snapshot", "title": "Take a snapshot"}, {"id": "patch", "title": "Patch", "limit": 600}],
        },
        "conditions": {"classes": ["database"], "teams": ["databases"], "longest": 7200},
        **changes,
    }


def conditions(**changes: Any) -> dict[str, Any]:
    return data(conditions={**data()["conditions"], **changes})


def use(hours: float = 2, **changes: Any) -> Use:
    window = Window(NOW + HOUR, NOW + HOUR + hours * HOUR)
    return replace(Use(window, (DB,), "databases", NOW), **changes)


def why(model: dict[str, Any], made: Use) -> list[str]:
    return [one.field for one in misfits(read_model(model), made)]


def test_a_model_is_read_and_written_alike() -> None:
    read = read_model(
        conditions(times={"zone": "Europe/Warsaw", "weekly": {"5": [["22:00", "04:00"]], "6": []}}, cis=["db-1"])
    )

    assert read_model(json.loads(json.dumps(model_data(read)))) == read


def test_a_use_that_meets_all_conditions_is_covered() -> None:
    assert why(data(), use()) == []
    check_use(read_model(data()), use())


@pytest.mark.parametrize(
    ("model", "made", "field"),
    [
        (data(enabled=False), use(), "model"),
        (data(expires_at=stamp(NOW)), use(), "model"),
        (data(expires_at=stamp(NOW + 2 * HOUR)), use(), "end"),
        (data(), use(hours=2.5), "end"),
        (data(), use(team="network"), "team"),
        (data(), use(team=None), "team"),
        (data(), use(subjects=()), "cis"),
        (data(), use(subjects=(DB, Subject("web-1", "server"))), "cis"),
        (conditions(classes=[], cis=["db-2"]), use(), "cis"),
        (conditions(most_items=1), use(subjects=(DB, Subject("db-2", "database"))), "cis"),
        (data(), use(open_times=()), "begin"),
        (data(), use(open_times=(Window(NOW, NOW + 2 * HOUR), Window(NOW + 2 * HOUR, NOW + 9 * HOUR))), "begin"),
    ],
)
def test_a_use_outside_the_conditions_is_refused_by_the_field(model: dict[str, Any], made: Use, field: str) -> None:
    assert why(model, made) == [field]
    with pytest.raises(Refused) as refusal:
        check_use(read_model(model), made)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("model", "made"),
    [
        (data(expires_at=stamp(NOW + 3 * HOUR)), use()),
        (conditions(teams=[]), use(team=None)),
        (conditions(classes=[]), use(subjects=(Subject("web-1", "server"),))),
        (conditions(cis=["web-1"]), use(subjects=(DB, Subject("web-1", "server")))),
        (data(), use(subjects=(DB, Subject("web-1", "server", related=True)))),
        (data(), use(open_times=(Window(NOW + HOUR, NOW + 3 * HOUR),))),
    ],
)
def test_a_use_at_the_edge_of_the_conditions_is_covered(model: dict[str, Any], made: Use) -> None:
    assert why(model, made) == []


@pytest.mark.parametrize("outcome", FAILED)
def test_a_model_whose_change_failed_is_demoted_and_says_why(outcome: str) -> None:
    fallen = read_model(demoted(data(), "CHG-000007", NOW, outcome))

    misfit = usable(fallen, NOW)

    assert misfit is not None
    assert "CHG-000007" in misfit.reason
    assert read_model(model_data(fallen)) == fallen


def test_a_change_that_succeeded_demotes_nothing() -> None:
    with pytest.raises(ValueError, match="no failure"):
        demoted(data(), "CHG-000007", NOW, "successful")


FAULTS: list[tuple[list[Any], Any, str]] = [
    (["name"], None, "name"),
    (["plan"], " ", "plan"),
    (["backout"], 7, "backout"),
    (["enabled"], "yes", "enabled"),
    (["expires_at"], "2027-01-01", "expires_at"),
    (["colour"], "red", "colour"),
    (["tasks", "tasks"], [], "tasks.tasks"),
    (["tasks", "tasks", 1, "id"], "snapshot", "tasks.tasks"),
    (["tasks", "tasks", 0, "title"], "", "tasks.tasks[0].title"),
    (["tasks", "tasks", 0, "share"], 0.5, "tasks"),
    (["conditions", "longest"], 0, "conditions.longest"),
    (["conditions", "longest"], 31 * 24 * 3600, "conditions.longest"),
    (["conditions", "teams"], ["a", "a"], "conditions.teams"),
    (["conditions", "teams"], [7], "conditions.teams[0]"),
    (["conditions", "times"], {"zone": "UTC", "weekly": {}}, "conditions.times.weekly"),
    (["conditions", "times"], {"zone": "UTC", "weekly": {"7": []}}, "conditions.times.weekly.7"),
    (["conditions", "times"], {"zone": "UTC", "weekly": {"1": ["9-5"]}}, "conditions.times.weekly.1[0]"),
    (["conditions", "times"], {"zone": "UTC", "weekly": {"1": [["9", "x"]]}}, "conditions.times.weekly.1[0]"),
    (["conditions", "times"], {"zone": "UTC", "weekly": {"1": [["09:00Z", "10:00Z"]]}}, "conditions.times.weekly.1[0]"),
    (["conditions", "times"], {"zone": "", "weekly": {"1": [["09:00", "10:00"]]}}, "conditions.times.zone"),
    (["demotion"], {"ticket": "CHG-1", "outcome": "successful", "at": stamp(NOW)}, "demotion.outcome"),
]


@pytest.mark.parametrize(("path", "value", "field"), FAULTS)
def test_a_fault_is_refused_by_the_entrys_name(path: list[Any], value: Any, field: str) -> None:
    model = deepcopy(data())
    place: Any = model
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    with pytest.raises(ModelFault) as fault:
        read_model(model)

    assert fault.value.field == field


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([*sorted(data()), "times"]), anything)
@settings(max_examples=150)
def test_nonsense_in_any_entry_is_refused_or_read_and_written_alike(name: str, value: Any) -> None:
    model = conditions(times=value) if name == "times" else data(**{name: value})
    try:
        read = read_model(model)
    except ModelFault as fault:
        named = fault.field
    else:
        named = name
        assert read_model(model_data(read)) == read

    assert named.startswith(("conditions", name))
