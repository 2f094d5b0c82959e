"""The fields of the actions of a major incident."""

from collections.abc import Mapping

from marshmallow import fields

from longwatch.domain.incident_major import LONGEST, SHORTEST
from web.actions import Reason
from web.fields import Line, Prose, Strict, Whole


class MajorStaff(Strict):
    """Who acts, and how often stakeholders are told, in seconds."""

    manager = Line()
    communications = Line()
    technical_lead = Line()
    cadence = Whole(SHORTEST, LONGEST)


class MajorDeclaration(MajorStaff):
    """Everybody who acts is named."""

    manager = Line(required=True)
    communications = Line(required=True)
    technical_lead = Line(required=True)
    war_room = Line(200)


class MajorWords(Strict):
    """Words of those who act."""

    texts = ("text",)
    text = Prose(required=True)


class MajorReview(MajorWords):
    """What was learnt, and whether a problem record is to find the cause."""

    problem = fields.Boolean(load_default=False)


class WarRoom(Strict):
    """Where the response meets; without an address it meets nowhere any more."""

    war_room = Line(200)


ACTIONS: Mapping[str, Strict] = {
    "propose_major": Reason(),
    "declare_major": MajorDeclaration(),
    "decline_major": Reason(),
    "stakeholder_update": MajorWords(),
    "mitigate": MajorWords(),
    "stand_down": MajorWords(),
    "review_major": MajorReview(),
    "staff_major": MajorStaff(),
    "set_war_room": WarRoom(),
}
