"""Icinga 2, asked: `/v1/objects/services`, hosts, and who acknowledged what.

All checks are read, not the failing ones alone: a tool that lists nothing at all has lost its configuration and has
not become well. A soft state, a check that flaps or has never run says neither that it is well nor that it is not.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from integrations import icinga2, words
from integrations.alert import Alert, Untranslatable
from integrations.back_call import is_ours
from integrations.poll import Answer, Asking, Named, Unanswered, parsed

HOSTS, SERVICES, COMMENTS = "hosts", "services", "comments"
_ATTRS = (
    "display_name",
    "state",
    "state_type",
    "acknowledgement",
    "downtime_depth",
    "flapping",
    "last_check",
    "last_reachable",
    "enable_notifications",
    "last_hard_state_change",
    "last_check_result",
)
_SERVICE_STATES = {0: "OK", 1: "WARNING", 2: "CRITICAL", 3: "UNKNOWN"}
_HOST_STATES = {0: "UP", 1: "DOWN", 2: "DOWN", 3: "DOWN"}
_ACKNOWLEDGEMENT = 4
"""The kind of comment that an acknowledgement leaves."""
_HARD = 1


def targets(scope: str) -> Mapping[str, str]:
    """What is asked; `scope` is a filter over hosts, such as `host.zone == "prod"`, or nothing for all."""
    limit = [("filter", scope)] if scope else []
    shared = [("attrs", name) for name in _ATTRS]
    joins = [("joins", f"host.{name}") for name in ("display_name", "address")]
    hosts = [("attrs", "name"), ("attrs", "address"), *shared, *limit]
    services = [("attrs", "name"), ("attrs", "host_name"), *shared, *joins, *limit]
    comments = [("attrs", name) for name in ("host_name", "service_name", "author", "text", "entry_type")]
    return {
        HOSTS: f"/v1/objects/hosts?{urlencode(hosts, quote_via=quote)}",
        SERVICES: f"/v1/objects/services?{urlencode(services, quote_via=quote)}",
        COMMENTS: f"/v1/objects/comments?{urlencode(comments, quote_via=quote)}",
    }


def read(bodies: Mapping[str, bytes], _now: datetime, _grace: int) -> Answer:
    """What it names. Raises Unanswered."""
    said = dict(_comments(_results(bodies[COMMENTS], COMMENTS)))
    hosts, services = _results(bodies[HOSTS], HOSTS), _results(bodies[SERVICES], SERVICES)
    named, broken = [], 0
    for each in (*hosts, *services):
        try:
            found = _named(each, said)
        except Untranslatable:
            broken += 1
        else:
            named += [found] if found is not None else []
    reason = "" if hosts else "It lists no host at all."
    if broken:
        reason = f"{broken} of its checks could not be read."
    return Answer(tuple(named), reason)


def _results(raw: bytes, what: str) -> list[Any]:
    body = parsed(raw, f"/v1/objects/{what}")
    results = body.get("results") if isinstance(body, dict) else None
    if not isinstance(results, list):
        raise Unanswered(f"/v1/objects/{what} was not answered with results.")
    return results


def _named(result: Any, said: Mapping[str, tuple[str, str]]) -> Named | None:
    """The check as an alert, where it is not well or nobody can say."""
    attrs, host = _attrs(result)
    service = "host_name" in attrs
    state, hard = int(_number(attrs.get("state"), -1)), _number(attrs.get("state_type")) == _HARD
    if state not in _SERVICE_STATES:
        raise Untranslatable("It does not say how it stands.")
    word = (_SERVICE_STATES if service else _HOST_STATES)[state]
    sure = hard and not attrs.get("flapping") and _number(attrs.get("last_check")) > 0
    if state == 0 and sure:
        return None
    alert = _alert(attrs, host, word if state else "UNKNOWN")
    quiet = bool(_number(attrs.get("acknowledgement")) or _number(attrs.get("downtime_depth")))
    hears = attrs.get("enable_notifications") is not False and attrs.get("last_reachable") is not False
    named = Named(alert, sure and state != 0 and not quiet and hears)
    return _remarked(named, attrs, said)


def _remarked(named: Named, attrs: Mapping[str, Any], said: Mapping[str, tuple[str, str]]) -> Named:
    if _number(attrs.get("acknowledgement")):
        author, text = said.get(named.alert.fingerprint, ("", "Acknowledged in Icinga 2."))
        return named if is_ours(text) else Named(named.alert, named.tells, "acknowledged", author, text)
    if _number(attrs.get("downtime_depth")):
        return Named(named.alert, named.tells, "planned", "", "In scheduled downtime in Icinga 2.")
    return named


def _attrs(result: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    attrs = result.get("attrs") if isinstance(result, dict) else None
    if not isinstance(attrs, dict):
        raise Untranslatable("The object has no attributes.")
    joins = result.get("joins")
    host = joins.get("host") if isinstance(joins, dict) else None
    return attrs, host if isinstance(host, dict) else {}


def _alert(attrs: Mapping[str, Any], host: Mapping[str, Any], word: str) -> Alert:
    """As our notification command would have told it."""
    service = "host_name" in attrs
    result = attrs.get("last_check_result")
    output = result.get("output") if isinstance(result, dict) else ""
    named, shown, address = ("host_name", host.get("display_name"), host.get("address"))
    if not service:
        named, shown, address = "name", attrs.get("display_name"), attrs.get("address")
    of = "SERVICE" if service else "HOST"
    since = _number(attrs.get("last_hard_state_change"))
    told = {
        "NOTIFICATIONTYPE": "PROBLEM",
        "HOSTNAME": attrs.get(named),
        "HOSTDISPLAYNAME": shown,
        "HOSTADDRESS": address,
        "SERVICENAME": attrs.get("name") if service else "",
        f"{of}STATE": word,
        f"{of}OUTPUT": output,
        "TIMET": str(int(since)) if since > 0 else "",
    }
    return icinga2.alert({"env": told})


def _comments(results: list[Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Who acknowledged what, and with which words, by the identity of the alert."""
    for each in results:
        attrs = each.get("attrs") if isinstance(each, dict) else None
        if isinstance(attrs, dict) and _number(attrs.get("entry_type")) == _ACKNOWLEDGEMENT:
            host, service = str(attrs.get("host_name") or ""), str(attrs.get("service_name") or "")
            identity = words.fingerprint(f"{host}!{service}" if service else host, {})
            yield identity, (words.line(str(attrs.get("author") or ""), 200), words.prose(str(attrs.get("text") or "")))


def _number(value: Any, otherwise: float = 0.0) -> float:
    """A number, also as the text that fractions are read as."""
    try:
        return otherwise if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return otherwise


ASKING = Asking(
    label="Icinga 2",
    hint="The address of its API, such as https://icinga.example.net:5665",
    scope="Filter over hosts",
    targets=targets,
    read=read,
)
