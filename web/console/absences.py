"""When people are away and who stands in for them: entered by oneself, by a lead of the same team, or by an admin."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from longwatch.domain.ticket import stamp
from longwatch.store import absences
from longwatch.store.absences import BadAbsence, Period
from longwatch.store.audit import note
from longwatch.store.tables import Person
from web import policies
from web.console.absence_card import card, may_enter
from web.console.frame import frame, viewer
from web.console.people import Viewer, face_of
from web.desk import desk
from web.fields import Line, Strict
from web.rendering import render

blueprint = Blueprint("absences", __name__, url_prefix="/absences")


class Away(Strict):
    """An absence as its form sends it, in the time zone of who enters it. No beginning: from now on."""

    begins_at = Line(40)
    ends_at = Line(40)
    delegate = Line()


class Standing(Strict):
    """Who stands in whenever somebody is away; nobody if none is named."""

    deputy = Line()


@blueprint.get("/<login>")
@policies.signed_in
def show(login: str) -> str:
    """The absences of somebody, for those who may enter them; 404 for all others."""
    with desk().store.reading() as session:
        return _page(session, viewer(session), login)


@blueprint.post("/<login>")
@policies.signed_in
def enter(login: str) -> Any:
    """Enters an absence. 422 with what was typed when it cannot be meant."""

    def work(session: Session, who: Viewer, form: Mapping[str, str]) -> str:
        given = Away().load(form)
        delegate = given["delegate"].removeprefix("user:") if "delegate" in given else None
        begins = _instant(given, "begins_at", who) or who.now
        period = Period(begins, _instant(given, "ends_at", who), delegate)
        row = absences.enter(desk().store, session, who.actor, login, period)
        _note(session, who, "absence_entered", login, begins_at=stamp(period.begins_at), ends_at=_stamped(row.ends_at))
        return "The absence is entered."

    return _changed(login, work)


@blueprint.post("/<login>/<int:row>/take-back")
@policies.signed_in
def take_back(login: str, row: int) -> Any:
    """Takes an absence back: it is not, or ends now."""

    def work(session: Session, who: Viewer, _: Mapping[str, str]) -> str:
        gone = absences.take_back(session, login, row)
        if gone is None:
            abort(404, "There is no such absence.")
        times = {"begins_at": stamp(gone.begins_at), "ends_at": _stamped(gone.ends_at)}
        _note(session, who, "absence_taken_back", login, **times)
        return "The absence is taken back."

    return _changed(login, work)


@blueprint.post("/<login>/deputy")
@policies.signed_in
def deputy(login: str) -> Any:
    """Names who stands in whenever this person is away, or nobody."""

    def work(session: Session, who: Viewer, form: Mapping[str, str]) -> str:
        named = Standing().load(form).get("deputy")
        chosen = named.removeprefix("user:") if named else None
        absences.name_deputy(desk().store, session, who.actor, login, chosen)
        _note(session, who, "deputy_named", login, deputy=chosen)
        return "The deputy is named." if chosen else "There is no deputy any more."

    return _changed(login, work)


Work = Callable[[Session, Viewer, Mapping[str, str]], str]


def _changed(login: str, work: Work) -> Any:
    """Does it, and leads back; a refusal is shown with what was typed."""
    form = {name: value for name, value in request.form.items() if name != "csrf_token" and value.strip()}
    try:
        with desk().store.writing() as session:
            who = viewer(session)
            _must_be_theirs(session, who, login)
            flash(work(session, who, form))
    except (BadAbsence, ValidationError) as error:
        with desk().store.reading() as session:
            return _page(session, viewer(session), login, form, _refusal(error)), 422
    return redirect("/account" if login == who.login else f"/absences/{login}", 303)


def _refusal(error: BadAbsence | ValidationError) -> BadAbsence:
    if isinstance(error, BadAbsence):
        return error
    field, said = next(iter(error.messages_dict.items()))
    return BadAbsence(str(said[0] if isinstance(said, list) else said), str(field))


def _must_be_theirs(session: Session, who: Viewer, login: str) -> None:
    if session.get(Person, login) is None or not may_enter(session, who, login):
        abort(404, "There is nobody of that name whose absences you enter.")


def _page(
    session: Session,
    who: Viewer,
    login: str,
    typed: Mapping[str, str] | None = None,
    refused: BadAbsence | None = None,
) -> str:
    _must_be_theirs(session, who, login)
    person = session.get(Person, login)
    assert person is not None
    face = face_of(person.actor, person.name)
    away = card(session, who, login, typed, refused)
    return render("absences.html", "main", away=away, person=face, **frame(session, who, "/account"))


def _instant(given: Mapping[str, str], field: str, who: Viewer) -> datetime | None:
    """A local date and time of the viewer's. Raises BadAbsence for what is none."""
    if field not in given:
        return None
    try:
        at = datetime.fromisoformat(given[field])
        return (at if at.tzinfo else at.replace(tzinfo=who.zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadAbsence("That is no date with a time, such as 2026-12-24 08:00.", field) from error


def _stamped(at: datetime | None) -> str | None:
    return stamp(at) if at else None


def _note(session: Session, who: Viewer, action: str, login: str, **data: Any) -> None:
    note(desk().store, session, who.actor, action, f"user:{login}", data=data)
