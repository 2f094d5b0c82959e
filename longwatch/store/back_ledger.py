"""The ledger of the back channel: one row for every word to a tool. Rows are made once and settled once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from longwatch.domain.ticket import canonical
from longwatch.store.outbox import TOOL
from longwatch.store.tables import Delivery
from longwatch.store.tables_back_channel import BackCall
from longwatch.store.writing import changed, insert_once

DUE, DONE, FAILED, SKIPPED = "due", "done", "failed", "skipped"
STATES = (DUE, DONE, FAILED, SKIPPED)
TEST = "test"
"""What a word is that only finds out whether the tool can be told."""
LONGEST_ANSWER = 500
LARGEST_PAGE = 200
Key = tuple[str, str]
"""An alert: source and fingerprint."""


@dataclass(frozen=True)
class Word:
    """A word to a tool, about one alert behind an incident, that follows from a line of its journal."""

    incident: str
    seq: int
    source: str
    fingerprint: str
    what: str
    by: str
    turn: int = 0

    @property
    def id(self) -> str:
        """The same for the same word, whoever makes its row."""
        if self.what == TEST:
            return f"{TEST}:{self.source}:{self.turn}:{TOOL}"
        alert = sha256(f"{self.source}\n{self.fingerprint}".encode(errors="replace")).hexdigest()[:16]
        return f"{self.incident}:{self.seq}:{alert}:{self.turn}:{TOOL}"


def write(session: Session, word: Word, now: datetime) -> str:
    """Makes the word due, once, with the delivery that carries it out; returns its id."""
    if _insert(session, word, now, {"state": DUE}):
        _deliver(session, word, now)
    return word.id


def write_test(session: Session, source: str, by: str, now: datetime) -> str:
    """Makes a test due; returns its id. While one is due there is no second."""
    last = last_test(session, source)
    if last is not None and last.state == DUE:
        return last.id
    return write(session, Word("", 0, source, "", TEST, by, 1 if last is None else last.turn + 1), now)


def last_test(session: Session, source: str) -> BackCall | None:
    """The last test of a source's back channel."""
    mine = select(BackCall).where(BackCall.source == source, BackCall.what == TEST)
    return session.scalar(mine.order_by(BackCall.row.desc()).limit(1))


def leave_out(session: Session, word: Word, now: datetime, why: str) -> None:
    """Notes that a tool was not told, and why."""
    _insert(session, word, now, {"state": SKIPPED, "answer": why, "settled_at": now})


def _insert(session: Session, word: Word, now: datetime, more: dict[str, Any]) -> bool:
    values = {
        "id": word.id,
        "incident": word.incident,
        "seq": word.seq,
        "turn": word.turn,
        "source": word.source,
        "fingerprint": word.fingerprint,
        "what": word.what,
        "by": word.by,
        "attempts": 0,
        "at": now,
    }
    return insert_once(session, BackCall, values | more)


def _deliver(session: Session, word: Word, now: datetime) -> None:
    values = {
        "id": word.id,
        "ticket": word.incident or f"source:{word.source}",
        "recipient": f"source:{word.source}",
        "channel": TOOL,
        "template": word.what,
        "data": canonical({}),
        "created_at": now,
    }
    insert_once(session, Delivery, values)


def call_of(session: Session, identity: str) -> BackCall | None:
    """The row of this id."""
    return session.scalar(select(BackCall).where(BackCall.id == identity))


def last_words(session: Session, incidents: Iterable[str]) -> dict[Key, BackCall]:
    """What each tool was last told, or is being told, of each alert behind these incidents."""
    mine = BackCall.incident.in_(list(incidents)), BackCall.state.in_((DUE, DONE))
    newest = select(func.max(BackCall.row)).where(*mine).group_by(BackCall.source, BackCall.fingerprint)
    rows = session.scalars(select(BackCall).where(BackCall.row.in_(newest)).order_by(BackCall.row))
    return {(row.source, row.fingerprint): row for row in rows}


def of_alert(session: Session, row: BackCall, *, lock: bool = False) -> list[BackCall]:
    """All words about the same alert that are not settled, and those written after this one, in order.

    With `lock` nobody else begins to say one of them until the transaction ends.
    """
    same = BackCall.source == row.source, BackCall.fingerprint == row.fingerprint
    open_or_later = (BackCall.state == DUE) | (BackCall.row > row.row)
    rows = select(BackCall).where(*same, open_or_later).order_by(BackCall.row)
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    return list(session.scalars(rows))


def settle(session: Session, row: BackCall, state: str, now: datetime, answer: str, **more: Any) -> bool:
    """Notes the end of a word and of its delivery, once; tells whether it was this call that did."""
    text = answer[:LONGEST_ANSWER]
    values = {"state": state, "answer": text, "settled_at": now, **more}
    if not changed(session, update(BackCall).where(BackCall.row == row.row, BackCall.state == DUE).values(**values)):
        return False
    ended = {"failed_at": now, "reason": text} if state == FAILED else {"delivered_at": now}
    changed(session, update(Delivery).where(Delivery.id == row.id).values(**ended))
    return True


@dataclass(frozen=True)
class Asked:
    """What part of the ledger is wanted: the newest first, those before the row `after`."""

    incident: str | None = None
    source: str | None = None
    state: str | None = None
    after: int | None = None
    limit: int = 50


def page(session: Session, asked: Asked) -> list[BackCall]:
    """A page of the ledger."""
    query = select(BackCall).order_by(BackCall.row.desc()).limit(min(asked.limit, LARGEST_PAGE))
    if asked.incident is not None:
        query = query.where(BackCall.incident == asked.incident)
    if asked.source is not None:
        query = query.where(BackCall.source == asked.source)
    if asked.state is not None:
        query = query.where(BackCall.state == asked.state)
    if asked.after is not None:
        query = query.where(BackCall.row < asked.after)
    return list(session.scalars(query))


class NotAgain(Exception):  # noqa: N818 - an answer for who asked
    """A word cannot be tried again; the text says why."""


def try_again(session: Session, row: BackCall, by: str, now: datetime) -> str:
    """A word that failed is tried once more, under a row of its own; returns its id. Raises NotAgain."""
    if row.state != FAILED:
        raise NotAgain(f"It is {row.state}; only what failed is tried again.")
    if row.again is not None:
        raise NotAgain("It was tried again already: look at the newer row.")
    if any(each.row > row.row and each.state != FAILED for each in of_alert(session, row)):
        raise NotAgain("The tool was told something newer about this alert since.")
    word = Word(row.incident, row.seq, row.source, row.fingerprint, row.what, by, row.turn + 1)
    row.again = write(session, word, now)
    return row.again


def owed(session: Session, incident: str) -> Sequence[BackCall]:
    """Words of an incident that failed and were not tried again."""
    mine = BackCall.incident == incident, BackCall.state == FAILED, BackCall.again.is_(None)
    return list(session.scalars(select(BackCall).where(*mine).order_by(BackCall.row)))
