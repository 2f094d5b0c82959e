"""What must follow from a problem's facts: incidents learn of workarounds and of its end, changes are asked for."""

from typing import Any

from longwatch.domain import case_effects
from longwatch.domain.case_effects import Follow, notify, owner, tell
from longwatch.domain.case_links_state import Link
from longwatch.domain.case_moves import LINK_TYPES
from longwatch.domain.problem_state import State
from longwatch.domain.ticket import Effect, Fact, Open, Send

MANAGER = "role:problem-manager"

HELPS = ("caused", "resolves")
"""The links over which a workaround is told."""


def responsible(state: State) -> str:
    """Whoever has it: the person, else the team, else those who manage problems."""
    return owner(state) if state.assignee or state.team else MANAGER


def _opened(state: State, fact: Fact) -> list[Effect | None]:
    """What a person did not log is told to those who manage problems."""
    by_hand = fact.actor.startswith("user:")
    return [] if by_hand else [notify(state, (MANAGER,), "problem_logged", major_review=state.major_review)]


def _workaround(state: State, fact: Fact) -> list[Effect | None]:
    return tell(state, HELPS, "workaround", text=fact.data["text"])


def greets(state: State, link: Link) -> list[Effect | None]:
    """Incidents linked later learn the workaround too."""
    if state.workaround is None or link.type not in HELPS:
        return []
    return [Send(link.ticket, "told", {"event": "workaround", "ticket": state.number, "text": state.workaround})]


def _change_raised(state: State, fact: Fact) -> list[Effect | None]:
    data = fact.data
    if data["ticket"] is not None:
        return []
    cis = list(state.known.cis) if state.known is not None else []
    opening: dict[str, Any] = {
        "source": "desk",
        "title": data["title"] or state.title,
        "description": data["description"],
        "requester": fact.actor if fact.actor.startswith("user:") else None,
        "category": state.category,
        "ci": state.ci,
        "cis": cis or ([state.ci] if state.ci else []),
        "service": state.service,
        "tags": [],
        "links": [{"type": "resolves", "ticket": state.number}],
    }
    return [Open(data["key"], "change", opening)]


def _change_failed(state: State, fact: Fact) -> list[Effect | None]:
    data = fact.data
    return [notify(state, (responsible(state),), "problem_change_failed", change=data["ticket"], how=data["outcome"])]


def _done(state: State, fact: Fact) -> list[Effect | None]:
    """Whatever waited for it goes on."""
    return [*case_effects.FOLLOWS[fact.type](state, fact), *tell(state, LINK_TYPES, "done", kind="problem")]


def _accepted(state: State, fact: Fact) -> list[Effect | None]:
    return [notify(state, (responsible(state),), "risk_accepted", review_at=fact.data["review_at"])]


def _reopened(state: State, fact: Fact) -> list[Effect | None]:
    data = fact.data
    return [notify(state, (responsible(state),), "reopened", reason=data["reason"], why=data["why"])]


FOLLOWS: dict[str, Follow] = {
    "Opened": _opened,
    "WorkaroundPublished": _workaround,
    "ChangeRaised": _change_raised,
    "ChangeFailed": _change_failed,
    "Resolved": _done,
    "Cancelled": _done,
    "RiskAccepted": _accepted,
    "Reopened": _reopened,
}
