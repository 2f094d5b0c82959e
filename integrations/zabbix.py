"""Zabbix, by a webhook media type of ours: usual macros, one JSON object.

Identity is the id of the problem's event, which its recovery and its updates carry too. Macros that could not be
resolved arrive as they were written, `{EVENT.UPDATE.ACTION}`. An update may be two things at once: an acknowledgement
and a change of severity.
"""

from typing import Any

from integrations import envelope, words
from integrations.alert import About, Alert, AlertState, Severity, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Zabbix",
    setup="""
// Alerts > Media types > Create: type Webhook. Parameters (name = value):
//   url = {hook}
//   event_id = {EVENT.ID}
//   event_value = {EVENT.VALUE}
//   event_source = {EVENT.SOURCE}
//   event_name = {EVENT.NAME}
//   event_nseverity = {EVENT.NSEVERITY}
//   event_opdata = {EVENT.OPDATA}
//   event_update_status = {EVENT.UPDATE.STATUS}
//   event_update_action = {EVENT.UPDATE.ACTION}
//   event_update_message = {EVENT.UPDATE.MESSAGE}
//   event_update_user = {USER.FULLNAME}
//   event_update_nseverity = {EVENT.UPDATE.NSEVERITY}
//   event_timestamp = {EVENT.TIMESTAMP}
//   event_recovery_timestamp = {EVENT.RECOVERY.TIMESTAMP}
//   event_tags = {EVENT.TAGSJSON}
//   host_host = {HOST.HOST}
//   host_name = {HOST.NAME}
//   host_ip = {HOST.IP}
//   trigger_id = {TRIGGER.ID}
//   trigger_url = {TRIGGER.URL}
//   trigger_description = {TRIGGER.DESCRIPTION}
//   zabbix_url = {$ZABBIX.URL}
// Script:
var params = JSON.parse(value), request = new HttpRequest(), url = params.url;
delete params.url;
request.addHeader('Content-Type: application/json');
var answer = request.post(url, JSON.stringify(params));
if (request.getStatus() !== 202) { throw 'Longwatch answered ' + request.getStatus() + ': ' + answer; }
return 'OK';
// Give the desk a Zabbix user of its own, and in the action tick recovery and update operations.
""",
    signatures=("longwatch",),
)

UNRESOLVED = words.placeholder(r"\{[A-Z$][A-Z0-9_.$]*(?:\[[^\]]*\])?\}|\*UNKNOWN\*")
_SEVERITIES: tuple[Severity, ...] = ("info", "info", "warning", "warning", "error", "critical")
_OF_STATES = ("", "0", "3", "4")
"""Triggers, internal events and services have problems; discovery and autoregistration have none."""


def members(raw: bytes) -> list[dict[str, Any]]:
    """What a call says: one thing, or two where an update acknowledges and changes the severity."""
    body = envelope.one(raw, "event_id")
    said = Said(body, UNRESOLVED)
    whole = envelope.member(body, {})
    update = said.at("event_update_status") in ("1", 1)
    action = said.at("event_update_action")
    if update and isinstance(action, str) and "changed severity" in action and "acknowledged" in action:
        return [envelope.member(body, {"part": "severity"}), whole]
    return [whole]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a message is about. Raises Untranslatable."""
    said = Said(member, UNRESOLVED)
    state, about = _meaning(said)
    severity = said.text("event_update_nseverity", "event_nseverity") or "2"
    host = said.text("host_host")
    return built(
        said.needed("event_id"),
        state,
        said.text("event_name", "alert_subject") or f"Event {said.text('event_id')}",
        _SEVERITIES[int(severity)] if severity in {"0", "1", "2", "3", "4", "5"} else words.severity(severity),
        text="\n\n".join(part for part in _texts(said, about) if part),
        starts_at=said.moment("event_timestamp"),
        ends_at=said.moment("event_recovery_timestamp"),
        hints=(host, said.text("host_name"), said.text("host_ip")),
        group=f"trigger {said.text('trigger_id')}" if said.text("trigger_id") and not host else "",
        labels={**_tags(said), "host": host, "trigger": said.text("trigger_id")},
        links=(said.text("trigger_url"), _link(said)),
        about=about,
        author=said.text("event_update_user") if about != "state" else "",
    )


def _meaning(said: Said) -> tuple[AlertState, About]:
    value = said.text("event_value")
    if value not in {"0", "1"}:
        raise Untranslatable("event_value is neither 0 nor 1.")
    state: AlertState = "firing" if value == "1" else "resolved"
    if said.text("event_source") not in _OF_STATES:
        return state, "note"
    if state == "resolved" or said.text("event_update_status") != "1":
        return state, "state"
    action = said.text("event_update_action")
    if "changed severity" in action and ("acknowledged" not in action or said.text("_envelope.part")):
        return state, "state"
    return state, "acknowledged" if "acknowledged" in action and "unacknowledged" not in action else "note"


def _texts(said: Said, about: About) -> tuple[str, ...]:
    if about != "state":
        return said.text("event_update_message") or said.text("event_update_action"), ""
    return said.text("event_opdata"), said.text("trigger_description", "alert_message")


def _tags(said: Said) -> dict[str, str]:
    tags = said.at("event_tags")
    found = tags if isinstance(tags, list) else words.json_list(tags)
    pairs = [Said(each) for each in found]
    return {pair.text("tag"): pair.text("value") for pair in pairs if pair.text("tag")}


def _link(said: Said) -> str:
    base, trigger = said.text("zabbix_url").rstrip("/"), said.text("trigger_id")
    return f"{base}/tr_events.php?triggerid={trigger}&eventid={said.text('event_id')}" if base and trigger else ""
