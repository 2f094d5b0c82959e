"""Paths into what tools say, and what stands at their end."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import words
from integrations.alert import Untranslatable
from integrations.said import BadPath, Said, at, steps
from tests.integrations.payloads import JSON

CALL: dict[str, Any] = {"a": {"b": [{"c.d": "x"}, {"c": 7}]}, "empty": "", "unset": "$NAME", "list": ["p", 1, None]}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b[1].c", 7),
        ('a.b[0]["c.d"]', "x"),
        ("$.a.b[1].c", 7),
        ("a.b[9].c", None),
        ("a.z.c", None),
        ("a.b.c", None),
        ("$", CALL),
        ("list[0]", "p"),
    ],
)
def test_a_path_leads_to_what_stands_there_or_to_nothing(path: str, found: Any) -> None:
    assert at(CALL, path) == found


@pytest.mark.parametrize("path", ["a..b", "a[x]", "a[", 'a["', "a]", "[-1]", 'a[""]'])
def test_what_is_no_path_is_told(path: str) -> None:
    with pytest.raises(BadPath, match="is no path"):
        steps(path)


@given(JSON, st.text(max_size=30))
def test_any_path_into_anything_finds_something_or_is_no_path(value: Any, path: str) -> None:
    try:
        found = at(value, path)
    except BadPath:
        return

    assert found is None or found is value or path


def test_a_placeholder_that_nobody_filled_in_is_nothing() -> None:
    said = Said(CALL, words.placeholder(r"\$[A-Z]+"))

    assert said.text("unset", "empty") == ""
    assert said.text("unset", "a.b[1].c") == "7"
    with pytest.raises(Untranslatable, match="unset or empty is missing"):
        said.needed("unset", "empty")


@pytest.mark.parametrize(("ask", "path"), [("text", "a"), ("part", "list"), ("each", "a"), ("moment", "a.b[1].c")])
def test_the_wrong_shape_is_a_fault_with_a_name(ask: str, path: str) -> None:
    with pytest.raises(Untranslatable):
        getattr(Said(CALL), ask)(path)


def test_lists_and_labels_leave_out_what_is_no_text() -> None:
    said = Said(CALL)

    assert list(said.texts("list")) == ["p", "1"]
    assert said.labels() == {"unset": "$NAME"}
    assert said.labels("list") == {}
