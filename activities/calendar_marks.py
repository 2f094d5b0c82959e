"""What a calendar says beside each change: that it clashes with another, falls into a freeze, misses its maintenance.

The same rules judge as in the change itself, over the items changed; what only the impact closure shows is left to the
change's own page, because a calendar shows hundreds of them at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.windows import freezes, maintenance, occurrences
from longwatch.domain.schedule import Window
from longwatch.domain.schedule_judge import Obstacle, judge
from longwatch.domain.schedule_scope import Around, Planned, Subject
from longwatch.domain.ticket import Actor
from longwatch.store import schedule
from longwatch.store.schedule import Work
from longwatch.store.tables import Ci

NOTHING = timedelta(0)


def marks(session: Session, works: Sequence[Work], now: datetime, actor: Actor) -> Mapping[str, tuple[Obstacle, ...]]:
    """The obstacles of each work that is to take place, by ticket; those that have none are left out.

    Whoever does not see all planned work is not told of the changes that theirs clash with.
    """
    ahead = [work for work in works if work.row.stands and schedule.reckoned(work.row, now).end > now]
    if not ahead:
        return {}
    span = Window(min(work.row.begin for work in ahead), max(work.row.end for work in ahead))
    subjects = _subjects(session, sorted({ci for work in ahead for ci in work.cis}))
    near = schedule.work_on(session, subjects, span, now) if schedule.sees_all(actor) else []
    others = tuple(_planned(work, now) for work in near)
    frozen = freezes(occurrences(session, span.begin, span.end))
    agreed = maintenance(session, span.begin, span.end, NOTHING)
    found = {}
    for work in ahead:
        own = tuple(subjects[ci] for ci in work.cis)
        emergency = work.row.type == "emergency"
        around = Around(own, frozen, agreed, others)
        window, row = schedule.reckoned(work.row, now), work.row
        found[row.ticket] = judge(window, around, ticket=row.ticket, team=row.team, emergency=emergency).obstacles
    return {ticket: obstacles for ticket, obstacles in found.items() if obstacles}


def _planned(work: Work, now: datetime) -> Planned:
    row = work.row
    return Planned(row.ticket, schedule.reckoned(row, now), work.cis, row.assignee, (), row.firm)


def _subjects(session: Session, cis: Sequence[str]) -> dict[str, Subject]:
    """The items as the rules see them; one that is not recorded keeps its bare id."""
    found = {ci: Subject(ci) for ci in cis}
    for begin in range(0, len(cis), schedule.AT_ONCE):
        rows = session.scalars(select(Ci).where(Ci.id.in_(cis[begin : begin + schedule.AT_ONCE])))
        found |= {row.id: Subject(row.id, row.class_, row.service, row.owner_team) for row in rows}
    return found
