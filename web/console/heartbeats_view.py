"""What the pages of heartbeats show: who must not fall silent, who has, and how a job says that it ran."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy.orm import Session

from longwatch.domain.heartbeat import ANY, SEVERITIES, exactly, labels_of
from longwatch.store import heartbeats, sources
from longwatch.store.heartbeats import ALIVE, MISSING
from longwatch.store.tables_heartbeats import Heartbeat
from web.console.badges import Badge
from web.console.fields import Field
from web.console.names import names_of
from web.console.people import Viewer
from web.console.times import Moment, Tone, moment
from web.desk import desk

PLACEHOLDER = "KEY"
"""Stands where the source's key belongs: only its digest is kept."""


@dataclass(frozen=True)
class Line:
    """A heartbeat in the list."""

    row: int
    source: str
    signal: str
    badge: Badge
    since: Moment
    seen: Moment | None
    due: Moment | None
    every: str
    grace: str
    severity: str
    ci: str
    guards: bool
    beats: int
    curl: str


def lines(session: Session, who: Viewer, source: str | None = None) -> list[Line]:
    """All heartbeats, those missing first; or those of one source."""
    rows = heartbeats.every(session, source)
    names = names_of(session, (), [row.ci for row in rows])
    return [line(row, who, names.ci(row.ci)) for row in rows]


def line(row: Heartbeat, who: Viewer, ci: str = "") -> Line:
    """One heartbeat, for whoever looks."""
    label, tone, icon = _STATES.get(row.state, _STATES["waiting"])
    return Line(
        row=row.row,
        source=row.source,
        signal=row.signal or "any call",
        badge=Badge(label, tone, icon),
        since=moment(row.since, who.now, who.zone),
        seen=moment(row.seen_at, who.now, who.zone) if row.seen_at else None,
        due=None if row.state == MISSING else moment(row.due_at, who.now, who.zone),
        every=exactly(row.interval),
        grace=exactly(row.grace),
        severity=row.severity,
        ci=ci or row.ci or "",
        guards=row.guards,
        beats=row.beats,
        curl=curl_of(row.signal),
    )


def curl_of(signal: str) -> str:
    """The line that a job runs when it is done; none for a signal that is an alert with labels."""
    if labels_of(signal) is not None:
        return ""
    path = f"/{quote(signal, safe='/')}" if signal != ANY else ""
    return f"curl -fsS -m 10 --retry 5 {desk().settings.base_url}/hooks/heartbeat/{PLACEHOLDER}{path}"


def form(session: Session, typed: Mapping[str, str], *, new: bool) -> list[Field]:
    """The form, with what was typed; a heartbeat that is there keeps its source and signal."""
    known = tuple((source.name, source.name) for source in sources.every(session)) if new else ()
    return [*(_which(known, typed) if new else ()), *_how(typed, new=new)]


def typed_of(row: Heartbeat) -> dict[str, str]:
    """A heartbeat as its form holds it."""
    return {
        "interval": exactly(row.interval),
        "grace": exactly(row.grace),
        "severity": row.severity,
        "ci": row.ci or "",
        "guards": "yes" if row.guards else "no",
    }


AS_FITS = "fits"
GUARDS = (
    (AS_FITS, "As fits the signal: of a job believed, else not"),
    ("yes", "Not believed while it is missing"),
    ("no", "Believed all the same"),
)
NEW = {"interval": "5 min", "grace": "1 min", "severity": "critical", "guards": AS_FITS}
"""What the form proposes."""


def _which(known: Sequence[tuple[str, str]], typed: Mapping[str, str]) -> list[Field]:
    hint = (
        "Labels of a dead-man alert, such as alertname=Watchdog; or the name that a job says. "
        "Empty: any call of the source."
    )
    return [
        Field("source", "Source", "select", tuple(known), value=typed.get("source", ""), required=True),
        Field("signal", "Signal", hint=hint, value=typed.get("signal", "")),
    ]


def _how(typed: Mapping[str, str], *, new: bool) -> list[Field]:
    def value(name: str) -> str:
        return typed.get(name, "")

    severities = tuple((name, name.capitalize()) for name in SEVERITIES)
    late = "By how much it may be late."
    guards = GUARDS if new else GUARDS[1:]
    return [
        Field("interval", "Expected every", hint="90 s, 5 min, 2 h, 1 d", value=value("interval"), required=True),
        Field("grace", "Grace", hint=late, value=value("grace"), required=True),
        Field("severity", "Severity of silence", "select", severities, value=value("severity"), required=True),
        Field("ci", "Configuration item", hint="By its id; what has died when it is silent.", value=value("ci")),
        Field("guards", "Ends of alerts of this source", "select", guards, value=value("guards"), required=True),
    ]


_STATES: dict[str, tuple[str, Tone, str]] = {
    ALIVE: ("Alive", "green", "circle-check"),
    MISSING: ("Missing", "red", "circle-alert"),
    "waiting": ("Waiting for the first", "amber", "clock"),
}
