"""What the tool behind a source is told: where it is, how we prove who we are, what it hears, and what it answered.

Credentials go in and never come out. A test is made by the worker, as every other word is: what counts is whether the
tool can be reached from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from activities.back_wishes import label_of, wished
from integrations.back_kinds import KINDS, Kind, suited
from longwatch.store import audit, back_ledger
from longwatch.store.back_ledger import Asked
from longwatch.store.back_settings import MOST_HOURS, USUAL_HOURS, Wish, back_of, switch_off
from longwatch.store.sources import BadSource
from longwatch.store.tables import Source
from longwatch.store.tables_back_channel import SourceBack
from web import policies
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.told_view import CHOICES, MAY_TRY, Told, told, waits
from web.desk import desk
from web.rendering import render, wants_block

blueprint = Blueprint("sources_back", __name__)

REFUSED = 409
ADMIN = "admin"
PAGE = 50
BESIDE = 5
"""Words shown on the source's own page."""


@dataclass(frozen=True)
class Form:
    """The settings as they stand or were typed. `secret_set`: one is kept, and is not shown."""

    kind: str
    address: str
    address_hint: str
    user: str
    user_label: str
    secret_label: str
    secret_set: bool
    stands: bool
    hours: str
    tells: Sequence[str]
    choices: Sequence[tuple[str, str, bool]]
    authority: str
    error: str = ""


@dataclass(frozen=True)
class Back:
    """The back channel of a source. `label` is empty where none was set."""

    source: str
    label: str
    address: str
    active: bool
    rows: Sequence[Told]
    busy: bool
    older: int | None = None


def beside(session: Session, who: Viewer, source: str) -> Back:
    """What the source's own page shows: whether the tool is told, and the last words."""
    return _back(session, who, source, Asked(source=source, limit=BESIDE))


@blueprint.get("/sources/<name>/back")
@policies.only(ADMIN, "auditor")
def look(name: str) -> str:
    """The settings, a test, and every word with its answer."""
    return _page(name)


@blueprint.post("/sources/<name>/back")
@policies.only(ADMIN)
def save(name: str) -> Any:
    """From now on the tool is told like this."""
    typed = request.form
    try:
        with desk().store.writing() as session:
            _source(session, name)
            row = wished(desk().store, session, desk().settings, name, _wish(typed))
            said = {"kind": row.kind, "address": row.address, "tells": row.tells, "secret": bool(typed.get("secret"))}
            _note(session, "set back channel", name, said)
    except BadSource as problem:
        return _page(name, typed, str(problem)), REFUSED
    flash("Saved. Test it now: the tool's answer appears below.")
    return redirect(f"/sources/{name}/back", 303)


@blueprint.post("/sources/<name>/back/off")
@policies.only(ADMIN)
def off(name: str) -> Any:
    """The tool hears nothing more."""
    try:
        with desk().store.writing() as session:
            _source(session, name)
            switch_off(desk().store, session, name)
            _note(session, "switch back channel off", name, {})
    except BadSource as problem:
        flash(str(problem))
    else:
        flash(f"The tool behind {name} is told nothing more.")
    return redirect(f"/sources/{name}/back", 303)


@blueprint.post("/sources/<name>/back/test")
@policies.only(ADMIN)
def test(name: str) -> Any:
    """Finds out whether the tool can be told, without telling it anything that matters."""
    store = desk().store
    try:
        with store.writing() as session:
            _source(session, name)
            back_of(session, name)
            back_ledger.write_test(session, name, viewer(session).actor.id, store.now(session))
    except BadSource as problem:
        flash(str(problem))
    return redirect(f"/sources/{name}/back#told", 303)


@blueprint.post("/told/<identity>/again")
@policies.only(*MAY_TRY)
def again(identity: str) -> Any:
    """A word that failed is tried once more."""
    store = desk().store
    with store.writing() as session:
        row = back_ledger.call_of(session, identity) or abort(404)
        where = request.form.get("from", "")
        try:
            back_ledger.try_again(session, row, viewer(session).actor.id, store.now(session))
        except back_ledger.NotAgain as reason:
            flash(str(reason))
        target = f"/sources/{row.source}/back#told" if where == "source" else f"/t/{row.incident}?tab=alerts"
    return redirect(target, 303)


def _page(name: str, typed: Mapping[str, str] | None = None, error: str = "") -> str:
    after = request.args.get("after", type=int)
    with desk().store.reading() as session:
        who = viewer(session)
        source = _source(session, name)
        back = _back(session, who, name, Asked(source=name, after=after, limit=PAGE))
        kinds = suited(source.kind)
        form = _typed(typed, kinds, error) if typed is not None else _form(session, source, kinds)
        around = {"admin": ADMIN in who.actor.roles, **frame(session, who, "/sources")}
        offered = [(kind, each.label, kind == form.kind) for kind, each in kinds.items()]
        block = "told" if wants_block() and typed is None else "main"
        return render(
            "source_back.html", block, back=back, form=form, kinds=offered, choices=CHOICES, most=MOST_HOURS, **around
        )


def _back(session: Session, who: Viewer, source: str, asked: Asked) -> Back:
    row = session.get(SourceBack, source)
    rows = told(session, who, asked)
    older = rows[-1].row if len(rows) == PAGE else None
    if row is None:
        return Back(source, "", "", active=False, rows=rows, busy=waits(rows), older=older)
    return Back(source, label_of(row.kind), row.address, row.active, rows, waits(rows), older)


def _form(session: Session, source: Source, kinds: Mapping[str, Kind]) -> Form:
    row = session.get(SourceBack, source.name)
    wanted = request.args.get("kind", row.kind if row is not None else "")
    name = wanted if wanted in kinds else next(iter(kinds))
    if row is None or row.kind != name:
        return _drawn(name, kinds[name], Wish(name, kinds[name].usual, tells=tuple(CHOICES)), secret_set=False)
    options = {option: bool(value) for option, value in row.options.items()}
    wish = Wish(name, row.address, row.user, "", row.authority or "", tuple(row.tells), row.hours, options)
    return _drawn(name, kinds[name], wish, secret_set=row.secret is not None)


def _typed(typed: Mapping[str, str], kinds: Mapping[str, Kind], error: str) -> Form:
    wish = _wish(typed)
    name = wish.kind if wish.kind in kinds else next(iter(kinds))
    return _drawn(name, kinds[name], wish, secret_set=False, error=error, hours=typed.get("hours", ""))


def _drawn(name: str, kind: Kind, wish: Wish, *, secret_set: bool, error: str = "", hours: str = "") -> Form:
    return Form(
        kind=name,
        address=wish.address,
        address_hint=kind.address,
        user=wish.user,
        user_label=kind.who,
        secret_label=kind.proof,
        secret_set=secret_set,
        stands=kind.stands,
        hours=hours or str(wish.hours),
        tells=wish.tells,
        choices=[(each.name, each.label, bool(wish.options.get(each.name))) for each in kind.choices],
        authority=wish.authority,
        error=error,
    )


def _wish(typed: Mapping[str, str]) -> Wish:
    kind, hours = typed.get("kind", ""), typed.get("hours", "").strip() or str(USUAL_HOURS)
    tells = typed.getlist("tells") if isinstance(typed, MultiDict) else []
    choices = KINDS[kind].choices if kind in KINDS else ()
    return Wish(
        kind=kind,
        address=typed.get("address", "").strip(),
        user=typed.get("user", "").strip(),
        secret=typed.get("secret", "").strip(),
        authority=typed.get("authority", "").strip(),
        tells=tuple(tells),
        hours=int(hours) if hours.isascii() and hours.isdigit() else 0,
        options={each.name: typed.get(each.name) == "true" for each in choices},
    )


def _source(session: Session, name: str) -> Source:
    return session.get(Source, name) or abort(404)


def _note(session: Session, action: str, name: str, data: dict[str, Any]) -> None:
    audit.note(desk().store, session, viewer(session).actor, action, f"source:{name}", data=data)
