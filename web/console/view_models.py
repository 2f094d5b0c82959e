"""What the templates draw: plain values made from ticket rows, states and journal facts by pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from longwatch.domain.ticket import Action, instant
from web.console import words
from web.console.fields import Field, Options, field_for, filled
from web.console.people import MACHINES, Face, Names, Viewer
from web.console.times import Chip, Moment, deadline, moment
from web.console.words import Badge

ON_TASKS = ("take_task", "complete_task", "fail_task", "retry_task", "skip_task", "assign_task")

NO_FORM = frozenset({"message", "vote", "withdraw_vote", "delegate", *ON_TASKS})
"""Actions that have their own place: on the page, or on the page of its approval, where all that is voted on stands."""

Instead = Mapping[tuple[str, str], Sequence[Field]]
"""The inputs that stand for a field of an action where one will not do: a question each, a box for each choice."""


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
    window: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Waiting:
    """Something the ticket waits for: in words, until when, and who can move it on."""

    what: str
    until: Moment | None
    who: Face | None


@dataclass(frozen=True)
class ActionForm:
    """A button; with fields it opens a sheet first. `mandatory` fields stand before the optional ones.

    `hidden` says what it is about, `href` leads to a page of its own instead of a sheet.
    """

    name: str
    label: str
    icon: str
    key: str
    fields: tuple[Field, ...] = ()
    error: str = ""
    open: bool = False
    hidden: tuple[tuple[str, str], ...] = ()
    href: str = ""

    @property
    def id(self) -> str:
        """Its name, apart from the same action on another part of the ticket."""
        return "-".join((self.name, *(value for _, value in self.hidden))).replace(".", "-")


def row(line: TicketLine, title: str, names: Names, viewer: Viewer, *, window: str = "", gone: bool = False) -> Row:
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
        window=window,
        gone=gone,
    )


DONE = ("resolved", "fulfilled", "review", "rejected")
"""Statuses of work that is over, though the ticket is not closed yet."""


def time_left(line: TicketLine, viewer: Viewer) -> Chip:
    """The nearest deadline of a ticket; a ticket on hold or done says so instead."""
    if not line.open or line.status in DONE:
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
            _mover(item.get("who") or "", names),
        )
        for item in items
    ]


@dataclass(frozen=True)
class Refusal:
    """An action the rules said no to: kept on the page with the words that were typed."""

    action: str
    reason: str
    field: str | None
    typed: Mapping[str, str]


@dataclass(frozen=True)
class Asking:
    """What the forms of actions are drawn from: choices, what fields begin with, and what was refused.

    `about` are values that are no question, `kind` is the kind of the ticket.
    """

    options: Mapping[str, Options] = field(default_factory=dict)
    current: Mapping[str, Any] = field(default_factory=dict)
    refused: Refusal | None = None
    instead: Instead = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""

    def refusal_of(self, action: Action) -> Refusal | None:
        """What was refused of this action, about this part of the ticket."""
        mine = self.refused
        if mine is None or mine.action != action.name:
            return None
        return mine if all(mine.typed.get(name) == value for name, value in self.about.items()) else None


def _mover(who: str, names: Names) -> Face | None:
    """Whoever can move it on, several as one; nobody for the desk itself and for what is no one's name."""
    faces = [names.face(one) for one in who.split(", ") if ":" in one and not one.startswith(MACHINES)]
    known = [face for face in faces if face is not None]
    if len(known) < 2:  # noqa: PLR2004 - one is one
        return known[0] if known else None
    return replace(known[0], id=who, name=f"{', '.join(face.name for face in known[:-1])} or {known[-1].name}")


def action_forms(
    actions: Sequence[Action], options: Mapping[str, Options], current: Mapping[str, Any], refused: Refusal | None
) -> list[ActionForm]:
    """The decider's allowed actions as buttons; a refused one stays open, with what was typed and the reason."""
    return forms_of(actions, Asking(options, current, refused))


def forms_of(actions: Sequence[Action], asking: Asking) -> list[ActionForm]:
    """The same, for a kind of ticket with inputs of its own."""
    return [action_form(action, asking) for action in actions if action.name not in NO_FORM]


def action_form(action: Action, asking: Asking) -> ActionForm:
    """An allowed action as a button."""
    mine = asking.refusal_of(action)
    names = [*action.required, *(name for name in action.fields if name not in action.required)]
    inputs = [one for name in names if name not in asking.about for one in _inputs(action, name, asking)]
    look = words.ACTION_ICONS.get(action.name) or Badge("", "grey", icon="circle-dot")
    return ActionForm(
        action.name,
        action.label,
        look.icon,
        look.label,
        tuple(_answered(one, mine, asking) for one in inputs),
        mine.reason if mine else "",
        open=mine is not None,
        hidden=tuple(asking.about.items()),
    )


def _inputs(action: Action, name: str, asking: Asking) -> Sequence[Field]:
    own = asking.instead.get((action.name, name))
    if own is not None:
        return own
    return [field_for(action.name, name, asking.options, required=name in action.required, kind=asking.kind)]


def _answered(asked: Field, mine: Refusal | None, asking: Asking) -> Field:
    """The input with what was typed into it, else what holds now."""
    if mine is None:
        return filled(asked, asking.current.get(asked.name, asked.value) if not asked.value else asked.value)
    wrong = mine.reason if mine.field == asked.name else ""
    return filled(asked, mine.typed.get(asked.name, ""), wrong)
