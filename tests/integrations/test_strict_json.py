"""Strict JSON: what is refused, and that nothing but a refusal ever comes out."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations import strict_json
from integrations.alert import NotEnvelope

REFUSED = {
    "nothing": b"",
    "not_utf_8": b'{"a": "\xff"}',
    "utf_16": '{"a": 1}'.encode("utf-16"),
    "half_an_object": b'{"a": 1',
    "two_values": b"{} {}",
    "nan": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "infinite_number": b'{"a": 1e999}',
    "number_of_5000_digits": b'{"a": ' + b"9" * 5000 + b"}",
    "number_beyond_64_bits": b'{"a": 9223372036854775808}',
    "lone_surrogate_in_a_value": b'{"a": "\\ud800"}',
    "lone_surrogate_in_a_name": b'{"\\udfff": 1}',
    "nested_33_deep": b"[" * 33 + b"]" * 33,
    "nested_100000_deep": b"[" * 100_000,
    "raw_control_character": b'{"a": "\x01"}',
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_desk_must_not_take_is_refused(name: str) -> None:
    with pytest.raises(NotEnvelope) as refusal:
        strict_json.read(REFUSED[name])

    assert refusal.value.reason.endswith(".")


def test_what_is_sound_is_read() -> None:
    body = json.dumps({"ä": ["🔥", 1, -(2**63) + 1, True, None], "deep": [[[[{}]]]]}).encode()

    assert strict_json.read(body) == {"ä": ["🔥", 1, -(2**63) + 1, True, None], "deep": [[[[{}]]]]}


def test_fractions_stay_the_text_they_were_written_in() -> None:
    assert strict_json.read(b'{"a": 0.10, "b": 1e3}') == {"a": "0.10", "b": "1e3"}


def test_of_a_name_given_twice_the_last_counts() -> None:
    assert strict_json.read(b'{"a": 1, "a": 2}') == {"a": 2}


def test_a_byte_order_mark_is_no_fault() -> None:
    assert strict_json.read(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet='{}[]",:\\u0123dDe+-.9tfn \n', max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        value: Any = strict_json.read(raw)
    except NotEnvelope:
        return

    json.dumps(value, allow_nan=False).encode()
