"""A delivery of a source, laid out before anything of it is written: what it would do, row by row, with the reasons."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from cmdb.adopting import adopt
from cmdb.batch import Batch, default_key
from cmdb.edges import chunks
from cmdb.ends import Coming, Ends, NoEnd
from cmdb.judging import CHANGED, REJECTED, SAME, VANISHED, Judgement, judge
from cmdb.keys import identity_keys
from cmdb.linking import Stated, rows_of, standing
from cmdb.model import Model, model
from cmdb.records import BadRecord, Record, label_of, plain_record, read_record, row_number
from longwatch.domain.ticket import Actor
from longwatch.store.database import Store
from longwatch.store.loading import load_all
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiReport, CiRun, CiStaged
from longwatch.store.writing import changed

STAGING, STAGED, APPLYING, APPLIED, DISCARDED = "staging", "staged", "applying", "applied", "discarded"
TOGETHER = 400
"""Records judged and written together: short transactions, so that tickets need not wait for an import."""
LARGEST_RUN = 250_000

_RELATED = CiStaged.__table__.update().where(CiStaged.run == bindparam("of"), CiStaged.place == bindparam("at"))  # type: ignore[attr-defined] # every mapped class stands for a table


class BadRun(ValueError):  # noqa: N818 - named for who reads it
    """What was asked of a delivery cannot be done; the text says why."""


@dataclass
class _Laid:
    """What the whole run says so far, for rows that refer to one another."""

    coming: Coming
    seen: set[str]
    place: int = 0


def stage(
    store: Store, source: str, records: Iterable[Any], actor: Actor, *, complete: bool = False, note: str = ""
) -> int:
    """Lays out a delivery and returns the number of its run. Nothing of the CMDB changes.

    `complete`: what the source reported before and does not name now has vanished there. Raises BadRun for a delivery
    of more than 250,000 records; what was laid out of it is gone then.
    """
    with store.writing() as session:
        adopt(session, model(session))
        run = CiRun(
            source=source,
            actor=actor.id,
            state=STAGING,
            complete=complete,
            note=note[:2000],
            created_at=store.now(session),
        )
        session.add(run)
        session.flush()
        row = run.row
    laid, rest = _Laid(Coming(), set()), iter(records)
    while some := list(islice(rest, TOGETHER)):
        if laid.place + len(some) > LARGEST_RUN:
            discard(store, row)
            raise BadRun(f"A delivery has at most {LARGEST_RUN} records: split it.")
        _lay_out(store, row, source, some, laid)
    _relate(store, row, source, laid.coming)
    _finish(store, row, source, laid)
    return row


def discard(store: Store, run: int) -> None:
    """Throws a delivery away that was not applied. Raises BadRun when it was."""
    with store.writing() as session:
        found = run_of(session, run)
        if found.state in (APPLYING, APPLIED):
            raise BadRun("It was applied already.")
        changed(session, delete(CiStaged).where(CiStaged.run == run))
        found.state = DISCARDED


def run_of(session: Session, run: int) -> CiRun:
    """The run. Raises BadRun when there is none."""
    found = session.get(CiRun, run)
    if found is None:
        raise BadRun(f"There is no run {run}.")
    return found


def _lay_out(store: Store, run: int, source: str, raws: Sequence[Any], laid: _Laid) -> None:
    with store.reading() as session:
        batch = Batch(session, model(session), source)
        read = [_read(raw, laid.place + place) for place, raw in enumerate(raws, 1)]
        batch.load([record for record in read if isinstance(record, Record)])
        rows = []
        for place, (raw, record) in enumerate(zip(raws, read, strict=True), laid.place + 1):
            judged = _judged(batch, record, place, laid)
            rows.append(_row(run, place, raw, judged))
    laid.place += len(raws)
    with store.writing() as session:
        load_all(session, CiStaged, rows)
        changed(session, update(CiRun).where(CiRun.row == run).values(size=laid.place))


def _read(raw: Any, place: int) -> Record | str:
    try:
        return read_record(raw, row_number(raw, place))
    except BadRecord as problem:
        return str(problem)


def _judged(batch: Batch, record: Record | str, place: int, laid: _Laid) -> Judgement:
    if isinstance(record, str):
        return Judgement(REJECTED, reasons=(record,), held=True)
    key = record.source_key or default_key(batch.model, record)
    if key in laid.seen:
        return Judgement("duplicate", reasons=(f"An earlier row has the key {key[:100]} too.",), held=True)
    laid.seen.add(key)
    twin = _twin(batch.model, record, laid.coming)
    if twin is not None and (batch.source, key) not in batch.by_report:
        return Judgement("duplicate", reasons=(f"An earlier row is about the same item ({twin}).",), held=True)
    judged = judge(batch, record, lambda one: one.id or f"new {place}")
    if not judged.held and judged.thing is not None:
        _comes(batch, judged, key, laid.coming)
    return judged


def _twin(model: Model, record: Record, coming: Coming) -> str | None:
    """The item of an earlier row that the most trusted rule of this one points to."""
    keys = identity_keys(model.tree.get(record.class_), record.values)[:1]
    return next((coming.keys[key][0] for key in keys if key in coming.keys), None)


def _comes(batch: Batch, judged: Judgement, key: str, coming: Coming) -> None:
    thing, settled = judged.thing, judged.settled
    assert thing is not None
    assert settled is not None
    named = (thing.id, settled.class_)
    coming.ids[thing.id] = settled.class_
    coming.source_keys[key] = named
    for digest in thing.keys[batch.source, key]:
        coming.keys.setdefault(digest, named)
    for alias in thing.aliases:
        coming.aliases.setdefault(alias, {})[thing.id] = thing.claim(alias)


def _row(run: int, place: int, raw: Any, judged: Judgement) -> dict[str, Any]:
    return {
        "run": run,
        "place": place,
        "number": row_number(raw, place),
        "verdict": judged.verdict,
        "held": judged.held,
        "label": label_of(raw),
        "ci": judged.thing.id if judged.thing is not None else None,
        "record": plain_record(raw),
        "changes": judged.changes,
        "reasons": list(judged.reasons),
    }


def _relate(store: Store, run: int, source: str, coming: Coming) -> None:
    """Looks at the relations, once every row of the delivery is known."""
    place = 0
    while True:
        with store.reading() as session:
            rows = list(
                session.scalars(
                    select(CiStaged)
                    .where(CiStaged.run == run, CiStaged.place > place)
                    .order_by(CiStaged.place)
                    .limit(TOGETHER)
                )
            )
            if not rows:
                return
            place = rows[-1].place
            found = _relations(session, source, rows, coming)
        if found:
            with store.writing() as session:
                session.connection().execute(_RELATED, [{"of": run, **values} for values in found])


def _relations(session: Session, source: str, rows: Sequence[CiStaged], coming: Coming) -> list[dict[str, Any]]:
    taken = [(row, record) for row, record in linked(rows) if row.ci is not None]
    known = model(session)
    stated, refused = state_of(session, known, source, taken, coming)
    there = rows_of(session, [triple for one in stated for triple in one.comes])
    found = []
    for (row, _), one, reasons in zip(taken, stated, refused, strict=True):
        fresh = [triple for triple in one.comes if triple not in there]
        if not (fresh or one.goes or reasons):
            continue
        changes = dict(row.changes)
        if fresh or one.goes:
            changes["relations"] = [[list(triple) for triple in one.goes], [list(triple) for triple in fresh]]
        verdict = CHANGED if row.verdict == SAME and (fresh or one.goes) else row.verdict
        told = {"changes": changes, "verdict": verdict, "reasons": [*row.reasons, *reasons]}
        found.append({"at": row.place, **told})
    return found


def linked(rows: Iterable[CiStaged]) -> Iterator[tuple[CiStaged, Record]]:
    """The rows whose items state relations, and are not held back."""
    for row in rows:
        if row.held or row.verdict == VANISHED:
            continue
        record = read_record(row.record, row.number)
        if record.links is not None:
            yield row, record


def state_of(
    session: Session, known: Model, source: str, taken: Sequence[tuple[Any, Record]], coming: Coming | None = None
) -> tuple[list[Stated], list[list[str]]]:
    """What each record states beside what it stated before; and for each the reasons of what cannot be."""
    ends = Ends(session, known, source, coming)
    ends.load([link for _, record in taken for link in record.links or ()], [row.ci for row, _ in taken])
    keys = [record.source_key or default_key(known, record) for _, record in taken]
    before = standing(session, source, keys)
    stated, refused = [], []
    for (row, record), key in zip(taken, keys, strict=True):
        one, reasons = Stated((source, key), set(), before.get(key, {})), []
        for link in record.links or ():
            try:
                one.wanted.add(ends.triple(row.ci, link))
            except NoEnd as problem:
                reasons.append(str(problem))
        stated.append(one)
        refused.append(reasons)
    return stated, refused


def _finish(store: Store, run: int, source: str, laid: _Laid) -> None:
    with store.writing() as session:
        found = run_of(session, run)
        if found.complete:
            _lay_out_vanished(session, run, source, laid)
        counts = session.execute(
            select(CiStaged.verdict, func.count()).where(CiStaged.run == run).group_by(CiStaged.verdict)
        )
        found.counts = dict(sorted((verdict, count) for verdict, count in counts))
        found.state = STAGED


def _lay_out_vanished(session: Session, run: int, source: str, laid: _Laid) -> None:
    known = session.execute(
        select(CiReport.key, CiReport.ci, Ci.name).join(Ci, Ci.id == CiReport.ci).where(CiReport.source == source)
    )
    gone = [(key, ci, name) for key, ci, name in known if key not in laid.seen]
    for some in chunks(sorted(gone)):
        rows = [
            {
                "run": run,
                "place": laid.place + place,
                "number": 0,
                "verdict": VANISHED,
                "held": False,
                "label": name,
                "ci": ci,
            }
            | {"record": {"source_key": key}, "changes": {}, "reasons": []}
            for place, (key, ci, name) in enumerate(some, 1)
        ]
        load_all(session, CiStaged, rows)
        laid.place += len(some)
