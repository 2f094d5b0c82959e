"""The mapping of a mapped source: which path is what, shown at once on the last call that came."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm import Session

from integrations import envelope, mapped, strict_json
from integrations.alert import Alert, NotEnvelope, Untranslatable
from longwatch.store import audit, source_counts, sources
from longwatch.store.tables import Source
from longwatch.store.tables_intake import SourceSetup
from web import policies
from web.console.fields import Field
from web.console.frame import viewer
from web.desk import desk

blueprint = Blueprint("sources_mapping", __name__)

SHOWN = 5
"""Alerts of the last call in the preview."""
BODY = 6_000
"""Characters of the last call on the page."""
KIND = "mapped"


@dataclass(frozen=True)
class Preview:
    """The form, the last call, and what the mapping makes of it: alerts, or why not."""

    source: str
    fields: Sequence[Field]
    body: str
    alerts: Sequence[Alert]
    problems: Sequence[str]
    more: int


@blueprint.post("/sources/<name>/mapping")
@policies.only("admin")
def save(name: str) -> Any:
    """Saves the mapping: it holds for the calls that come from now on."""
    store = desk().store
    try:
        mapping = mapped.checked(request.form)
    except ValueError as problem:
        flash(str(problem))
        return redirect(f"/sources/{name}", 303)
    with store.writing() as session:
        _mapped(session, name)
        sources.setup(session, name).mapping = mapping
        audit.note(store, session, viewer(session).actor, "map source", f"source:{name}", data=mapping)
    flash("The mapping is saved; it holds for the calls that come from now on.")
    return redirect(f"/sources/{name}", 303)


def preview(session: Session, source: Source, typed: Mapping[str, str]) -> Preview:
    """The form as typed, or as it was saved, and what it makes of the last call."""
    setup = session.get(SourceSetup, source.name)
    given = {field.name: typed.get(field.name, "") for field in mapped.FIELDS} if typed else (setup and setup.mapping)
    fields = [
        Field(
            field.name, field.label, hint=field.hint, value=(given or {}).get(field.name, ""), required=field.required
        )
        for field in mapped.FIELDS
    ]
    last = source_counts.last_call(session, source.name, KIND)
    body = None if last is None else envelope.unwrapped(strict_json.read(last.encode()), "mapping")[0]
    alerts, problems, more = _tried(body, given) if last is not None and given else ([], [], 0)
    text = "" if last is None else json.dumps(body, indent=2, ensure_ascii=False)[:BODY]
    return Preview(source.name, fields, text, alerts, problems, more)


def _tried(body: Any, given: Mapping[str, str]) -> tuple[list[Alert], list[str], int]:
    """The first alerts that the mapping finds, what is wrong, and how many more there are."""
    try:
        call = envelope.wrapped(json.dumps(body), mapping=mapped.checked(given))
        members = mapped.members(call.encode())
    except (ValueError, NotEnvelope) as problem:
        return [], [str(problem)], 0
    alerts, problems = [], []
    for member in members[:SHOWN]:
        try:
            alerts.append(mapped.alert(member))
        except Untranslatable as problem:
            problems.append(problem.reason)
    return alerts, problems, max(len(members) - SHOWN, 0)


def _mapped(session: Session, name: str) -> Source:
    source = session.get(Source, name)
    if source is None or source.kind != KIND:
        abort(404)
    return source
