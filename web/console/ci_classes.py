"""Classes and types of relations by page: what there is, and how one changes it, seeing first what it does."""

import json
from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request

from cmdb.classes import CiClass
from cmdb.model import model
from cmdb.modelling import BadModel, Migration, WouldMisfit, class_sizes, put_class, put_relation
from cmdb.relation_types import RelationType
from cmdb.values import FORMATS
from longwatch.store import audit, configuration
from web import policies
from web.auth.identity import the_actor
from web.console.ci_door import EDITORS, Trouble, blueprint, edits, told, troubles
from web.console.frame import frame, viewer
from web.desk import desk
from web.rendering import render
from web.vendoring import icons_in_use

KINDS = (
    ("text", "Text"),
    ("integer", "Whole number"),
    ("number", "Number"),
    ("boolean", "Yes or no"),
    ("choice", "One of several"),
    ("list", "List of texts"),
    *((name, f"Text: {name.replace('-', ' ')}") for name in sorted(FORMATS.checkers)),
)
"""What an attribute can hold, as the form asks."""
LONGEST = 100_000


@blueprint.get("/cmdb/classes")
@policies.staff
def classes() -> str:
    """The tree of classes, with how many items each has."""
    with desk().store.reading() as session:
        who, sizes = viewer(session), class_sizes(session)
        rows = [(one, sizes.get(one.id, 0)) for one in model(session).tree]
        context = {"rows": rows, "edits": edits(who), "icons": icons_in_use(), "total": sum(sizes.values())}
        return render("cmdb_classes.html", "main", **context, **frame(session, who, "/cis"))


@blueprint.post("/cmdb/classes")
@policies.only(*EDITORS)
def add_class() -> Any:
    """Adds a class below another."""
    typed = _typed()
    data = {"parent": typed.get("parent", ""), "label": typed.get("label", ""), "icon": typed.get("icon") or None}
    data = {name: value for name, value in data.items() if value is not None}
    with desk().store.reading() as session:
        there = typed.get("id", "") in model(session).tree
    trouble = Trouble("There is a class of this id already.") if there else _write(typed.get("id", ""), data)[0]
    flash(trouble.text or "Added.")
    return redirect("/cmdb/classes" if trouble.text else f"/cmdb/classes/{typed['id']}", 303)


@blueprint.get("/cmdb/classes/<identity>")
@policies.staff
def show_class(identity: str) -> str:
    """A class: everything it has, and from where."""
    return _page(identity, "", Trouble(), None)


@blueprint.post("/cmdb/classes/<identity>")
@policies.only(*EDITORS)
def change_class(identity: str) -> Any:
    """Changes the definition as it is written. Where items would not fit, says which; a second press accepts it."""
    typed = _typed()
    with troubles() as trouble:
        data = _object(typed.get("definition", ""))
    if trouble.text:
        return _page(identity, typed.get("definition", ""), trouble, None), trouble.code
    return _answer(identity, data, typed)


@blueprint.post("/cmdb/classes/<identity>/attributes")
@policies.only(*EDITORS)
def add_attribute(identity: str) -> Any:
    """Adds an attribute, or replaces the class's own of that name."""
    typed = _typed()
    with desk().store.reading() as session:
        found = model(session).tree.known(identity) or abort(404, "There is no such class.")
        own = dict(found.own)
    said: dict[str, Any] = {"label": typed.get("label", ""), "schema": _schema(typed)}
    said |= {name: True for name in ("required", "unique") if typed.get(name)}
    said |= {name: typed[name] for name in ("unit", "hint") if typed.get(name)}
    data = {**own, "attributes": {**own.get("attributes", {}), typed.get("name", ""): said}}
    return _answer(identity, data, typed)


def _schema(typed: Mapping[str, str]) -> dict[str, Any]:
    kind = typed.get("kind", "text")
    if kind in ("integer", "number", "boolean"):
        return {"type": kind}
    if kind == "choice":
        return {"enum": [one.strip() for one in typed.get("choices", "").split(",") if one.strip()]}
    if kind == "list":
        return {"type": "array", "items": {"type": "string", "maxLength": 255}, "maxItems": 200}
    if kind in FORMATS.checkers:
        return {"type": "string", "format": kind, "maxLength": 255}
    return {"type": "string", "minLength": 1, "maxLength": 1000}


def _answer(identity: str, data: Mapping[str, Any], typed: Mapping[str, str]) -> Any:
    trouble, migration = _write(identity, data, accept=bool(typed.get("accept")))
    if trouble.text or (migration is not None and migration.misfits and not typed.get("accept")):
        text = json.dumps(data, indent=2, ensure_ascii=False)
        return _page(identity, text, trouble, migration), 422 if trouble.text else 409
    flagged = len(migration.misfits) if migration else 0
    flash(f"Changed. {flagged} items do not fit now and say so." if flagged else "Changed. All items fit.")
    return redirect(f"/cmdb/classes/{identity}", 303)


def _write(identity: str, data: Mapping[str, Any], *, accept: bool = False) -> tuple[Trouble, Migration | None]:
    store, actor, migration = desk().store, the_actor(), None
    with troubles() as trouble:
        try:
            with store.writing() as session:
                migration = put_class(store, session, identity, data, actor.id, accept=accept)
                audit.note(store, session, actor, "ci-class.written", identity, data=dict(data))
        except WouldMisfit as problem:
            migration = problem.migration
    return trouble, migration


def _page(identity: str, text: str, trouble: Trouble, migration: Migration | None) -> str:
    with desk().store.reading() as session:
        who, known = viewer(session), model(session)
        found: CiClass = known.tree.known(identity) or abort(404, "There is no such class.")
        context = {
            "class_": found,
            "items": class_sizes(session).get(identity, 0),
            "below": [one for one in known.tree.below(identity) if one != identity],
            "kinds": KINDS,
            "text": text or json.dumps(dict(found.own), indent=2, ensure_ascii=False),
            "trouble": trouble,
            "misfits": list(migration.misfits.items())[:200] if migration else [],
            "misfit_count": len(migration.misfits) if migration else 0,
            "size": migration.size if migration else 0,
            "told": told,
            "edits": edits(who),
        }
        return render("cmdb_class.html", "main", **context, **frame(session, who, "/cis"))


@blueprint.get("/cmdb/relations")
@policies.staff
def relation_types() -> str:
    """All types of relations, with the way failure travels."""
    return _types_page("", "", Trouble())


@blueprint.post("/cmdb/relations")
@policies.only(*EDITORS)
def write_relation_type() -> Any:
    """Adds or changes a type of relation; impact follows it at once."""
    typed, store, actor = _typed(), desk().store, the_actor()
    identity, text = typed.get("id", ""), typed.get("definition", "")
    with troubles() as trouble:
        data = _object(text)
        with store.writing() as session:
            put_relation(store, session, identity, data)
            audit.note(store, session, actor, "ci-relation.written", identity, data=data)
    if trouble.text:
        return _types_page(identity, text, trouble), trouble.code
    flash("Saved. Impact follows it from now on.")
    return redirect("/cmdb/relations", 303)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise BadModel(f"The definition is not well-formed JSON: {problem}", "definition") from problem
    if not isinstance(found, dict):
        raise BadModel("The definition must be an object.", "definition")
    return found


NEW_TYPE = {
    "label": "feeds",
    "reverse": "is fed by",
    "source": ["ci"],
    "target": ["ci"],
    "impact": [{"travels": "forward"}],
}


def _types_page(identity: str, text: str, trouble: Trouble) -> str:
    asked = identity or request.args.get("type", "")
    with desk().store.reading() as session:
        who, types = viewer(session), model(session).types
        row = configuration.in_force(session, "ci-relation", asked) if asked else None
        shown = text or json.dumps(row.data if row else NEW_TYPE, indent=2, ensure_ascii=False)
        context = {
            "types": [(one, _rules(one)) for _, one in sorted(types.items())],
            "edits": edits(who),
            "chosen": asked,
            "text": shown,
            "trouble": trouble,
        }
        return render("cmdb_relations.html", "main", **context, **frame(session, who, "/cis"))


WAYS = {
    "forward": "the first failing hits the second",
    "backward": "the second failing hits the first",
    "both": "each failing hits the other",
    "none": "no failure travels",
}


def _rules(type_: RelationType) -> list[str]:
    """The rules of impact in words, the first fitting one decides."""
    found = []
    for rule in type_.rules:
        ends = (
            ""
            if (rule.source, rule.target) == (("ci",), ("ci",))
            else f"{_list(rule.source)} to {_list(rule.target)}: "
        )
        needed = "" if rule.needed is None else f", unless {rule.needed} of them live"
        found.append(f"{ends}{WAYS[rule.travels]}{needed}")
    return found or [WAYS["none"]]


def _list(classes: tuple[str, ...]) -> str:
    return "anything" if classes == ("ci",) else ", ".join(classes)


def _typed() -> dict[str, str]:
    return {name: value.strip()[:LONGEST] for name, value in request.form.items()}
