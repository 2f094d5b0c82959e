"""Writes a delivery that was laid out: items first, then relations, then what vanished; judged anew as it is written.

It is written in short transactions, each of which leaves the CMDB whole, so that tickets need not wait for an import.
One that was cut short is applied again from its beginning: what was written already is the same then.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from cmdb.adopting import adopt
from cmdb.batch import Batch
from cmdb.judging import CHANGED, CONFLICTING, DUPLICATE, REJECTED, SAME, VANISHED, Judgement, judge
from cmdb.linking import state
from cmdb.model import model
from cmdb.records import Record, read_record
from cmdb.staging import APPLIED, APPLYING, STAGED, TOGETHER, BadRun, linked, run_of, state_of
from cmdb.vanishing import miss
from cmdb.writing import Cause, write
from longwatch.domain.ticket import Actor
from longwatch.store import audit
from longwatch.store.database import Store
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiReport, CiRun, CiStaged
from longwatch.store.writing import changed, count_up

FEW = 20
MOST_MAY_VANISH = 50
"""Per cent of what a source knows; a delivery that would lose more waits for somebody to look at it."""

PREFIX, COUNTER = "CI-", "ci"
GROWING = ("cis", "ci_aliases", "ci_reports", "ci_keys", "ci_relations", "ci_relation_reports", "ci_edges")
LEARN_AT = (0, 4, 16, 64, 256)
"""After so many stretches."""

MOST_NUMBERS = 50
"""Numbers taken at once; those that are not used are never given."""


def apply(store: Store, run: int, actor: Actor, *, even_if_most_vanish: bool = False) -> dict[str, int]:
    """Carries a laid out delivery out; returns how many rows did what. Applying it twice changes nothing more.

    Raises BadRun when it is not laid out, was discarded, or would make most of the source's items vanish.
    """
    cause, source, complete = _begin(store, run, actor, even_if_most_vanish=even_if_most_vanish)
    size = _size(store, run)
    for count, places in enumerate(_stretches(size)):
        _items(store, run, source, places, cause)
        _learn(store, count)
    for count, places in enumerate(_stretches(size)):
        _relations(store, source, places, cause, size)
        _learn(store, count)
    if complete:
        for keys in _vanished(store, run):
            with store.writing() as session:
                miss(session, model(session), source, keys, replace(cause, at=store.now(session)))
    return _end(store, run)


def _begin(store: Store, run: int, actor: Actor, *, even_if_most_vanish: bool) -> tuple[Cause, str, bool]:
    with store.writing() as session:
        found = run_of(session, run)
        if found.state not in (STAGED, APPLYING):
            raise BadRun(f"It is {found.state}: only a delivery that is laid out can be applied.")
        if not even_if_most_vanish:
            _refuse_to_lose_most(session, found)
        adopt(session, model(session))
        found.state, found.position = APPLYING, 0
        audit.note(store, session, actor, "ci.run.applied", f"run {run}", data={"source": found.source})
        return Cause(actor.id, store.now(session), run), found.source, found.complete


def _refuse_to_lose_most(session: Session, run: CiRun) -> None:
    vanished = run.counts.get(VANISHED, 0)
    known = session.scalar(select(func.count()).where(CiReport.source == run.source, CiReport.missing == 0)) or 0
    if vanished > FEW and vanished * 100 > known * MOST_MAY_VANISH:
        raise BadRun(f"{vanished} of {known} items of {run.source} would vanish: somebody must confirm this.")


def _stretches(size: int) -> Iterator[tuple[int, int]]:
    """The first and last place of so many rows at once."""
    for begin in range(1, size + 1, TOGETHER):
        yield begin, min(begin + TOGETHER - 1, size)


def _learn(store: Store, count: int) -> None:
    """PostgreSQL plans by what it knows of its tables, and they grow faster here than it looks by itself."""
    if count in LEARN_AT and store.engine.dialect.name == "postgresql":
        with store.writing() as session:
            session.execute(text(f"ANALYZE {', '.join(GROWING)}"))


def _size(store: Store, run: int) -> int:
    with store.reading() as session:
        return run_of(session, run).size


def _rows(session: Session, run: int, places: tuple[int, int]) -> list[CiStaged]:
    within = (CiStaged.run == run, CiStaged.place.between(*places))
    return list(session.scalars(select(CiStaged).where(*within).order_by(CiStaged.place)))


def _items(store: Store, run: int, source: str, places: tuple[int, int], cause: Cause) -> None:
    with store.writing() as session:
        rows = [row for row in _rows(session, run, places) if row.verdict not in (REJECTED, DUPLICATE, VANISHED)]
        records = [read_record(row.record, row.number) for row in rows]
        batch = Batch(session, model(session), source)
        batch.load(records)
        number = _numbering(session, min(MOST_NUMBERS, max(1, len(records))))
        judged = [judge(batch, record, number) for record in records]
        write(batch, judged, replace(cause, at=store.now(session)))
        for row, one in zip(rows, judged, strict=True):
            _tell(row, one)
        changed(session, update(CiRun).where(CiRun.row == run).values(position=places[1]))


def _numbering(session: Session, most: int) -> Callable[[Record], str]:
    """Gives ids: what the record asks for, else the next number that is free. Numbers are taken so many at once."""
    free: list[str] = []

    def number(record: Record) -> str:
        if record.id:
            return record.id
        while not free:
            last = count_up(session, COUNTER, most)
            made = [f"{PREFIX}{one:06d}" for one in range(last - most + 1, last + 1)]
            taken = set(session.scalars(select(Ci.id).where(Ci.id.in_(made))))
            free.extend(one for one in made if one not in taken)
        return free.pop(0)

    return number


def _tell(row: CiStaged, one: Judgement) -> None:
    """What became of the row, where it differs from what was foreseen. A row that now says less was done before."""
    if one.thing is not None:
        row.ci = one.thing.id
    row.held = one.held
    if one.held:
        row.verdict, row.reasons = one.verdict, list(one.reasons)
    elif row.verdict == SAME and one.verdict != SAME:
        row.verdict, row.reasons, row.changes = one.verdict, list(one.reasons), one.changes
    elif row.verdict == CONFLICTING and one.verdict == CHANGED:
        row.verdict = CHANGED


def _relations(store: Store, source: str, places: tuple[int, int], cause: Cause, size: int) -> None:
    with store.writing() as session:
        known = model(session)
        rows = _rows(session, cause.run or 0, places)
        there = set(session.scalars(select(Ci.id).where(Ci.id.in_([row.ci for row in rows if row.ci]))))
        taken = [(row, record) for row, record in linked(rows) if row.ci in there]
        stated, refused = state_of(session, known, source, taken)
        state(session, known, stated, replace(cause, at=store.now(session)))
        for (row, _), reasons in zip(taken, refused, strict=True):
            fresh = [reason for reason in reasons if reason not in row.reasons]
            row.reasons = [*row.reasons, *fresh] if fresh else row.reasons
        changed(session, update(CiRun).where(CiRun.row == cause.run).values(position=size + places[1]))


def _vanished(store: Store, run: int) -> Iterator[list[str]]:
    after = 0
    while True:
        with store.reading() as session:
            gone = (CiStaged.run == run, CiStaged.verdict == VANISHED, CiStaged.place > after)
            rows = list(session.scalars(select(CiStaged).where(*gone).order_by(CiStaged.place).limit(TOGETHER)))
        if not rows:
            return
        after = rows[-1].place
        yield [row.record["source_key"] for row in rows]


def _end(store: Store, run: int) -> dict[str, int]:
    with store.writing() as session:
        found = run_of(session, run)
        counted = select(CiStaged.verdict, func.count()).where(CiStaged.run == run).group_by(CiStaged.verdict)
        found.counts = dict(sorted((verdict, count) for verdict, count in session.execute(counted)))
        found.state, found.applied_at, found.position = APPLIED, store.now(session), found.size * 2
        return dict(found.counts)
