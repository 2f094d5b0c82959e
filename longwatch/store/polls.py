"""How tools are asked, what came of it, and how long their alerts may go without a word."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from longwatch.domain.tasks_hook import HookFault, read_hook
from longwatch.store.database import Store
from longwatch.store.sealing import seal, unseal
from longwatch.store.sources import found
from longwatch.store.tables import Source
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_heartbeats import PollNote, PollRun, SourcePoll, SourceStaleness
from longwatch.store.writing import changed, put

SHORTEST, LONGEST = 10, 24 * 3600
"""Seconds between two questions."""
LONGEST_GRACE = 24 * 3600
LONGEST_SCOPE = 1_000
LONGEST_AUTHORITY = 100_000
KEPT = 200
"""Reports kept of each source: the last ones."""
SHORTEST_STALE, LONGEST_STALE = 60, 90 * 24 * 3600


class BadPoll(ValueError):  # noqa: N818 - named for who reads it
    """A tool cannot be asked like this; the text says why."""


@dataclass(frozen=True)
class Wanted:
    """How a tool is to be asked. `secret` empty: the one that is kept; times are seconds."""

    source: str
    kind: str
    url: str
    every: int = 120
    grace: int = 180
    login: str = ""
    secret: str = ""
    authority: str = ""
    any_name: bool = False
    scope: str = ""


def save(session: Session, keys: Sequence[str], wanted: Wanted) -> SourcePoll:
    """From now on the tool is asked like this. `keys` are the installation's. Raises BadPoll, BadSource."""
    if found(session, wanted.source).kind != wanted.kind:
        raise BadPoll(f"{wanted.source} is no source of the kind {wanted.kind}.")
    _check(wanted)
    known = session.get(SourcePoll, wanted.source) or SourcePoll(source=wanted.source)
    same = known.url is not None and known.url.rstrip("/") == wanted.url.rstrip("/")
    for name in ("kind", "url", "every", "grace", "login", "authority", "any_name", "scope"):
        setattr(known, name, getattr(wanted, name))
    if wanted.secret:
        known.secret = seal(keys, wanted.secret)
    elif not same:
        known.secret = None  # what was meant for one host is not shown to another
    known.active = True
    session.add(known)
    session.flush()
    return known


def tls_of(authority: str, *, any_name: bool) -> ssl.SSLContext:
    """Whom to believe: the certificates given, else those of this machine. Raises BadPoll for what is none."""
    try:
        context = ssl.create_default_context(cadata=authority or None)
    except (ssl.SSLError, ValueError):
        raise BadPoll("The certificate is none: paste it in PEM, from BEGIN to END.") from None
    context.check_hostname = not any_name
    return context


def secret_of(poll: SourcePoll, keys: Sequence[str]) -> str:
    """What proves us to the tool; empty for nothing. Raises Unsealable when the key it was sealed with is gone."""
    return unseal(keys, poll.secret) if poll.secret else ""


def switch(session: Session, source: str, *, active: bool) -> None:
    """Asks again, or no more; what was remembered from answer to answer is forgotten. Raises BadPoll."""
    known = session.get(SourcePoll, source)
    if known is None:
        raise BadPoll(f"{source} is not asked: say first where it is.")
    known.active = active
    changed(session, delete(PollNote).where(PollNote.source == source))


def want(store: Store, session: Session, source: str) -> None:
    """Somebody wants an answer now: the worker asks within moments. Raises BadPoll."""
    now = store.now(session)
    mine = update(SourcePoll).where(SourcePoll.source == source, SourcePoll.active)
    if not changed(session, mine.values(wanted_at=now)):
        raise BadPoll(f"{source} is not asked: say first where it is.")


def wanted_now(session: Session) -> dict[str, SourcePoll]:
    """Whom somebody wants asked at once."""
    rows = session.scalars(select(SourcePoll).where(SourcePoll.wanted_at.is_not(None), SourcePoll.active))
    return {row.source: row for row in rows}


def taken(session: Session, poll: SourcePoll) -> None:
    """The wish was passed on, unless there is a newer one."""
    mine = update(SourcePoll).where(SourcePoll.source == poll.source, SourcePoll.wanted_at == poll.wanted_at)
    changed(session, mine.values(wanted_at=None))


def schedules(session: Session) -> dict[str, timedelta]:
    """How often each tool is asked, by its source; none that may not send."""
    asked = select(SourcePoll.source, SourcePoll.every).join(Source, Source.name == SourcePoll.source)
    rows = session.execute(asked.where(SourcePoll.active, Source.active).order_by(SourcePoll.source))
    return {source: timedelta(seconds=every) for source, every in rows}


def report(session: Session, run: PollRun) -> None:
    """Keeps what came of one question, with the last of its source; how it went stands at the source, too."""
    session.add(run)
    session.flush()
    values: dict[str, object] = {"last_at": run.at, "reason": None if run.state == "complete" else run.reason}
    if run.state == "complete":
        values["last_ok_at"] = run.at
    changed(session, update(SourcePoll).where(SourcePoll.source == run.source).values(**values))
    mine = select(PollRun.row).where(PollRun.source == run.source).order_by(PollRun.row.desc())
    last = session.scalar(mine.offset(KEPT).limit(1))
    if last is not None:
        changed(session, delete(PollRun).where(PollRun.source == run.source, PollRun.row <= last))


def runs(session: Session, source: str, most: int) -> list[PollRun]:
    """The last reports of a source, the newest first."""
    mine = select(PollRun).where(PollRun.source == source)
    return list(session.scalars(mine.order_by(PollRun.row.desc()).limit(most)))


def stale_after(session: Session, source: str) -> int | None:
    """After how many seconds without a word its firing alerts are marked; none: never."""
    row = session.get(SourceStaleness, source)
    return None if row is None else row.after


def mark_stale_after(session: Session, source: str, seconds: int | None) -> None:
    """Marks them from now on; none: no more, and what was marked is so no longer. Raises BadPoll, BadSource."""
    found(session, source)
    if seconds is None:
        changed(session, delete(SourceStaleness).where(SourceStaleness.source == source))
    elif not SHORTEST_STALE <= seconds <= LONGEST_STALE:
        raise BadPoll("Alerts are marked after one minute to 90 days without a word.")
    else:
        put(session, SourceStaleness, {"source": source, "after": seconds})
    marked = KnownAlert.source == source, KnownAlert.stale_at.is_not(None)
    changed(session, update(KnownAlert).where(*marked).values(stale_at=None))  # judged anew within moments


def _check(wanted: Wanted) -> None:
    try:
        read_hook({"url": wanted.url, "about": ""})
    except HookFault as fault:
        raise BadPoll(f"The address: {fault.reason}") from fault
    if "?" in wanted.url:
        raise BadPoll("The address: It ends where the tool's own paths begin, without a question mark.")
    if not SHORTEST <= wanted.every <= LONGEST:
        raise BadPoll(f"A tool is asked every {SHORTEST} seconds to once a day.")
    if not 0 <= wanted.grace <= LONGEST_GRACE:
        raise BadPoll("The grace is at most a day.")
    if len(wanted.scope) > LONGEST_SCOPE or not wanted.scope.isprintable():
        raise BadPoll(f"The scope is one line of at most {LONGEST_SCOPE} characters.")
    if len(wanted.authority) > LONGEST_AUTHORITY:
        raise BadPoll("The certificate is too long.")
    if ":" in wanted.login or not wanted.login.isprintable() or not wanted.secret.isprintable():
        raise BadPoll("Login and secret are one line each, the login without a colon.")
    if wanted.any_name and not wanted.authority:
        raise BadPoll("Any name is accepted only of certificates that an authority of your own has signed: paste it.")
    tls_of(wanted.authority, any_name=wanted.any_name)
