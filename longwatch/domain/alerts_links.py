"""The links of an alert group to its incident, and the moves between them: one table for pages and tests.

What decides stands in `alerts_decide` and beside it; no decision ever makes a move that is not in this table.
"""

from collections.abc import Mapping

from longwatch.domain.case_moves import Moves, to

LINKS: Mapping[str, str] = {
    "idle": "nothing fires; what fired was a transient",
    "pending": "something fires and may still be a transient",
    "parked": "work is planned, or a person has snoozed it: no incident is asked for, an open one is told nothing",
    "firing": "something fires, and the incident knows",
    "flapping": "it comes and goes; the incident was told once",
    "quiet": "all alerts have ended; it is not believed yet",
    "cleared": "it is over; firing within the reopen window continues the incident",
}
"""Each link with what it means."""

MOVES: Moves = {
    "HoldDownStarted": to("pending", "idle", "firing", "parked", "quiet", "cleared"),
    "TransientSeen": to("idle", "pending", "parked"),
    "IncidentRequested": to("firing", "pending", "parked"),
    "Parked": to("parked", "idle", "pending", "parked", "firing", "flapping", "quiet", "cleared"),
    "ParkingEnded": {"parked": ("firing", "quiet", "cleared", "idle")},
    "FiredAgain": to("firing", "quiet", "cleared"),
    "FlappingStarted": to("flapping", "firing", "quiet"),
    "FlappingEnded": {"flapping": ("firing", "quiet")},
    "IncidentEnded": {"flapping": ("firing", "quiet")},
    "WentQuiet": to("quiet", "firing"),
    "Cleared": to("cleared", "quiet"),
    "IncidentReopened": to("cleared", "idle"),
    "Sealed": to("idle", "cleared"),
}
"""Which fact leads from where to where; from `firing`, `quiet` and `cleared` to `pending` when the incident ended."""

WORDS: Mapping[str, str] = {
    "HoldDownStarted": "it fires",
    "TransientSeen": "it ended",
    "IncidentRequested": "it lasted",
    "Parked": "planned or snoozed",
    "ParkingEnded": "parking ends",
    "FiredAgain": "it fires again",
    "FlappingStarted": "it flaps",
    "FlappingEnded": "nothing changes any more",
    "IncidentEnded": "the incident ended",
    "WentQuiet": "all ended",
    "Cleared": "quiet time over",
    "IncidentReopened": "people reopen the incident",
    "Sealed": "reopen window over",
}
"""The moves as the drawing names them."""

ENDS: Mapping[str, str] = {"idle": "end of watch"}
