"""What must follow from the facts of a major incident: those who act are told, and a review proposes the problem."""

from collections.abc import Iterable

from longwatch.domain.case_effects import LEAD, Follow, notify, tell
from longwatch.domain.incident_major_axis import ACTIVE, PROPOSED
from longwatch.domain.incident_major_time import update_due
from longwatch.domain.incident_state import State
from longwatch.domain.ticket import Effect, Fact, Notify, Open, stamp

PROBLEM_MANAGER = "role:problem-manager"


def _proposed(state: State, fact: Fact) -> list[Effect | None]:
    return [notify(state, (LEAD,), "major_proposed", reason=fact.data["reason"])]


def _declined(state: State, fact: Fact) -> list[Effect | None]:
    return [notify(state, ("assignee",), "major_declined", reason=fact.data["reason"])]


def _declared(state: State, _: Fact) -> list[Effect | None]:
    team = state.major_team
    assert team is not None
    staff = {"manager": team.manager, "communications": team.communications, "technical_lead": team.technical_lead}
    return [_to_team(state, "major_declared", (LEAD,), **staff, war_room=team.war_room)]


def _to_team(state: State, template: str, more: Iterable[str] = (), **data: object) -> Notify | None:
    team = state.major_team
    people = () if team is None else (team.manager, team.communications, team.technical_lead)
    return notify(state, (*people, *more), template, **data)


def _mitigated(state: State, fact: Fact) -> list[Effect | None]:
    return [_to_team(state, "major_mitigated", (LEAD,), text=fact.data["text"])]


def _stood_down(state: State, fact: Fact) -> list[Effect | None]:
    return [_to_team(state, "major_stood_down", (LEAD,), text=fact.data["text"])]


def _reminded(state: State, fact: Fact) -> list[Effect | None]:
    """Roles of the response stand for whoever holds them."""
    template = "major_review_due" if fact.type == "ReviewReminded" else "major_update_due"
    return [notify(state, _holders(state, fact.data["to"]), template, due=fact.data.get("due"))]


def _holders(state: State, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(getattr(state.major_team, name, name) for name in names)


def _updated(state: State, fact: Fact) -> list[Effect | None]:
    """Whoever reported a child incident reads the update there."""
    words = {"body": fact.data["body"], "by": "staff", "writer": fact.actor, "origin": state.number}
    return tell(state, ("parent_of",), "forwarded", **words)


def _reviewed(state: State, fact: Fact) -> list[Effect | None]:
    """The review gate: where the cause is not known, a problem record is to find it."""
    text = fact.data["text"]
    told = _to_team(state, "major_reviewed", (PROBLEM_MANAGER,), text=text)
    return [told, _problem(state, fact) if fact.data["problem"] else None]


def _problem(state: State, fact: Fact) -> Open:
    opening = {
        "source": "desk",
        "title": state.title,
        "description": fact.data["text"],
        "requester": None,
        "category": state.category,
        "ci": state.ci,
        "service": state.service,
        "impact": state.impact,
        "urgency": state.urgency,
        "tags": [],
        "links": [{"type": "caused", "ticket": state.number}],
        "major_review": True,
    }
    return Open(f"major:{state.number}:{stamp(fact.at)}", "problem", opening)


def reopened(state: State, fact: Fact) -> list[Effect | None]:
    """Leads judge anew what was stood down; who acts goes on where it was not."""
    if state.major == PROPOSED:
        return [notify(state, (LEAD,), "major_proposed", reason=fact.data["reason"])]
    due = update_due(state)
    return [_to_team(state, "major_goes_on", due=stamp(due) if due else None)] if state.major in ACTIVE else []


FOLLOWS: dict[str, Follow] = {
    "MajorProposed": _proposed,
    "MajorDeclined": _declined,
    "MajorDeclared": _declared,
    "MajorStaffed": _declared,
    "Mitigated": _mitigated,
    "StoodDown": _stood_down,
    "UpdateReminded": _reminded,
    "ReviewReminded": _reminded,
    "StakeholdersUpdated": _updated,
    "MajorReviewed": _reviewed,
}
