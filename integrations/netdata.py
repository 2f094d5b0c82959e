"""Netdata, by its custom sender, which posts its own variables as a form.

Identity is host, chart and alarm. CLEAR ends an alert; REMOVED and UNDEFINED only say that nobody looks any more.
"""

from typing import Any

from integrations import envelope, words
from integrations.alert import About, Alert, AlertState, Severity, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Netdata",
    setup="""
# /etc/netdata/health_alarm_notify.conf:
SEND_CUSTOM="YES"
DEFAULT_RECIPIENT_CUSTOM="longwatch"
custom_sender() {
  local httpcode
  httpcode=$(docurl -X POST --data-urlencode "host=${host}" --data-urlencode "chart=${chart}" \\
    --data-urlencode "name=${name}" --data-urlencode "status=${status}" --data-urlencode "old_status=${old_status}" \\
    --data-urlencode "when=${when}" --data-urlencode "info=${info}" --data-urlencode "value=${value_string}" \\
    --data-urlencode "family=${family}" --data-urlencode "url=${goto_url}" --data-urlencode "unique_id=${unique_id}" \\
    "{hook}")
  [ "${httpcode}" = "202" ] && sent=$((sent + 1))
}
""",
)

_MEANING: dict[str, tuple[AlertState, Severity, About]] = {
    "CRITICAL": ("firing", "critical", "state"),
    "WARNING": ("firing", "warning", "state"),
    "CLEAR": ("resolved", "info", "state"),
    "REMOVED": ("firing", "info", "note"),
    "UNDEFINED": ("firing", "info", "note"),
    "UNINITIALIZED": ("firing", "info", "note"),
}


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one change of a call. Raises NotEnvelope."""
    return [envelope.member(envelope.one(raw, "host", "name", "status"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that an alarm is. Raises Untranslatable."""
    said = Said(member)
    word = said.text("status").strip().upper()
    if word not in _MEANING:
        raise Untranslatable(f"status is {words.line(word, 40)!r}, which Netdata does not know.")
    state, severity, about = _MEANING[word]
    host, name, chart = said.needed("host"), said.needed("name"), said.text("chart")
    at = said.moment("when")
    return built(
        f"{host} {chart} {name}",
        state,
        f"{name.replace('_', ' ')} on {host}: {said.text('value') or word}",
        severity,
        text=said.text("info"),
        starts_at=at if state == "firing" else None,
        ends_at=at if state == "resolved" else None,
        hints=(host,),
        labels=said.labels(),
        links=(said.at("url"),),
        test=chart.startswith("test.") or name == "test_alarm",
        about=about,
    )
