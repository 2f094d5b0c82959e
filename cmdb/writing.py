"""Writes judged records into items, together with what they say, what identifies them, and the history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, tuple_
from sqlalchemy.orm import Session

from cmdb.batch import Batch, Thing
from cmdb.edges import chunks, redraw_items
from cmdb.history import Change, remember
from cmdb.judging import Judgement
from cmdb.keys import identity_keys, unique_keys
from cmdb.model import Model
from cmdb.precedence import Report
from cmdb.snapshot import put, snapshot, values_of, words
from cmdb.values import complaints
from longwatch.store.loading import load_all
from longwatch.store.tables import Ci, CiAlias
from longwatch.store.tables_cmdb import CiKey, CiReport, CiUnique
from longwatch.store.writing import changed


@dataclass(frozen=True)
class Cause:
    """By whom, when, and in which run something is written."""

    actor: str
    at: datetime
    run: int | None = None


def write(batch: Batch, judged: Sequence[Judgement], cause: Cause) -> None:
    """Writes everything that the judgements say and that is not held; in a few statements for all of them."""
    taken = [one for one in judged if not one.held and one.thing is not None]
    speaking = [one for one in taken if one.said]
    touched = [one for one in taken if one.changes or one.thing.ci is None]  # type: ignore[union-attr] # not held
    changes = [_item(batch, one, cause) for one in touched]
    batch.session.flush()
    _reports(batch.session, taken, cause)
    _keys(batch, speaking)
    _names(batch.session, [one.thing for one in taken if one.thing is not None])
    _uniques(batch.session, batch.model, [one.thing for one in touched if one.thing is not None])
    batch.session.flush()
    remember(batch.session, changes)
    redraw_items(batch.session, batch.model, _to_redraw(changes))


def _item(batch: Batch, one: Judgement, cause: Cause) -> Change:
    thing, settled, report = one.thing, one.settled, one.report
    assert thing is not None
    assert settled is not None
    assert report is not None
    before = None
    if thing.ci is None:
        thing.ci = Ci(id=thing.id, created_at=cause.at, version=0)
        batch.session.add(thing.ci)
    else:
        before = snapshot(thing.ci, _aliases_before(one))
    action = "created" if before is None else "revived" if thing.ci.obsolete_at else "changed"
    thing.ci.obsolete_at = None
    rewrite(batch.model, thing, settled.class_, settled.values, cause)
    return Change(
        thing.id, action, cause.actor, cause.at, before, snapshot(thing.ci, thing.aliases), report.source, cause.run
    )


def _aliases_before(one: Judgement) -> set[str]:
    assert one.thing is not None
    gone, came = one.changes.get("aliases", ([], []))
    return (one.thing.aliases.keys() - set(came)) | set(gone)


def rewrite(model: Model, thing: Thing, class_: str, values: Mapping[str, Any], cause: Cause) -> None:
    """The row of an item with these values; its version rises. What fits its class again is flagged no longer."""
    ci = thing.ci
    assert ci is not None
    known = model.tree.get(class_)
    put(ci, known, values, cause.at)
    if ci.complaints:
        ci.complaints = [f"{name}: {reason}" for name, reason in complaints(known, values_of(ci))] or None
    ci.words = words(ci, thing.aliases)
    ci.version += 1
    ci.updated_at = cause.at


def _reports(session: Session, taken: Sequence[Judgement], cause: Cause) -> None:
    fresh = []
    for one in taken:
        thing, report = one.thing, one.report
        if thing is None or report is None or not one.heard:
            continue
        row = thing.rows.get((report.source, report.key))
        if row is None:
            fresh.append(_report_row(thing.id, report, cause))
            continue
        row.run, row.seen_at, row.missing, row.missing_since = cause.run, cause.at, 0, None
        if one.said:
            row.class_, row.values = report.class_, dict(report.values)
    session.flush()
    insert_reports(session, fresh)


def insert_reports(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Adds what sources say of items."""
    load_all(session, CiReport, rows)


def _report_row(ci: str, report: Report, cause: Cause) -> dict[str, Any]:
    return {
        "source": report.source,
        "key": report.key,
        "ci": ci,
        "class": report.class_,
        "values": dict(report.values),
        "run": cause.run,
        "seen_at": cause.at,
        "missing": 0,
    }


def _keys(batch: Batch, speaking: Sequence[Judgement]) -> None:
    """What identifies an item follows from what each source says of it."""
    reports = [(one.thing.id, one.report) for one in speaking if one.thing is not None and one.report is not None]
    forget_keys(batch.session, [(report.source, report.key) for _, report in reports])
    insert_keys(batch.session, batch.model, reports)


def forget_keys(session: Session, reports: Iterable[tuple[str, str]]) -> None:
    """Takes away what these reports identified."""
    for some in chunks(reports):
        changed(session, delete(CiKey).where(tuple_(CiKey.source, CiKey.source_key).in_(some)))


def insert_keys(session: Session, model: Model, reports: Iterable[tuple[str, Report]]) -> None:
    """What these reports identify."""
    rows = [
        {"key": key, "ci": ci, "source": report.source, "source_key": report.key}
        for ci, report in reports
        for key in identity_keys(model.tree.get(report.class_), report.values)
    ]
    load_all(session, CiKey, rows, once=True)


def _names(session: Session, things: Sequence[Thing]) -> None:
    renamed = [thing for thing in things if thing.aliases != thing.recorded]
    for some in chunks([thing.id for thing in renamed if thing.recorded]):
        changed(session, delete(CiAlias).where(CiAlias.ci.in_(some)))
    rows = [{"alias": name, "ci": thing.id, "rank": rank} for thing in renamed for name, rank in thing.aliases.items()]
    load_all(session, CiAlias, rows)
    for thing in renamed:
        thing.recorded = dict(thing.aliases)


def _uniques(session: Session, model: Model, things: Sequence[Thing]) -> None:
    for some in chunks([thing.id for thing in things]):
        changed(session, delete(CiUnique).where(CiUnique.ci.in_(some)))
    rows = [
        {"key": key, "ci": thing.id}
        for thing in things
        if thing.ci is not None
        for key in unique_keys(model.tree.get(thing.ci.class_), values_of(thing.ci))
    ]
    load_all(session, CiUnique, rows, once=True)


def _to_redraw(changes: Iterable[Change]) -> list[str]:
    return [change.ci for change in changes if change.before is not None and _draws(change.before, change.after or {})]


def _draws(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(before.get(name) != after.get(name) for name in ("class", "needs", "ended_at", "obsolete_at"))
