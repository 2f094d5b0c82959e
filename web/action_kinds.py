"""Which fields an action takes, by the kind of ticket: what all kinds have in common, and what is one kind's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from longwatch.domain import change_moves, incident_moves, problem_moves, request_moves
from longwatch.domain.case_moves import Status
from longwatch.messages import CHANGE, INCIDENT, PROBLEM, REQUEST, WORKFLOWS, kind_of
from web import actions_change, actions_incident, actions_links, actions_problem, actions_request
from web.actions import SCHEMAS, SHARED, TASKS, OpenForAnother, OpenOwn
from web.fields import Strict


@dataclass(frozen=True)
class Forms:
    """The fields to open a ticket for oneself and (the desk's people) for another, of its actions; its statuses."""

    own: Strict
    for_another: Strict
    actions: Mapping[str, Strict]
    statuses: Sequence[Status]


_FORMS: Mapping[str, Forms] = {
    INCIDENT: Forms(OpenOwn(), OpenForAnother(), {**SCHEMAS, **actions_incident.ACTIONS}, incident_moves.STATUSES),
    PROBLEM: Forms(actions_problem.OPEN, actions_problem.OPEN, actions_problem.ACTIONS, problem_moves.STATUSES),
    CHANGE: Forms(actions_change.OPEN, actions_change.OPEN, actions_change.ACTIONS, change_moves.STATUSES),
    REQUEST: Forms(actions_request.OPEN_OWN, actions_request.OPEN, actions_request.ACTIONS, request_moves.STATUSES),
}
"""A kind that is not here is none that people open."""

KINDS = tuple(kind for kind in _FORMS if kind in WORKFLOWS)


def opening(kind: str, *, staff: bool) -> Strict:
    """What is asked of whoever opens such a ticket. Raises KeyError for a kind nobody opens."""
    forms = _FORMS[kind]
    return forms.for_another if staff else forms.own


def schemas(kind: str) -> Mapping[str, Strict]:
    """Every action a person can ask of such a ticket by name; a kind's own fields go before the shared ones."""
    engines = {} if kind == INCIDENT else TASKS
    shared = {**SHARED, **actions_links.ACTIONS, **engines}
    return {**shared, **_FORMS[kind].actions} if kind in _FORMS else {}


def statuses(kind: str) -> tuple[str, ...]:
    """The statuses of a kind of ticket, in their order."""
    return tuple(status.name for status in _FORMS[kind].statuses)


def schemas_of(number: str) -> Mapping[str, Strict]:
    """Every action a person can ask of the ticket of this number by name; none for what is no ticket's number."""
    try:
        return schemas(kind_of(number))
    except KeyError:
        return {}


def everything() -> list[Strict]:
    """Each kind of fields once."""
    found = {type(schema): schema for kind in KINDS for schema in schemas(kind).values()}
    return list(found.values())
