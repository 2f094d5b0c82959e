"""Tells tools what became of their alerts, each word once, and notes what they answered.

A word that was overtaken by a newer one about the same alert is not said any more. The newer one waits while the older
one is being said, so that an end never comes before its beginning.
"""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.back_channel import state_of
from integrations import back_call
from integrations.back_call import ACKNOWLEDGED, EXTENDED, Access, Behind, Declined, Exchange, Told
from integrations.back_kinds import KINDS, Kind
from integrations.back_saying import carried
from integrations.outbound import NotAllowed, Outbound, Unreachable, networks_of
from integrations.webhook_out import TryAgain
from longwatch.domain.ticket import stamp
from longwatch.messages import Deliver
from longwatch.settings import Settings
from longwatch.store import back_ledger
from longwatch.store.back_ledger import DONE, DUE, FAILED, SKIPPED, TEST, Word
from longwatch.store.back_settings import secret_of
from longwatch.store.database import Store
from longwatch.store.sealing import Unsealable
from longwatch.store.tables import Person, Ticket
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_back_channel import BackCall, SourceBack

LONGEST = timedelta(seconds=20)
"""How long one try may take, with all its requests. Less than the engine waits before it begins another."""
IN_FLIGHT = timedelta(seconds=60)
"""So long after its beginning a try of another process may still reach the tool."""

OVERTAKEN = "A newer word about this alert overtook it."


class Waits(Exception):  # noqa: N818 - an answer, not an accident
    """An older word about the same alert is being said just now."""


@dataclass(frozen=True)
class _Job:
    """A word ready to be said."""

    exchange: Exchange
    outbound: Outbound


class Telling:
    """Carries out the rows of the back channel's ledger."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._networks = networks_of(settings.outbound_networks)

    @activity.defn(name="tell_tool", no_thread_cancel_exception=True)
    def tell_tool(self, deliver: Deliver) -> str:
        """Says one word unless its end is known. Returns the stamp at which what it did must be looked at again.

        Raises ApplicationError where trying again would not help; anything else is tried again by the engine.
        """
        job = self._begin(deliver.delivery)
        if job is not None:
            self._say(deliver.delivery, job)
        with self._store.reading() as session:
            return _look_again(back_ledger.call_of(session, deliver.delivery))

    @activity.defn(name="tool_not_told", no_thread_cancel_exception=True)
    def tool_not_told(self, deliver: Deliver) -> None:
        """Writes down that a tool could not be told, and what it answered last."""
        with self._store.reading() as session:
            row = back_ledger.call_of(session, deliver.delivery)
            why = deliver.reason if row is None or not row.answer else f"{row.answer} Given up after {_tries(row)}."
        self._end(deliver.delivery, FAILED, why)

    @activity.defn(name="make_longer", no_thread_cancel_exception=True)
    def make_longer(self, deliver: Deliver) -> None:
        """Makes what would end by itself stand longer, by a row of its own, while the ticket and the alert go on."""
        with self._store.writing() as session:
            row = back_ledger.call_of(session, deliver.delivery)
            if row is None or not _goes_on(session, row):
                return
            word = Word(row.incident, row.seq, row.source, row.fingerprint, EXTENDED, "system:desk", row.turn + 1)
            back_ledger.write(session, word, self._store.now(session))

    def _begin(self, identity: str) -> _Job | None:
        """Notes that a try begins. None: its end is known, or it was overtaken. Raises Waits and ApplicationError."""
        with self._store.writing() as session:
            now = self._store.now(session)
            row = back_ledger.call_of(session, identity)
            if row is None:
                return None
            others = [] if row.what == TEST else back_ledger.of_alert(session, row, lock=True)
            if row.state != DUE or self._overtaken(session, row, others, now):
                return None
            job = self._job(session, row, now)
            row.attempts, row.trying_at = row.attempts + 1, now
            return job

    def _overtaken(self, session: Session, row: BackCall, same: Sequence[BackCall], now: datetime) -> bool:
        if any(each.row > row.row and each.state not in (SKIPPED, FAILED) for each in same):
            back_ledger.settle(session, row, SKIPPED, now, OVERTAKEN)
            return True
        for older in (each for each in same if each.row < row.row):
            if older.trying_at is not None and now - older.trying_at < IN_FLIGHT:
                raise Waits("An older word about this alert is being said.")
            back_ledger.settle(session, older, SKIPPED, now, OVERTAKEN)
        return False

    def _job(self, session: Session, row: BackCall, now: datetime) -> _Job:
        back = session.get(SourceBack, row.source)
        if back is None or (not back.active and row.what != TEST):
            raise _hopeless("The back channel of this source is switched off.")
        kind = KINDS[back.kind]
        try:
            secret = secret_of(self._settings.secret_keys, back)
        except Unsealable as problem:
            raise _hopeless(str(problem)) from problem
        access = Access(back.address, back.user, secret, back.hours, back.options)
        return _Job(self._exchange(session, row, kind, access, now), Outbound(self._networks, _trust(back)))

    def _exchange(self, session: Session, row: BackCall, kind: Kind, access: Access, now: datetime) -> Exchange:
        if row.what == TEST:
            return kind.try_out(access)
        alert = session.get(KnownAlert, (row.source, row.fingerprint))
        if alert is None:
            raise _hopeless("Nothing is known of this alert any more.")
        behind = Behind(alert.fingerprint, alert.title, alert.severity, dict(alert.labels))
        return kind.tell(access, self._told(session, row, access, now), behind)

    def _told(self, session: Session, row: BackCall, access: Access, now: datetime) -> Told:
        desk, before = self._settings.base_url, _before(session, row)
        ended = before.ends_at if before is not None else None
        return Told(
            what=row.what,
            number=row.incident,
            link=f"{desk}/t/{row.incident}",
            by=_name(session, row.by),
            mark=back_call.mark_of(desk, row.incident, row.source, row.fingerprint),
            at=now,
            until=now + timedelta(hours=access.hours),
            remote=(before.remote or "") if before is not None else "",
            again=row.attempts > 0 or row.turn > 0,
            lapsed=ended is not None and ended <= now,
        )

    def _say(self, identity: str, job: _Job) -> None:
        try:
            done = carried(job.exchange, job.outbound, LONGEST.total_seconds())
        except (NotAllowed, Declined) as refusal:
            self._end(identity, FAILED, str(refusal))
        except (Unreachable, TryAgain) as trouble:
            if self._tries_on(identity, str(trouble)):
                raise
        else:
            self._end(identity, DONE, done.text, remote=done.remote or None, ends_at=done.until)

    def _end(self, identity: str, state: str, answer: str, **more: object) -> None:
        with self._store.writing() as session:
            row = back_ledger.call_of(session, identity)
            if row is not None:
                back_ledger.settle(session, row, state, self._store.now(session), answer, **more)

    def _tries_on(self, identity: str, why: str) -> bool:
        """Notes trouble that may pass. False for a test: who tests waits for the answer, whatever it is."""
        with self._store.writing() as session:
            row = back_ledger.call_of(session, identity)
            if row is not None and row.what == TEST:
                back_ledger.settle(session, row, FAILED, self._store.now(session), why)
            elif row is not None:
                row.answer, row.trying_at = why[: back_ledger.LONGEST_ANSWER], None
            return row is not None and row.what != TEST


def _look_again(row: BackCall | None) -> str:
    """When three quarters of the time of what stands by itself are over; empty for what does not end."""
    if row is None or row.state != DONE or row.ends_at is None or row.what not in (ACKNOWLEDGED, EXTENDED):
        return ""
    return stamp(row.ends_at - (row.ends_at - (row.settled_at or row.at)) / 4)


def _goes_on(session: Session, row: BackCall) -> bool:
    """Whether the ticket is still worked on, the alert still fires, and nothing newer was said of it."""
    back = session.get(SourceBack, row.source)
    alert = session.get(KnownAlert, (row.source, row.fingerprint))
    if back is None or not back.active or alert is None or alert.state != "firing":
        return False
    newer = [each for each in back_ledger.of_alert(session, row) if each.row > row.row and each.state != FAILED]
    return not newer and _is_open(session, row.incident)


def _is_open(session: Session, incident: str) -> bool:
    """Whether people still work on it; what was merged goes on in the other ticket."""
    state = state_of(session, incident)
    if state is not None and state.merging.merged and state.merging.into is not None:
        incident = state.merging.into
        state = state_of(session, incident)
    line = session.get(Ticket, incident)
    return line is not None and line.open and state is not None and state.resolved_at is None


def _before(session: Session, row: BackCall) -> BackCall | None:
    """What was done before about this alert, under an id of the tool's own."""
    same = BackCall.source == row.source, BackCall.fingerprint == row.fingerprint
    before = session.query(BackCall).filter(*same, BackCall.row < row.row, BackCall.remote.is_not(None))
    return before.order_by(BackCall.row.desc()).first()


def _name(session: Session, actor: str) -> str:
    kind, _, login = actor.partition(":")
    person = session.get(Person, login) if kind == "user" else None
    return person.name if person is not None else login if kind in ("user", "process") else "the desk"


def _trust(back: SourceBack) -> ssl.SSLContext:
    """The usual authorities, and the one that the tool's certificate was made by."""
    context = ssl.create_default_context()
    if back.authority:
        context.load_verify_locations(cadata=back.authority)
    return context


def _tries(row: BackCall) -> str:
    return "one try" if row.attempts == 1 else f"{row.attempts} tries"


def _hopeless(reason: str) -> ApplicationError:
    return ApplicationError(reason, type="Hopeless", non_retryable=True)
