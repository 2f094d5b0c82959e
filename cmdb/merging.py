"""Two items that are one: what the one has goes to the other; its id stays a name of it, for tickets and alerts."""

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from cmdb.adopting import adopt_items
from cmdb.batch import Batch
from cmdb.classes import DESK
from cmdb.edges import redraw_items
from cmdb.history import Change, remember
from cmdb.items import BadItem
from cmdb.judging import CHANGED, Judgement, changes_of
from cmdb.linking import drop_unstated, rows_of, told
from cmdb.matching import related
from cmdb.model import Model, model
from cmdb.naming import OWN, names_of
from cmdb.precedence import ALIASES, settle
from cmdb.snapshot import snapshot
from cmdb.writing import Cause, write
from longwatch.store.database import Store
from longwatch.store.tables import Ci, CiAlias
from longwatch.store.tables_cmdb import CiKey, CiRelation, CiRelationReport, CiReport, CiUnique
from longwatch.store.writing import changed, insert_all, insert_once, put

MERGED = "merged"


def merge(store: Store, session: Session, keep: str, drop: str, actor: str) -> Ci:
    """Makes one item of two; `keep` has the last word where people said both. Raises BadItem, KeyError for no item."""
    kept, dropped = session.get(Ci, keep), session.get(Ci, drop)
    if kept is None or dropped is None or kept.merged_into or dropped.merged_into:
        raise KeyError(drop if kept is not None and kept.merged_into is None else keep)
    known = model(session)
    if keep == drop:
        raise BadItem("An item is not merged with itself.", "ci")
    if not related(known.tree, kept.class_, dropped.class_):
        raise BadItem(f"A {kept.class_} and a {dropped.class_} are not one item.", "ci")
    adopt_items(session, known, [kept, dropped])
    cause = Cause(actor, store.now(session))
    before = snapshot(dropped, _names(session, drop))
    _hand_over(session, keep, drop)
    _relations(session, keep, drop, cause)
    dropped.merged_into = keep
    dropped.version += 1
    session.flush()
    remember(session, [Change(drop, MERGED, actor, cause.at, before, snapshot(dropped, ()), DESK)])
    _settle(session, known, keep, cause)
    redraw_items(session, known, [keep, drop])
    return kept


def _names(session: Session, ci: str) -> set[str]:
    return set(session.scalars(select(CiAlias.alias).where(CiAlias.ci == ci)))


def _hand_over(session: Session, keep: str, drop: str) -> None:
    """Names, reports and what identifies it. What people said of the dropped one fills what they did not say of it."""
    said = session.get(CiReport, (DESK, drop))
    own = session.get(CiReport, (DESK, keep))
    if said is not None and own is not None:
        names = sorted({*(said.values.get(ALIASES) or ()), *(own.values.get(ALIASES) or ())})
        own.values = {**said.values, **own.values, ALIASES: names}
        changed(session, update(CiKey).where(*_by_desk(drop)).values(source_key=keep))
        session.delete(said)
        session.flush()
    both = select(CiAlias.alias).where(CiAlias.ci == keep)
    changed(session, delete(CiAlias).where(CiAlias.ci == drop, CiAlias.alias.in_(both)))
    for table in (CiAlias, CiUnique, CiKey, CiReport):
        changed(session, update(table).where(table.ci == drop).values(ci=keep))
    changed(session, update(Ci).where(Ci.merged_into == drop).values(merged_into=keep))
    put(session, CiAlias, {"alias": drop.lower(), "ci": keep, "rank": OWN})


def _by_desk(ci: str) -> tuple[ColumnElement[bool], ...]:
    return CiKey.source == DESK, CiKey.source_key == ci, CiKey.ci == ci


def _relations(session: Session, keep: str, drop: str, cause: Cause) -> None:
    """Every relation of the dropped item becomes one of the kept, once; one between the two is gone."""
    ends = (CiRelation.source == drop) | (CiRelation.target == drop)
    for row in session.scalars(select(CiRelation).where(ends).order_by(CiRelation.row)).all():
        begin, end = (keep if one == drop else one for one in (row.source, row.target))
        reports = list(session.scalars(select(CiRelationReport).where(CiRelationReport.relation == row.row)))
        sayings = [(r.source, keep if (r.source, r.key) == (DESK, drop) else r.key) for r in reports]
        for report in reports:
            session.delete(report)
        session.flush()
        remember(session, told(drop_unstated(session, [row.row]), cause, DESK, born=False))
        if begin != end:
            _make(session, (row.type, begin, end), sayings, cause)


def _make(session: Session, triple: tuple[str, str, str], sayings: list[tuple[str, str]], cause: Cause) -> None:
    there = rows_of(session, [triple])
    if triple not in there:
        type_, begin, end = triple
        insert_all(session, CiRelation, [{"type": type_, "source": begin, "target": end, "created_at": cause.at}])
        there = rows_of(session, [triple])
        remember(session, told([triple], cause, DESK, born=True))
    for source, key in sayings:
        insert_once(session, CiRelationReport, {"source": source, "key": key, "relation": there[triple]})


def _settle(session: Session, known: Model, keep: str, cause: Cause) -> None:
    session.expire_all()
    batch = Batch(session, known, DESK)
    batch.load_items([keep])
    thing = batch.things[keep]
    assert thing.ci is not None
    reports = list(thing.reports.values())
    settled = settle(known.tree, reports)
    names = names_of(known.tree, keep, settled, reports, thing.aliases)
    changes = {**changes_of(settled, thing, names), ALIASES: [[], sorted(names)]}
    thing.aliases = names
    write(batch, [Judgement(CHANGED, thing, reports[0], settled, changes, said=False, heard=False)], cause)


def family(session: Session, identity: str) -> list[str]:
    """The item and all that were merged into it: whose tickets and history are its own."""
    return [identity, *session.scalars(select(Ci.id).where(Ci.merged_into == identity).order_by(Ci.id))]
