"""Which item a record is about: the one its source called so before, else the one its identification rules point to.

Rules are tried in the order of trust. One that points to an item that a more trusted rule tells apart (another serial
number) does not count. What points to two items is for a person to decide.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cmdb.batch import Batch, Thing, default_key
from cmdb.classes import Tree
from cmdb.keys import aliases_in, identity_keys, rule_of, telling_keys
from cmdb.records import Record


@dataclass(frozen=True)
class Match:
    """The item found; or several, which may be one; or none: it is new."""

    thing: Thing | None = None
    several: tuple[str, ...] = ()


def match(batch: Batch, record: Record) -> Match:
    """The item that the record is about."""
    own = batch.by_report.get((batch.source, record.source_key or default_key(batch.model, record)))
    if own is not None:
        return Match(own)
    if record.id and (named := _named(batch, record.id)) is not None:
        return Match(named)
    keys = identity_keys(batch.model.tree.get(record.class_), record.values)
    for place, key in enumerate(keys):
        found = _told_apart(batch.by_key.get(key, {}).values(), keys[:place])
        if found:
            return _only(found)
    return _by_alias(batch, record)


def _named(batch: Batch, identity: str) -> Thing | None:
    """The item of this id, or what it was merged into."""
    called = batch.called(identity.lower())
    return batch.things.get(identity) or (called[0] if len(called) == 1 else None)


def _by_alias(batch: Batch, record: Record) -> Match:
    names = (*record.aliases, *aliases_in(record.values))
    found = {thing.id: thing for name in names for thing in batch.called(name)}
    near = [thing for thing in found.values() if related(batch.model.tree, record.class_, class_of(thing))]
    rest = _told_apart(near, telling_keys(batch.model.tree.get(record.class_), record.values))
    return _only(rest) if rest else Match()


def _only(things: list[Thing]) -> Match:
    return Match(things[0]) if len(things) == 1 else Match(several=tuple(sorted(thing.id for thing in things)))


def _told_apart(things: Iterable[Thing], keys: Sequence[str]) -> list[Thing]:
    """Those that no more trusted rule contradicts: known by it, and otherwise."""
    return [thing for thing in things if not any(_contradicts(thing.all_keys(), key) for key in keys)]


def _contradicts(known: set[str], key: str) -> bool:
    return key not in known and any(rule_of(other) == rule_of(key) for other in known)


def class_of(thing: Thing) -> str:
    """The class of a thing that is recorded, or only staged."""
    return thing.ci.class_ if thing.ci is not None else next(iter(thing.reports.values())).class_


def related(tree: Tree, one: str, other: str) -> bool:
    """Whether two classes have more in common than the root: sources may differ on which of them an item is."""
    first, second = tree.get(one).line, tree.get(other).line
    return len(first) > 1 and len(second) > 1 and first[1] == second[1]
