"""Names: what an item is called besides its id, and which item is meant when several are called the same.

Every item keeps all names that its sources and its own values give it. A name means the item in use for which the most
trusted source claims it; an item's own value (its address) goes before a name that is merely stated. Where two claims
are equally good the name means neither: a wrong item sends a ticket to the wrong team. So it does not matter what was
recorded first.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmdb.classes import Tree
from cmdb.edges import chunks
from cmdb.keys import ALIASED, aliases_in
from cmdb.precedence import ALIASES, Report, Settled, ranks
from longwatch.store.tables import Ci, CiAlias

OWN = 0
"""The rank of an item's own id, and of ids that were merged into it. Ranks: the lower, the better the claim."""
SAID = 2
"""The first rank of what sources say; between the two stands what was recorded before there were sources."""
UNLISTED = 1_000
"""The place of a source that a class does not name among those it trusts."""
MISSING = 10_000
"""Added where the source does not report the item any more."""

Names = dict[str, int]
"""The names of an item, lower case, each with the rank of its best claim."""
Claim = tuple[bool, int]
"""Whether the item has ended, and the rank."""


def names_of(tree: Tree, identity: str, settled: Settled, reports: Sequence[Report], known: Mapping[str, int]) -> Names:
    """All names of an item with their ranks. `known`: those it had, of which ids that were merged into it stay."""
    found: Names = {}
    precedence = tree.get(settled.class_).precedence
    for report in reports:
        for name in report.values.get(ALIASES) or ():
            _claim(found, name, _rank(precedence, ALIASES, report) + 1)
        for attribute in ALIASED:
            if settled.by.get(attribute) == report.source and report.values.get(attribute) == settled.values[attribute]:
                for name in aliases_in({attribute: settled.values[attribute]}):
                    _claim(found, name, _rank(precedence, attribute, report))
    kept = dict.fromkeys([identity.lower(), *(name for name, rank in known.items() if rank == OWN)], OWN)
    return {**found, **kept}


def _claim(found: Names, name: str, rank: int) -> None:
    found[name] = min(rank, found.get(name, rank))


def _rank(precedence: Mapping[str, Sequence[str]], attribute: str, report: Report) -> int:
    trusted = ranks(precedence, attribute)
    place = trusted.index(report.source) if report.source in trusted else UNLISTED
    return SAID + 2 * place + (MISSING if report.missing else 0)


def foremost(claims: Mapping[str, Claim]) -> set[str]:
    """The items with the best claim to a name: one, or several that it may mean."""
    least = min(claims.values(), default=None)
    return {ci for ci, claim in claims.items() if claim == least}


def claims(session: Session, names: Iterable[str]) -> dict[str, dict[str, Claim]]:
    """Who claims each of these names."""
    found: dict[str, dict[str, Claim]] = {}
    columns = (CiAlias.alias, CiAlias.ci, CiAlias.rank, Ci.ended_at, Ci.obsolete_at)
    for some in chunks(sorted(set(names))):
        query = select(*columns).join(Ci, Ci.id == CiAlias.ci).where(CiAlias.alias.in_(some))
        for alias, ci, rank, ended, obsolete in session.execute(query):
            found.setdefault(alias, {})[ci] = (ended is not None or obsolete is not None, rank)
    return found


def meant(session: Session, names: Iterable[str]) -> dict[str, str]:
    """The item that each of these names means; names that mean none are left out."""
    best = {name: foremost(claimed) for name, claimed in claims(session, names).items()}
    return {name: next(iter(cis)) for name, cis in best.items() if len(cis) == 1}


def contested(session: Session, identity: str, names: Iterable[str]) -> dict[str, str]:
    """A sentence for each name of an item that another item in use is called by as well."""
    told = {}
    for name, claimed in sorted(claims(session, names).items()):
        others = sorted(ci for ci, (gone, _) in claimed.items() if ci != identity and not gone)
        if others and identity in claimed:
            told[name] = said(name, identity, claimed, others)
    return told


def said(name: str, identity: str, claimed: Mapping[str, Claim], others: Sequence[str]) -> str:
    """What a contested name means, in a sentence."""
    best, named = foremost(claimed), ", ".join(others[:3])
    if best == {identity}:
        return f"{name} means this item: its claim goes before that of {named}."
    if len(best) == 1:
        return f"{name} means {next(iter(best))}."
    return f"{name} is a name of {named} as well: it means neither."
