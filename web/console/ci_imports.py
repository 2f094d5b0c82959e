"""Imports by page: a file is sent, its columns are mapped while one sees the first rows, then it is laid out.

What it would do, row by row, is the page of the delivery; there it is applied or thrown away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from flask import abort, flash, redirect, request
from sqlalchemy.orm import Session

from activities.cmdb_import_settings import (
    IMPORT,
    MAPPING,
    ImportFault,
    check_source,
    has_token,
    mapping_named,
    mapping_names,
)
from activities.cmdb_importing import delivery_of, lay_out, records
from cmdb.classes import CORE
from cmdb.model import Model, model
from cmdb.reconcile import BadRun
from integrations.cmdb_columns import columns_of
from integrations.cmdb_kinds import ALL, KINDS
from integrations.cmdb_mapping import ENCODINGS, RELATION, MappingFault, TableMapping, read_mapping
from integrations.cmdb_record import Raw, Unreadable
from longwatch.domain.configuring import may_edit
from longwatch.store import configuration, publishing
from web import importing, policies
from web.auth.identity import the_actor
from web.console.ci_door import EDITORS, blueprint, told
from web.console.ci_working import begun
from web.console.frame import frame, viewer
from web.desk import desk
from web.importing import TooLarge, Upload
from web.rendering import render

FIRST = 10
"""Rows that are shown while columns are mapped."""


@dataclass(frozen=True)
class Look:
    """The first rows as they would be delivered, and why they could not be read if they could not."""

    rows: Sequence[Raw]
    trouble: str = ""


@blueprint.get("/cmdb/imports")
@policies.only(*EDITORS)
def imports() -> Any:
    """What can be imported, and what is asked by schedule."""
    return _start()


@blueprint.post("/cmdb/imports")
@policies.only(*EDITORS)
def send() -> Any:
    """Keeps a file; 303 to its columns and first rows."""
    try:
        upload = _sent()
    except (ImportFault, TooLarge) as fault:
        return _start(getattr(fault, "reason", str(fault))), 422
    return redirect(f"/cmdb/imports/{upload.id}", 303)


def _sent() -> Upload:
    form, file = request.form, request.files.get("file")
    source = check_source(form.get("source", "").strip())
    if form.get("kind") not in KINDS or file is None or not file.filename:
        raise ImportFault("Choose a file, and what it is.", "file")
    name = Path(file.filename).name[:200]
    upload = Upload(importing.new_id(), the_actor().id, form["kind"], source, name, bool(form.get("complete")))
    importing.keep(desk().settings.data, upload, file.stream)
    return upload


def _start(trouble: str = "") -> str:
    with desk().store.reading() as session:
        rows = [
            (row.name, row.data, has_token(session, row.name)) for row in configuration.all_in_force(session, IMPORT)
        ]
        who = viewer(session)
        context: dict[str, Any] = {"kinds": ALL, "asked": rows, "trouble": trouble, "form": request.form}
        context["may_schedule"] = may_edit(who.actor, IMPORT)
        return render("ci_imports.html", "main", **context, **frame(session, who, "/cis"))


@blueprint.get("/cmdb/imports/<identity>")
@policies.only(*EDITORS)
def look(identity: str) -> Any:
    """The columns and first rows; `?mapping=` takes a saved mapping."""
    upload, path = _there(identity)
    with desk().store.reading() as session:
        try:
            chosen = _saved(session, request.args.get("mapping"))
        except (ImportFault, MappingFault) as fault:
            return _page(session, upload, path, {}, trouble=fault.reason), 422
        return _page(session, upload, path, chosen)


@blueprint.post("/cmdb/imports/<identity>")
@policies.only(*EDITORS)
def go_on(identity: str) -> Any:
    """Looks again with other columns, or lays it out; 303 to the delivery then."""
    upload, path = _there(identity)
    store, data = desk().store, {}
    try:
        data = _mapped(upload, path)
        if request.form.get("go") == "lay_out":
            _keep_mapping(data)
            runs = _laid_out(upload, path, read_mapping(data or None))
            if runs is None:
                flash("It is being laid out; this page shows how far it is.")
            return redirect(f"/cmdb/runs/{runs[0]}" if runs else "/cmdb/runs", 303)
    except (ImportFault, MappingFault) as fault:
        trouble = f"{fault.field}: {fault.reason}"
    except (Unreadable, BadRun) as fault:
        trouble = str(fault)
    else:
        trouble = ""
    with store.reading() as session:
        return _page(session, upload, path, data, trouble), 422 if trouble else 200


def _laid_out(upload: Upload, path: Path, mapping: TableMapping) -> list[int] | None:
    """The runs; none while it is still being laid out. The file is dropped once it is."""
    store, folder, actor = desk().store, desk().settings.data, the_actor()
    delivery = delivery_of(upload.source, upload.kind, path, mapping, complete=upload.complete)

    def work() -> list[int]:
        runs = lay_out(store, delivery, actor)
        importing.drop(folder, upload.id)
        return runs

    return begun(work)


def _there(identity: str) -> tuple[Upload, Path]:
    return importing.find(desk().settings.data, identity, the_actor().id) or abort(
        404, "This file is gone: send it again."
    )


def _saved(session: Session, name: str | None) -> dict[str, Any]:
    if not name:
        return {}
    mapping_named(session, name)
    row = configuration.in_force(session, MAPPING, name)
    return dict(row.data) if row is not None else {}


def _mapped(upload: Upload, path: Path) -> dict[str, Any]:
    """The mapping that was typed into the form; nothing where columns are fields by their names."""
    form = request.form
    if not KINDS[upload.kind].mapped:
        return {}
    data: dict[str, Any] = {"class": form.get("class") or None, "key": form.get("key") or None}
    data |= {"encoding": form.get("encoding") or None, "columns": {}, "aliases": [], "relations": []}
    for place, column in enumerate(columns_of(upload.kind, path, form.get("encoding"))):
        to = form.get(f"to-{place}", "").strip()
        if to == "aliases":
            data["aliases"].append(column)
        elif to.startswith(RELATION):
            data["relations"].append({"column": column, "type": to.removeprefix(RELATION)})
        elif to:
            data["columns"][column] = to
    return {name: value for name, value in data.items() if value}


def _keep_mapping(data: dict[str, Any]) -> None:
    name = request.form.get("save_as", "").strip()
    if name and data:
        check_source(name)
        read_mapping(data)
        store = desk().store
        with store.writing() as session:
            publishing.publish(store, session, the_actor(), publishing.Setting(MAPPING, name), data)
        flash(f"The mapping {name} is saved.")


def _page(session: Session, upload: Upload, path: Path, data: Mapping[str, Any], trouble: str = "") -> str:
    seen = _look(upload, path, data) if not trouble else Look((), trouble)
    columns: list[str] = []
    if KINDS[upload.kind].mapped:
        try:
            columns = columns_of(upload.kind, path, data.get("encoding"))
        except Unreadable as problem:
            seen = Look((), str(problem))
    known = model(session)
    context = {
        "upload": upload,
        "kind": KINDS[upload.kind],
        "columns": [(column, _to(data, column)) for column in columns],
        "data": data,
        "rows": [_shown(row) for row in seen.rows],
        "trouble": seen.trouble,
        "classes": [(one.id, one.label) for one in known.tree if not one.abstract],
        "fields": _fields(known, data.get("class")),
        "mappings": mapping_names(session),
        "encodings": ENCODINGS,
    }
    return render("ci_import.html", "main", **context, **frame(session, viewer(session), "/cis"))


def _look(upload: Upload, path: Path, data: Mapping[str, Any]) -> Look:
    try:
        mapping = read_mapping(dict(data) or None)
        delivery = delivery_of(upload.source, upload.kind, path, mapping)
        return Look(list(islice(records(replace(delivery, complete=upload.complete)), FIRST)))
    except (Unreadable, MappingFault) as problem:
        return Look((), str(problem))


def _to(data: Mapping[str, Any], column: str) -> str:
    """What a column is mapped to, as the form says it."""
    if column in data.get("aliases", ()):
        return "aliases"
    type_ = next((one["type"] for one in data.get("relations", ()) if one.get("column") == column), None)
    found = data.get("columns", {}).get(column, "")
    return f"{RELATION}{type_}" if type_ else found.get("to", "") if isinstance(found, Mapping) else found


def _fields(known: Model, class_: Any) -> list[str]:
    """What a column may hold."""
    named = known.tree.known(class_) if isinstance(class_, str) else None
    classes = [named] if named is not None else list(known.tree)
    attributes = sorted({name for one in classes for name in one.attributes})
    return [*CORE, *attributes, "aliases", *(f"{RELATION}{type_}" for type_ in sorted(known.types))]


def _shown(row: Raw) -> tuple[str, str, str, str, str]:
    """A row as people read it: its number, class, key, values, and what is wrong or related."""
    relations = ", ".join(
        f"{one.get('type')} {told(one.get('to'))}" for one in row.get("relations") or [] if isinstance(one, dict)
    )
    rest = "; ".join(part for part in (told(row["aliases"]) if row.get("aliases") else "", relations) if part)
    values = told(row.get("attributes") or {})
    return (
        str(row.get("row", "")),
        str(row.get("class", "")),
        str(row.get("source_key", "")),
        values,
        row.get("problem") or rest,
    )
