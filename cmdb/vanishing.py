"""What a source reports no longer: noted, outranked by sources that still do, and in the end obsolete by its class."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmdb.batch import Batch, Thing
from cmdb.classes import DESK, Obsolescence
from cmdb.edges import chunks, redraw_items
from cmdb.history import Change, remember
from cmdb.judging import CHANGED, Judgement, changes_of
from cmdb.model import Model
from cmdb.naming import names_of
from cmdb.precedence import settle
from cmdb.snapshot import snapshot, values_of
from cmdb.writing import Cause, rewrite, write
from longwatch.store.tables_cmdb import CiReport


def miss(session: Session, model: Model, source: str, keys: Iterable[str], cause: Cause) -> None:
    """Notes that these were not reported in a complete run. Ends those that no source has reported long enough."""
    batch = Batch(session, model, source)
    for some in chunks(keys):
        rows = list(session.scalars(select(CiReport).where(CiReport.source == source, CiReport.key.in_(some))))
        for row in rows:
            row.missing += 1
            row.missing_since = row.missing_since or cause.at
        session.flush()
        batch.load_items({row.ci for row in rows})
    things = [batch.things[identity] for identity in sorted(batch.things)]
    ended = [thing for thing in things if _is_over(model, thing)]
    write(batch, [_without_it(model, thing) for thing in things if thing not in ended], cause)
    _end(session, model, ended, cause, source)


def _policy(model: Model, thing: Thing) -> Obsolescence | None:
    assert thing.ci is not None
    return model.tree.get(thing.ci.class_).obsolete


def _is_over(model: Model, thing: Thing) -> bool:
    """Whether every source has missed it for as many runs as its class says.

    What people entered beside the sources keeps no item alive.
    """
    policy = _policy(model, thing)
    sources = [report for report in thing.reports.values() if report.source != DESK]
    if policy is None or not sources or thing.ci is None or thing.ci.ended_at is not None:
        return False
    return all(report.missing >= policy.after_runs for report in sources)


def _without_it(model: Model, thing: Thing) -> Judgement:
    """The item as those tell it who still report it."""
    assert thing.ci is not None
    reports = list(thing.reports.values())
    settled = settle(model.tree, reports)
    names = names_of(model.tree, thing.id, settled, reports, thing.aliases)
    changes = changes_of(settled, thing, names)
    same = not changes and names == thing.aliases
    thing.aliases = names
    return Judgement(CHANGED, thing, reports[0], settled, changes, held=same, said=False, heard=False, aliases=names)


def _end(session: Session, model: Model, things: Iterable[Thing], cause: Cause, source: str) -> None:
    changes = []
    for thing in things:
        policy = _policy(model, thing)
        if thing.ci is None or policy is None:
            continue
        before = snapshot(thing.ci, thing.aliases)
        values = {**values_of(thing.ci), "state": policy.state}
        rewrite(model, thing, thing.ci.class_, values, cause)
        thing.ci.obsolete_at = cause.at
        after = snapshot(thing.ci, thing.aliases)
        changes.append(Change(thing.id, "obsolete", cause.actor, cause.at, before, after, source, cause.run))
    session.flush()
    remember(session, changes)
    redraw_items(session, model, [change.ci for change in changes])
