"""Who should have a ticket: a rule names the team, else the item's owner, else the service desk; then the least loaded.

Load is the number of open tickets a person holds; of equals the first by login. Absent people get nothing new.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from longwatch.store import configuration
from longwatch.store.tables import Ci, Membership, Person, Team, Ticket

SERVICE_DESK = "service-desk"


def route(session: Session, data: Mapping[str, Any]) -> dict[str, Any]:
    """Team and person, with the reasons line by line, for the journal."""
    team, reasons = _team(session, data)
    if team is None:
        return {"team": None, "person": None, "reasons": [*reasons, "No team takes it: a dispatcher must."]}
    person, why = _least_loaded(session, team)
    return {"team": team, "person": person, "reasons": [*reasons, why]}


def _team(session: Session, data: Mapping[str, Any]) -> tuple[str | None, list[str]]:
    if data.get("team"):
        return str(data["team"]), [f"Team {data['team']} was named."]
    rules = sorted(configuration.all_in_force(session, configuration.ROUTING), key=lambda row: row.data["rank"])
    for rule in rules:
        if all(data.get(field) in wanted for field, wanted in rule.data["match"].items()):
            return rule.data["team"], [f"Rule {rule.name} (version {rule.version}) sends it to {rule.data['team']}."]
    item = session.get(Ci, data["ci"]) if data.get("ci") else None
    if item is not None and item.owner_team:
        return item.owner_team, [f"{item.name} is owned by {item.owner_team}."]
    if session.get(Team, SERVICE_DESK) is not None:
        return SERVICE_DESK, ["No rule and no owner: the service desk takes it."]
    return None, ["No rule, no owner, no service desk."]


def _least_loaded(session: Session, team: str) -> tuple[str | None, str]:
    held = (
        select(Ticket.assignee, func.count().label("open"))
        .where(Ticket.open, Ticket.assignee.is_not(None), Ticket.status.not_in(["resolved"]))
        .group_by(Ticket.assignee)
        .subquery()
    )
    load = func.coalesce(held.c.open, 0)
    members = (
        select(Person.login, load)
        .join(Membership, Membership.login == Person.login)
        .outerjoin(held, held.c.assignee == "user:" + Person.login)
        .where(Membership.team == team, Person.active, Person.present)
        .order_by(load, Person.login)
    )
    first = session.execute(members.limit(1)).first()
    if first is None:
        return None, f"Nobody of {team} is present."
    return f"user:{first[0]}", f"Of those present in {team}, {first[0]} holds the fewest open tickets ({first[1]})."
