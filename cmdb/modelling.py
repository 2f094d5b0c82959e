"""Changing the model while it is used: what a change would do to the items is told first, and no item breaks by it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cmdb.classes import CORE, ROOT, CiClass, Tree
from cmdb.edges import chunks, redraw_all, redraw_type
from cmdb.history import Change, remember
from cmdb.keys import unique_keys
from cmdb.model import CLASS, RELATION, model
from cmdb.precedence import Report
from cmdb.relation_types import TRAVELS, read_type
from cmdb.snapshot import snapshot, values_of
from cmdb.values import FORMATS, complaints
from cmdb.writing import insert_keys
from longwatch.store.configuration import publish
from longwatch.store.database import Store
from longwatch.store.tables import Ci, CiAlias
from longwatch.store.tables_cmdb import CiKey, CiReport, CiUnique
from longwatch.store.writing import changed, insert_all_once

ID = re.compile(r"[a-z][a-z0-9_-]{0,59}\Z")
KEYWORDS = (
    *("type", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "pattern", "format", "items"),
    *("minItems", "maxItems", "uniqueItems", "multipleOf", "properties", "required", "additionalProperties"),
    *("maxProperties", "description"),
)
"""What a schema of an attribute may say: it types a value, it refers to nothing elsewhere."""
CLASS_FIELDS = (
    *("parent", "label", "icon", "abstract", "attributes", "states", "identify", "precedence", "obsolete", "layer"),
)
ATTRIBUTE_FIELDS = ("label", "schema", "required", "unique", "unit", "hint")
RELATION_FIELDS = ("label", "reverse", "source", "target", "impact", "hint")
LONGEST_PATTERN = 200
SHOWN = 500
LAYERS = range(10)


class BadModel(ValueError):  # noqa: N818 - named for who reads it
    """The class or type of relation cannot be like this; `field` names what is wrong."""

    def __init__(self, reason: str, field_: str) -> None:
        super().__init__(reason)
        self.field = field_


@dataclass(frozen=True)
class Migration:
    """What a change of a class would do: which items would not fit any more, and why. `size`: items looked at."""

    size: int
    misfits: dict[str, list[str]] = field(default_factory=dict)
    mended: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


class WouldMisfit(ValueError):  # noqa: N818 - an answer too
    """The change leaves items that do not fit; it is made when somebody accepts that they are flagged."""

    def __init__(self, migration: Migration) -> None:
        super().__init__(f"{len(migration.misfits)} items would not fit the class any more.")
        self.migration = migration


def check_class(tree: Tree, identity: str, data: Mapping[str, Any]) -> None:
    """Raises BadModel unless the definition is one that a class can have."""
    if not ID.match(identity):
        raise BadModel("An id begins with a small letter and holds small letters, digits, - and _.", "id")
    _only(data, CLASS_FIELDS)
    _check_label(data, "label")
    parent = data.get("parent")
    if identity == ROOT:
        if parent is not None:
            raise BadModel("The root has no parent.", "parent")
    elif not isinstance(parent, str) or parent not in tree:
        raise BadModel("Name a class that it stands below.", "parent")
    elif identity in tree.get(parent).line:
        raise BadModel(f"{parent} stands below {identity} already.", "parent")
    inherited = tree.get(parent or ROOT).attributes
    for name, said in _mapping(data, "attributes").items():
        _check_attribute(name, said, inherited)
    _check_states(data.get("states"))
    _check_rest(data)


def _check_attribute(name: str, said: Any, inherited: Mapping[str, Any]) -> None:
    where = f"attributes.{name}"
    if not ID.match(name) or name in (*CORE, "class", "id", "aliases"):
        raise BadModel("An attribute's name is small letters, digits, - and _, and none every item has.", where)
    if not isinstance(said, Mapping):
        raise BadModel("An attribute is an object.", where)
    _only(said, ATTRIBUTE_FIELDS, where)
    _check_schema(said.get("schema"), where)
    above = inherited.get(name)
    if above is not None and above.unique != bool(said.get("unique")):
        raise BadModel(f"{above.owner} says otherwise whether it is unique.", where)


def _check_schema(schema: Any, where: str) -> None:
    if not isinstance(schema, Mapping) or not schema:
        raise BadModel("An attribute needs a schema, as {'type': 'string'}.", where)
    for word, value in _words(schema):
        if word not in KEYWORDS:
            raise BadModel(f"A schema here does not say {word[:40]}.", where)
        if word == "format" and value not in FORMATS.checkers:
            raise BadModel(f"Formats are {', '.join(sorted(FORMATS.checkers))}.", where)
        if word == "pattern" and (not isinstance(value, str) or len(value) > LONGEST_PATTERN):
            raise BadModel(f"A pattern has at most {LONGEST_PATTERN} characters.", where)
    try:
        Draft202012Validator.check_schema(dict(schema))
        for word, value in _words(schema):
            if word == "pattern":
                re.compile(value)
    except (SchemaError, re.error) as problem:
        raise BadModel(f"The schema is none: {str(problem).splitlines()[0][:200]}", where) from problem


def _words(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for word, value in schema.items():
        yield word, value
        inner = value.values() if word == "properties" and isinstance(value, Mapping) else [value]
        if word in ("items", "properties", "additionalProperties"):
            for part in inner:
                yield from _words(part) if isinstance(part, Mapping) else ()


def _check_states(states: Any) -> None:
    if states is None:
        return
    if not isinstance(states, list) or not states or not all(isinstance(one, Mapping) for one in states):
        raise BadModel("States are a list of objects with id and label.", "states")
    for one in states:
        _only(one, ("id", "label", "initial", "ended"), "states")
        if not isinstance(one.get("id"), str) or not ID.match(one["id"]) or not isinstance(one.get("label"), str):
            raise BadModel("A state needs an id and a label.", "states")
    twice = [name for name, count in Counter(one["id"] for one in states).items() if count > 1]
    if twice or sum(bool(one.get("initial")) for one in states) != 1:
        raise BadModel("State ids differ, and one state is the initial one.", "states")


def _check_rest(data: Mapping[str, Any]) -> None:
    rules = data.get("identify", [])
    if not isinstance(rules, list) or not all(_is_names(rule) for rule in rules):
        raise BadModel("Identification rules are a list of lists of names.", "identify")
    ranks = _mapping(data, "precedence")
    if not all(_is_names(sources) for sources in ranks.values()):
        raise BadModel("Precedence is a list of sources for each attribute, or for *.", "precedence")
    obsolete = data.get("obsolete")
    if obsolete is not None:
        after = obsolete.get("after_runs") if isinstance(obsolete, Mapping) else None
        if not isinstance(after, int) or after < 1 or not isinstance(obsolete.get("state"), str):
            raise BadModel("Obsolescence needs after_runs (1 or more) and a state.", "obsolete")
    layer = data.get("layer", 0)
    if not isinstance(layer, int) or layer not in LAYERS:
        raise BadModel("A layer is a number from 0 to 9.", "layer")


def _is_names(found: Any) -> bool:
    return isinstance(found, list) and bool(found) and all(isinstance(name, str) and name for name in found)


def _mapping(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name) or {}
    if not isinstance(found, Mapping):
        raise BadModel(f"{name} must be an object.", name)
    return found


def _only(data: Mapping[str, Any], names: tuple[str, ...], where: str = "") -> None:
    unknown = sorted(set(data) - set(names))
    if unknown:
        raise BadModel(f"{unknown[0]} is not known here.", where or unknown[0])


def _check_label(data: Mapping[str, Any], name: str) -> None:
    label = data.get(name)
    if not isinstance(label, str) or not label.strip() or len(label) > 120 or not label.isprintable():  # noqa: PLR2004 - as long as an id
        raise BadModel("A label is a line of at most 120 characters.", name)


def migration(session: Session, identity: str, data: Mapping[str, Any]) -> Migration:
    """What the change would do to the items of the class and of all below it. Raises BadModel."""
    tree = model(session).tree
    check_class(tree, identity, data)
    changed_tree = _with(tree, identity, data)
    affected = changed_tree.below(identity)
    misfits: dict[str, list[str]] = {}
    mended: list[str] = []
    names: dict[str, str] = {}
    size = 0
    for ci in _items(session, affected):
        size += 1
        reasons = _reasons(changed_tree.get(ci.class_), ci)
        if reasons and not ci.complaints:
            misfits[ci.id], names[ci.id] = reasons, ci.name
        if ci.complaints and not reasons:
            mended.append(ci.id)
    misfits |= _shared(session, changed_tree, affected, names)
    return Migration(size, misfits, tuple(mended), names)


def _with(tree: Tree, identity: str, data: Mapping[str, Any]) -> Tree:
    return Tree({**{one.id: one.own for one in tree}, identity: data})


def _items(session: Session, classes: list[str]) -> Iterator[Ci]:
    for some in chunks(classes):
        query = select(Ci).where(Ci.class_.in_(some), Ci.merged_into.is_(None)).order_by(Ci.id)
        yield from session.scalars(query.execution_options(yield_per=500))


def _reasons(class_: CiClass, ci: Ci) -> list[str]:
    known = values_of(ci)
    return [f"{name}: {reason}" for name, reason in complaints(class_, known)]


def _shared(session: Session, tree: Tree, classes: list[str], names: dict[str, str]) -> dict[str, list[str]]:
    """Items that share a value that only one of them may have."""
    holders: dict[str, tuple[str, str]] = {}
    found: dict[str, list[str]] = {}
    if not any(tree.get(class_).unique for class_ in classes):
        return found
    for ci in _items(session, classes):
        for digest, name in unique_keys(tree.get(ci.class_), values_of(ci)).items():
            first = holders.setdefault(digest, (ci.id, ci.name))
            if first[0] != ci.id:
                found.setdefault(ci.id, []).append(f"{name}: {values_of(ci)[name]!s:.80} is {first[0]}'s too.")
                names[ci.id] = ci.name
    return found


def put_class(
    store: Store, session: Session, identity: str, data: Mapping[str, Any], actor: str, *, accept: bool = False
) -> Migration:
    """Adds or changes a class. Raises BadModel; and WouldMisfit unless it is accepted that misfits are flagged."""
    found = migration(session, identity, data)
    if found.misfits and not accept:
        raise WouldMisfit(found)
    publish(store, session, CLASS, identity, dict(data))
    session.flush()
    known = model(session)
    _flag(store, session, found, actor)
    _identify_anew(session, known.tree.below(identity))
    redraw_all(session, known)
    return found


def _flag(store: Store, session: Session, found: Migration, actor: str) -> None:
    """Items that do not fit say why; those that fit again say so no longer."""
    now, changes = store.now(session), []
    for some in chunks(sorted({*found.misfits, *found.mended})):
        for ci in session.scalars(select(Ci).where(Ci.id.in_(some))):
            names = session.scalars(select(CiAlias.alias).where(CiAlias.ci == ci.id)).all()
            before = snapshot(ci, names)
            ci.complaints = found.misfits.get(ci.id)
            ci.version += 1
            changes.append(Change(ci.id, "flagged", actor, now, before, snapshot(ci, names)))
    session.flush()
    remember(session, changes)


def _identify_anew(session: Session, classes: list[str]) -> None:
    """Keys and unique values follow from the rules of the class."""
    known = model(session)
    for some in chunks(classes):
        reports = list(session.scalars(select(CiReport).where(CiReport.class_.in_(some))))
        cis = list(session.scalars(select(Ci).where(Ci.class_.in_(some), Ci.merged_into.is_(None)).order_by(Ci.id)))
        mine = select(CiReport.ci).where(CiReport.class_.in_(some))
        changed(session, delete(CiKey).where(CiKey.ci.in_(mine)))
        changed(session, delete(CiUnique).where(CiUnique.ci.in_(select(Ci.id).where(Ci.class_.in_(some)))))
        whole = {report.ci for report in reports}
        others = [
            row
            for part in chunks(sorted(whole))
            for row in session.scalars(select(CiReport).where(CiReport.ci.in_(part)))
        ]
        insert_keys(session, known, [(row.ci, Report(row.source, row.key, row.class_, row.values)) for row in others])
        uniques = [
            {"key": key, "ci": ci.id} for ci in cis for key in unique_keys(known.tree.get(ci.class_), values_of(ci))
        ]
        insert_all_once(session, CiUnique, uniques)


def check_relation(tree: Tree, identity: str, data: Mapping[str, Any]) -> None:
    """Raises BadModel unless the definition is one that a type of relation can have."""
    if not ID.match(identity):
        raise BadModel("An id begins with a small letter and holds small letters, digits, - and _.", "id")
    _only(data, RELATION_FIELDS)
    for name in ("label", "reverse"):
        _check_label(data, name)
    _check_ends(tree, data, "")
    rules = data.get("impact", [])
    if not isinstance(rules, list) or not all(isinstance(rule, Mapping) for rule in rules):
        raise BadModel("Rules of impact are a list of objects.", "impact")
    for rule in rules:
        _only(rule, ("travels", "needed", "source", "target"), "impact")
        if rule.get("travels") not in TRAVELS:
            raise BadModel(f"Failure travels {', '.join(TRAVELS)}.", "impact")
        needed = rule.get("needed")
        if needed is not None and (not isinstance(needed, int) or isinstance(needed, bool) or needed < 0):
            raise BadModel("How many must live is a number, 0 or more.", "impact")
        _check_ends(tree, rule, "impact")


def _check_ends(tree: Tree, data: Mapping[str, Any], where: str) -> None:
    for end in ("source", "target"):
        classes = data.get(end, [])
        if not isinstance(classes, list) or any(class_ not in tree for class_ in classes):
            raise BadModel(f"{end} lists classes that there are.", where or end)


def put_relation(store: Store, session: Session, identity: str, data: Mapping[str, Any]) -> int:
    """Adds or changes a type of relation; impact follows the new rule at once. Its version. Raises BadModel."""
    check_relation(model(session).tree, identity, data)
    read_type(identity, data)
    version = publish(store, session, RELATION, identity, dict(data))
    session.flush()
    redraw_type(session, model(session), identity)
    return version


def class_sizes(session: Session) -> dict[str, int]:
    """How many items there are of each class."""
    counted = select(Ci.class_, func.count()).where(Ci.merged_into.is_(None)).group_by(Ci.class_)
    return dict(session.execute(counted).all())
