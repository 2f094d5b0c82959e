"""Settings as forms: what a form shows it gives back, buttons move entries, faults find their inputs."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch import seed_processes
from longwatch.domain.approval import read_policy
from longwatch.domain.catalogue import item_data, read_item
from longwatch.store.configuration import APPROVAL_POLICY, CATALOGUE, POLICY
from tests.domain.catalogue_desk import fields, laptop
from web.configuration.entries import CODECS, exact_span, read_span
from web.configuration.form_kinds import APPROVAL, ITEM, holds
from web.configuration.forms import count, data_of, nearest, pressed, rows_of
from web.configuration.words import named


@pytest.mark.parametrize("name", seed_processes.APPROVALS)
def test_an_approval_policy_comes_back_as_it_was(name: str) -> None:
    data = seed_processes.APPROVALS[name]

    again = data_of(APPROVAL, rows_of(APPROVAL, data))

    assert read_policy(named(again)) == read_policy(named(data))
    assert holds(APPROVAL_POLICY, data)


@pytest.mark.parametrize("name", seed_processes.ITEMS)
def test_a_catalogue_item_comes_back_as_it_was(name: str) -> None:
    data = seed_processes.ITEMS[name]

    again = data_of(ITEM, rows_of(ITEM, data))

    assert read_item(named(again)) == read_item(named(data))
    assert holds(CATALOGUE, data)


@settings(max_examples=60)
@given(form=fields())
def test_any_item_is_held_whole_or_edited_as_text(form: list[dict[str, Any]]) -> None:
    data = item_data(read_item(laptop(form=form, approval=None)))

    again = data_of(ITEM, rows_of(ITEM, data))

    assert not holds(CATALOGUE, data) or read_item(named(again)) == read_item(named(data))


@pytest.mark.parametrize(
    "tasks",
    [
        {"on_failure": "back_out", "tasks": [{"id": "a", "title": "A", "team": "servers"}]},
        [{"id": "a", "title": "A", "kind": "automatic", "hook": "h", "limit": 60, "data": {"x": 1}}],
        [{"id": "a", "title": "A", "team": "servers", "back_out": {"title": "B", "team": "servers"}}],
    ],
)
def test_what_a_form_cannot_hold_is_edited_as_text(tasks: Any) -> None:
    assert not holds(CATALOGUE, laptop(tasks=tasks))


def test_settings_without_forms_and_broken_ones_are_edited_as_text() -> None:
    assert not holds(POLICY, {})
    assert not holds(CATALOGUE, {"form": 5})


@settings(max_examples=100)
@given(seconds=st.integers(1, 10**8))
def test_times_are_typed_as_they_are_read(seconds: int) -> None:
    assert read_span(exact_span(seconds)) == seconds


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 d", 172800),
        ("1d12h", 129600),
        (" 30 min ", 1800),
        ("", None),
        ("soon", "soon"),
        ("5", "5"),
        ("2 d x", "2 d x"),
    ],
)
def test_what_is_no_time_is_handed_on_as_it_was_typed(text: str, value: Any) -> None:
    assert read_span(text) == value


@pytest.mark.parametrize(
    ("codec", "text", "value"),
    [
        ("voices", "role:lead = 2\nuser:anna", [{"name": "role:lead", "weight": 2}, "user:anna"]),
        ("options", "dock = Dock\nbag", [{"value": "dock", "label": "Dock"}, "bag"]),
        ("veto", "all", "all"),
        ("veto", "none", None),
        ("veto", "role:lead user:anna", ["role:lead", "user:anna"]),
        ("whole", "-12", -12),
        ("whole", "many", "many"),
        ("flag", "yes", True),
        ("flag", "no", None),
    ],
)
def test_entries_are_read_as_people_type_them(codec: str, text: str, value: Any) -> None:
    assert CODECS[codec].decode(text) == value
    assert CODECS[codec].decode(CODECS[codec].encode(value)) == value


def test_buttons_add_move_and_take_out() -> None:
    rows = rows_of(APPROVAL, seed_processes.APPROVALS["cab-normal"])

    more = pressed(APPROVAL, rows, "add stages")
    swapped = pressed(APPROVAL, rows, "up stages 1")
    fewer = pressed(APPROVAL, rows, "remove stages 0")

    assert count(more, "stages") == 3
    assert (more["stages[2].id"], more["stages[0].id"]) == ("", "technical")
    assert (swapped["stages[0].id"], swapped["stages[1].id"]) == ("cab", "technical")
    assert count(fewer, "stages") == 1
    assert fewer["stages[0].id"] == "cab"


@pytest.mark.parametrize(
    "button", ["", "up stages 0", "up stages 9", "remove stages x", "add nothing", "dance stages 1"]
)
def test_other_buttons_change_nothing(button: str) -> None:
    rows = rows_of(APPROVAL, seed_processes.APPROVALS["cab-normal"])

    assert data_of(APPROVAL, pressed(APPROVAL, rows, button)) == data_of(APPROVAL, rows)


def test_a_form_takes_no_end_of_entries() -> None:
    rows = {"stages[999].id": "far", "stages[0].id": "near"}

    assert count(rows, "stages") == 60


@pytest.mark.parametrize(
    ("place", "at"),
    [
        ("stages[0].deadline", "stages[0].deadline"),
        ("stages[0].approvers[1].name", "stages[0].approvers"),
        ("stages[0]", "stages[0].id"),
        ("stages", "stages[0].id"),
        ("colour", ""),
    ],
)
def test_a_fault_finds_its_input(place: str, at: str) -> None:
    assert nearest(rows_of(APPROVAL, seed_processes.APPROVALS["ecab"]), place) == at
