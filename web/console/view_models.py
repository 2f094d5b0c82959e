"""What the templates draw: plain values made from ticket rows, states and journal facts by pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from longwatch.domain.ticket import Action, instant
from web.console import words
from web.console.fields import Field, Options, field_for, filled
from web.console.people import MACHINES, Face, Names, Viewer
from web.console.times import Chip, Moment, deadline, moment
from web.console.words import Badge

NO_FORM = frozenset({"message", "vote", "withdraw_vote", "delegate"})
"""Actions that have their own place: on the page, or on the page of its approval, where all that is voted on stands."""


class TicketLine(Protocol):
    """A ticket as lists know it."""

    number: str
    status: str
    open: bool
    priority: int
    requester: str | None
    assignee: str | None
    team: str | None
    ci: str | None
    service: str | None
    hold_reason: str | None
    due_at: datetime
    opened_at: datetime
    updated_at: datetime
    version: int


@dataclass(frozen=True)
class Row:
    """A line of the queue."""

    number: str
    title: str
    status: Badge
    priority: Badge
    requester: str
    service: str
    owner: Face | None
    team: str
    left: Chip
    updated: Moment
    gone: bool = False


@dataclass(frozen=True)
class Waiting:
    """Something the ticket waits for: in words, until when, and who can move it on."""

    what: str
    until: Moment | None
    who: Face | None


@dataclass(frozen=True)
class ActionForm:
    """A button; with fields it opens a sheet first. `mandatory` fields stand before the optional ones."""

    name: str
    label: str
    icon: str
    key: str
    fields: tuple[Field, ...] = ()
    error: str = ""
    open: bool = False


def row(line: TicketLine, title: str, names: Names, viewer: Viewer, *, gone: bool = False) -> Row:
    """A ticket's line in the queue. `gone`: it was shown, but does not belong to this view any more."""
    return Row(
        number=line.number,
        title=title or "(no title)",
        status=words.status(line.status),
        priority=words.priority(line.priority),
        requester=face.name if (face := names.face(line.requester)) else "",
        service=names.ci(line.ci) or (line.service or ""),
        owner=names.face(line.assignee),
        team=names.team(line.team),
        left=time_left(line, viewer),
        updated=moment(line.updated_at, viewer.now, viewer.zone),
        gone=gone,
    )


def time_left(line: TicketLine, viewer: Viewer) -> Chip:
    """The nearest deadline of a ticket; a ticket on hold or done says so instead."""
    if not line.open or line.status == "resolved":
        return Chip("done", "grey", icon="circle-check")
    if line.status == "on_hold" and line.due_at.year > viewer.now.year + 100:
        return Chip("paused", "blue", icon="circle-pause")
    return deadline(line.due_at, line.opened_at, viewer.now, viewer.zone)


def waitings(items: Iterable[Mapping[str, Any]], names: Names, viewer: Viewer) -> list[Waiting]:
    """What the decider says the ticket waits for, for the page."""
    return [
        Waiting(
            item["what"],
            moment(instant(item["until"]), viewer.now, viewer.zone) if item.get("until") else None,
            names.face(who) if (who := item.get("who")) and not who.startswith(MACHINES) else None,
        )
        for item in items
    ]


def action_forms(
    actions: Sequence[Action], options: Mapping[str, Options], current: Mapping[str, Any], refused: "Refusal | None"
) -> list[ActionForm]:
    """The decider's allowed actions as buttons; a refused one stays open, with what was typed and the reason."""
    return [_action_form(action, options, current, refused) for action in actions if action.name not in NO_FORM]


@dataclass(frozen=True)
class Refusal:
    """An action the rules said no to: kept on the page with the words that were typed."""

    action: str
    reason: str
    field: str | None
    typed: Mapping[str, str]


def _action_form(
    action: Action, options: Mapping[str, Options], current: Mapping[str, Any], refused: Refusal | None
) -> ActionForm:
    mine = refused if refused is not None and refused.action == action.name else None
    values = {**current, **mine.typed} if mine else current
    names = [*action.required, *(name for name in action.fields if name not in action.required)]
    fields = tuple(
        filled(
            field_for(action.name, name, options, required=name in action.required),
            values.get(name),
            mine.reason if mine and mine.field == name else "",
        )
        for name in names
    )
    look = words.ACTION_ICONS.get(action.name) or Badge("", "grey", icon="circle-dot")
    reason = mine.reason if mine else ""
    return ActionForm(action.name, action.label, look.icon, look.label, fields, reason, open=mine is not None)
