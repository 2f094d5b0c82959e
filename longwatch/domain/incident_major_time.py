"""What time does to a major incident: updates that are owed, and the review that is.

An update is asked for at three quarters of the cadence, missed at its end (the manager is told), and from half a
cadence later on the leads are told, once per cadence, until somebody speaks. The review is asked for five days after
standing down, and every five days again. After an outage only the last of what fell due is told.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from longwatch.domain.case_draft import Draft
from longwatch.domain.case_process import Deadline
from longwatch.domain.incident_major_axis import ACTIVE, STOOD_DOWN
from longwatch.domain.incident_state import MajorTeam, State
from longwatch.domain.ticket import stamp

MOST_REMINDERS = 20
REVIEW_AFTER = timedelta(days=5)
_FIRST_QUARTERS = (3, 4, 6)


def deadlines(state: State) -> tuple[Deadline, ...]:
    """The next reminder, of an update or of the review."""
    team = state.major_team
    if team is None or team.reminded >= MOST_REMINDERS or state.cancelled_at is not None:
        return ()
    if state.major in ACTIVE:
        return (Deadline(_update_at(team, team.reminded), "major_update", str(team.reminded)),)
    if state.major == STOOD_DOWN and team.stood_down_at is not None:
        return (Deadline(_review_at(team.stood_down_at, team.reminded), "major_review", str(team.reminded)),)
    return ()


def update_due(state: State) -> datetime | None:
    """When the stakeholders must hear again."""
    team = state.major_team
    return _update_at(team, 1) if team is not None and state.major in ACTIVE else None


def _update_at(team: MajorTeam, n: int) -> datetime:
    quarters = _FIRST_QUARTERS[n] if n < len(_FIRST_QUARTERS) else _FIRST_QUARTERS[-1] + 4 * (n - 2)
    return team.spoke_at + timedelta(seconds=team.cadence) * quarters / 4


def _review_at(since: datetime, n: int) -> datetime:
    return since + REVIEW_AFTER * (n + 1)


def remind_of_update(draft: Draft, _: Deadline) -> None:
    """Whoever speaks is asked; then the manager is told, then the leads."""
    team = _team(draft)
    n = _last_due(draft, lambda number: _update_at(team, number))
    to = (("communications",), ("communications", "manager"), ("manager", "role:lead"))[min(n, 2)]
    due = stamp(_update_at(team, 1))
    draft.record_of_time("UpdateReminded", n=n, to=list(to), due=due, overdue=n > 0)


def remind_of_review(draft: Draft, _: Deadline) -> None:
    """The manager is asked, and later on the leads too."""
    since = _team(draft).stood_down_at
    assert since is not None
    n = _last_due(draft, lambda number: _review_at(since, number))
    draft.record_of_time("ReviewReminded", n=n, to=["manager", "role:lead"] if n else ["manager"])


def _team(draft: Draft) -> MajorTeam:
    assert isinstance(draft.state, State)
    assert draft.state.major_team is not None
    return draft.state.major_team


def _last_due(draft: Draft, at: Callable[[int], datetime]) -> int:
    n = _team(draft).reminded
    while n + 1 < MOST_REMINDERS and at(n + 1) <= draft.at:
        n += 1
    return n


RINGS = {"major_update": remind_of_update, "major_review": remind_of_review}
