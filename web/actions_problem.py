"""The fields of a problem, and of the actions that only problems have."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, post_load, validate

from longwatch.domain.problem_people import MOST_CIS, MOST_CONTRIBUTING, MOST_WHYS
from web.actions import OpenForAnother, Plain, Resolve
from web.fields import Line, Prose, Strict, Until, Whole


class AssessProblem(Strict):
    """Impact and urgency, 1 high to 3 low, and of which sort it is."""

    impact = Whole(1, 3, required=True)
    urgency = Whole(1, 3, required=True)
    category = Line()


def _each(name: str, most: int) -> tuple[str, ...]:
    """The names under which texts that belong together are stored."""
    return tuple(f"{name}:{n}" for n in range(1, most + 1))


class Cause(Strict):
    """What the cause is, the whys that lead to it in their order, and what contributed."""

    texts = ("text", *_each("why", MOST_WHYS), *_each("contributing", MOST_CONTRIBUTING))
    text = Prose(required=True)
    why = fields.List(Prose(), validate=validate.Length(max=MOST_WHYS))
    contributing = fields.List(Prose(), validate=validate.Length(max=MOST_CONTRIBUTING))

    @post_load
    def one_by_one(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Each text under a name of its own: `why:1`, `why:2` and on."""
        lists = {name: data.pop(name, []) for name in ("why", "contributing")}
        return {**data, **{f"{name}:{n}": text for name, texts in lists.items() for n, text in enumerate(texts, 1)}}


class Finding(Strict):
    """Something written down."""

    texts = ("text",)
    text = Prose(required=True)


class KnownError(Strict):
    """How it shows, why it happens, what helps meanwhile, and on which items."""

    texts = ("symptom", "cause", "workaround")
    symptom = Prose(required=True)
    cause = Prose()
    workaround = Prose()
    cis = fields.List(Line(200), validate=validate.Length(max=MOST_CIS))


class RaiseChange(Strict):
    """What is to be changed; or the change that does it already."""

    texts = ("title", "description")
    title = Line(250)
    description = Prose()
    ticket = Line(20)


class AcceptRisk(Strict):
    """Why it may stay as it is, and when it is looked at again."""

    texts = ("reason",)
    reason = Prose(required=True)
    review_at = Until(required=True)


class Duplicate(Strict):
    """The problem that stands for this one."""

    of = Line(20, required=True)


OPEN = OpenForAnother()

ACTIONS: Mapping[str, Strict] = {
    "assess": AssessProblem(),
    "investigate": Plain(),
    "record_cause": Cause(),
    "publish_workaround": Finding(),
    "known_error": KnownError(),
    "raise_change": RaiseChange(),
    "resolve": Resolve(),
    "review": Finding(),
    "request_risk_acceptance": AcceptRisk(),
    "duplicate": Duplicate(),
    "not_reproducible": Finding(),
}
