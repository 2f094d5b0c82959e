"""How the desk watches over a source: asking its tool, and marking alerts that nobody speaks of any more."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm import Session

from integrations.polls import POLLS
from longwatch.domain.heartbeat import BadHeartbeat, seconds_of
from longwatch.store import audit, polls
from longwatch.store.polls import BadPoll, Wanted
from longwatch.store.tables import Source
from web import policies
from web.auth.identity import the_actor
from web.console.sources import one
from web.desk import desk

blueprint = Blueprint("sources_watch", __name__)

ADMIN = "admin"
REFUSED = 409


@blueprint.post("/sources/<name>/poll")
@policies.only(ADMIN)
def save(name: str) -> Any:
    """From now on the tool is asked like this."""
    given = request.form
    try:
        with desk().store.writing() as session:
            source = _source(session, name)
            if source.kind not in POLLS:
                abort(404)
            poll = polls.save(session, desk().settings.secret_keys, _wanted(source, given))
            _note(session, "ask source", name, {"url": poll.url, "every": poll.every})
    except (BadPoll, BadHeartbeat) as problem:
        return one(name, asked={"any_name": "", **given.to_dict()}, trouble=str(problem)), REFUSED
    flash("Saved. It is asked within moments, and then again and again.")
    return _now(name)


@blueprint.post("/sources/<name>/poll/now")
@policies.only(ADMIN)
def ask_now(name: str) -> Any:
    """Has the worker ask at once; the report appears on the page."""
    return _now(name)


@blueprint.post("/sources/<name>/poll/switch")
@policies.only(ADMIN)
def switch(name: str) -> Any:
    """Asks it again, or no more."""
    active = request.form.get("active") == "1"
    try:
        with desk().store.writing() as session:
            _source(session, name)
            polls.switch(session, name, active=active)
            _note(session, "switch asking", name, {"active": active})
    except BadPoll as problem:
        flash(str(problem))
    else:
        flash(f"{name} is asked {'again' if active else 'no more'}.")
    return redirect(f"/sources/{name}", 303)


@blueprint.post("/sources/<name>/stale")
@policies.only(ADMIN)
def stale(name: str) -> Any:
    """After what time without a word an alert is marked."""
    text = request.form.get("after", "").strip()
    try:
        with desk().store.writing() as session:
            _source(session, name)
            polls.mark_stale_after(session, name, seconds_of(text) if text else None)
            _note(session, "mark stale", name, {"after": text or None})
    except (BadPoll, BadHeartbeat) as problem:
        return one(name, trouble=str(problem)), REFUSED
    flash("Saved.")
    return redirect(f"/sources/{name}", 303)


def _now(name: str) -> Any:
    store = desk().store
    try:
        with store.writing() as session:
            _source(session, name)
            polls.want(store, session, name)
    except BadPoll as problem:
        flash(str(problem))
    return redirect(f"/sources/{name}#asked", 303)


def _wanted(source: Source, given: Mapping[str, str]) -> Wanted:
    return Wanted(
        source=source.name,
        kind=source.kind,
        url=given.get("url", "").strip(),
        every=seconds_of(given.get("every", "")),
        grace=seconds_of(given.get("grace", "")),
        login=given.get("login", "").strip(),
        secret=given.get("secret", ""),
        authority=given.get("authority", "").strip(),
        any_name=given.get("any_name") == "true",
        scope=given.get("scope", "").strip(),
    )


def _source(session: Session, name: str) -> Source:
    return session.get(Source, name) or abort(404)


def _note(session: Session, action: str, name: str, data: dict[str, Any]) -> None:
    audit.note(desk().store, session, the_actor(), action, f"source:{name}", data=data)
