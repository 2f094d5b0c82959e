"""The fields of a service request, and of the actions that only requests have.

What people answer in their own words is taken apart from the other answers by the item's form, so that it is stored as
a text: `asked_for` does it for an opening, `edited` for an edit.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate
from sqlalchemy.orm import Session

from longwatch.domain.catalogue import read_item
from longwatch.domain.request_state import State
from longwatch.domain.tasks_plan import LONGEST_INSTRUCTIONS, LONGEST_LIMIT, LONGEST_TITLE, MOST_STAGE, MOST_TASKS
from longwatch.domain.ticket import Actor
from longwatch.store import tickets
from web import ordering
from web.actions import Fields, OpenForAnother, OpenOwn, Reason
from web.fields import Line, Prose, Strict, Whole


def _answers(**options: Any) -> "fields.Dict":
    return fields.Dict(keys=Line(), values=fields.Raw(allow_none=True), **options)


class OpenRequest(OpenOwn):
    """An item of the catalogue with its answers, or a title in one's own words."""

    title = Line(250)
    item = Line()
    item_version = Whole(1, 10**9)
    answers = _answers()


class OpenRequestForAnother(OpenRequest, OpenForAnother):
    """For somebody else."""


class Fulfil(Strict):
    """It is done; what the requester reads of it."""

    texts = ("text",)
    text = Prose(required=True)


class EditAnswers(Strict):
    """All answers, as they are to be now."""

    answers = _answers(required=True)


class AddedTask(Strict):
    """A task that was not planned. Whose it is follows from the request unless it is said."""

    title = Line(LONGEST_TITLE, required=True)
    instructions = Prose(LONGEST_INSTRUCTIONS)
    team = Line()
    person = Line()
    limit = Whole(1, LONGEST_LIMIT)
    stage = Whole(1, MOST_STAGE)
    skippable = fields.Boolean()


class AddTasks(Strict):
    """Tasks in the order in which they are done."""

    tasks = fields.List(fields.Nested(AddedTask), required=True, validate=validate.Length(1, MOST_TASKS))


class RedoTasks(Strict):
    """Tasks of the last plan, by their ids."""

    tasks = fields.List(Line(40), required=True, validate=validate.Length(1, MOST_TASKS))


OPEN = OpenRequestForAnother()
OPEN_OWN = OpenRequest()

ACTIONS: Mapping[str, Strict] = {
    "fulfil": Fulfil(),
    "reject": Reason(),
    "edit": EditAnswers(),
    "add_tasks": AddTasks(),
    "redo_tasks": RedoTasks(),
}


def asked_for(session: Session, actor: Actor, asked: Fields) -> Fields:
    """The opening of a request as the rules take it. Raises ValidationError naming every answer that is wrong."""
    name = asked.data.get("item")
    if name is None:
        if "title" not in asked.texts:
            raise ValidationError("Say what you need, or name an item of the catalogue.", "title")
        return Fields({key: value for key, value in asked.data.items() if key != "answers"}, asked.texts)
    item = ordering.offer(session, actor, name)
    if item is None:
        raise ValidationError(f"There is no item called {name} for you.", "item")
    if asked.data.get("item_version") not in (None, item.version):
        raise ValidationError(f"The form has changed; it is version {item.version} now.", "item_version")
    wanted = ordering.order(session, item, asked.data.get("answers") or {})
    return Fields({**asked.data, **wanted.data}, {**wanted.texts, **asked.texts})


def edited(session: Session, actor: Actor, number: str, asked: Fields) -> Fields:
    """The edit of a request's answers as the rules take it, by the form it was made with. Raises ValidationError.

    Where there is no such request, or nothing to answer, what was asked is left for the rules to refuse.
    """
    found = tickets.find(session, actor, number)
    order = found.state.order if found is not None and isinstance(found.state, State) else None
    terms = None if order is None else order.terms
    if terms is None:
        return asked
    wanted = ordering.order(session, read_item(terms), asked.data["answers"])
    texts = {name: text for name, text in wanted.texts.items() if name != "title"}
    return Fields({"answers": wanted.data["answers"]}, texts)
