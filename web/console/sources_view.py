"""What the sources pages show: every tool that may send, what came of it, and how to set it up."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from integrations import KINDS
from integrations.signing import STYLES
from longwatch.store import heartbeats, source_counts, sources
from longwatch.store.tables import Inbox, Source
from longwatch.store.tables_intake import AlertRemark, SnsCertificate, SnsTopic, SourceCount, SourceSetup
from web.console.people import Viewer
from web.console.times import Moment, Tone, moment
from web.desk import desk

PLACEHOLDER = "KEY"
"""Stands in the text to copy where the key belongs, once it is not known any more."""
BEGINNING = 1_200
"""Characters of a refused body on the page."""
WAITING = ("new", "held")
"""Calls that wait to be split, and those whose signature waits for a certificate."""
REMARKS = 20
SOUR = 10
"""Per cent of refused calls from which a source is marked."""


@dataclass(frozen=True)
class Line:
    """A source in the list. `tone`: how it is doing."""

    name: str
    kind: str
    label: str
    active: bool
    seen: Moment | None
    calls: int
    alerts: int
    parked: int
    refused: int
    waiting: int
    tone: Tone
    state: str


@dataclass(frozen=True)
class Refused:
    """A call that was refused."""

    at: Moment
    code: int
    reason: str
    body: str


@dataclass(frozen=True)
class Said:
    """What the tool said of an alert that neither began nor ended it."""

    at: Moment
    about: str
    fingerprint: str
    author: str
    text: str


@dataclass(frozen=True)
class Topic:
    """A topic of Amazon SNS that feeds the source."""

    name: str
    state: str
    reason: str


@dataclass(frozen=True)
class Page:
    """One source. `key` stands there once: right after it was made."""

    line: Line
    configuration: str
    key: str
    silent: bool
    remarks: int
    said: Sequence[Said]
    tests: int
    reason: str
    old_keys: Sequence[Moment]
    refused: Sequence[Refused]
    topics: Sequence[Topic]
    networks: str
    signature: str
    signatures: Sequence[tuple[str, str]]
    secret_set: bool
    mapped: bool


def lines(session: Session, who: Viewer) -> list[Line]:
    """Every source, by name."""
    known = source_counts.counts(session)
    waits = select(Inbox.source, func.count()).where(Inbox.state.in_(WAITING)).group_by(Inbox.source)
    waiting: dict[str, int] = dict(session.execute(waits).all())
    silent = heartbeats.silent(session)
    return [
        _line(source, known.get(source.name), waiting.get(source.name, 0), who, silent=source.name in silent)
        for source in sources.every(session)
    ]


def page(session: Session, who: Viewer, source: Source, key: str = "") -> Page:
    """One source; with its key right after it was made."""
    count = session.get(SourceCount, source.name)
    setup = session.get(SourceSetup, source.name)
    waits = select(func.count()).select_from(Inbox).where(Inbox.source == source.name, Inbox.state.in_(WAITING))
    tool = KINDS[source.kind].TOOL
    allowed = tool.signatures or ("longwatch",)
    return Page(
        line=_line(source, count, session.scalar(waits) or 0, who, silent=source.name in heartbeats.silent(session)),
        configuration=tool.configuration(desk().settings.base_url, source.kind, source.name, key or PLACEHOLDER),
        key=key,
        silent=tool.silent,
        remarks=count.remarks if count else 0,
        said=_said(session, source.name, who),
        tests=count.tests if count else 0,
        reason=(count.reason if count else None) or "",
        old_keys=[moment(until, who.now, who.zone) for until in sources.old_keys(session, source.name, who.now)],
        refused=_refused(session, source.name, who),
        topics=_topics(session, source.name),
        networks="\n".join(setup.networks) if setup else "",
        signature=(setup.signature if setup else None) or "",
        signatures=[("", "None: the key alone"), *((name, STYLES[name].label) for name in allowed)],
        secret_set=bool(setup and setup.secret),
        mapped=source.kind == "mapped",
    )


def _line(source: Source, count: SourceCount | None, waiting: int, who: Viewer, *, silent: bool) -> Line:
    calls, refused = (count.calls, count.refused) if count else (0, 0)
    seen = moment(count.seen_at, who.now, who.zone) if count and count.seen_at else None
    tone: Tone
    tone, state = ("red", "Silent") if silent and source.active else _doing(source, calls, refused, seen is not None)
    return Line(
        name=source.name,
        kind=source.kind,
        label=KINDS[source.kind].TOOL.label,
        active=source.active,
        seen=seen,
        calls=calls,
        alerts=count.alerts if count else 0,
        parked=count.parked if count else 0,
        refused=refused,
        waiting=waiting,
        tone=tone,
        state=state,
    )


def _doing(source: Source, calls: int, refused: int, seen: bool) -> tuple[Tone, str]:  # noqa: FBT001 - read once, below
    if not source.active:
        return "grey", "Off"
    if refused * 100 > SOUR * (calls + refused):
        return "red", "Refused often"
    return ("green", "Sends") if seen else ("amber", "Never sent")


def _refused(session: Session, source: str, who: Viewer) -> list[Refused]:
    return [
        Refused(moment(row.at, who.now, who.zone), row.code, row.reason, row.body[:BEGINNING])
        for row in source_counts.refused_calls(session, source)
    ]


def _said(session: Session, source: str, who: Viewer) -> list[Said]:
    mine = select(AlertRemark).where(AlertRemark.source == source).order_by(AlertRemark.row.desc()).limit(REMARKS)
    return [
        Said(moment(row.at, who.now, who.zone), row.about, row.fingerprint, row.author, row.text[:BEGINNING])
        for row in session.scalars(mine)
    ]


def _topics(session: Session, source: str) -> list[Topic]:
    rows = session.scalars(select(SnsTopic).where(SnsTopic.source == source).order_by(SnsTopic.topic))
    topics = [Topic(row.topic, row.state, row.reason or "") for row in rows]
    held = select(Inbox.row).where(Inbox.source == source, Inbox.state == "held").limit(1)
    if session.scalar(held) is not None:
        missing = session.scalars(select(SnsCertificate).where(SnsCertificate.pem.is_(None)))
        topics += [Topic(row.url, "is a certificate that is not at hand yet", row.reason or "") for row in missing]
    return topics
