"""The fields of the actions between tickets, whatever their kind: unlinking, merging, splitting."""

from collections.abc import Mapping

from marshmallow import fields, validate

from longwatch.domain.case_input import MOST_SAID
from longwatch.domain.case_split import KINDS
from web.actions import LONGEST_TITLE, Link
from web.fields import Line, Strict, Whole


class Merge(Strict):
    """The ticket that this one is to go on in."""

    into = Line(20, required=True)


class Split(Strict):
    """Messages of this ticket, by the numbers of their lines in its journal, that are about something else."""

    texts = ("title",)
    title = Line(LONGEST_TITLE, required=True)
    messages = fields.List(Whole(1, 10**9), required=True, validate=validate.Length(1, MOST_SAID))
    kind = Line(validate=validate.OneOf(KINDS))


ACTIONS: Mapping[str, Strict] = {"unlink": Link(), "merge": Merge(), "split": Split()}
