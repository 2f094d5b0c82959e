"""Prometheus Alertmanager, asked: `/api/v2/alerts`, its silences and its own state.

It keeps no alerts over a restart: until Prometheus has sent them again it names none, though they fire.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from integrations import alertmanager, words
from integrations.alert import Untranslatable
from integrations.back_call import is_ours
from integrations.poll import Answer, Asking, Named, Unanswered, parsed

ALERTS, STATUS, SILENCES = "alerts", "status", "silences"
_STANDING = ("active", "suppressed", "unprocessed")


def targets(scope: str) -> Mapping[str, str]:
    """What is asked; `scope` is the name of the receiver that calls the desk, or nothing for all alerts."""
    receiver = f"?receiver={quote(scope, safe='')}" if scope else ""
    return {STATUS: "/api/v2/status", ALERTS: f"/api/v2/alerts{receiver}", SILENCES: "/api/v2/silences"}


def read(bodies: Mapping[str, bytes], now: datetime, grace: int) -> Answer:
    """What it names. Raises Unanswered."""
    told = parsed(bodies[ALERTS], "/api/v2/alerts")
    if not isinstance(told, list):
        raise Unanswered("/api/v2/alerts was not answered with a list.")
    silences = _silences(parsed(bodies[SILENCES], "/api/v2/silences"))
    named, broken = [], 0
    for each in told:
        try:
            named.append(_named(each, silences))
        except Untranslatable:
            broken += 1
    reason = _young(parsed(bodies[STATUS], "/api/v2/status"), now, grace)
    if broken:
        reason = f"{broken} of its alerts could not be read."
    return Answer(tuple(named), reason)


def _named(member: Any, silences: Mapping[str, str]) -> Named:
    status = member.get("status") if isinstance(member, dict) else None
    if not isinstance(status, dict) or status.get("state") not in _STANDING:
        raise Untranslatable("It does not say how it stands.")
    alert = alertmanager.alert({**member, "status": "firing", "endsAt": None})
    note = _note(status, silences)
    return Named(alert, status["state"] == "active", note=note)


def _note(status: Mapping[str, Any], silences: Mapping[str, str]) -> str:
    by = status.get("silencedBy")
    texts = [silences.get(str(each), "Silenced in Alertmanager.") for each in by] if isinstance(by, list) else []
    texts = [text for text in texts if not is_ours(text)]  # what we told it is no news
    if not texts and status.get("inhibitedBy"):
        texts = ["Held back in Alertmanager, since another alert fires."]
    return words.prose("\n".join(sorted(texts)), 1_000)


def _silences(told: Any) -> dict[str, str]:
    """What each silence says, by its id."""
    if not isinstance(told, list):
        raise Unanswered("/api/v2/silences was not answered with a list.")
    found = {}
    for each in told:
        if isinstance(each, dict) and isinstance(each.get("id"), str):
            said = (words.line(str(each.get(name) or ""), 2_000) for name in ("endsAt", "createdBy", "comment"))
            until, by, comment = said
            found[each["id"]] = f"Silenced in Alertmanager by {by or 'somebody'} until {until or 'later'}: {comment}"
    return found


def _young(status: Any, now: datetime, grace: int) -> str:
    """Why it may not know of everything yet."""
    if not isinstance(status, dict):
        raise Unanswered("/api/v2/status was not answered with an object.")
    try:
        started = words.moment(status.get("uptime"), "uptime")
    except Untranslatable as problem:
        raise Unanswered(problem.reason) from None
    if started is None:
        return "It does not say since when it runs."
    if now - started < timedelta(seconds=grace):
        return "It has just started: alerts come back to it by and by."
    cluster = status.get("cluster")
    if isinstance(cluster, dict) and cluster.get("status") == "settling":
        return "Its cluster has not settled."
    return ""


ASKING = Asking(
    label="Prometheus Alertmanager",
    hint="The address that amtool is given, such as https://alertmanager.example.net:9093",
    scope="Receiver that calls the desk",
    targets=targets,
    read=read,
)
