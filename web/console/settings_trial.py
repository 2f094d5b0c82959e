"""A draft of a setting, tried on what came in the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from activities.correlation_preview import GroupMade, preview
from longwatch.domain.correlating_rules import read_rules
from web.console.people import Viewer
from web.console.times import Moment, moment
from web.desk import desk


@dataclass(frozen=True)
class Trial:
    """What the draft would have made of the alerts of the last day."""

    since: Moment
    alerts: int
    groups: int
    incidents: int
    before: int
    left_out: int
    made: Sequence[GroupMade]


def trial_of(session: Session, who: Viewer, data: dict[str, Any]) -> Trial:
    """The last day under rules that are good, but not in force."""
    found = preview(session, read_rules(data), desk().store.now(session))
    return Trial(
        since=moment(found.since, who.now, who.zone),
        alerts=found.alerts,
        groups=found.groups,
        incidents=found.incidents,
        before=found.before,
        left_out=found.left_out,
        made=found.made,
    )
