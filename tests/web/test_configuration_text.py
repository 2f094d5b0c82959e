"""Settings as text: read strictly, written to be read, and every entry found on its line."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch import seed
from web.configuration.text import LONGEST, BadText, line_of, read, write

TEXT = """{
  "name": "x",
  "stages": [
    {"id": "one",
     "need": 3},
    {
      "id": "two",
      "veto": ["a", "b"]
    }
  ],
  "stages2": {}
}"""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150)
@given(data=st.dictionaries(st.text(max_size=8), JSON, max_size=5))
def test_what_was_written_is_read_again(data: dict[str, Any]) -> None:
    assert read(write(data)) == data


def test_a_setting_is_written_to_be_read() -> None:
    text = write(seed.POLICIES["incident-p1"])

    assert '\n  "targets": [\n' in text
    assert max(len(line) for line in text.splitlines()) <= 120


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("name", 2),
        ("stages", 3),
        ("stages[0]", 4),
        ("stages[0].need", 5),
        ("stages[1]", 6),
        ("stages[1].id", 7),
        ("stages[1].veto[1]", 8),
        ("stages[1].missing", 6),
        ("stages2", 11),
        ("missing", 1),
    ],
)
def test_an_entry_is_found_on_its_line_else_what_is_around_it(path: str, line: int) -> None:
    assert line_of(TEXT, path) == line


@settings(max_examples=100)
@given(
    data=st.dictionaries(st.text("abc", min_size=1, max_size=3), JSON, min_size=1, max_size=5), indent=st.integers(0, 3)
)
def test_every_top_entry_is_found_in_any_layout(data: dict[str, Any], indent: int) -> None:
    text = json.dumps(data, indent=indent)
    lines = text.splitlines()

    for name in data:
        found = line_of(text, name)
        assert found is not None
        assert json.dumps(name) in lines[found - 1]


@pytest.mark.parametrize("text", ["", "{", '{"a": }', "nonsense"])
def test_no_line_is_told_of_what_cannot_be_read(text: str) -> None:
    assert line_of(text, "b.c") in (None, 1)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n"a": 1,\n}', 3),
        ('{\n"a" 1}', 2),
        ("[]", 1),
        ("5", 1),
        ('{"a": NaN}', None),
        ('{"a": "\ud800"}', None),
        ('{"a": "' + "x" * LONGEST + '"}', None),
        ("[" * 50_000, None),
    ],
)
def test_what_is_no_setting_is_refused_with_its_line(text: str, line: int | None) -> None:
    with pytest.raises(BadText) as caught:
        read(text)

    assert caught.value.line == line
    assert caught.value.reason
