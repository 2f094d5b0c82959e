"""Configuration items: the list, narrowed by class, team, state and words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cmdb.listing import Wanted, by_name
from cmdb.model import Model, model
from longwatch.store.tables import Ci, Team
from web import policies
from web.console import ci_classes, ci_drift, ci_edit, ci_graph, ci_imports, ci_page, ci_runs  # noqa: F401 - they add their routes
from web.console.ci_door import CRITICALITY, blueprint, edits
from web.console.fields import Field
from web.console.frame import frame, viewer
from web.console.names import names_of
from web.console.people import Names
from web.desk import desk
from web.rendering import render

SHOWN = 100


@dataclass(frozen=True)
class Item:
    """A configuration item on a page."""

    id: str
    name: str
    icon: str
    kind: str
    criticality: str
    service: str
    owner: str
    state: str
    flag: str


def as_item(ci: Ci, known: Model, names: Names) -> Item:
    """The item as the list draws it."""
    class_ = known.tree.get(ci.class_)
    state = class_.state(ci.state)
    flag = "does not fit its class" if ci.complaints else "not reported any more" if ci.obsolete_at else ""
    return Item(
        ci.id,
        ci.name,
        class_.icon,
        class_.label,
        CRITICALITY[ci.criticality],
        ci.service or "",
        names.team(ci.owner_team),
        state.label if state else ci.state or "",
        flag,
    )


FILTERS = ("q", "class", "owner_team", "state", "flagged")


@blueprint.get("/cis")
@policies.staff
def index() -> str:
    """The list, by name."""
    chosen = {name: value.strip()[:200] for name in FILTERS if (value := request.args.get(name, "")).strip()}
    with desk().store.reading() as session:
        who, names, known = viewer(session), names_of(session, []), model(session)
        found, after = by_name(session, _wanted(chosen), SHOWN, request.args.get("after"))
        return render(
            "ci_list.html",
            "main",
            cis=[as_item(ci, known, names) for ci in found],
            filters=_filters(session, known, chosen),
            chosen=chosen,
            edits=edits(who),
            total=session.scalar(select(func.count()).where(Ci.merged_into.is_(None))),
            next_href=f"/cis?{urlencode({**chosen, 'after': after})}" if after else "",
            **frame(session, who, "/cis"),
        )


def _wanted(chosen: Mapping[str, str]) -> Wanted:
    return Wanted(
        q=chosen.get("q"),
        class_=chosen.get("class"),
        owner_team=chosen.get("owner_team"),
        state=chosen.get("state"),
        flagged="flagged" in chosen,
    )


def _filters(session: Session, known: Model, chosen: Mapping[str, str]) -> Sequence[Field]:
    teams = tuple((key, name) for key, name in session.execute(select(Team.id, Team.name).order_by(Team.name)))
    states = sorted({(state.id, state.label) for class_ in known.tree for state in class_.states})
    options = {
        "class": ("Class", class_options(known)),
        "owner_team": ("Owner", teams),
        "state": ("State", tuple(dict(states).items())),
        "flagged": ("Fit", (("1", "Does not fit its class"),)),
    }
    return [
        Field(name, label, "select", choice, value=chosen.get(name, "")) for name, (label, choice) in options.items()
    ]


def class_options(known: Model) -> tuple[tuple[str, str], ...]:
    """All classes in the order of the tree, indented by their place in it."""
    return tuple((one.id, f"{' ' * (len(one.line) - 1)}{one.label}") for one in known.tree)
