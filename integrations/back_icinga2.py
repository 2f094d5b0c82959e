"""Icinga 2: `acknowledge-problem` and `remove-acknowledgement` of its API, as an ApiUser of the desk's own.

The acknowledgement is sticky: it holds until the check is well, through changes between warning and critical. It asks
for no notification, else Icinga would tell the desk of its own words.
"""

from typing import Any

from integrations import words
from integrations.back_call import (
    ACKNOWLEDGED,
    Access,
    Ask,
    Behind,
    Declined,
    Done,
    Exchange,
    Told,
    basic,
    comment,
    content_of,
    post,
    understood,
)
from integrations.outbound import Answer

_CONFLICT = 409
"""What Icinga answers when the check is well, or acknowledged already."""
_NEEDED = ("acknowledge-problem", "remove-acknowledgement")


def tell(access: Access, told: Told, alert: Behind) -> Exchange:
    """Acknowledges the problem of a host or service, or takes the acknowledgement back."""
    about = {**_target(alert), "author": f"Longwatch ({told.by})"}
    if told.what != ACKNOWLEDGED:
        _done((yield _action(access, "remove-acknowledgement", about)))
        return Done("The acknowledgement was taken back.")
    wanted = {**about, "comment": comment(told), "sticky": True, "notify": False}
    answer = yield _action(access, "acknowledge-problem", wanted)
    if answer.status == _CONFLICT:
        return Done(f"There was nothing to acknowledge: {_status(content_of(answer))}")
    _done(answer)
    return Done("Acknowledged.")


def try_out(access: Access) -> Exchange:
    """Whether the user is known, and may do what it must."""
    ask = Ask("GET", f"{access.address.rstrip('/')}/v1", _headers(access))
    answered = understood((yield ask))
    results = answered.get("results") if isinstance(answered, dict) else None
    known = results[0] if isinstance(results, list) and results and isinstance(results[0], dict) else None
    if known is None:
        raise Declined("Something answered, but not as Icinga's API does. Is this its address, with its port?")
    granted = known.get("permissions")
    allowed = [str(each).lower() for each in granted] if isinstance(granted, list) else []
    missing = [name for name in _NEEDED if not {"*", "actions/*", f"actions/{name}"} & set(allowed)]
    if missing:
        raise Declined(f"The user lacks the permission {' and '.join(f'actions/{name}' for name in missing)}.")
    return Done(f"Icinga answered: the user {words.line(str(known.get('user', '')), 60)} may acknowledge.")


def _done(answer: Answer) -> None:
    """Raises TryAgain and Declined unless something was done."""
    content = content_of(answer)
    if isinstance(content, dict) and content.get("results") == []:  # Icinga 2.13 says so with status 500
        raise Declined("Icinga knows no such host or service, or this user may not see it.")
    understood(answer)


def _target(alert: Behind) -> dict[str, Any]:
    """The host or service, by variables, so that no name can be read as an expression."""
    host, service = alert.labels.get("host", ""), alert.labels.get("service", "")
    if not host:
        raise Declined("The alert does not say which host it is about.")
    if not service:
        return {"type": "Host", "filter": "host.name==wanted_host", "filter_vars": {"wanted_host": host}}
    return {
        "type": "Service",
        "filter": "host.name==wanted_host && service.name==wanted_service",
        "filter_vars": {"wanted_host": host, "wanted_service": service},
    }


def _action(access: Access, name: str, content: dict[str, Any]) -> Ask:
    return post(f"{access.address.rstrip('/')}/v1/actions/{name}", _headers(access), content)


def _headers(access: Access) -> dict[str, str]:
    return {"Accept": "application/json", "Authorization": basic(access.user, access.secret)}


def _status(content: Any) -> str:
    results = content.get("results") if isinstance(content, dict) else None
    first = results[0] if isinstance(results, list) and results else None
    return words.line(str(first.get("status", "")), 200) if isinstance(first, dict) else "it said so."
