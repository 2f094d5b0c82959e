"""Apprise: a title, a message and one of four types; nothing else tells one condition from another.

`failure` and `warning` begin what the same title ends with `success`. `info`, which is what senders use by default,
is kept as a remark and opens nothing.
"""

import html
import re
from typing import Any

from integrations import envelope
from integrations.alert import About, Alert, AlertState, NotEnvelope, Severity, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Apprise",
    setup="""
# The address for Apprise is the hook with json:// for http:// and jsons:// for https://; or form://, or xml://.
apprise -vv -n failure -t "Backup of db1" -b "Exit code 3" "{hook}"
# The same title with "-n success" ends it.
""",
)

_NAMES = {"Subject": "title", "MessageType": "type", "Message": "message"}
_ELEMENT = re.compile(r"<(Subject|MessageType|Message)>([^<]*)</\1>")
LARGEST_XML = 100_000

_MEANING: dict[str, tuple[AlertState, Severity, About]] = {
    "failure": ("firing", "error", "state"),
    "warning": ("firing", "warning", "state"),
    "success": ("resolved", "info", "state"),
    "info": ("firing", "info", "note"),
}


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one message of a call, sent as JSON, as a form or as XML. Raises NotEnvelope."""
    if raw.lstrip().startswith(b"<"):
        return [envelope.member(_of_xml(raw), {})]
    return [envelope.member(envelope.one(raw, "type"), {})]


def _of_xml(raw: bytes) -> dict[str, Any]:
    """Apprise's XML knows three plain elements; they are read as they stand, without a parser that follows entities."""
    text = raw[:LARGEST_XML].decode(errors="replace").replace("\x00", "")
    found = {_NAMES[name]: html.unescape(value) for name, value in _ELEMENT.findall(text)}
    if "type" not in found:
        raise NotEnvelope("MessageType: Missing data for required field.", "MessageType")
    return found


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a message is. Raises Untranslatable."""
    said = Said(member)
    kind = said.text("type").strip().lower()
    if kind not in _MEANING:
        raise Untranslatable("type is none of failure, warning, success, info.")
    state, severity, about = _MEANING[kind]
    title = said.text("title") or said.text("message").partition("\n")[0]
    return built(title, state, title, severity, text=said.text("message"), labels={"type": kind}, about=about)
