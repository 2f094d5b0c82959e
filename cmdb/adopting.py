"""Items that no source reports are the desk's own: what they hold is what people entered."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmdb.classes import DESK
from cmdb.edges import chunks
from cmdb.keys import unique_keys
from cmdb.model import Model
from cmdb.precedence import ALIASES, Report
from cmdb.snapshot import values_of
from cmdb.writing import insert_keys, insert_reports
from longwatch.store.tables import Ci, CiAlias
from longwatch.store.tables_cmdb import CiRelation, CiRelationReport, CiReport, CiUnique
from longwatch.store.writing import insert_all_once


def adopt(session: Session, model: Model) -> int:
    """Gives every item that nobody reports to the desk, and every such relation. Returns the number of items."""
    reported = select(CiReport.ci).where(CiReport.ci == Ci.id)
    lonely = list(session.scalars(select(Ci).where(~reported.exists(), Ci.merged_into.is_(None)).order_by(Ci.id)))
    for some in chunks(lonely):
        _adopt(session, model, some)
    stated = select(CiRelationReport.relation).where(CiRelationReport.relation == CiRelation.row)
    rows = session.execute(select(CiRelation.row, CiRelation.source).where(~stated.exists())).all()
    insert_all_once(session, CiRelationReport, [{"source": DESK, "key": ci, "relation": row} for row, ci in rows])
    return len(lonely)


def adopt_items(session: Session, model: Model, cis: list[Ci]) -> None:
    """The same for these items, where nobody reports them."""
    reported = set(session.scalars(select(CiReport.ci).where(CiReport.ci.in_([ci.id for ci in cis]))))
    _adopt(session, model, [ci for ci in cis if ci.id not in reported])


def _adopt(session: Session, model: Model, cis: list[Ci]) -> None:
    names = aliases(session, [ci.id for ci in cis])
    reports = [
        (
            ci,
            Report(
                DESK, ci.id, ci.class_, {**values_of(ci), ALIASES: sorted(names.get(ci.id, set()) - {ci.id.lower()})}
            ),
        )
        for ci in cis
    ]
    rows = [
        {"source": DESK, "key": ci.id, "ci": ci.id, "class": ci.class_, "values": dict(report.values)}
        | {"seen_at": ci.updated_at or ci.created_at, "missing": 0, "run": None}
        for ci, report in reports
    ]
    insert_reports(session, rows)
    insert_keys(session, model, [(ci.id, report) for ci, report in reports])
    uniques = [{"key": key, "ci": ci.id} for ci in cis for key in unique_keys(model.tree.get(ci.class_), values_of(ci))]
    insert_all_once(session, CiUnique, uniques)


def aliases(session: Session, identities: Iterable[str]) -> dict[str, set[str]]:
    """The other names of items."""
    found: dict[str, set[str]] = {}
    for some in chunks(identities):
        for alias, ci in session.execute(select(CiAlias.alias, CiAlias.ci).where(CiAlias.ci.in_(some))):
            found.setdefault(ci, set()).add(alias)
    return found
