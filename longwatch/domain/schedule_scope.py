"""What freezes and maintenance windows are about, and whether that meets the items of a change.

A *freeze* is a stretch of time in which nothing of its scope may change (year-end closing). A *maintenance window* is
the time agreed for changing what is in its scope; items that have none may be changed at any time.

All of it is read from JSON-clean data, as the answer to a `guard` question holds it (`around_of`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longwatch.domain.schedule import Window, window_data, window_of
from longwatch.domain.ticket import Json

ALL, CIS, CLASSES, SERVICES, TEAMS = SCOPES = ("all", "cis", "classes", "services", "teams")


@dataclass(frozen=True)
class Scope:
    """`kind` is one of SCOPES; `names` are ids of items, classes, services or teams, none for `all`."""

    kind: str = ALL
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """An item a change touches, with what scopes go by. `related`: not changed itself, but affected by the change."""

    ci: str
    class_: str | None = None
    service: str | None = None
    team: str | None = None
    related: bool = False


@dataclass(frozen=True)
class Freeze:
    """A freeze in a stretch of time. Not `blocking`: it warns, and work may go on."""

    id: str
    name: str
    window: Window
    scope: Scope = Scope()
    blocking: bool = True


@dataclass(frozen=True)
class Maintenance:
    """A maintenance window with its occurrences, unfolded. `blocking`: outside of them nothing may be changed."""

    id: str
    name: str
    occurrences: tuple[Window, ...]
    scope: Scope = Scope()
    blocking: bool = False


@dataclass(frozen=True)
class Planned:
    """Another change in the schedule: when, on which items, by whom. `affects`: of our items those it affects.

    `firm`: it is authorised. One that is only asked for warns others, and never holds up what was authorised.
    """

    ticket: str
    window: Window
    cis: tuple[str, ...]
    assignee: str | None = None
    affects: tuple[str, ...] = ()
    firm: bool = True


@dataclass(frozen=True)
class Around:
    """All that stands around a window: the items, and what else is on."""

    subjects: tuple[Subject, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    planned: tuple[Planned, ...] = ()


def covers(scope: Scope, subject: Subject, team: str | None = None) -> bool:
    """Whether the scope meets an item. Teams: the item's owner; or `team`, where it matters who makes the change."""
    if scope.kind == ALL:
        return True
    if scope.kind == TEAMS:
        return subject.team in scope.names or team in scope.names
    named = {CIS: subject.ci, CLASSES: subject.class_, SERVICES: subject.service}[scope.kind]
    return named in scope.names


def around_of(answer: Mapping[str, Any]) -> Around:
    """What the answer to a `guard` question tells. Raises KeyError, TypeError or ValueError when it is none."""
    return Around(
        tuple(_subject(one) for one in answer["subjects"]),
        tuple(_freeze(one) for one in answer["freezes"]),
        tuple(_maintenance(one) for one in answer["maintenance"]),
        tuple(_planned(one) for one in answer["planned"]),
    )


def around_data(around: Around) -> dict[str, Json]:
    """The same as data, `around_of`'s inverse."""
    return {
        "subjects": [_subject_data(one) for one in around.subjects],
        "freezes": [{**_named(one), **window_data(one.window)} for one in around.freezes],
        "maintenance": [
            {**_named(one), "occurrences": [window_data(window) for window in one.occurrences]}
            for one in around.maintenance
        ],
        "planned": [_planned_data(one) for one in around.planned],
    }


def scope_of(data: Mapping[str, Any]) -> Scope:
    """The scope a fact or answer holds. Raises ValueError for a kind nobody knows."""
    if data["kind"] not in SCOPES:
        raise ValueError(f"{data['kind']!r} is no kind of scope")
    return Scope(data["kind"], _names(data["names"]))


def _names(value: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(name) for name in value)


def _subject(data: Mapping[str, Any]) -> Subject:
    related = bool(data.get("related", False))
    return Subject(data["ci"], data.get("class"), data.get("service"), data.get("team"), related)


def _subject_data(one: Subject) -> dict[str, Json]:
    return {"ci": one.ci, "class": one.class_, "service": one.service, "team": one.team, "related": one.related}


def _named(one: Freeze | Maintenance) -> dict[str, Json]:
    scope = {"kind": one.scope.kind, "names": list(one.scope.names)}
    return {"id": one.id, "name": one.name, "scope": scope, "blocking": one.blocking}


def _freeze(data: Mapping[str, Any]) -> Freeze:
    return Freeze(data["id"], data["name"], window_of(data), scope_of(data["scope"]), bool(data["blocking"]))


def _maintenance(data: Mapping[str, Any]) -> Maintenance:
    occurrences = tuple(sorted((window_of(one) for one in data["occurrences"]), key=lambda one: (one.begin, one.end)))
    return Maintenance(data["id"], data["name"], occurrences, scope_of(data["scope"]), bool(data["blocking"]))


def _planned(data: Mapping[str, Any]) -> Planned:
    affects = _names(data.get("affects", ()))
    firm = bool(data.get("firm", True))
    return Planned(data["ticket"], window_of(data), _names(data["cis"]), data.get("assignee"), affects, firm)


def _planned_data(one: Planned) -> dict[str, Json]:
    who = {"cis": list(one.cis), "assignee": one.assignee, "affects": list(one.affects)}
    return {"ticket": one.ticket, **window_data(one.window), **who, "firm": one.firm}
