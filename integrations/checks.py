"""Icinga, Nagios and Checkmk: one manner of notifying, three manners of naming. Notifications are events, not states.

PROBLEM and RECOVERY begin and end an alert. ACKNOWLEDGEMENT, DOWNTIME* and CUSTOM are remarks. The end of flapping says
how it stands now: no RECOVERY comes for a problem that ended while its check was flapping.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from integrations import envelope, words
from integrations.alert import About, Alert, AlertState, Severity, Untranslatable
from integrations.building import built
from integrations.said import Said

UNFILLED = words.placeholder(r"\$[A-Z]+\$|\$[a-z_.]+\$|\(null\)")
"""A macro that the tool did not fill in."""
_SEVERITIES: dict[str, Severity] = {
    "WARNING": "warning",
    "CRITICAL": "critical",
    "UNKNOWN": "warning",
    "DOWN": "critical",
    "UNREACHABLE": "warning",
    "UNREACH": "warning",
}
_WELL = ("OK", "UP")
_OVER = ("DOWNTIMEEND", "DOWNTIMEREMOVED", "DOWNTIMECANCELLED")
"""A downtime ended by itself, or people took it back."""
_REMARKS: dict[str, About] = {"ACKNOWLEDGEMENT": "acknowledged", "CUSTOM": "note", "ALERTHANDLER": "note"}


@dataclass(frozen=True)
class Names:
    """What a tool calls its variables, without their common prefix."""

    kind: str = "NOTIFICATIONTYPE"
    host: str = "HOSTNAME"
    address: str = "HOSTADDRESS"
    display: str = "HOSTALIAS"
    service: str = "SERVICEDESC"
    host_state: str = "HOSTSTATE"
    service_state: str = "SERVICESTATE"
    host_output: str = "HOSTOUTPUT"
    service_output: str = "SERVICEOUTPUT"
    long_output: tuple[str, ...] = ("LONGSERVICEOUTPUT", "LONGHOSTOUTPUT")
    author: str = "NOTIFICATIONAUTHOR"
    comment: str = "NOTIFICATIONCOMMENT"
    time: str = "TIMET"
    links: tuple[str, ...] = ("SERVICENOTESURL", "HOSTNOTESURL", "SERVICEACTIONURL", "HOSTACTIONURL")


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one notification of a call: the tool's variables under `env`, as our notification command sends them."""
    body = envelope.one(raw, "env")
    return [envelope.member(body, {})]


def alert(member: dict[str, Any], names: Names) -> Alert:
    """The alert that a notification is about. Raises Untranslatable."""
    said = Said(member, UNFILLED).part("env")
    host, service = said.needed(names.host), said.text(names.service)
    now = said.text(names.service_state if service else names.host_state).strip().upper()
    kind = said.needed(names.kind).strip().upper()
    state, about = _meaning(kind, now)
    at = said.moment(names.time)
    shown = said.text(names.display) or host
    output = said.text(names.service_output if service else names.host_output)
    return built(
        f"{host}!{service}" if service else host,
        state,
        f"{service} on {shown} is {now}" if service else f"{shown} is {now}",
        _SEVERITIES.get(now, "warning"),
        text="\n\n".join(
            _texts(said, (names.comment,)) if about != "state" else [output, *_texts(said, names.long_output)]
        ),
        starts_at=at if state == "firing" else None,
        ends_at=at if state == "resolved" else None,
        hints=(host, shown, said.text(names.address), service),
        labels={"host": host, "service": service, "output": output, "type": kind},
        links=[said.text(name) for name in names.links],
        about=about,
        author=said.text(names.author),
    )


def _texts(said: Said, names: Iterable[str]) -> list[str]:
    return [text for text in (said.text(name).replace("\\n", "\n") for name in names) if text]


def _meaning(kind: str, now: str) -> tuple[AlertState, About]:
    word = kind.partition(" ")[0]
    well: AlertState = "resolved" if now in _WELL else "firing"
    if word == "PROBLEM":
        return "firing", "state"
    if word == "RECOVERY":
        return "resolved", "state"
    if word == "FLAPPINGSTART":
        return well, "flapping"
    if word.startswith("FLAPPING"):
        return well, "state"
    if word.startswith("DOWNTIME"):
        return well, "planned_over" if word in _OVER else "planned"
    if word in _REMARKS:
        return well, _REMARKS[word]
    raise Untranslatable(f"The notification type {words.line(kind, 40)!r} is unknown.")
