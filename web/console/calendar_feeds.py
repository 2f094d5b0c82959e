"""Secret calendar addresses: made, shown once, revoked by the person they belong to."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, request

from longwatch.store import audit, calendar_feeds
from web import policies
from web.auth.identity import the_actor
from web.console.frame import frame, viewer
from web.console.times import Moment, moment
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("calendar_feeds", __name__, url_prefix="/calendar/feeds")

LONGEST_NAME = 60
REFUSED = 409


@dataclass(frozen=True)
class Address:
    """A living address in the list; its secret is shown when it is made, and never again."""

    digest: str
    name: str
    since: Moment


@blueprint.get("")
@policies.signed_in
def index() -> str:
    """The person's addresses."""
    return _page()


@blueprint.post("")
@policies.signed_in
def create() -> Any:
    """Makes an address and shows it this once."""
    store, actor = desk().store, the_actor()
    typed = "".join(letter for letter in request.form.get("name", "") if letter.isprintable()).strip()
    name = typed[:LONGEST_NAME] or "Calendar"
    try:
        with store.writing() as session:
            secret = calendar_feeds.create(store, session, actor.id.removeprefix("user:"), name)
            audit.note(store, session, actor, "calendar_feed.created", actor.id, data={"name": name})
    except calendar_feeds.TooMany as problem:
        return _page(error=str(problem)), REFUSED
    base = desk().settings.base_url.rstrip("/")
    return _page(address=f"{base}/api/v1/calendar/feeds/{secret}.ics")


@blueprint.post("/revoke")
@policies.signed_in
def revoke() -> Any:
    """Ends an address at once; 303 to the list."""
    store, actor = desk().store, the_actor()
    with store.writing() as session:
        digest, login = request.form.get("digest", "")[:64], actor.id.removeprefix("user:")
        if calendar_feeds.revoke(session, login, digest, store.now(session)):
            audit.note(store, session, actor, "calendar_feed.revoked", actor.id, data={})
            flash("The address opens nothing any more.")
    return redirect("/calendar/feeds", 303)


def _page(address: str = "", error: str = "") -> str:
    with desk().store.reading() as session:
        who = viewer(session)
        living = [
            Address(feed.sha256, feed.name, moment(feed.created_at, who.now, who.zone))
            for feed in calendar_feeds.of_person(session, who.login)
        ]
        around = frame(session, who, "/calendar")
        return render("calendar_feeds.html", "main", addresses=living, address=address, error=error, **around)
