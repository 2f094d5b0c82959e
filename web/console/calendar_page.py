"""What calendar pages show: days with what is on, in the viewer's time zone; colours by status, clashes in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from activities.windows import Occurrence
from longwatch.domain.schedule import Window
from longwatch.domain.schedule_judge import CONFLICT, FREEZE, OUTSIDE, Obstacle
from longwatch.domain.schedule_windows import FREEZE as FREEZES
from longwatch.store.schedule import Work
from web.console.people import Names
from web.console.times import Tone
from web.console.words import Badge, readable

DAY = timedelta(days=1)
WEEK = 7
MONTH, WEEKLY, LIST = VIEWS = ("month", "week", "list")
LIST_DAYS = 31
SHOWN_A_DAY = 4
"""Entries of a day in the month; the others are a press away."""

MINUTES = "%H:%M"

STATUSES: Mapping[str, Badge] = {
    "submitted": Badge("Submitted", "violet", icon="send"),
    "assessment": Badge("In assessment", "violet", icon="search"),
    "authorization": Badge("Waits for approval", "amber", icon="hourglass"),
    "scheduled": Badge("Scheduled", "blue", icon="calendar-check"),
    "implementation": Badge("Under way", "blue", icon="circle-play"),
    "backing_out": Badge("Backing out", "red", icon="undo"),
    "review": Badge("In review", "green", icon="circle-check"),
    "closed": Badge("Closed", "grey", icon="archive"),
    "rejected": Badge("Rejected", "grey", icon="ban"),
    "cancelled": Badge("Cancelled", "grey", icon="ban"),
}

CLASHES: Mapping[str, str] = {CONFLICT: "Clash", FREEZE: "In a freeze", OUTSIDE: "Outside its window"}
SAID = tuple(CLASHES)

Clash = tuple[str, Tone, str]
"""A short word, its tone, and the sentence behind it."""


@dataclass(frozen=True)
class Entry:
    """Something that is on: a change, a freeze or a maintenance window."""

    id: str
    kind: str  # change | freeze | maintenance
    href: str
    title: str
    badge: Badge
    window: Window
    hours: str
    about: str
    team: str = ""
    clashes: Sequence[Clash] = ()
    off: bool = False


@dataclass(frozen=True)
class Day:
    """A day of the viewer's, with what is on at some time of it; `more` entries are left out."""

    iso: str
    number: str
    name: str
    full: str
    today: bool
    outside: bool
    frozen: Sequence[str]
    entries: Sequence[Entry]
    more: int = 0


@dataclass(frozen=True)
class Span:
    """What a view shows: local days from `first` to before `last`, and where one step back and forth leads."""

    view: str
    at: date
    first: date
    last: date
    before: date
    after: date
    title: str

    def window(self, zone: tzinfo) -> Window:
        """The span in UTC: local midnights, whatever the clocks do between them."""
        return Window(midnight(self.first, zone), midnight(self.last, zone))


@dataclass(frozen=True)
class Shown:
    """A calendar page: the span, its days, and for the list all entries by beginning."""

    span: Span
    days: Sequence[Day] = ()
    entries: Sequence[Entry] = ()
    left_out: bool = False
    links: Mapping[str, str] = field(default_factory=dict)


def midnight(day: date, zone: tzinfo) -> datetime:
    """When a local day begins, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def span_of(view: str, at: date) -> Span:
    """What a view shows around a day. Weeks begin on Monday."""
    monday = at - timedelta(days=at.weekday())
    if view == WEEKLY:
        last = monday + timedelta(days=WEEK - 1)
        title = f"{monday.strftime('%-d %b')} to {last.strftime('%-d %b %Y')}"
        return Span(view, at, monday, last + DAY, monday - timedelta(days=WEEK), monday + timedelta(days=WEEK), title)
    if view == LIST:
        last = at + timedelta(days=LIST_DAYS)
        title = f"From {at.strftime('%-d %b %Y')}, {LIST_DAYS} days"
        return Span(view, at, at, last, at - timedelta(days=LIST_DAYS), last, title)
    first = at.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    begin = first - timedelta(days=first.weekday())
    end = following + timedelta(days=-following.weekday() % WEEK)
    previous = (first - DAY).replace(day=1)
    return Span(MONTH, at, begin, end, previous, following, first.strftime("%B %Y"))


def days_of(span: Span, entries: Sequence[Entry], zone: tzinfo, today: date) -> list[Day]:
    """The days of a month or week, each with what is on at some time of it."""
    count = (span.last - span.first).days
    return [_day(span, span.first + timedelta(days=n), entries, zone, today) for n in range(count)]


def _day(span: Span, day: date, entries: Sequence[Entry], zone: tzinfo, today: date) -> Day:
    here = Window(midnight(day, zone), midnight(day + DAY, zone))
    on = [one for one in entries if one.window.begin < here.end and here.begin < one.window.end]
    frozen = [one.title for one in on if one.kind == FREEZES]
    shown = [one for one in on if one.kind != FREEZES or span.view == WEEKLY]
    kept = shown if span.view == WEEKLY else shown[:SHOWN_A_DAY]
    return Day(
        day.isoformat(),
        str(day.day),
        day.strftime("%a"),
        day.strftime("%A %-d %B %Y"),
        day == today,
        span.view == MONTH and day.month != span.at.month,
        frozen,
        [_told(one, here, zone) for one in kept],
        len(shown) - len(kept),
    )


def _told(one: Entry, here: Window, zone: tzinfo) -> Entry:
    """The entry as a day after its first tells it: until when it goes on."""
    if one.window.begin >= here.begin:
        return one
    if one.window.end >= here.end:
        return replace(one, hours="all day")
    return replace(one, hours=f"to {one.window.end.astimezone(zone).strftime(MINUTES)}")


def change_entry(work: Work, obstacles: Sequence[Obstacle], names: Names, zone: tzinfo) -> Entry:
    """A change on the calendar."""
    row = work.row
    known = STATUSES.get(row.status) or Badge(readable(row.status), "grey", icon="circle-dot")
    items = ", ".join(names.ci(ci) for ci in work.cis)
    return Entry(
        row.ticket,
        "change",
        f"/t/{row.ticket}",
        work.title or "A change",
        known,
        work.window,
        hours(work.window, zone),
        items,
        names.team(row.team),
        clashes_of(obstacles),
        row.status in ("rejected", "cancelled"),
    )


def window_entry(one: Occurrence, zone: tzinfo) -> Entry:
    """A stretch of a freeze or maintenance window on the calendar."""
    freeze = one.row.kind == FREEZES
    badge = Badge("Freeze", "blue", icon="snowflake") if freeze else Badge("Maintenance", "green", icon="wrench")
    scope = one.row.scope
    about = "everything" if scope["kind"] == "all" else ", ".join(scope["names"])
    title, at = one.row.name, f"/calendar/windows/{one.row.row}"
    return Entry(f"w{one.row.row}", one.row.kind, at, title, badge, one.window, hours(one.window, zone), about)


def clashes_of(obstacles: Sequence[Obstacle]) -> list[Clash]:
    """What stands in the way, in a word each, with the sentences behind it; the gravest tone of its kind."""
    found: list[Clash] = []
    for kind in SAID:
        those = [one for one in obstacles if one.kind == kind]
        if those:
            tone: Tone = "red" if any(one.blocking for one in those) else "amber"
            found.append((CLASHES[kind], tone, " ".join(one.reason for one in those)))
    return found


def hours(window: Window, zone: tzinfo) -> str:
    """`22:00-02:00`, in the viewer's zone; with the day where it is not the one it begins on."""
    begin, end = window.begin.astimezone(zone), window.end.astimezone(zone)
    if end.date() == begin.date() or end - begin < DAY:
        return f"{begin.strftime(MINUTES)}-{end.strftime(MINUTES)}"
    return f"{begin.strftime('%-d %b ' + MINUTES)} - {end.strftime('%-d %b ' + MINUTES)}"
