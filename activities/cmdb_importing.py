"""Carries an import out: files are translated, laid out as a delivery, and applied; one at a time for each source.

Whatever goes wrong, nothing of a delivery that was not laid out whole is taken; what was wrong stands in its note.
"""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select, update

from cmdb.reconcile import BadRun, apply, discard, stage
from cmdb.staging import DISCARDED, LARGEST_RUN, STAGING
from integrations.cmdb_kinds import KINDS
from integrations.cmdb_mapping import TableMapping
from integrations.cmdb_parts import Part, parts
from integrations.cmdb_record import Raw, Unreadable
from longwatch.domain.ticket import Actor
from longwatch.store.database import Store
from longwatch.store.outbox import hold_lease, leave_lease
from longwatch.store.tables_cmdb import CiRun
from longwatch.store.writing import changed

T = TypeVar("T")
Beat = Callable[[], None]

LEASE = timedelta(minutes=2)
"""How long a source stays taken by a process that died."""
EVERY = 5.0
"""Seconds between two signs of life."""
BROKEN_ROWS = "Some rows could not be read, so that nothing counts as vanished by this delivery."


class Busy(BadRun):
    """Another import of the source is under way."""


@dataclass(frozen=True)
class Delivery:
    """What is to be imported. `complete`: what the source does not name in it has vanished there."""

    source: str
    kind: str
    parts: list[Part]
    mapping: TableMapping
    complete: bool = False
    note: str = ""


def delivery_of(source: str, kind: str, path: Path, mapping: TableMapping, *, complete: bool = False) -> Delivery:
    """The delivery that a file or folder is. Raises Unreadable."""
    return Delivery(source, kind, parts(path), mapping, complete, f"{KINDS[kind].title}: {path.name}"[:500])


def records(delivery: Delivery) -> Iterator[Raw]:
    """The records of a delivery, translated as they are asked for. Raises Unreadable."""
    mapping, kind = delivery.mapping, KINDS[delivery.kind]
    if not kind.mapped:
        mapping = replace(mapping, constants={"cluster": delivery.source, **mapping.constants})
    return kind.translate(delivery.parts, mapping)


def lay_out(store: Store, delivery: Delivery, actor: Actor, beat: Beat | None = None) -> list[int]:
    """Lays the delivery out and returns its runs: one, or several when it has more rows than one run takes.

    Raises Unreadable for files that are not what they were said to be, Busy, BadRun; nothing is laid out then.
    """
    with alone(store, delivery.source) as renew:
        return _watched(lambda: _staged(store, delivery, actor), renew, beat)


def carry_out(
    store: Store, source: str, run: int, actor: Actor, *, even_if_most_vanish: bool = False, beat: Beat | None = None
) -> dict[str, int]:
    """Applies a laid out run of the source; returns how many rows did what. Raises Busy, BadRun."""
    with alone(store, source) as renew:
        return _watched(lambda: apply(store, run, actor, even_if_most_vanish=even_if_most_vanish), renew, beat)


def _staged(store: Store, delivery: Delivery, actor: Actor) -> list[int]:
    _clear_up(store, delivery.source, "The import before it was cut short.")
    made: list[int] = []
    rest = records(delivery)
    try:
        while (first := next(rest, None)) is not None or not made:
            some = chain([first] if first is not None else [], islice(rest, LARGEST_RUN - 1))
            _refuse_parts(delivery, made)
            told = _telling(store, delivery, some)
            made.append(stage(store, delivery.source, told, actor, complete=delivery.complete, note=delivery.note))
    except (Unreadable, BadRun) as problem:
        _clear_up(store, delivery.source, str(problem))
        for run in made:
            discard(store, run)
        raise
    return made


def _refuse_parts(delivery: Delivery, made: list[int]) -> None:
    """What is said to be complete must be one run: of a part nobody could say what vanished."""
    if made and delivery.complete:
        raise BadRun(f"A complete delivery has at most {LARGEST_RUN} rows.")


def _telling(store: Store, delivery: Delivery, some: Iterator[Raw]) -> Iterator[Raw]:
    """The records; if one could not be read, nobody can say that what it was about has vanished."""
    broken = False
    for one in some:
        broken = broken or "problem" in one
        yield one
    if broken and delivery.complete:
        with store.writing() as session:
            open_ = CiRun.source == delivery.source, CiRun.state == STAGING
            note = f"{delivery.note} {BROKEN_ROWS}".strip()
            changed(session, update(CiRun).where(*open_).values(complete=False, note=note))


def _clear_up(store: Store, source: str, why: str) -> None:
    """Throws away what was not laid out to its end: whoever did it holds the source no longer."""
    with store.reading() as session:
        left = list(session.scalars(select(CiRun.row).where(CiRun.source == source, CiRun.state == STAGING)))
    for run in left:
        discard(store, run)
        with store.writing() as session:
            changed(session, update(CiRun).where(CiRun.row == run).values(note=f"Not taken: {why}"[:2000]))


def note_failure(store: Store, source: str, actor: Actor, why: str) -> int:
    """The report of an import that brought nothing: the tool could not be asked, or what it said is no answer."""
    with store.writing() as session:
        now = store.now(session)
        run = CiRun(source=source, actor=actor.id, state=DISCARDED, complete=False, created_at=now)
        run.note = f"Not taken: {why}"[:2000]
        session.add(run)
        session.flush()
        return run.row


@contextmanager
def alone(store: Store, source: str) -> Iterator[Beat]:
    """Holds the source for one import; what is handed out prolongs it. Raises Busy."""
    name, holder = f"import:{source}", uuid.uuid4().hex
    if not hold_lease(store, name, holder, LEASE):
        raise Busy(f"Another import of {source} is under way: wait for it.")
    try:
        yield lambda: _hold(store, name, holder)
    finally:
        leave_lease(store, name, holder)


def _hold(store: Store, name: str, holder: str) -> None:
    """A lease lost while this process slept harms nothing: an import repeated changes nothing."""
    hold_lease(store, name, holder, LEASE)


def _watched(work: Callable[[], T], *beats: Beat | None) -> T:
    """Does the work beside signs of life."""
    with ThreadPoolExecutor(1, "import") as pool:
        job = pool.submit(work)
        while not wait([job], timeout=EVERY).done:
            for beat in beats:
                if beat is not None:
                    beat()
        return job.result()
