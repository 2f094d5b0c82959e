"""Which fields an action takes, by the kind of ticket: what all kinds have in common, and what is one kind's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from longwatch.messages import INCIDENT, WORKFLOWS, kind_of
from web.actions import SCHEMAS, SHARED, TASKS, OpenForAnother, OpenOwn
from web.fields import Strict


@dataclass(frozen=True)
class Forms:
    """The fields of one kind: to open a ticket for oneself and (the desk's people) for another, and of its actions."""

    own: Strict
    for_another: Strict
    actions: Mapping[str, Strict] = field(default_factory=dict)


_FORMS: Mapping[str, Forms] = {
    INCIDENT: Forms(OpenOwn(), OpenForAnother(), SCHEMAS),
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
    return {**SHARED, **engines, **_FORMS[kind].actions} if kind in _FORMS else {}


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
