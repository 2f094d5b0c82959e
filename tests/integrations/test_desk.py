"""What the desk finds out by itself is read as it was written; no tool can send it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import KINDS, TRANSLATORS, desk
from integrations.alert import Alert, NotEnvelope, Untranslatable
from tests.integrations.payloads import JSON

MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALERT = Alert("a/b", "resolved", "Ende naht ✓", "error", text="two\nlines", ends_at=MOMENT, labels={"a": "b"})


def test_what_was_written_is_read() -> None:
    [member] = desk.members(desk.body([ALERT]).encode())

    assert desk.alert(member) == ALERT


def test_it_is_no_kind_of_source() -> None:
    assert desk.KIND not in KINDS
    assert TRANSLATORS[desk.KIND] is desk


@given(JSON)
def test_anything_else_is_refused_in_words(value: object) -> None:
    try:
        members = desk.members(json.dumps(value).encode())
    except NotEnvelope as refusal:
        assert refusal.reason
        return
    for member in members:
        with pytest.raises(Untranslatable):
            desk.alert(member)


@given(st.dictionaries(st.sampled_from(sorted(ALERT.to_data())), JSON, min_size=1))
def test_a_member_that_was_changed_harms_only_itself(changes: dict[str, object]) -> None:
    try:
        told = desk.alert({**ALERT.to_data(), **changes})
    except Untranslatable as refusal:
        assert "did not write this" in refusal.reason
    else:
        assert isinstance(told, Alert)
