"""What must follow from a change's facts: who is told, and word to the tickets that wait for its outcome."""

from typing import Any

from longwatch.domain.case_effects import Follow, notify, tell
from longwatch.domain.case_moves import LINK_TYPES
from longwatch.domain.change_course import MANAGERS
from longwatch.domain.change_state import State
from longwatch.domain.ticket import Effect, Fact

IMPLEMENTER = ("assignee",)


def _told(template: str, *names: str, also: tuple[str, ...] = ()) -> Follow:
    def follow(state: State, fact: Fact) -> list[Effect | None]:
        said = {name: fact.data[name] for name in also if name in fact.data}
        return [notify(state, _people(state, names), template, **said)]

    return follow


def _people(state: State, names: tuple[str, ...]) -> list[str]:
    stand_for = {"author": state.author if (state.author or "").startswith("user:") else None}
    return [name for name in (stand_for.get(one, one) for one in names) if name is not None]


def _judged(state: State, fact: Fact) -> list[Effect | None]:
    """A change that waits for a way to open is told of once per obstacle; what was only planned is shown, not told."""
    data = fact.data
    if not data["blocked"] or data["purpose"] == "plan":
        return []
    reasons = [one["reason"] for one in data["verdict"]["obstacles"] if one["blocking"]]
    said = {"purpose": data["purpose"], "reasons": reasons, "again": data["again"]}
    return [notify(state, _people(state, ("author", "assignee", MANAGERS)), "change_blocked", **said)]


def _closed(state: State, _: Fact) -> list[Effect | None]:
    told = notify(state, _people(state, ("requester", "author")), "change_closed", outcome=state.outcome)
    return [told, *_ended(state, str(state.outcome))]


def _rejected(state: State, fact: Fact) -> list[Effect | None]:
    told = notify(state, _people(state, ("author", "requester")), "change_rejected", reason=fact.data["reason"])
    return [told]


def _cancelled(state: State, fact: Fact) -> list[Effect | None]:
    people = [name for name in _people(state, ("author", "requester", "assignee")) if name != fact.actor]
    told = notify(state, people, "cancelled", reason=fact.data["reason"])
    return [told, *_ended(state, "cancelled")]


def _ended(state: State, outcome: str) -> list[Effect | None]:
    """Every ticket linked to it learns how it ended; what was on hold for it goes on."""
    word: dict[str, Any] = {"outcome": outcome, "kind": "change"}
    return [*tell(state, LINK_TYPES, "change_ended", **word), *tell(state, LINK_TYPES, "done", **word)]


FOLLOWS: dict[str, Follow] = {
    "Submitted": _told("change_submitted", MANAGERS),
    "GuardJudged": _judged,
    "ModelMisfits": _told("change_misfits", "author", also=("reasons",)),
    "Authorised": _told("change_authorised", "author", "assignee"),
    "Scheduled": _told("change_authorised", "author", "assignee"),
    "Rejected": _rejected,
    "AuthorizationLapsed": _told("change_lapsed", "author", MANAGERS, also=("why",)),
    "AuthorizationReopened": _told("change_reopened", "author", "assignee"),
    "WindowOpened": _told("change_window", *IMPLEMENTER),
    "WindowMissed": _told("change_missed", "author", "assignee", MANAGERS),
    "WindowOverrun": _told("change_overrun", "assignee", MANAGERS),
    "ImplementationStarted": _told("change_started", MANAGERS),
    "BackingOut": _told("change_backing_out", "author", MANAGERS, also=("reason",)),
    "Implemented": _told("change_implemented", "author", MANAGERS, also=("proposed",)),
    "RatificationMissed": _told("change_unratified", MANAGERS, "role:lead", "author", also=("why",)),
    "Closed": _closed,
    "Cancelled": _cancelled,
}
