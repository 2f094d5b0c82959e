"""The fields of a change, and of the actions that only changes have."""

from collections.abc import Mapping

from marshmallow import fields, validate

from longwatch.domain.change_moves import OUTCOMES
from longwatch.domain.change_state import TEXTS, TYPES
from web.actions import OpenForAnother, Plain, Reason, Recall
from web.fields import Line, Prose, Strict, Until

MOST_CIS = 100


def _items() -> "fields.List[str]":
    return fields.List(Line(200), validate=validate.Length(max=MOST_CIS))


class Plan(Strict):
    """When, on what, and how; how it is taken back, tested and told."""

    begin = Until()
    end = Until()
    cis = _items()
    plan = Prose()
    backout = Prose()
    test = Prose()
    communication = Prose()
    tasks = fields.Dict(keys=fields.String())
    answers = fields.Dict(keys=Line(), values=Line())
    auto_start = fields.Boolean()


class Planning(Plan):
    """The plan of a change, edited: what is not named stays."""

    texts = ("title", "description", *TEXTS)
    title = Line(250)
    description = Prose()


class OpenChange(Plan, OpenForAnother):
    """What is said when a change is planned; the rest may follow before it is submitted."""

    texts = (*OpenForAnother.texts, *TEXTS)
    type = Line(validate=validate.OneOf(TYPES))
    model = Line()


class Assess(Strict):
    """Answers to the risk questionnaire; what was answered before stands."""

    answers = fields.Dict(keys=Line(), values=Line())


class Fail(Strict):
    """What went wrong."""

    texts = ("text",)
    text = Prose(required=True)


class Review(Strict):
    """How a change went, and what is learnt from it."""

    texts = ("text",)
    outcome = Line(required=True, validate=validate.OneOf(OUTCOMES))
    text = Prose()


OPEN = OpenChange()

ACTIONS: Mapping[str, Strict] = {
    "edit": Planning(),
    "submit": Plain(),
    "implement_first": Reason(),
    "assess": Assess(),
    "request_authorization": Plain(),
    "start": Plain(),
    "complete": Recall(),
    "fail": Fail(),
    "review": Review(),
    "rework": Plain(),
}
