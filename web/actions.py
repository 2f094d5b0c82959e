"""The fields of every action, read strictly from what a form or the API sent; the API and the pages share them.

A person's words (`TEXTS`) are kept apart from the rest: they are stored as bodies, and facts hold only their digests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cmdb.impact import find as find_ci
from longwatch.domain.approval_state import DECISIONS
from longwatch.domain.case_moves import LINK_TYPES, MOST_LEVEL
from longwatch.store.tables import Ci, Command, Person, Process, Team
from web.fields import Line, Prose, Strict, Until, Whole

LONGEST_TITLE = 250


@dataclass(frozen=True)
class Fields:
    """What was asked: plain data for the rules, and texts by field name."""

    data: Mapping[str, Any]
    texts: Mapping[str, str]


class Plain(Strict):
    """An action without fields."""


class Assign(Strict):
    """Dispatching and functional escalation: another team, another person, or both."""

    team = Line()
    person = Line()

    @validates_schema
    def somebody(self, data: Mapping[str, Any], **_options: Any) -> None:
        """A team or a person is named."""
        if not data:
            raise ValidationError("Name a team or a person.", "team")


class Hold(Strict):
    """The clocks pause for a reason that somebody else must lift."""

    texts = ("text",)
    reason = Line(required=True)
    until = Until()
    ticket = Line(20)
    text = Prose()


class Prioritise(Strict):
    """Impact and urgency, 1 high to 3 low."""

    impact = Whole(1, 3)
    urgency = Whole(1, 3)

    @validates_schema
    def something(self, data: Mapping[str, Any], **_options: Any) -> None:
        """One of the two is named."""
        if not data:
            raise ValidationError("Name an impact or an urgency.", "impact")


class Escalate(Strict):
    """Hierarchic escalation to a level."""

    texts = ("reason",)
    level = Whole(0, MOST_LEVEL)
    reason = Prose(required=True)


class Resolve(Strict):
    """How it was resolved, and what the requester reads of it."""

    texts = ("text",)
    code = Line(required=True)
    text = Prose(required=True)


class Reason(Strict):
    """An action that needs a reason."""

    texts = ("reason",)
    reason = Prose(required=True)


class Message(Strict):
    """Something written into the ticket: public for the requester, internal for the desk (the default)."""

    texts = ("body",)
    body = Prose(required=True, data_key="text")
    public = fields.Boolean(load_default=False)


class Tag(Strict):
    """The tags a ticket is to carry, instead of those it has."""

    tags = fields.List(Line(40), required=True, validate=validate.Length(max=20))


class Link(Strict):
    """A relation to another ticket."""

    type = Line(required=True, validate=validate.OneOf(LINK_TYPES))
    ticket = Line(20, required=True)


class RelateCi(Strict):
    """The configuration item it is about, by id or alias."""

    ci = Line(200, required=True)


class Vote(Strict):
    """A voice in an approval. `content` is the hash of what the voter saw; a refusal needs a comment."""

    texts = ("comment",)
    decision = Line(required=True, validate=validate.OneOf(DECISIONS))
    content = Line(required=True)
    comment = Prose()
    stage = Line()


class Delegate(Strict):
    """Who is to vote instead."""

    texts = ("text",)
    to = Line(required=True)
    text = Prose()


class Recall(Strict):
    """An approval is taken back."""

    texts = ("text",)
    text = Prose()


class OneTask(Strict):
    """One of the ticket's tasks, by its id."""

    task = Line(required=True)


class SaidTask(OneTask):
    """A task, with words about it if there are any."""

    texts = ("text",)
    text = Prose()


class ReasonedTask(OneTask):
    """A task, and why."""

    texts = ("text",)
    text = Prose(required=True)


class AssignTask(SaidTask):
    """A task for another team, another person, or both."""

    team = Line()
    person = Line()


class OpenOwn(Strict):
    """What anybody may say when they open a ticket."""

    texts: tuple[str, ...] = ("title", "description", "expected_result")
    title = Line(LONGEST_TITLE, required=True)
    description = Prose()
    expected_result = Prose()
    impact = Whole(1, 3)
    urgency = Whole(1, 3)
    category = Line()
    ci = Line(200)
    service = Line()
    tags = fields.List(Line(40), validate=validate.Length(max=20))

    @post_load
    def sorted_tags(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Tags are a set: small letters, each once."""
        return {**data, "tags": sorted({tag.lower() for tag in data.get("tags", [])})}


class OpenForAnother(OpenOwn):
    """What the desk may say besides: for whom it is."""

    requester = Line()


SHARED: Mapping[str, Strict] = {
    "take": Plain(),
    "assign": Assign(),
    "start": Plain(),
    "hold": Hold(),
    "resume": Plain(),
    "prioritise": Prioritise(),
    "escalate": Escalate(),
    "confirm": Plain(),
    "reopen": Reason(),
    "cancel": Reason(),
    "message": Message(),
    "tag": Tag(),
    "link": Link(),
    "relate_ci": RelateCi(),
    "vote": Vote(),
    "withdraw_vote": Plain(),
    "delegate": Delegate(),
    "recall": Recall(),
    "ask_approvers": Plain(),
}
"""The actions that every kind of ticket may have."""

TASKS: Mapping[str, Strict] = {
    "take_task": OneTask(),
    "complete_task": SaidTask(),
    "fail_task": ReasonedTask(),
    "retry_task": SaidTask(),
    "skip_task": ReasonedTask(),
    "assign_task": AssignTask(),
    "back_out": Recall(),
}
"""The actions of tickets that are carried out by tasks."""

SCHEMAS: Mapping[str, Strict] = {"resolve": Resolve()}
"""The actions of incidents alone."""


def read(session: Session, schema: Strict, raw: Mapping[str, Any]) -> Fields:
    """What a schema reads, names checked against who and what there is. Raises ValidationError naming what is wrong."""
    loaded: dict[str, Any] = schema.load(raw)
    for name, known in _KNOWN.items():
        if loaded.get(name) is not None:
            loaded[name] = known(session, name, loaded[name])
    return Fields(loaded, {name: loaded.pop(name) for name in schema.texts if name in loaded})


def _person(session: Session, name: str, value: str) -> str:
    person = session.get(Person, value.removeprefix("user:"))
    if person is None or not person.active:
        raise ValidationError(f"Nobody here is called {value}.", name)
    return person.actor


def _team(session: Session, name: str, value: str) -> str:
    team = session.get(Team, value.removeprefix("team:"))
    if team is None:
        raise ValidationError(f"There is no team called {value}.", name)
    return team.id


def _ci(session: Session, name: str, value: str) -> str:
    if session.get(Ci, value) is not None:
        return value
    found = find_ci(session, [value])
    if found is None:
        raise ValidationError(f"There is no configuration item called {value}.", name)
    return found


def _cis(session: Session, name: str, values: list[str]) -> list[str]:
    return list(dict.fromkeys(_ci(session, name, value) for value in values))


def _ticket(session: Session, name: str, value: str) -> str:
    number = value.strip().upper()
    if session.get(Process, number) is None and session.scalar(_OPENING, {"ticket": number}) is None:
        raise ValidationError(f"There is no ticket {value}.", name)
    return number


_OPENING = select(Command.row).where(Command.ticket == bindparam("ticket"), Command.action == "open").limit(1)

_KNOWN: Mapping[str, Callable[[Session, str, Any], Any]] = {
    "person": _person,
    "to": _person,
    "requester": _person,
    "team": _team,
    "ci": _ci,
    "cis": _cis,
    "ticket": _ticket,
    "into": _ticket,
    "manager": _person,
    "communications": _person,
    "technical_lead": _person,
}
