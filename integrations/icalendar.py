"""The forward schedule as an iCalendar document (RFC 5545), for calendar programs that subscribe to an address.

An entry keeps its UID for as long as it is planned; SEQUENCE counts its revisions, LAST-MODIFIED dates them. The same
schedule gives the same bytes, so that a program can ask whether anything changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event, vDuration

TENTATIVE, CONFIRMED, CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"

CONTENT_TYPE = "text/calendar; charset=utf-8"

OFTEN = timedelta(minutes=15)
"""How often programs are asked to fetch it anew."""

PRODUCT = "-//Longwatch//Forward schedule of change//EN"


@dataclass(frozen=True)
class Entry:
    """One entry of a calendar, instants in UTC. `busy`: whether it takes the time of whoever has the calendar."""

    uid: str
    begin: datetime
    end: datetime
    summary: str
    status: str
    sequence: int
    created: datetime | None
    updated: datetime
    description: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    busy: bool = False


def document(name: str, entries: Iterable[Entry]) -> bytes:
    """The calendar: texts escaped, lines folded at 75 octets and ended by CR LF, as the standard wants it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", vDuration(OFTEN), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", vDuration(OFTEN))
    for entry in entries:
        calendar.add_component(_event(entry))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.updated.replace(microsecond=0))
    event.add("dtstart", entry.begin.replace(microsecond=0))
    event.add("dtend", entry.end.replace(microsecond=0))
    event.add("summary", entry.summary)
    event.add("status", entry.status)
    event.add("sequence", entry.sequence)
    event.add("last-modified", entry.updated.replace(microsecond=0))
    event.add("transp", "OPAQUE" if entry.busy else "TRANSPARENT")
    if entry.created is not None:
        event.add("created", entry.created.replace(microsecond=0))
    if entry.description:
        event.add("description", entry.description)
    if entry.url:
        event.add("url", entry.url)
    if entry.categories:
        event.add("categories", list(entry.categories))
    return event
