"""A major incident on its page: where it stands, who acts, when stakeholders must hear again, where they meet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from longwatch.domain.incident_major_axis import ACTIVE, ROLES
from longwatch.domain.incident_major_time import update_due
from longwatch.domain.incident_state import State
from web.console.badges import Badge
from web.console.between_words import MAJOR
from web.console.conversation import Reader
from web.console.people import Face
from web.console.times import Moment, moment


@dataclass(frozen=True)
class Role:
    """Who acts in which part."""

    title: str
    face: Face | None


@dataclass(frozen=True)
class MajorPanel:
    """What is known of the response."""

    badge: Badge
    roles: Sequence[Role]
    cadence: int  # minutes
    due: Moment | None
    late: bool
    declared: Moment | None
    war_room: str


def major_panel(state: Any, reader: Reader) -> MajorPanel | None:
    """The panel; none for what never was proposed as a major incident."""
    if not isinstance(state, State) or state.major not in MAJOR:
        return None
    team, who = state.major_team, reader.who
    due = update_due(state)
    return MajorPanel(
        badge=MAJOR[state.major],
        roles=[Role(words.capitalize(), reader.names.face(getattr(team, role))) for role, words in ROLES.items()]
        if team is not None
        else [],
        cadence=team.cadence // 60 if team is not None and state.major in ACTIVE else 0,
        due=None if due is None else moment(due, who.now, who.zone),
        late=due is not None and due < who.now,
        declared=None if team is None else moment(team.declared_at, who.now, who.zone),
        war_room=team.war_room or "" if team is not None and state.major in ACTIVE else "",
    )
