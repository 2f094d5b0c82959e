"""How the alerts of a source are treated: a form on its page."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request

from longwatch.store import audit, source_treatment
from longwatch.store.source_treatment import CHOICE, ENTRIES, SECONDS, Entry
from longwatch.store.sources import BadSource
from longwatch.store.tables import Source
from web import policies
from web.auth.identity import the_actor
from web.configuration.entries import CODECS
from web.console.sources import one
from web.desk import desk

blueprint = Blueprint("sources_treat", __name__)

REFUSED = 409


@blueprint.post("/sources/<name>/treat")
@policies.only("admin")
def save(name: str) -> Any:
    """From the next call on."""
    typed = {entry.name: request.form.get(entry.name, "").strip() for entry in ENTRIES}
    store = desk().store
    try:
        with store.writing() as session:
            session.get(Source, name) or abort(404)
            given = {entry.name: _read(entry, typed[entry.name]) for entry in ENTRIES}
            now = source_treatment.save(session, name, given)
            audit.note(store, session, the_actor(), "treat source", f"source:{name}", data=now)
    except BadSource as problem:
        return one(name, treated=typed, trouble=str(problem)), REFUSED
    flash("Saved. It holds from the next call on.")
    return redirect(f"/sources/{name}#treat", 303)


def _read(entry: Entry, text: str) -> Any:
    return CODECS["span" if entry.kind == SECONDS else "line" if entry.kind == CHOICE else "whole"].decode(text)
