"""Tools that speak as PagerDuty's Events API v2 or Opsgenie's alert API do: acknowledged, resolved, and open again.

Both know an alert by a key of the sender's, here the alert's own identity: saying a thing twice changes nothing.
"""

from typing import Any
from urllib.parse import quote

from integrations import words
from integrations.back_call import (
    ACKNOWLEDGED,
    REOPENED,
    Access,
    Ask,
    Behind,
    Declined,
    Done,
    Exchange,
    Told,
    comment,
    post,
    understood,
)

PAGERDUTY = "https://events.pagerduty.com/v2/enqueue"
OPSGENIE = "https://api.opsgenie.com"
TEST = "longwatch-test"
_PRIORITIES = {"critical": "P1", "error": "P2", "warning": "P3", "info": "P5"}
_MESSAGE = 130
_SUMMARY = 1_024


def pagerduty(access: Access, told: Told, alert: Behind) -> Exchange:
    """An event: acknowledge, resolve, or trigger where it was reopened."""
    event: dict[str, Any] = {"routing_key": access.secret, "dedup_key": alert.fingerprint}
    if told.what == REOPENED:
        payload = {"summary": alert.title[:_SUMMARY], "source": "Longwatch", "severity": alert.severity}
        details = {"incident": told.number, "note": comment(told)}
        about = {"payload": {**payload, "custom_details": details}, "client": "Longwatch", "client_url": told.link}
        understood((yield _event(access, {**event, "event_action": "trigger", **about})))
        return Done("Triggered again.", alert.fingerprint)
    action = "acknowledge" if told.what == ACKNOWLEDGED else "resolve"
    understood((yield _event(access, {**event, "event_action": action})))
    return Done("Acknowledged." if told.what == ACKNOWLEDGED else "Resolved.", alert.fingerprint)


def try_pagerduty(access: Access) -> Exchange:
    """Acknowledges an alert that there is not: the tool takes it and does nothing."""
    event = {"routing_key": access.secret, "dedup_key": TEST, "event_action": "acknowledge"}
    answered = understood((yield _event(access, event)))
    word = answered.get("message") or answered.get("status") if isinstance(answered, dict) else None
    return Done(f"It answered: {words.line(str(word or 'taken'), 100)}.")


def opsgenie(access: Access, told: Told, alert: Behind) -> Exchange:
    """Acknowledges or closes the alert of that alias, or creates it again where it was reopened."""
    about = {"user": told.by, "source": "Longwatch", "note": comment(told)}
    if told.what == REOPENED:
        again = {"message": alert.title[:_MESSAGE], "alias": alert.fingerprint, "description": comment(told)}
        again |= {"priority": _PRIORITIES.get(alert.severity, "P3")}
        return (yield from _request(access, "", {**about, **again}, "Created again."))
    action = "acknowledge" if told.what == ACKNOWLEDGED else "close"
    path = f"/{quote(alert.fingerprint, safe='')}/{action}?identifierType=alias"
    return (yield from _request(access, path, about, "Acknowledged." if action == "acknowledge" else "Closed."))


def try_opsgenie(access: Access) -> Exchange:
    """Acknowledges an alert that there is not: the tool takes the request, and nothing comes of it."""
    path = f"/{TEST}/acknowledge?identifierType=alias"
    return (yield from _request(access, path, {"source": "Longwatch"}, "It took a request."))


def _request(access: Access, path: str, content: dict[str, Any], done: str) -> Exchange:
    url = f"{access.address.rstrip('/')}/v2/alerts{path}"
    answered = understood((yield post(url, {"Authorization": f"GenieKey {access.secret}"}, content)))
    identity = answered.get("requestId") if isinstance(answered, dict) else None
    if identity is None:
        raise Declined("Something answered, but not as Opsgenie's API does. Is this its address?")
    return Done(done, words.line(str(identity), 100))


def _event(access: Access, content: dict[str, Any]) -> Ask:
    return post(access.address, {}, content)
