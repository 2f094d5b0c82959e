"""Who should have a ticket: a rule names the team, else the item's owner, else the service desk; then the least loaded.

Load is the number of open tickets a person holds; of equals the first by login. Absent people get nothing new.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from longwatch.store import configuration
from longwatch.store.tables import Ci, Membership, Person, Team, Ticket
from longwatch.store.tables_approvals import Absence

SERVICE_DESK = "service-desk"


_HELD = (
    select(func.count())
    .where(Ticket.open, Ticket.assignee == "user:" + Person.login, Ticket.status != "resolved")
    .correlate(Person)
    .scalar_subquery()
)
_AWAY = exists().where(
    Absence.login == Person.login,
    Absence.begins_at <= bindparam("now"),
    or_(Absence.ends_at.is_(None), Absence.ends_at > bindparam("now")),
)
_LEAST_LOADED = (
    select(Person.login, _HELD.label("held"))
    .join(Membership, Membership.login == Person.login)
    .where(Membership.team == bindparam("team"), Person.active, Person.present, ~_AWAY)
    .order_by("held", Person.login)
    .limit(1)
)
# Made once, and it counts for the team's members alone, not for the whole desk.


def route(session: Session, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Team and person, with the reasons line by line, for the journal."""
    team, reasons = _team(session, data)
    if team is None:
        return {"team": None, "person": None, "reasons": [*reasons, "No team takes it: a dispatcher must."]}
    person, why = _least_loaded(session, team, now)
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


def _least_loaded(session: Session, team: str, now: datetime) -> tuple[str | None, str]:
    first = session.execute(_LEAST_LOADED, {"team": team, "now": now}).first()
    if first is None:
        return None, f"Nobody of {team} is present."
    return f"user:{first[0]}", f"Of those present in {team}, {first[0]} holds the fewest open tickets ({first[1]})."
