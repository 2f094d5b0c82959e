"""Where the links lead that tools make of what a door answered: to the ticket, for who has signed in."""

from typing import Any, cast

from flask import Blueprint, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations import words
from longwatch.domain import alerts
from longwatch.store import states
from longwatch.store.tables import AlertRoute, Process
from longwatch.store.tables_intake import CorrelatedTicket, OpsgenieRequest
from web import policies
from web.desk import desk

blueprint = Blueprint("door_links", __name__)


@blueprint.get("/incident.do")
@policies.signed_in
def of_record() -> Any:
    """A ServiceNow record, by its sys_id."""
    with desk().store.reading() as session:
        wanted = select(CorrelatedTicket.number).where(CorrelatedTicket.sys_id == request.args.get("sys_id", ""))
        number = session.scalar(wanted)
    return redirect(f"/t/{number}" if number else "/", 303)


@blueprint.get("/alert/detail/<alert>/details")
@policies.signed_in
def of_alert(alert: str) -> Any:
    """An Opsgenie alert, by its id; its incident may not be open yet."""
    with desk().store.reading() as session:
        asked = session.scalars(select(OpsgenieRequest).where(OpsgenieRequest.alert == alert).limit(1)).first()
        number = None if asked is None else _incident(session, asked.source, words.fingerprint(asked.alias, {}))
    return redirect(f"/t/{number}" if number else "/", 303)


def _incident(session: Session, source: str, fingerprint: str) -> str | None:
    route = session.get(AlertRoute, (source, fingerprint))
    group = session.get(Process, route.group) if route else None
    return None if group is None else cast("str | None", states.load(alerts, group.state).incident)
