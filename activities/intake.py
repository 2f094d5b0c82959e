"""Turns stored calls of monitoring tools into commands of alert groups; a member that cannot be is parked.

What neither begins nor ends an alert (acknowledged, a note, planned work) is kept as a remark; a tool's own test is
counted and opens nothing. Counters of sources and the table of alerts are kept in the same transaction, so they are
true to the last one.

Calls are split a slice at a time, each slice in one short transaction that also notes how far it came: a call of
20,000 alerts holds nobody up, and a crash repeats or skips none of them. Sources take turns: each slice has room for
every source that waits, so that the storm of one does not delay the only alert of another.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, literal_column, select, update
from sqlalchemy.orm import Session, defer

from activities.correlation import groups_of, rules_in_force
from activities.correlation_known import Told, judged, know, standing_of
from activities.heartbeats import Heard, beats
from activities.intake_telling import requests
from activities.intake_translating import Part, translated
from integrations import TRANSLATORS, desk
from integrations.alert import NotEnvelope
from longwatch.store import source_counts
from longwatch.store.acceptance import Request, accept_machines
from longwatch.store.database import Instant, Store
from longwatch.store.tables import Inbox

SLICE = 500
"""Members split in one transaction."""
LEAST = 5
"""Members of each source that waits, at least, however many sources do."""
IN_HAND = 8
"""Large calls kept parsed at a time."""

_NEW = Inbox.state == literal_column("'new'")  # spelt out: only so do both databases use the index of waiting calls
_NEXT_SOURCE = select(Inbox.source).where(_NEW, Inbox.source > bindparam("after")).order_by(Inbox.source).limit(1)
_CALLS = (
    select(Inbox)
    .options(defer(Inbox.body, raiseload=True))  # bodies may be large: each is fetched when its turn comes
    .where(_NEW, Inbox.source == bindparam("source"))
    .order_by(Inbox.row)
    .limit(bindparam("most"))
)
_CLAIM = (
    update(Inbox)
    .where(Inbox.row == bindparam("row_is"), Inbox.position == bindparam("position_is"), _NEW)
    .values(
        position=bindparam("end"),
        alerts=func.coalesce(Inbox.alerts, 0) + bindparam("more", type_=Integer),
        state=bindparam("to"),
        reason=bindparam("why"),
        split_at=bindparam("at", type_=Instant),
    )
)
# Made once: making a statement takes longer than carrying it out.
_BODY = select(Inbox.body).where(Inbox.row == bindparam("row"))


class Intake:
    """Splits the inbox of one desk. Keeps the members of calls in hand, since parsing a large one is dear."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._in_hand: dict[int, list[dict[str, Any]]] = {}

    def split_next(self) -> bool:
        """Splits the next slice of what waits; tells whether there was anything."""
        with self._store.reading() as session:
            rows = _waiting(session)
        parts = list(self._parts(rows))
        if parts:
            with self._store.writing() as session:
                self._write(session, parts)
        return bool(parts)

    def _parts(self, rows: Iterable[Inbox]) -> Iterator[Part]:
        """As many members as one slice holds, over as many calls as it takes, a fair share for every source."""
        waiting: dict[str, list[Inbox]] = {}
        for row in rows:
            waiting.setdefault(row.source, []).append(row)
        left, room = len(waiting), SLICE
        for calls in sorted(waiting.values(), key=_members_left):  # who waits with little leaves room for the others
            share = max(room // left, LEAST)
            for part in self._share(calls, share):
                room -= max(part.end - part.row.position, 1)
                yield part
            left, room = left - 1, max(room, 0)

    def _share(self, calls: Iterable[Inbox], room: int) -> Iterator[Part]:
        for row in calls:
            if room <= 0:
                return
            try:
                members = self._members(row)[row.position : row.position + room]
            except (NotEnvelope, KeyError) as problem:  # taken by an earlier release: it harms only itself
                room -= 1
                yield Part(row, row.size, unreadable=f"The call cannot be read any more: {problem}")
                continue
            room -= max(len(members), 1)
            part = translated(row, members)
            if part.over:
                self._in_hand.pop(row.row, None)
            yield part

    def _members(self, row: Inbox) -> list[dict[str, Any]]:
        if row.row not in self._in_hand:
            with self._store.reading() as session:
                body = session.execute(_BODY, {"row": row.row}).scalar_one()
            members = TRANSLATORS[row.kind].members(body.encode())
            self._in_hand[row.row] = members
            while len(self._in_hand) > IN_HAND:
                del self._in_hand[next(iter(self._in_hand))]
            return members
        return self._in_hand[row.row]

    def _write(self, session: Session, parts: list[Part]) -> None:
        now = self._store.now(session)
        mine = [part for part in parts if _claimed(session, part, now)]  # in others another relay was quicker
        self._hear_signs_of_life(session, mine)
        _count(session, mine)
        together: dict[str, list[Part]] = {}
        for part in mine:
            session.add_all([*part.parked, *part.remarks])
            together.setdefault(part.row.source, []).append(part)
        made: list[Request] = []
        for source, some in together.items():
            made += _placed(session, source, some)
        accept_machines(self._store, session, made)

    def _hear_signs_of_life(self, session: Session, parts: list[Part]) -> None:
        """Signs of life are noted; an alert that is nothing else opens nothing."""
        calls = [
            Heard(part.row.source, part.row.kind, part.row.received_at, [alert for _, alert in part.alerts])
            for part in parts
        ]
        for part, left in zip(parts, beats(self._store, session, calls), strict=True):
            more = {id(alert) for alert in left}
            part.alerts = [(position, alert) for position, alert in part.alerts if id(alert) in more]


def _placed(session: Session, source: str, parts: list[Part]) -> list[Request]:
    """Finds the groups of a source's alerts, writes what is known of them, and says what the groups are told."""
    alerts = [(part.row, position, alert) for part in parts for position, alert in part.alerts]
    known = standing_of(session, source, {alert.fingerprint for _, _, alert in alerts})
    rules = rules_in_force(session)
    places = groups_of(session, source, [(alert, row.received_at) for row, _, alert in alerts], rules)
    told = [
        Told(alert, place, row.received_at, row.row, position)
        for (row, position, alert), place in zip(alerts, places, strict=True)
    ]
    told = judged(told, known, rules)
    know(session, source, told, known)
    return requests(session, source, parts, told)


def _members_left(calls: Iterable[Inbox]) -> int:
    return sum(row.size - row.position for row in calls)


def _waiting(session: Session) -> list[Inbox]:
    """The oldest calls of every source that waits, as many as could fill a slice, source by source."""
    rows: list[Inbox] = []
    source = session.scalar(_NEXT_SOURCE, {"after": ""})
    while source is not None:
        rows += session.scalars(_CALLS, {"source": source, "most": SLICE})
        source = session.scalar(_NEXT_SOURCE, {"after": source})
    return rows


def _claimed(session: Session, part: Part, now: datetime) -> bool:
    """Moves the call's mark past the part; False when it does not stand where it stood."""
    row = part.row
    claim = {
        "row_is": row.row,
        "position_is": row.position,
        "end": part.end,
        "more": len(part.alerts),
        "to": "parked" if part.unreadable else "split" if part.over else "new",
        "why": part.unreadable,
        "at": now if part.over else None,
    }
    return session.connection().execute(_CLAIM, claim).rowcount == 1


def _count(session: Session, parts: Iterable[Part]) -> None:
    """Adds to the counters of each source once, however many calls of it a slice holds; not what the desk wrote."""
    together: dict[str, Counter[str]] = {}
    seen: dict[str, datetime] = {}
    for part in parts:
        if part.row.kind == desk.KIND:
            continue
        source = part.row.source
        together.setdefault(source, Counter()).update(
            calls=int(part.over),
            alerts=len(part.alerts),
            remarks=len(part.remarks),
            tests=part.tests,
            parked=len(part.parked) + int(part.unreadable is not None),
        )
        seen[source] = max(seen.get(source, part.row.received_at), part.row.received_at)
    for source, more in sorted(together.items()):
        source_counts.count(session, source, more, seen[source])
