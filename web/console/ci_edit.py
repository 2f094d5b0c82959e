"""Items by form: the fields are those of the class, and only what was changed is said anew."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask import abort, flash, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from cmdb.classes import CORE, Attribute, CiClass
from cmdb.impact import find
from cmdb.items import NewItem, add_item, aliases_of, change_item
from cmdb.merging import merge
from cmdb.model import Model, model
from cmdb.relate import relate, unrelate
from cmdb.snapshot import values_of
from cmdb.values import coerced
from longwatch.store import audit
from longwatch.store.tables import Ci, Team
from longwatch.store.tables_cmdb import CiRelation
from web import policies
from web.auth.identity import the_actor
from web.console.ci_door import EDITORS, Trouble, blueprint, there, to_item, told, troubles
from web.console.fields import Field
from web.console.frame import frame, viewer
from web.desk import desk
from web.rendering import render

LONGEST = 20_000
BOOLEANS = (("true", "Yes"), ("false", "No"))


@blueprint.get("/cmdb/new")
@policies.only(*EDITORS)
def ask_new() -> str:
    """First the class, then the form of that class; with the id and name that the address gives."""
    given = {name: request.args[name].strip()[:120] for name in ("id", "name") if name in request.args}
    return _form(None, request.args.get("class", ""), given, Trouble())


@blueprint.post("/cmdb/new")
@policies.only(*EDITORS)
def record() -> Any:
    """Records the item; 303 to it."""
    typed, store, actor = _typed(), desk().store, the_actor()
    with troubles() as trouble, store.writing() as session:
        class_ = model(session).tree.get(typed.get("class", ""))
        values = _said(class_, typed)
        identity = typed.get("id", "")
        if not identity or "/" in identity or not identity.isprintable() or len(identity) > 120:  # noqa: PLR2004 - as its column
            trouble.text, trouble.field, trouble.code = "Give it an id: a line without slashes.", "id", 422
        else:
            plain = {name: value for name, value in values.items() if name != "name"}
            new = NewItem(identity, values.get("name", ""), class_.id, aliases=_names(typed), values=plain)
            add_item(store, session, new, actor.id)
            audit.note(store, session, actor, "ci.added", identity, data={"class": class_.id})
    if trouble.text:
        return _form(None, typed.get("class", ""), typed, trouble), trouble.code
    flash(f"{identity} is recorded.")
    return to_item(identity)


@blueprint.get("/cis/<path:identity>/edit")
@policies.only(*EDITORS)
def ask_change(identity: str) -> str:
    """The form, filled with what is known."""
    return _form(identity, "", {}, Trouble())


@blueprint.post("/cis/<path:identity>/edit")
@policies.only(*EDITORS)
def change(identity: str) -> Any:
    """Changes what differs from what is known; 303 to the item."""
    typed, store, actor = _typed(), desk().store, the_actor()
    with troubles() as trouble, store.writing() as session:
        ci = there(session, identity)
        known = model(session)
        class_ = known.tree.known(typed.get("class", ci.class_)) or known.tree.get(ci.class_)
        before = values_of(ci)
        said = coerced(class_, _said(class_, typed))
        asked = [name for name in (*CORE, *class_.attributes) if name in request.form]
        changes = {name: said.get(name) for name in asked if said.get(name) != before.get(name)}
        names = aliases_of(session, [ci.id]).get(ci.id, [])
        aliases = None if sorted(_names(typed)) == sorted(n for n in names if n != ci.id.lower()) else _names(typed)
        other = class_.id if class_.id != ci.class_ else None
        expected = int(typed["version"]) if typed.get("version", "").isdigit() else None
        change_item(store, session, ci.id, changes, actor.id, class_=other, aliases=aliases, expected=expected)
        audit.note(store, session, actor, "ci.changed", ci.id, data={"fields": sorted(changes)})
    if trouble.text:
        return _form(identity, typed.get("class", ""), typed, trouble), trouble.code
    flash("Changed.")
    return to_item(identity)


@blueprint.post("/cis/<path:identity>/relate")
@policies.only(*EDITORS)
def add_relation(identity: str) -> Any:
    """Relates the item to another, named by id or any other name."""
    typed, store, actor = _typed(), desk().store, the_actor()
    with troubles() as trouble, store.writing() as session:
        ci = there(session, identity)
        named = typed.get("ci", "")
        other = named if session.get(Ci, named) is not None else find(session, [named])
        relate(store, session, (typed.get("type", ""), ci.id, other or named), actor.id)
        audit.note(store, session, actor, "ci.related", ci.id, data={"type": typed.get("type"), "ci": other})
    flash(trouble.text or "Related.")
    return to_item(identity)


@blueprint.post("/cis/<path:identity>/unrelate")
@policies.only(*EDITORS)
def drop_relation(identity: str) -> Any:
    """Takes back a relation that people entered."""
    typed, store, actor = _typed(), desk().store, the_actor()
    row = int(typed["relation"]) if typed.get("relation", "").isdigit() else 0
    with troubles() as trouble, store.writing() as session:
        ci, found = there(session, identity), session.get(CiRelation, row)
        if found is None or ci.id not in (found.source, found.target):
            abort(404, "There is no such relation.")
        data = {"type": found.type, "source": found.source, "target": found.target}
        unrelate(store, session, row, actor.id)
        audit.note(store, session, actor, "ci.unrelated", ci.id, data=data)
    flash(trouble.text or "Taken back.")
    return to_item(identity)


@blueprint.post("/cis/<path:identity>/merge")
@policies.only(*EDITORS)
def merge_into(identity: str) -> Any:
    """Merges another item into this one."""
    other, store, actor = _typed().get("ci", ""), desk().store, the_actor()
    with troubles() as trouble, store.writing() as session:
        try:
            merge(store, session, identity, other, actor.id)
            audit.note(store, session, actor, "ci.merged", identity, data={"ci": other})
        except KeyError:
            trouble.text = f"There is no item {other[:80]}."
    flash(trouble.text or f"{other} is part of it now.")
    return to_item(identity)


def _typed() -> dict[str, str]:
    return {name: value.strip()[:LONGEST] for name, value in request.form.items()}


def _names(typed: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted({name.strip().lower() for name in typed.get("aliases", "").split(",") if name.strip()}))


def _said(class_: CiClass, typed: Mapping[str, str]) -> dict[str, Any]:
    """What the form says of the item; empty fields say nothing."""
    names = [name for name in (*CORE, *class_.attributes) if typed.get(name)]
    said: dict[str, Any] = {name: typed[name] for name in names}
    if "needs" in said:
        said["needs"] = dict(_needs(typed["needs"]))
    return said


def _needs(text: str) -> Iterator[tuple[str, Any]]:
    """`runs_on: 2, powered_by: 1`."""
    for part in text.split(","):
        name, _, number = part.partition(":")
        if name.strip():
            yield name.strip(), int(number) if number.strip().isdigit() else number.strip()


def _form(identity: str | None, class_id: str, typed: Mapping[str, str], trouble: Trouble) -> str:
    with desk().store.reading() as session:
        who, known = viewer(session), model(session)
        ci = there(session, identity) if identity is not None else None
        class_ = known.tree.known(class_id or (ci.class_ if ci else ""))
        context = {
            "ci": ci,
            "class_": class_,
            "classes": [(one.id, one.label) for one in known.tree if not one.abstract],
            "fields": _complained(_fields(session, known, class_, ci, typed), trouble) if class_ else [],
            "error": trouble.text,
            "version": typed.get("version") or (ci.version if ci else ""),
        }
        return render("ci_edit.html", "main", **context, **frame(session, who, "/cis"))


def _complained(fields: list[Field], trouble: Trouble) -> list[Field]:
    return [replace(field, error=trouble.text if trouble.field == field.name else "") for field in fields]


def _fields(session: Session, known: Model, class_: CiClass, ci: Ci | None, typed: Mapping[str, str]) -> list[Field]:
    shown = {**_held(session, class_, ci), **typed}
    teams = tuple((key, name) for key, name in session.execute(select(Team.id, Team.name).order_by(Team.name)))
    states = tuple((state.id, state.label) for state in class_.states)
    types = ", ".join(sorted(known.types))
    fields = [
        Field("name", "Name", required=True),
        Field("criticality", "Criticality", "select", (("1", "High"), ("2", "Medium"), ("3", "Low"))),
        Field("owner_team", "Owner", "select", teams),
        Field("state", "State", "select", states),
        Field("service", "Service"),
        Field("users", "People using it", "number"),
        Field("needs", "Must live", hint=f"how many of those related so, as runs_on: 2. Relations: {types}"),
        Field("aliases", "Other names", hint="apart by commas: host names, addresses, ids elsewhere"),
        *(_field(attribute) for attribute in class_.attributes.values()),
    ]
    fields = [Field("id", "Id", required=True, hint="stays for ever"), *fields] if ci is None else fields
    return [replace(field, value=shown.get(field.name, "")) for field in fields]


def _held(session: Session, class_: CiClass, ci: Ci | None) -> dict[str, str]:
    """What is known of the item, as its form shows it."""
    if ci is None:
        return {"state": class_.initial or ""}
    names = [name for name in aliases_of(session, [ci.id]).get(ci.id, []) if name != ci.id.lower()]
    return {**{name: _shown(value) for name, value in values_of(ci).items()}, "aliases": ", ".join(names)}


def _field(attribute: Attribute) -> Field:
    schema, label = attribute.schema, attribute.label + (f" ({attribute.unit})" if attribute.unit else "")
    options = tuple((str(value), str(value)) for value in schema.get("enum", ()))
    options = BOOLEANS if schema.get("type") == "boolean" else options
    long = schema.get("type") == "string" and schema.get("maxLength", 0) > 1000  # noqa: PLR2004 - more than a line
    kind = "select" if options else "number" if schema.get("type") == "integer" else "textarea" if long else "text"
    hint = attribute.hint or {"date": "as 2026-11-22", "cidr": "as 10.0.0.0/24"}.get(schema.get("format", ""), "")
    hint = hint or ("apart by commas" if schema.get("type") == "array" else "")
    return Field(attribute.name, label, kind, options, hint=hint, required=attribute.required)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else told(value)
