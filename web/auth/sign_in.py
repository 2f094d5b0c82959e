"""Signing in and out of the console."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request, session
from flask_login import login_user, logout_user

from longwatch.store import people
from longwatch.store.tables import Person
from web import policies
from web.auth.guard import limiter
from web.auth.identity import load, signed_in
from web.desk import desk

DEMO_PEOPLE = (
    "agent",
    "agent2",
    "lead",
    "dispatcher",
    "requester",
    "requester2",
    "auditor",
    "admin",
    "change-manager",
    "approver",
    "approver2",
    "problem-manager",
    "cmdb-editor",
)
"""The accounts of the demo company, in the order of who is looked at most."""

TRIES = "10 per minute;60 per hour"
"""Wrong passwords for one name from one address."""

TRIES_OF_ALL = "100 per minute;600 per hour"
"""Wrong passwords for any names from one address: behind a proxy that is everybody's."""

LONGEST_PASSWORD = 1024

blueprint = Blueprint("auth", __name__)


def _wrong(response: Response) -> bool:
    """Whether an answer counts as a wrong password."""
    return response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def _name_and_address() -> str:
    return f"{request.remote_addr} {request.form.get('login', '')[:320].strip().lower()}"


_wrong_ones = limiter.limit(TRIES, key_func=_name_and_address, methods=["POST"], deduct_when=_wrong)
_wrong_ones_of_all = limiter.limit(TRIES_OF_ALL, methods=["POST"], deduct_when=_wrong)


def register(app: Flask) -> None:
    """Adds the routes."""
    app.register_blueprint(blueprint)


@blueprint.get("/sign-in")
@policies.anyone
def page() -> Any:
    """The sign-in page."""
    if signed_in() is not None:
        return redirect(local(request.args.get("next")), 303)
    return _form(request.args.get("next"))


@blueprint.post("/sign-in")
@policies.anyone
@_wrong_ones
@_wrong_ones_of_all
def enter() -> Any:
    """Name and password; back to where the person wanted to go. 422 when they do not belong together."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    store = desk().store
    person = None
    if len(password) <= LONGEST_PASSWORD and login.isprintable():
        with store.reading() as reading:
            person = people.verify_password(reading, login[:320], password)
    if person is None:
        return _form(request.form.get("next"), login, "Name and password do not belong together."), 422
    return _entered(person)


@blueprint.post("/sign-in/demo")
@policies.anyone
def enter_demo() -> Any:
    """One click into a demo that nobody else can reach; no such page anywhere else."""
    login = request.form.get("login", "")
    if not desk().settings.demo_sign_in or login not in DEMO_PEOPLE:
        abort(404)
    with desk().store.reading() as reading:
        person = reading.get(Person, login)
    if person is None:
        abort(404)
    return _entered(person)


@blueprint.post("/sign-out")
@policies.signed_in
def leave() -> Response:
    """Ends the session for good."""
    _end_current()
    return _see_other("/sign-in")


def _entered(person: Person) -> Response:
    """A new session, never the one that was there before."""
    _end_current()
    store = desk().store
    with store.writing() as writing:
        secret = people.begin_sign_in(
            store, writing, person.login, request.remote_addr or "", request.headers.get("User-Agent", "")
        )
    login_user(load(secret))
    return _see_other(local(request.form.get("next")))


def _end_current() -> None:
    current = signed_in()
    if current is not None:
        store = desk().store
        with store.writing() as writing:
            people.end_sign_in(writing, current.id_sha256, store.now(writing))
        logout_user()
    session.clear()


def _see_other(where: str) -> Response:
    response = redirect(where, 303)
    assert isinstance(response, Response)
    return response


def _form(wanted: str | None, login: str = "", error: str = "") -> str:
    demo = desk().settings.demo_sign_in
    shown = [{"login": name} for name in DEMO_PEOPLE] if demo else []
    back = local(wanted) if wanted else ""
    return render_template("sign_in.html", next=back, login=login, error=error, demo_people=shown)


def local(wanted: str | None) -> str:
    """A path of our own to go to; the start page for anything else."""
    text = wanted or "/"
    parts = urlsplit(text)
    own = not parts.scheme and not parts.netloc and text.startswith("/") and not text.startswith(("//", "/\\"))
    return text if own and text.isprintable() else "/"
