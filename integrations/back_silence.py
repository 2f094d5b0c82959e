"""Silences in Prometheus Alertmanager (API v2), and in Grafana, whose own Alertmanager speaks the same API.

A silence matches all labels of its alert exactly, so that it never hides another one. It ends at a stated time, however
the desk fares; while the ticket is open it is made longer. What a person ended in the tool is not made again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from integrations import words
from integrations.alert import Untranslatable
from integrations.back_call import (
    ENDING,
    EXTENDED,
    Access,
    Ask,
    Behind,
    Declined,
    Done,
    Exchange,
    Told,
    basic,
    comment,
    post,
    understood,
)
from longwatch.domain.ticket import stamp

ALERTMANAGER = "/api/v2"
GRAFANA = "/api/alertmanager/grafana/api/v2"
MOST_SILENCES = 8_000_000
"""Bytes of the list of silences, which holds those of the last five days, too."""
_NOT_FOUND = 404
_ALIVE = ("active", "pending")
_ENOUGH = timedelta(minutes=1)
"""A silence that ends so little before it should is left as it is."""


def alertmanager(access: Access, told: Told, alert: Behind) -> Exchange:
    """In Prometheus Alertmanager."""
    return _exchange(f"{access.address.rstrip('/')}{ALERTMANAGER}", access, told, alert)


def grafana(access: Access, told: Told, alert: Behind) -> Exchange:
    """In Grafana's own Alertmanager."""
    return _exchange(f"{access.address.rstrip('/')}{GRAFANA}", access, told, alert)


def try_alertmanager(access: Access) -> Exchange:
    """Whether it can be asked: what version it is."""
    answer = yield Ask("GET", f"{access.address.rstrip('/')}{ALERTMANAGER}/status", _headers(access))
    status = understood(answer)
    version = status.get("versionInfo", {}).get("version") if isinstance(status, dict) else None
    if not version:
        raise Declined("Something answered, but not as Alertmanager does. Is this its address?")
    return Done(f"Alertmanager {words.line(str(version), 40)} answered.")


def try_grafana(access: Access) -> Exchange:
    """Whether we may read the silences there."""
    url = f"{access.address.rstrip('/')}{GRAFANA}/silences"
    silences = understood((yield Ask("GET", url, _headers(access), most=MOST_SILENCES)))
    if not isinstance(silences, list):
        raise Declined("Something answered, but not as Grafana does. Is this its address?")
    return Done(f"Grafana answered: it knows {len(silences)} silences.")


def _exchange(api: str, access: Access, told: Told, alert: Behind) -> Exchange:
    named = alert.labels.get("alertname", "")
    narrowed = f"?{urlencode({'filter': f'alertname={_quoted(named)}'})}" if named else ""
    ask = Ask("GET", f"{api}/silences{narrowed}", _headers(access), most=MOST_SILENCES)
    ours = [each for each in _silences(understood((yield ask))) if _is_ours(each, told)]
    if told.what in ENDING:
        return (yield from _ended(api, access, ours))
    if ours:
        return (yield from _longer(api, access, told, ours[0]))
    if told.what == EXTENDED and not told.lapsed:
        return Done("The silence was ended in the tool, so it is not made again.")
    wanted = {"matchers": _matchers(alert), "startsAt": stamp(told.at), **_about(told)}
    return (yield from _put(api, access, told, wanted, "Silenced"))


def _longer(api: str, access: Access, told: Told, silence: Mapping[str, Any]) -> Exchange:
    """One stands, since an answer was lost or since it is to be made longer: never a second one."""
    ends = _ends(silence)
    if ends is not None and ends >= told.until - _ENOUGH:
        return Done("A silence of ours stands already.", str(silence["id"]), ends)
    kept = {name: silence[name] for name in ("id", "matchers", "startsAt")}
    return (yield from _put(api, access, told, {**kept, **_about(told)}, "Silenced for longer"))


def _put(api: str, access: Access, told: Told, wanted: Mapping[str, Any], done: str) -> Exchange:
    made = understood((yield post(f"{api}/silences", _headers(access), wanted)))
    identity = made.get("silenceID") if isinstance(made, dict) else None
    if not identity:
        raise Declined("Its answer names no silence. Is this the address of the tool itself?")
    return Done(f"{done}.", words.line(str(identity), 100), told.until)


def _ended(api: str, access: Access, silences: list[dict[str, Any]]) -> Exchange:
    for silence in silences:
        answer = yield Ask("DELETE", f"{api}/silence/{quote(str(silence['id']), safe='')}", _headers(access))
        if answer.status != _NOT_FOUND:  # somebody was quicker: it is gone
            understood(answer)
    if not silences:
        return Done("No silence of ours stood there.")
    return Done("The silence was ended." if len(silences) == 1 else f"{len(silences)} silences were ended.")


def _about(told: Told) -> dict[str, str]:
    return {"endsAt": stamp(told.until), "createdBy": f"Longwatch ({told.by})", "comment": comment(told)}


def _matchers(alert: Behind) -> list[dict[str, Any]]:
    """Every label, exactly. Raises Declined where not all are known: the silence would hide other alerts as well."""
    labels = {name: value for name, value in alert.labels.items() if value}
    if not labels:
        raise Declined("The alert has no labels by which it could be silenced.")
    if len(alert.labels) >= words.LABELS or any(len(value) >= words.LABEL for value in labels.values()):
        raise Declined("Not all labels of the alert are kept whole; a silence would hide other alerts as well.")
    return [{"name": name, "value": value, "isRegex": False, "isEqual": True} for name, value in sorted(labels.items())]


def _silences(listed: Any) -> list[dict[str, Any]]:
    if not isinstance(listed, list):
        raise Declined("Something answered, but with no list of silences. Is this the address of the tool itself?")
    whole = [each for each in listed if isinstance(each, dict) and {"id", "matchers", "startsAt"} <= set(each)]
    return [each for each in whole if _state(each) in _ALIVE]


def _ends(silence: Mapping[str, Any]) -> datetime | None:
    try:
        return words.moment(silence.get("endsAt"), "endsAt")
    except Untranslatable:
        return None


def _state(silence: Mapping[str, Any]) -> Any:
    status = silence.get("status")
    return status.get("state") if isinstance(status, dict) else None


def _is_ours(silence: Mapping[str, Any], told: Told) -> bool:
    return silence["id"] == told.remote or f"[longwatch {told.mark}]" in str(silence.get("comment", ""))


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _headers(access: Access) -> dict[str, str]:
    headers = {"Accept": "application/json"}
    if access.user:
        return headers | {"Authorization": basic(access.user, access.secret)}
    return headers | ({"Authorization": f"Bearer {access.secret}"} if access.secret else {})
