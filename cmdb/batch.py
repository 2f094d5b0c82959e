"""What the CMDB knows of the things that some records may be about, loaded together and kept up as they are judged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmdb.edges import chunks
from cmdb.keys import aliases_in, identity_keys, unique_keys
from cmdb.model import Model
from cmdb.precedence import Report
from cmdb.records import Record
from longwatch.store.tables import Ci, CiAlias, Team
from longwatch.store.tables_cmdb import CiKey, CiReport, CiUnique

Key = tuple[str, str]
"""A source and its own key of a thing."""


@dataclass
class Thing:
    """An item as its sources describe it. `ci` is its row; none while it is only staged."""

    id: str
    ci: Ci | None = None
    reports: dict[Key, Report] = field(default_factory=dict)
    keys: dict[Key, list[str]] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    rows: dict[Key, CiReport] = field(default_factory=dict)

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
        self.by_alias: dict[str, Thing] = {}
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
        self.by_alias.update(dict.fromkeys(thing.aliases, thing))
        for key in thing.all_keys():
            self.by_key.setdefault(key, {})[thing.id] = thing

    def _find(
        self, keys: set[str], uniques: set[str], aliases: set[str], own: Sequence[str], named: Sequence[str]
    ) -> None:
        session, found = self.session, set(named)
        for some in chunks(sorted(keys - self.by_key.keys())):
            found.update(session.scalars(select(CiKey.ci).where(CiKey.key.in_(some))))
        for some in chunks(sorted(aliases - self.by_alias.keys())):
            found.update(session.scalars(select(CiAlias.ci).where(CiAlias.alias.in_(some))))
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
        for alias, ci in session.execute(select(CiAlias.alias, CiAlias.ci).where(CiAlias.ci.in_(identities))):
            if ci in made:
                made[ci].aliases.add(alias)
        for thing in made.values():
            self.add(thing)
        return {ci.merged_into for ci in cis if ci.merged_into is not None}


def default_key(model: Model, record: Record) -> str:
    """The key of a record whose source gave none: what identifies the item, else its name."""
    keys = identity_keys(model.tree.get(record.class_), record.values)
    return record.id or (keys[0] if keys else f"{record.class_}:{record.values.get('name', '')}"[:200])
