"""What forms send, as the readers of fields take it: local times, lists, entries of mappings, faults by their field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from tests.web.test_times import WARSAW
from web.action_kinds import schemas
from web.console.form_values import first_wrong, from_json, in_utc, local, raw_of, split, typed_in
from web.fields import Strict


@pytest.mark.parametrize(
    ("kind", "action", "typed", "raw"),
    [
        ("incident", "tag", {"tags": "b, a  b"}, {"tags": ["b", "a"]}),
        ("change", "assess", {"answers.rehearsed": "yes"}, {"answers": {"rehearsed": "yes"}}),
        ("change", "edit", {"begin": "2026-11-22T13:00"}, {"begin": "2026-11-22T12:00:00+00:00"}),
        ("change", "edit", {"cis": "a\r\nb\n\n"}, {"cis": ["a", "b"]}),
        ("change", "edit", {"tasks": '{"on_failure": "stop"}'}, {"tasks": {"on_failure": "stop"}}),
        ("request", "add_tasks", {"tasks.title": "Do it"}, {"tasks": [{"title": "Do it"}]}),
        ("incident", "split", {"messages": "3\n7\nx"}, {"messages": [3, 7, "x"]}),
        ("incident", "hold", {"reason": "else", "a.b": "c"}, {"reason": "else", "a.b": "c"}),
    ],
)
def test_fields_are_read_by_what_they_are(kind: str, action: str, typed: dict[str, str], raw: dict[str, Any]) -> None:
    assert raw_of(schemas(kind)[action], typed, WARSAW) == raw


@given(some.sampled_from(sorted(schemas("change"))), some.dictionaries(some.text(max_size=6), some.text(max_size=9)))
def test_nothing_that_is_sent_breaks_the_reader(action: str, typed: dict[str, str]) -> None:
    schema = schemas("change")[action]

    raw = raw_of(schema, typed, WARSAW)

    assert isinstance(raw, dict)


def test_values_of_one_name_stand_one_a_line_and_empty_ones_nowhere() -> None:
    form: MultiDict[str, str] = MultiDict([("cis", "a"), ("cis", " "), ("cis", "b"), ("text", "  "), ("token", "t")])

    assert typed_in(form, ("token",)) == {"cis": "a\nb"}
    assert split("a\nb\na") == ["a", "b"]


@pytest.mark.parametrize("text", ["soon", "", "0001-01-01T00:00", "9999-12-31T23:59+23:00"])
def test_a_time_that_is_none_is_left_for_the_reader_to_refuse(text: str) -> None:
    assert isinstance(in_utc(text, WARSAW), str)


def test_a_time_is_shown_as_it_was_typed() -> None:
    assert local(None, WARSAW) == ""
    assert from_json("{") == "{"


@pytest.mark.parametrize(
    ("messages", "field", "said"),
    [
        ({"tags": {0: ["Too long."]}}, "tags", "Too long."),
        ({"answers": {"outage": {"value": ["Not a text."]}}}, "answers.outage", "Not a text."),
        ({"tasks": {0: {"title": ["Missing."]}}}, "tasks.title", "Missing."),
        ({"_schema": ["All of it."]}, "", "All of it."),
    ],
)
def test_the_first_fault_is_named_by_its_input(messages: Any, field: str, said: str) -> None:
    assert first_wrong(ValidationError(messages)) == (field, said)


def test_a_fault_of_one_named_field_is_named_too() -> None:
    assert first_wrong(ValidationError("There is none.", "cis")) == ("cis", "There is none.")
    assert issubclass(type(schemas("change")["edit"]), Strict)
