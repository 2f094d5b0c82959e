"""Configuration items, thin: the list, and one item with its open tickets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort
from sqlalchemy import select

from longwatch.store.tables import Ci, CiAlias
from longwatch.store.ticket_lists import Filters
from longwatch.store.ticket_lists import page as list_page
from web import policies
from web.console.frame import frame, viewer
from web.console.names import names_of
from web.console.people import Names
from web.console.queue_page import rows
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("items", __name__, url_prefix="/cis")

SHOWN = 500
CRITICALITY: Mapping[int | None, str] = {1: "High", 2: "Medium", 3: "Low", None: "Not judged"}


@dataclass(frozen=True)
class Item:
    """A configuration item on a page."""

    id: str
    name: str
    kind: str
    criticality: str
    service: str
    owner: str
    aliases: Sequence[str] = ()


def as_item(ci: Ci, names: Names, aliases: Sequence[str] = ()) -> Item:
    """The item as pages draw it."""
    owner = names.team(ci.owner_team)
    return Item(ci.id, ci.name, ci.class_, CRITICALITY[ci.criticality], ci.service or "", owner, aliases)


@blueprint.get("")
@policies.staff
def index() -> str:
    """All items, by name."""
    with desk().store.reading() as session:
        who, names = viewer(session), names_of(session, [])
        cis = [as_item(ci, names) for ci in session.scalars(select(Ci).order_by(Ci.name).limit(SHOWN))]
        return render("ci.html", "main", ci=None, cis=cis, **frame(session, who, "/cis"))


@blueprint.get("/<path:identity>")
@policies.staff
def show(identity: str) -> str:
    """One item: facts, other names, and what is open about it."""
    with desk().store.reading() as session:
        who = viewer(session)
        ci = session.get(Ci, identity) or abort(404, "There is no such configuration item.")
        aliases = list(session.scalars(select(CiAlias.alias).where(CiAlias.ci == ci.id).order_by(CiAlias.alias)))
        listed = list_page(session, who.actor, Filters(ci=ci.id, order="due"))
        item = as_item(ci, names_of(session, []), aliases)
        recorded = [line for line in listed.items if line.opening is None]
        return render("ci.html", "main", ci=item, rows=rows(session, who, recorded), **frame(session, who, "/cis"))
