"""What the CMDB knows of the things that some records may be about, loaded together and kept up as they are judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmdb.edges import chunks
from cmdb.keys import aliases_in, identity_keys, unique_keys
from cmdb.model import Model
from cmdb.naming import Claim, Names, claims, foremost
from cmdb.precedence import Report
from cmdb.records import Record
from longwatch.store.tables import Ci, CiAlias, Team
from longwatch.store.tables_cmdb import CiKey, CiReport, CiUnique

Key = tuple[str, str]
"""A source and its own key of a thing."""
CROWD = 20
"""Items called the same, beyond which a name (127.0.0.1) tells nothing."""


@dataclass
class Thing:
    """An item as its sources describe it. `ci` is its row; none while it is only staged.

    `aliases`: the names it has now; `recorded`: those that stand in the database.
    """

    id: str
    ci: Ci | None = None
    reports: dict[Key, Report] = field(default_factory=dict)
    keys: dict[Key, list[str]] = field(default_factory=dict)
    aliases: Names = field(default_factory=dict)
    recorded: Names = field(default_factory=dict)
    rows: dict[Key, CiReport] = field(default_factory=dict)

    def claim(self, name: str) -> Claim:
        """How good its claim to a name is."""
        gone = self.ci is not None and (self.ci.ended_at is not None or self.ci.obsolete_at is not None)
        return gone, self.aliases[name]

    def all_keys(self) -> set[str]:
        """Everything that identifies it, whoever says so."""
        return {key for keys in self.keys.values() for key in keys}


class Batch:
    """The things, found by source key, identity, alias, id and unique value. `claimed`: taken by a row of this run."""

    def __init__(self, session: Session, model: Model, source: str) -> None:
        self.session = session
        self.model = model
        self.source = source
        self.things: dict[str, Thing] = {}
        self.by_report: dict[Key, Thing] = {}
        self.by_key: dict[str, dict[str, Thing]] = {}
        self.by_alias: dict[str, dict[str, Thing]] = {}
        self.crowded: set[str] = set()
        self.by_unique: dict[str, str] = {}
        self.claimed: dict[str, int] = {}
        self.teams = set(session.scalars(select(Team.id)))

    def load(self, records: Sequence[Record]) -> None:
        """Everything that these records could mean or collide with."""
        tree = self.model.tree
        keys = {key for record in records for key in identity_keys(tree.get(record.class_), record.values)}
        uniques = {key for record in records for key in unique_keys(tree.get(record.class_), record.values)}
        aliases = {alias for record in records for alias in (*record.aliases, *aliases_in(record.values))}
        aliases |= {record.id.lower() for record in records if record.id}
        own = [record.source_key or default_key(self.model, record) for record in records]
        self._find(keys, uniques, aliases, own, [record.id for record in records if record.id])

    def load_items(self, identities: Iterable[str]) -> None:
        """These items alone."""
        self._fetch(set(identities))

    def holder(self, unique: str) -> str | None:
        """The item that has a unique value."""
        return self.session.scalar(select(CiUnique.ci).where(CiUnique.key == unique))

    def add(self, thing: Thing) -> None:
        """A thing that was loaded, or is new."""
        self.things[thing.id] = thing
        self.by_report.update(dict.fromkeys(thing.reports, thing))
        for alias in thing.aliases:
            self.by_alias.setdefault(alias, {})[thing.id] = thing
        for key in thing.all_keys():
            self.by_key.setdefault(key, {})[thing.id] = thing

    def called(self, name: str) -> list[Thing]:
        """The things that a name means: one, or several with equal claims to it."""
        things = {} if name in self.crowded else self.by_alias.get(name, {})
        best = foremost({identity: thing.claim(name) for identity, thing in things.items()})
        return [things[identity] for identity in sorted(best)]

    def rename(self, thing: Thing, names: Mapping[str, int]) -> None:
        """From now on the thing is called so."""
        for alias in thing.aliases.keys() - names.keys():
            self.by_alias.get(alias, {}).pop(thing.id, None)
        thing.aliases = dict(names)

    def _find(
        self, keys: set[str], uniques: set[str], aliases: set[str], own: Sequence[str], named: Sequence[str]
    ) -> None:
        session, found = self.session, set(named)
        for some in chunks(sorted(keys - self.by_key.keys())):
            found.update(session.scalars(select(CiKey.ci).where(CiKey.key.in_(some))))
        for alias, claimed in claims(session, aliases).items():
            if len(claimed) > CROWD:
                self.crowded.add(alias)
            else:
                found.update(claimed)
        for some in chunks(own):
            mine = select(CiReport.ci).where(CiReport.source == self.source, CiReport.key.in_(some))
            found.update(session.scalars(mine))
        for some in chunks(sorted(uniques - self.by_unique.keys())):
            rows = session.execute(select(CiUnique.key, CiUnique.ci).where(CiUnique.key.in_(some)))
            self.by_unique.update((key, ci) for key, ci in rows)
        self._fetch(found)

    def _fetch(self, identities: set[str]) -> None:
        """Loads things, following what was merged to what it is part of."""
        wanted = identities - self.things.keys()
        while wanted:
            merged: set[str] = set()
            for some in chunks(sorted(wanted)):
                merged |= self._fetch_some(some)
            wanted = merged - self.things.keys()

    def _fetch_some(self, identities: list[str]) -> set[str]:
        session = self.session
        cis = list(session.scalars(select(Ci).where(Ci.id.in_(identities))))
        made = {ci.id: Thing(ci.id, ci) for ci in cis if ci.merged_into is None}
        for row in session.scalars(select(CiReport).where(CiReport.ci.in_(identities))):
            if row.ci in made:
                key = (row.source, row.key)
                made[row.ci].rows[key] = row
                made[row.ci].reports[key] = Report(row.source, row.key, row.class_, row.values, row.missing)
        keys = select(CiKey.key, CiKey.ci, CiKey.source, CiKey.source_key).where(CiKey.ci.in_(identities))
        for digest, ci, source, source_key in session.execute(keys):
            if ci in made:
                made[ci].keys.setdefault((source, source_key), []).append(digest)
        names = select(CiAlias.alias, CiAlias.ci, CiAlias.rank).where(CiAlias.ci.in_(identities))
        for alias, ci, rank in session.execute(names):
            if ci in made:
                made[ci].aliases[alias] = made[ci].recorded[alias] = rank
        for thing in made.values():
            self.add(thing)
        return {ci.merged_into for ci in cis if ci.merged_into is not None}


def default_key(model: Model, record: Record) -> str:
    """The key of a record whose source gave none: what identifies the item, else its name."""
    keys = identity_keys(model.tree.get(record.class_), record.values)
    return record.id or (keys[0] if keys else f"{record.class_}:{record.values.get('name', '')}"[:200])
