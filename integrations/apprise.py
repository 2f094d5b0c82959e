"""Apprise: a title, a message and one of four types; nothing else tells one condition from another.

`failure` and `warning` begin what the same title ends with `success`. `info`, which is what senders use by default,
is kept as a remark and opens nothing.
"""

from typing import Any

from integrations import envelope
from integrations.alert import About, Alert, AlertState, NotEnvelope, Severity, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Apprise",
    setup="""
# The address for Apprise is the hook with json:// for http:// and jsons:// for https://, or form:// and forms://.
apprise -vv -n failure -t "Backup of db1" -b "Exit code 3" "{hook}"
# The same title with "-n success" ends it.
""",
)

_MEANING: dict[str, tuple[AlertState, Severity, About]] = {
    "failure": ("firing", "error", "state"),
    "warning": ("firing", "warning", "state"),
    "success": ("resolved", "info", "state"),
    "info": ("firing", "info", "note"),
}


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one message of a call, sent as JSON or as a form. Raises NotEnvelope, also for Apprise's XML."""
    if raw.lstrip().startswith(b"<"):
        raise NotEnvelope("This source reads json:// and form:// of Apprise, not xml://.", code=415)
    return [envelope.member(envelope.one(raw, "type"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a message is. Raises Untranslatable."""
    said = Said(member)
    kind = said.text("type").strip().lower()
    if kind not in _MEANING:
        raise Untranslatable("type is none of failure, warning, success, info.")
    state, severity, about = _MEANING[kind]
    title = said.text("title") or said.text("message").partition("\n")[0]
    return built(title, state, title, severity, text=said.text("message"), labels={"type": kind}, about=about)
