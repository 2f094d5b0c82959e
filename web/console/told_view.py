"""What tools were told, as pages show it: every word with its state, what the tool answered, and what can be done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from integrations import back_call
from longwatch.store import back_ledger
from longwatch.store.back_ledger import DONE, DUE, FAILED, SKIPPED, TEST, Asked
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_back_channel import BackCall
from web.console.people import Viewer
from web.console.times import Moment, Tone, moment

WORDS: Mapping[str, str] = {
    back_call.ACKNOWLEDGED: "Taken",
    back_call.RESOLVED: "Resolved",
    back_call.REOPENED: "Reopened",
    back_call.CLOSED: "Closed",
    back_call.EXTENDED: "Still worked on",
    back_call.RELEASED: "Silence ended",
    TEST: "Test",
}
CHOICES: Mapping[str, str] = {
    back_call.ACKNOWLEDGED: "An incident is taken: acknowledge, or silence",
    back_call.RESOLVED: "An incident is resolved, closed or cancelled",
    back_call.REOPENED: "An incident is reopened",
}
MAY_TRY = ("admin", "agent", "lead", "dispatcher")
"""Who may have a word tried again."""
MOST = 100


@dataclass(frozen=True)
class Told:
    """A word to a tool."""

    id: str
    row: int
    at: Moment
    incident: str
    source: str
    alert: str
    what: str
    tone: Tone
    state: str
    answer: str
    ends: Moment | None
    again: bool
    """Whether it can be tried again."""


def told(session: Session, who: Viewer, asked: Asked) -> list[Told]:
    """A page of the ledger, the newest first."""
    rows = back_ledger.page(session, asked)
    titles = _titles(session, rows)
    may = any(role in MAY_TRY for role in who.actor.roles)
    return [_told(row, titles, who, may=may) for row in rows]


def untold(session: Session, number: str) -> int:
    """How many words about a ticket did not reach their tool."""
    return len(back_ledger.owed(session, number))


def waits(rows: Iterable[Told]) -> bool:
    """Whether something is still under way, so that it is worth looking again."""
    return any(row.tone == "blue" for row in rows)


def _told(row: BackCall, titles: Mapping[tuple[str, str], str], who: Viewer, *, may: bool) -> Told:
    tone, state = _state(row)
    return Told(
        id=row.id,
        row=row.row,
        at=moment(row.at, who.now, who.zone),
        incident=row.incident,
        source=row.source,
        alert=titles.get((row.source, row.fingerprint), row.fingerprint),
        what=WORDS.get(row.what, row.what),
        tone=tone,
        state=state,
        answer=row.answer or "",
        ends=moment(row.ends_at, who.now, who.zone) if row.ends_at is not None else None,
        again=may and row.state == FAILED and row.again is None and row.what != TEST,
    )


def _state(row: BackCall) -> tuple[Tone, str]:
    if row.state == DUE:
        return "blue", "Under way" if row.answer is None else f"Tried {_times(row.attempts)}, goes on"
    if row.state == FAILED:
        return ("grey", "Tried again") if row.again else ("red", "Not told")
    return {DONE: ("green", "Told"), SKIPPED: ("grey", "Left out")}[row.state]  # type: ignore[return-value] # literals


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _titles(session: Session, rows: Sequence[BackCall]) -> dict[tuple[str, str], str]:
    keys = {(row.source, row.fingerprint) for row in rows if row.fingerprint}
    if not keys:
        return {}
    wanted = tuple_(KnownAlert.source, KnownAlert.fingerprint).in_(sorted(keys))
    known = session.execute(select(KnownAlert.source, KnownAlert.fingerprint, KnownAlert.title).where(wanted))
    return {(source, fingerprint): title for source, fingerprint, title in known}
