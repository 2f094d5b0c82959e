"""What the desk finds out by itself is read as it was written; no tool can send it."""

import json
from datetime import UTC, datetime

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


def read(value: object) -> Alert | str:
    """The first alert of a call, or why there is none."""
    try:
        members = desk.members(json.dumps(value).encode())
        return desk.alert(members[0]) if members else "empty"
    except (NotEnvelope, Untranslatable) as refusal:
        return refusal.reason


@given(JSON)
def test_anything_else_is_refused_in_words(value: object) -> None:
    assert isinstance(read(value), str)
    assert isinstance(read({"alerts": [value]}), str)


@given(st.dictionaries(st.sampled_from(sorted(ALERT.to_data())), JSON, min_size=1))
def test_a_member_that_was_changed_harms_only_itself(changes: dict[str, object]) -> None:
    told = read({"alerts": [{**ALERT.to_data(), **changes}]})

    assert isinstance(told, Alert) or told
