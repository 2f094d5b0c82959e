"""Reconciliation, as importers call it: lay a delivery out, look at it, apply it or throw it away.

    run = stage(store, "netbox", records, actor, complete=True)   # nothing is written to the CMDB yet
    with store.reading() as session:
        found = preview(session, run)                             # counts, and rows with reasons, page by page
    counts = apply(store, run, actor)                             # or discard(store, run)

`records` may be any iterable of the records described in `cmdb.records`; it is read once, 400 at a time. `stage` and
`apply` make their own short transactions. Importing the same again changes nothing; the order in which sources are
imported does not matter, since an item is always made of everything its sources say (`cmdb.precedence`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmdb.applying import apply
from cmdb.staging import BadRun, discard, run_of, stage
from longwatch.store.tables_cmdb import CiRun, CiStaged

__all__ = ["BadRun", "Preview", "apply", "discard", "preview", "runs", "stage"]

ROWS = 100


@dataclass(frozen=True)
class Preview:
    """A delivery and a page of its rows. `next` is the place to go on after; none at the end."""

    run: CiRun
    rows: Sequence[CiStaged]
    next: int | None


def preview(
    session: Session, run: int, verdicts: Sequence[str] = (), *, after: int = 0, limit: int = ROWS, told: bool = False
) -> Preview:
    """What a delivery would do, or did: rows in their order, of some verdicts alone if named.

    `told`: only rows that have something to say (reasons). Raises BadRun when there is no such run.
    """
    query = select(CiStaged).where(CiStaged.run == run, CiStaged.place > after).order_by(CiStaged.place)
    if verdicts:
        query = query.where(CiStaged.verdict.in_(list(verdicts)))
    found = []
    for row in session.scalars(query.execution_options(yield_per=200)):
        if told and not row.reasons:
            continue
        found.append(row)
        if len(found) > limit:
            break
    more = len(found) > limit
    return Preview(run_of(session, run), found[:limit], found[limit - 1].place if more else None)


def runs(session: Session, limit: int = 50) -> list[CiRun]:
    """The latest deliveries, the newest first."""
    return list(session.scalars(select(CiRun).order_by(CiRun.row.desc()).limit(limit)))
