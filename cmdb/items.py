"""Configuration items as people enter them: recorded, changed, listed. What people say is a source like any other.

A value that people take away falls back to what other sources say of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cmdb.adopting import adopt_items
from cmdb.batch import Batch, Thing
from cmdb.classes import CORE, DESK
from cmdb.judging import CHANGED, NEW, Judgement, changes_of
from cmdb.keys import ALIASED, unique_keys
from cmdb.model import Model, model
from cmdb.naming import claims, names_of
from cmdb.precedence import ALIASES, Report, Settled, settle
from cmdb.snapshot import values_of
from cmdb.values import coerced, complaints
from cmdb.writing import Cause, write
from longwatch.store.database import Store
from longwatch.store.tables import Ci, CiAlias


class BadItem(ValueError):  # noqa: N818 - named for who reads it
    """The item cannot be recorded like this; `field` names what is wrong."""

    def __init__(self, reason: str, field_: str) -> None:
        super().__init__(reason)
        self.field = field_


class StaleItem(ValueError):  # noqa: N818 - named for who reads it
    """Somebody else changed the item since it was looked at."""


@dataclass(frozen=True)
class NewItem:
    """A configuration item to be recorded. Criticality 1 (high) to 3; `values`: state, users, needs and attributes."""

    id: str
    name: str
    class_: str = "server"
    criticality: int | None = None
    owner_team: str | None = None
    service: str | None = None
    aliases: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


def add_item(store: Store, session: Session, new: NewItem, actor: str = "system:desk") -> Ci:
    """Records an item; its id is an alias too. Raises BadItem naming the field at fault."""
    if session.get(Ci, new.id) is not None:
        raise BadItem(f"There is an item {new.id} already.", "id")
    known = model(session)
    core = {"name": new.name, "criticality": new.criticality, "owner_team": new.owner_team, "service": new.service}
    values = {name: value for name, value in {**core, **new.values}.items() if value is not None}
    batch = Batch(session, known, DESK)
    _check_known(known, new.class_, new.values)
    return _entered(batch, Thing(new.id), _Entry(new.class_, values, new.aliases), Cause(actor, store.now(session)))


def change_item(
    store: Store,
    session: Session,
    identity: str,
    changes: Mapping[str, Any],
    actor: str,
    *,
    class_: str | None = None,
    aliases: Iterable[str] | None = None,
    expected: int | None = None,
) -> Ci:
    """Changes what people say of an item; None takes a value back. Raises BadItem, StaleItem, KeyError for no item."""
    ci = session.get(Ci, identity)
    if ci is None or ci.merged_into is not None:
        raise KeyError(identity)
    if expected is not None and expected != ci.version:
        raise StaleItem("Somebody changed this item meanwhile.")
    known = model(session)
    adopt_items(session, known, [ci])
    batch = Batch(session, known, DESK)
    batch.load_items([identity])
    thing = batch.things[identity]
    last = thing.reports.get((DESK, identity))
    said = {name: value for name, value in (last.values if last else {}).items() if name != ALIASES}
    values = {name: value for name, value in {**said, **changes}.items() if value is not None}
    _check_known(known, class_ or ci.class_, changes)
    names = tuple(aliases) if aliases is not None else tuple((last.values.get(ALIASES) or ()) if last else ())
    entry = _Entry(class_ or (last.class_ if last else ci.class_), values, names)
    return _entered(batch, thing, entry, Cause(actor, store.now(session)))


@dataclass(frozen=True)
class _Entry:
    """What people say of an item, all of it."""

    class_: str
    values: Mapping[str, Any]
    aliases: tuple[str, ...]


def _entered(batch: Batch, thing: Thing, entry: _Entry, cause: Cause) -> Ci:
    """The item with what people say now, judged as a whole and written."""
    tree = batch.model.tree
    _check_entry(batch, entry)
    entry = replace(entry, values=coerced(tree.get(entry.class_), entry.values))
    own = sorted({alias.strip().lower() for alias in entry.aliases if alias.strip()} - {thing.id.lower()})
    report = Report(DESK, thing.id, entry.class_, {**entry.values, ALIASES: own})
    reports = [*(each for at, each in thing.reports.items() if at != (DESK, thing.id)), report]
    settled = settle(tree, reports)
    before = values_of(thing.ci) if thing.ci is not None else {}
    for name, reason in complaints(tree.get(settled.class_), settled.values):
        if thing.ci is None or name not in before or before[name] != settled.values.get(name):
            raise BadItem(reason, name)
    names = names_of(tree, thing.id, settled, reports, thing.aliases)
    _check_names(batch, thing, names.keys() - thing.aliases.keys(), report)
    _check_uniques(batch, thing, settled)
    changes = changes_of(settled, thing, names)
    thing.aliases = names
    verdict = NEW if thing.ci is None else CHANGED
    write(batch, [Judgement(verdict, thing, report, settled, changes, aliases=names)], cause)
    assert thing.ci is not None
    return thing.ci


def _check_known(known: Model, class_: str, values: Mapping[str, Any]) -> None:
    """Raises BadItem for a value that items of the class do not have."""
    found = known.tree.get(class_)
    strange = next((name for name in values if name not in CORE and name not in found.attributes), None)
    if strange is not None and class_ in known.tree:
        raise BadItem(f"A {found.label.lower()} has no attribute {strange[:80]}.", strange[:80])


def _check_entry(batch: Batch, entry: _Entry) -> None:
    found = batch.model.tree.known(entry.class_)
    if found is None:
        raise BadItem(f"There is no class called {entry.class_}.", "class")
    if found.abstract:
        raise BadItem(f"{found.label} is abstract: name one of the classes below it.", "class")
    team = entry.values.get("owner_team")
    if team is not None and team not in batch.teams:
        raise BadItem(f"There is no team called {team}.", "owner_team")


def _check_names(batch: Batch, thing: Thing, names: Iterable[str], report: Report) -> None:
    """None of these names may be that of another item in use. Raises BadItem."""
    for alias, claimed in sorted(claims(batch.session, names).items()):
        holder = next((ci for ci, (gone, _) in sorted(claimed.items()) if ci != thing.id and not gone), None)
        if holder is not None:
            at = "id" if alias == thing.id.lower() else _named_by(report.values, alias)
            raise BadItem(f"{alias} means {holder} already.", at)


def _named_by(values: Mapping[str, Any], alias: str) -> str:
    """The field that makes this alias."""
    found = (name for name in ALIASED if str(values.get(name) or "").strip().lower() == alias)
    return ALIASES if alias in values[ALIASES] else next(found, ALIASES)


def _check_uniques(batch: Batch, thing: Thing, settled: Settled) -> None:
    for digest, name in unique_keys(batch.model.tree.get(settled.class_), settled.values).items():
        holder = batch.holder(digest)
        if holder is not None and holder != thing.id:
            raise BadItem(f"{settled.values[name]} is {holder}'s already.", name)


def item(session: Session, identity: str) -> Ci | None:
    """The item with this id."""
    return session.get(Ci, identity)


def aliases_of(session: Session, identities: Iterable[str]) -> dict[str, list[str]]:
    """The other names of items."""
    known: dict[str, list[str]] = {}
    rows = session.scalars(select(CiAlias).where(CiAlias.ci.in_(list(identities))).order_by(CiAlias.alias))
    for row in rows:
        known.setdefault(row.ci, []).append(row.alias)
    return known
