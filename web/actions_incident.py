"""The fields of the actions of a major incident."""

from collections.abc import Mapping

from marshmallow import fields

from longwatch.domain.incident_major import LONGEST, SHORTEST
from web.actions import Reason
from web.fields import Line, Prose, Strict, Whole


class Staff(Strict):
    """Who acts, and how often stakeholders are told, in seconds."""

    manager = Line()
    communications = Line()
    technical_lead = Line()
    cadence = Whole(SHORTEST, LONGEST)


class Declare(Staff):
    """Everybody who acts is named."""

    manager = Line(required=True)
    communications = Line(required=True)
    technical_lead = Line(required=True)
    war_room = Line(200)


class Said(Strict):
    """Words of those who act."""

    texts = ("text",)
    text = Prose(required=True)


class Review(Said):
    """What was learnt, and whether a problem record is to find the cause."""

    problem = fields.Boolean(load_default=False)


class WarRoom(Strict):
    """Where the response meets; without an address it meets nowhere any more."""

    war_room = Line(200)


ACTIONS: Mapping[str, Strict] = {
    "propose_major": Reason(),
    "declare_major": Declare(),
    "decline_major": Reason(),
    "stakeholder_update": Said(),
    "mitigate": Said(),
    "stand_down": Said(),
    "review_major": Review(),
    "staff_major": Staff(),
    "set_war_room": WarRoom(),
}
