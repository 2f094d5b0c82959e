"""Reconciles what a tool says when it is asked with what it told: what it never told is filed as alerts.

What follows from an answer is written in one transaction. Nothing counts as over while a dead-man signal of the source
is missing, and nothing follows while calls of it wait here to be read: then the answer is older than what is at hand.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from activities.heartbeats import PREFIX
from integrations import desk
from integrations.alert import Alert, Severity
from integrations.poll import Answer, Named
from integrations.polls import POLLS
from longwatch.domain.reconciling import Asked, Found, Gone, Known, Listed, compare
from longwatch.store import heartbeats, polls
from longwatch.store.database import Store
from longwatch.store.inbox import Call, keep
from longwatch.store.tables import Inbox
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_heartbeats import PollNote, PollRun, SourcePoll
from longwatch.store.tables_intake import AlertRemark
from longwatch.store.writing import changed, put_all

T = TypeVar("T")

TOGETHER = 500
"""Alerts in one call, and names in one query."""
TEXT = 4_000
"""Characters of a tool's own text that go on beside ours."""
BEHIND = "Calls of this source wait here to be read: they may be newer than the answer."


@dataclass(frozen=True)
class Question:
    """One question to one tool: of which poll, when it was put, and how long the answer took, in milliseconds."""

    poll: SourcePoll
    at: datetime
    took: int


def unanswered(session: Session, question: Question, why: str) -> PollRun:
    """Reports that nobody knows: it says nothing of any alert."""
    return _reported(session, question, "failed", why)


def answered(store: Store, session: Session, question: Question, answer: Answer) -> PollRun:
    """Files what the answer shows to be untold, and reports it."""
    source = question.poll.source
    behind = _behind(session, source)
    asked = Asked(question.at, answer.complete and not behind, question.poll.grace)
    named = {each.alert.fingerprint: each for each in answer.named}
    known = _known(session, source, named)
    notes = {row.fingerprint: row for row in session.scalars(select(PollNote).where(PollNote.source == source))}
    listed = [Listed(name, each.tells) for name, each in named.items()]
    found = compare(asked, listed, known, _gone(notes))
    silent = heartbeats.missing(session, [source])
    begun = [] if behind else [_begins(question.poll, named[name]) for name in found.begun]
    over = [] if silent else _ends(session, question.poll, found)
    firing = {each.fingerprint for each in known if each.firing}
    said = _said(session, source, [each for name, each in named.items() if each.note and name in firing], notes)
    _file(store, session, source, [*begun, *over, *(each.remark() for each in said)])
    gone = {name: each for name, each in found.gone.items() if name not in {alert.fingerprint for alert in over}}
    _remember(session, source, gone, {name: _words(each) for name, each in named.items() if each.note}, notes)
    reason = answer.reason or (BEHIND if behind else "")
    if not reason and silent and found.over:
        reason = f"Ends are held: {', '.join(row.signal or 'any call' for row in silent)} is missing."[:500]
    run = _reported(session, question, "complete" if asked.complete else "partial", reason)
    run.seen, run.opened, run.cleared = sum(each.tells for each in named.values()), len(begun), len(over)
    run.held, run.remarks = len(gone), len(said)
    return run


def _reported(session: Session, question: Question, state: str, reason: str) -> PollRun:
    none = dict.fromkeys(("seen", "opened", "cleared", "held", "remarks"), 0)
    run = PollRun(source=question.poll.source, at=question.at, milliseconds=question.took, state=state, **none)
    run.reason = reason[:1_000] or None
    polls.report(session, run)
    return run


def _behind(session: Session, source: str) -> bool:
    waiting = select(Inbox.row).where(Inbox.state == "new", Inbox.source == source).limit(1)
    return session.scalar(waiting) is not None


def _known(session: Session, source: str, named: Collection[str]) -> list[Known]:
    """What fires here, and what is known of all that is named there; without what no tool tells."""
    columns = select(KnownAlert.fingerprint, KnownAlert.state, KnownAlert.last_at).where(KnownAlert.source == source)
    rows = list(session.execute(columns.where(KnownAlert.state == "firing")))
    for some in _chunks(sorted(named)):
        rows += session.execute(columns.where(KnownAlert.state != "firing", KnownAlert.fingerprint.in_(some)))
    ours = (PREFIX, f"longwatch-test-{source}")
    return [Known(name, state == "firing", last_at) for name, state, last_at in rows if not name.startswith(ours)]


def _gone(notes: Mapping[str, PollNote]) -> dict[str, Gone]:
    return {name: Gone(row.gone_at, row.polls) for name, row in notes.items() if row.gone_at is not None}


def _begins(poll: SourcePoll, named: Named) -> Alert:
    """As the tool would have told it, and why it comes this way."""
    why = f"{POLLS[poll.kind].label} was asked and named it; it never told the desk by itself."
    return replace(named.alert, text=f"{named.alert.text[:TEXT]}\n\n{why}".strip())


def _ends(session: Session, poll: SourcePoll, found: Found) -> list[Alert]:
    """Without times: the order of receipt decides, and whatever the tool still tells counts as newer."""
    ends = []
    for some in _chunks(found.over):
        mine = KnownAlert.source == poll.source, KnownAlert.fingerprint.in_(some)
        for row in session.scalars(select(KnownAlert).where(*mine).order_by(KnownAlert.fingerprint)):
            since = f"{found.gone[row.fingerprint].since:%Y-%m-%d %H:%M:%S} UTC"
            why = f"{POLLS[poll.kind].label} was asked and has not named it since {since}; it never told its end."
            severity, labels = cast("Severity", row.severity), {name: str(text) for name, text in row.labels.items()}
            ends.append(Alert(row.fingerprint, "resolved", row.title, severity, text=why, labels=labels))
    return ends


def _said(session: Session, source: str, named: Sequence[Named], notes: Mapping[str, PollNote]) -> list[Named]:
    """What is new of what is said there of alerts that fire here: told neither by an answer nor by the tool itself."""
    fresh = []
    for each in named:
        before = notes.get(each.alert.fingerprint)
        if before is None or before.told != _words(each):
            fresh.append(each)
    heard: set[tuple[str, str, str, str]] = set()
    columns = AlertRemark.fingerprint, AlertRemark.about, AlertRemark.author, AlertRemark.text
    for some in _chunks([each.alert.fingerprint for each in fresh]):
        mine = AlertRemark.source == source, AlertRemark.fingerprint.in_(some)
        heard.update((row[0], row[1], row[2], row[3]) for row in session.execute(select(*columns).where(*mine)))
    return [each for each in fresh if (each.alert.fingerprint, each.about, each.author, each.note) not in heard]


def _file(store: Store, session: Session, source: str, alerts: Sequence[Alert]) -> None:
    calls = [Call(source, desk.KIND, desk.body(some), len(some)) for some in _chunks(alerts)]
    if calls:
        keep(store, session, calls)


def _remember(
    session: Session, source: str, gone: Mapping[str, Gone], told: Mapping[str, str], notes: Mapping[str, PollNote]
) -> None:
    """Writes what changed alone: most answers are like the one before."""
    rows = []
    for name in sorted({*gone, *told}):
        away, words = gone.get(name), told.get(name, "")
        values = {"gone_at": away.since if away else None, "polls": away.polls if away else 0, "told": words}
        before = notes.get(name)
        if before is None or any(getattr(before, key) != value for key, value in values.items()):
            rows.append({"source": source, "fingerprint": name, **values})
    put_all(session, PollNote, rows)
    for some in _chunks(sorted(set(notes) - {*gone, *told})):
        changed(session, delete(PollNote).where(PollNote.source == source, PollNote.fingerprint.in_(some)))


def _words(named: Named) -> str:
    return f"{named.about}\n{named.author}\n{named.note}"


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[begin : begin + TOGETHER] for begin in range(0, len(items), TOGETHER))
