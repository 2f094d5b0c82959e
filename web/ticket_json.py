"""A ticket as JSON: what the API answers, and what pages may ask for too."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from longwatch.domain.ticket import Actor, stamp
from longwatch.store.projection import CLOSED
from longwatch.store.tickets import Found
from web.clocks import clocks_of, promises_of
from web.kind_json import kind_json

Texts = Mapping[str, str | None]
WHOLE = ("title", "description", "expected_result")

BEING_OPENED = {
    "what": "It is saved and numbered; its first step is being processed.",
    "until": None,
    "who": "system:desk",
}


def ticket_json(found: Found, said: Texts, actor: Actor, at: datetime, *, past: bool = False) -> dict[str, Any]:
    """The whole ticket as the actor may see it. `past`: as it was then, so nothing may be done to it."""
    state = found.state
    actions = [] if past else found_actions(found, actor)
    return {
        **summary_json(found),
        **{name: text_of(getattr(state, name), said) for name in WHOLE},
        "clocks": clocks_of(state, at),
        "allowed_actions": [action["name"] for action in actions],
        "actions": actions,
        "links": [{"type": link.type, "ticket": link.ticket} for link in getattr(state, "links", ())],
        "alert": _alert(state),
        "merged_into": state.merging.into if state.merging.merged else None,
        "weight": state.weight,
        "reopen_count": getattr(state, "reopen_count", 0),
        "resolution": getattr(state, "resolution", None),
        "policy": _policy(state),
        **kind_json(found.kind, state, said),
    }


def line_json(found: Found, actor: Actor) -> dict[str, Any]:
    """The ticket as lists show it: without texts, and without anything that changes while the ticket does not."""
    names = [action.name for action in _allowed(found, actor)]
    return {**summary_json(found), "clocks": promises_of(found.state), "allowed_actions": names}


def summary_json(found: Found) -> dict[str, Any]:
    """What every listing of a ticket has."""
    state = found.state
    return {
        "number": found.number,
        "kind": found.kind,
        "status": state.status,
        "open": state.status not in CLOSED,
        "priority": state.priority,
        "impact": state.impact,
        "urgency": state.urgency,
        "level": state.level,
        "assignee": person(state.assignee),
        "team": state.team,
        "requester": person(state.requester),
        "ci": state.ci,
        "service": state.service,
        "category": state.category,
        "source": state.source,
        "tags": list(state.tags),
        "hold": _hold(state),
        "version": found.version,
        "processing": found.processing,
        **{
            name: _stamp(getattr(state, name, None)) for name in ("opened_at", "updated_at", "resolved_at", "closed_at")
        },
        "next_alarm": {"at": _stamp(found.next_alarm_at), "name": found.next_alarm} if found.next_alarm_at else None,
        "waiting_for": waiting_for(found),
    }


def found_actions(found: Found, actor: Actor) -> list[dict[str, Any]]:
    """What the actor may do now, with the fields each action takes; `text` is a message's body."""
    return [
        {
            "name": action.name,
            "label": action.label,
            "fields": _named(action.fields),
            "required": _named(action.required),
        }
        for action in _allowed(found, actor)
    ]


def _allowed(found: Found, actor: Actor) -> list[Any]:
    return found.rules.allowed(found.state, actor)


def _named(fields: tuple[str, ...]) -> list[str]:
    return ["text" if name == "body" else name for name in fields]


def waiting_for(found: Found) -> list[dict[str, Any]]:
    """What the ticket waits for, until when, and who can move it on."""
    if found.opening is not None:
        return [BEING_OPENED]
    return found.rules.waiting_for(found.state)


def text_of(ref: Mapping[str, Any] | None, said: Texts) -> str | None:
    """The words a reference stands for; none when they were erased."""
    return said.get(ref["body"]) if ref else None


def person(actor: str | None) -> str | None:
    """A person by login; machines keep their prefix."""
    return actor.removeprefix("user:") if actor else actor


def _hold(state: Any) -> dict[str, Any] | None:
    hold = getattr(state, "hold", None)
    if hold is None:
        return None
    return {"reason": hold.reason, "until": _stamp(hold.until), "since": _stamp(hold.since), "ticket": hold.ticket}


def _alert(state: Any) -> dict[str, Any] | None:
    alert = getattr(state, "alert", None)
    if alert is None:
        return None
    return {"group": alert.group, "link": alert.link, "severity": alert.severity, "count": alert.count}


def _policy(state: Any) -> dict[str, Any] | None:
    policy = getattr(state, "policy", None)
    return {"name": policy.name, "version": policy.version} if policy and not isinstance(policy, str) else None


def _stamp(at: datetime | None) -> str | None:
    return stamp(at) if at else None
