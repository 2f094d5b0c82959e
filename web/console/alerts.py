"""The alerts: a live list of their groups beside the incidents, one group, what is parked, and snoozing."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, request

from integrations import KINDS
from integrations.alert import NotEnvelope
from longwatch.domain.alerts_people import MAY_SNOOZE
from longwatch.store import alert_lists, tickets
from longwatch.store.agreed_windows import KEEPERS
from longwatch.store.alert_lists import Call
from longwatch.store.ticket_lists import BadCursor
from web import commands, policies
from web.auth.identity import the_actor
from web.commands import Absent, Result
from web.console.alert_snooze import BadSnooze, fields, snoozed_until
from web.console.alert_view import alerts_page, group_page, live_rows, rows
from web.console.frame import frame, viewer
from web.console.people import Viewer
from web.console.times import moment
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("alerts", __name__, url_prefix="/alerts")

ABSENT = "There is no such alert group."
MOST_PAYLOAD = 1_000_000
"""Characters of a call that are read to find the one alert in it; of a longer one the beginning is shown."""
BEGINNING = 20_000
INVALID, REFUSED = 422, 409


@blueprint.get("")
@policies.staff
def show() -> str:
    """The list: filters, the last seen first."""
    with desk().store.reading() as session:
        who = viewer(session)
        try:
            page = alerts_page(session, who, request.args)
        except BadCursor:
            abort(400, "This page of the list is not there any more. Begin at its first page.")
        return render("alerts.html", "list", page=page, **_rights(who), **frame(session, who, "/alerts"))


@blueprint.get("/live")
@policies.staff
def live() -> str:
    """The first page as it is now; where somebody has hands on the rows, these rows refreshed in their place."""
    asked = {key: value for key, value in request.args.items() if key not in ("after", "shown")}
    with desk().store.reading() as session:
        who = viewer(session)
        page = alerts_page(session, who, asked, whole=False)
        if "shown" in request.args:
            page = live_rows(session, who, page, request.args["shown"])
        return render("alerts_live.html", "live", page=page, **frame(session, who, "/alerts"))


@blueprint.get("/parked")
@policies.staff
def parked() -> str:
    """What is parked now: by what, and until when."""
    with desk().store.reading() as session:
        who = viewer(session)
        lines = rows(session, who, alert_lists.parked(session))
        return render("alerts_parked.html", "main", lines=lines, **_rights(who), **frame(session, who, "/alerts"))


@blueprint.get("/<group>")
@policies.staff
def look(group: str) -> str:
    """One group."""
    return _page(group, {}, {})


@blueprint.get("/<group>/payload")
@policies.only("admin", "auditor")
def payload(group: str) -> str:
    """The last delivery as it came. Tools send more than one would think, so few may read it."""
    with desk().store.reading() as session:
        who = viewer(session)
        call = alert_lists.last_call(session, group, MOST_PAYLOAD) or abort(404, "The call is not kept.")
        at = moment(call.received_at, who.now, who.zone)
        context = {"group": group, "call": call, "at": at, "text": _pretty(call)}
        return render("alert_payload.html", "main", **context, **frame(session, who, "/alerts"))


@blueprint.post("/<group>/snooze")
@policies.only(*MAY_SNOOZE)
def snooze(group: str) -> Any:
    """Nothing of the group opens or tells an incident until then; 303 to it."""
    with desk().store.reading() as session:
        who = viewer(session)
    typed = {name: request.form.get(name, "") for name in ("for", "until", "reason")}
    try:
        data = {"until": snoozed_until(typed, who), "reason": typed["reason"].strip()[:300]}
    except BadSnooze as problem:
        return _page(group, typed, {"until": str(problem)}), INVALID
    return _asked(group, "snooze", data, typed)


@blueprint.post("/<group>/unsnooze")
@policies.only(*MAY_SNOOZE)
def unsnooze(group: str) -> Any:
    """What still fires counts again; 303 to the group."""
    return _asked(group, "unsnooze", {}, {})


def _asked(group: str, action: str, data: Mapping[str, Any], typed: Mapping[str, str]) -> Any:
    try:
        result = commands.ask(the_actor(), group, action, data, find=tickets.find_group)
    except Absent:
        abort(404, ABSENT)
    if result.outcome in ("refused", "forbidden", "parked"):
        return _page(group, typed, _wrong(result, action)), REFUSED
    flash(("It is snoozed." if action == "snooze" else "It counts again.") + _still(result))
    return redirect(f"/alerts/{group}", 303)


def _still(result: Result) -> str:
    return " It is saved and being processed." if result.outcome == "processing" else ""


def _wrong(result: Result, action: str) -> dict[str, str]:
    """The reason beside the input it is about; that of waking stands above the page."""
    reason = result.reason or "Refused."
    return {result.field if action == "snooze" and result.field else "": reason}


def _page(group: str, typed: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    with desk().store.reading() as session:
        who = viewer(session)
        found = alert_lists.one(session, group) or abort(404, ABSENT)
        context = {
            "page": group_page(session, who, found),
            "snooze": fields(typed, wrong),
            "open_sheet": bool(wrong),
            "refusal": wrong.get("", ""),
            **_rights(who),
        }
        return render("alert_group.html", "group", **context, **frame(session, who, "/alerts"))


def _rights(who: Viewer) -> dict[str, bool]:
    def holds(*roles: str) -> bool:
        return any(role in roles for role in who.roles)

    return {"snoozes": holds(*MAY_SNOOZE), "keeps": holds(*KEEPERS), "sees_calls": holds("admin", "auditor")}


def _pretty(call: Call) -> str:
    """The one alert of the call it is about, as JSON of many lines; as it came where it cannot be told apart."""
    if not call.whole or call.kind not in KINDS:
        return call.body[:BEGINNING]
    try:
        member = KINDS[call.kind].members(call.body.encode())[call.position]
    except (NotEnvelope, IndexError):
        return call.body[:BEGINNING]
    return json.dumps(member, indent=2, ensure_ascii=False)[:BEGINNING]
