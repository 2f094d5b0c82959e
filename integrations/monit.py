"""Monit, by our notification command as an exec action: one event text per test, and another one when it is over.

Identity is host, service and test; the test is the event text without its last word (`Connection failed` and
`Connection succeeded` are the test `Connection`). MONIT_HOST is the monitor's own machine.
"""

from typing import Any

from integrations import envelope
from integrations.alert import About, Alert, AlertState
from integrations.building import built
from integrations.checks import UNFILLED
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Monit",
    setup="""
# Copy deploy/longwatch-notify to the host, e.g. /usr/local/bin. In each check:
check process nginx with pidfile /run/nginx.pid
  if failed port 80 for 2 cycles then exec "/usr/local/bin/longwatch-notify monit {hook}"
    else if succeeded then exec "/usr/local/bin/longwatch-notify monit {hook}"
""",
    signatures=("longwatch",),
)

_ENDS = ("succeeded", "recovery", "up")
_SPECIAL: dict[str, tuple[str, AlertState, About]] = {
    "does not exist": ("existence", "firing", "state"),
    "exists": ("existence", "resolved", "state"),
    "resource limit matched": ("resource limit", "firing", "state"),
    "timeout": ("timeout", "firing", "state"),
    "invalid type": ("type", "firing", "state"),
    "monit instance changed": ("monit", "firing", "note"),
    "action done": ("action", "firing", "note"),
}

_BEGINS = ("failed", "matched", "changed", "down", "error", "exceeded")


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one event of a call: Monit's variables under `env`, as our notification command sends them."""
    return [envelope.member(envelope.one(raw, "env"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that an event is about. Raises Untranslatable."""
    said = Said(member, UNFILLED).part("env")
    host, service, event = said.text("HOST"), said.needed("SERVICE"), said.needed("EVENT")
    test, state, about = _test(event)
    return built(
        f"{host}/{service}/{test}",
        state,
        f"{service}: {event}",
        "error",
        text=said.text("DESCRIPTION"),
        hints=(service, host),
        labels={**said.labels(), "test": test},
        about=about,
    )


def _test(event: str) -> tuple[str, AlertState, About]:
    """Which test it is, and whether it begins or ends."""
    text = " ".join(event.lower().split())
    if text in _SPECIAL:
        return _SPECIAL[text]
    test, _, last = text.rpartition(" ")
    if last in _ENDS and test:
        return test, "resolved", "state"
    return (test if last in _BEGINS and test else text), "firing", "state"
