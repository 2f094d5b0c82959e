"""The schedule as iCalendar: what a calendar program reads back is what was planned, whatever stands in the title."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.icalendar import CANCELLED, CONFIRMED, Entry, document

BEGIN = datetime(2026, 11, 24, 20, tzinfo=UTC)
ENTRY = Entry(
    uid="CHG-000001@desk.example.net",
    begin=BEGIN,
    end=BEGIN + timedelta(hours=2),
    summary="CHG-000001 Patch the database",
    status=CONFIRMED,
    sequence=7,
    created=BEGIN - timedelta(days=9),
    updated=BEGIN - timedelta(days=2, microseconds=-5),
    description="Items: db-1\nTeam: databases",
    url="https://desk.example.net/t/CHG-000001",
    categories=("Change", "Normal"),
    busy=True,
)

# No controls, and none of the line ends that the standard's own unfolding would take for one.
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=120)


def read(entry: Entry) -> icalendar.Event:
    (event,) = icalendar.Calendar.from_ical(document("Changes", [entry])).walk("VEVENT")
    return event


def test_an_entry_is_read_back_as_it_was_written() -> None:
    event = read(ENTRY)

    assert event["uid"] == ENTRY.uid
    assert event.decoded("dtstart") == ENTRY.begin
    assert event.decoded("dtend") == ENTRY.end
    assert event["status"] == "CONFIRMED"
    assert event["sequence"] == 7
    assert event.decoded("last-modified") == ENTRY.updated.replace(microsecond=0)
    assert event["transp"] == "OPAQUE"
    assert str(event["description"]) == ENTRY.description


@given(texts, texts)
@settings(max_examples=60)
def test_any_text_survives_escaping_and_folding(summary: str, description: str) -> None:
    event = read(replace(ENTRY, summary=summary, description=description))

    assert str(event["summary"]) == summary
    assert str(event["description"]) == description


@given(texts)
@settings(max_examples=60)
def test_no_line_is_longer_than_the_standard_allows_and_none_is_smuggled_in(summary: str) -> None:
    lines = document("Changes", [replace(ENTRY, summary=summary)]).split(b"\r\n")

    assert max(len(line) for line in lines) <= 75
    assert sum(line.startswith(b"BEGIN:VEVENT") for line in lines) == 1


def test_a_line_end_in_a_title_begins_no_property() -> None:
    written = document("Changes", [replace(ENTRY, summary="Patch\r\nATTENDEE:mailto:boss@example.net")])

    assert b"\r\nATTENDEE" not in written


def test_times_are_utc_so_no_change_of_the_clocks_moves_them() -> None:
    written = document("Changes", [ENTRY])

    assert b"DTSTART:20261124T200000Z" in written
    assert b"TZID" not in written


def test_the_same_schedule_gives_the_same_bytes() -> None:
    assert document("Changes", [ENTRY]) == document("Changes", [replace(ENTRY)])


def test_what_was_called_off_says_so() -> None:
    assert read(replace(ENTRY, status=CANCELLED))["status"] == "CANCELLED"


def test_a_bare_entry_leaves_out_what_it_does_not_know() -> None:
    event = read(replace(ENTRY, description="", url="", categories=(), created=None, busy=False))

    assert not {"description", "url", "categories", "created"} & {name.lower() for name in event}
    assert event["transp"] == "TRANSPARENT"


def test_an_empty_calendar_is_one() -> None:
    calendar = icalendar.Calendar.from_ical(document("Changes", []))

    assert calendar["method"] == "PUBLISH"
    assert calendar.walk("VEVENT") == []
