"""Noise: which alerts led to work and which never did, over a stretch of days, by source, rule, group or title.

Days are of UTC. What a group is called, and its rule, are those of now. An incident led to work when a person took it.
"""

from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Subquery, case, distinct, func, literal, select, union_all
from sqlalchemy.orm import Session

from longwatch.store.tables_alerts import AlertDay, Episode, GroupLine

SOURCE, RULE, GROUP, TITLE = DIVISIONS = ("source", "rule", "group", "title")
MOST_SHOWN = 200
MOST_EXPORTED = 20_000


@dataclass(frozen=True)
class Days:
    """From the first day to the last, both whole."""

    first: date
    last: date

    @property
    def begin(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last, time(), UTC) + timedelta(days=1)


@dataclass(frozen=True)
class Counts:
    """What came of alerts. `touched`: incidents that a person took."""

    deliveries: int = 0
    groups: int = 0
    incidents: int = 0
    touched: int = 0
    transients: int = 0
    flaps: int = 0

    @property
    def worked(self) -> bool:
        """Whether any of it ever led to work."""
        return self.touched > 0


@dataclass(frozen=True)
class Noise:
    """What came of the alerts of one source, rule, group or title; `label` is what a group is called."""

    name: str
    label: str
    counts: Counts


def lines(session: Session, by: str, days: Days, most: int = MOST_SHOWN) -> list[Noise]:
    """What never led to work first, of those the loudest. Raises KeyError for an unknown division."""
    happened = _happened(days)
    name = _NAMES[by]
    counts = _counted(happened)
    query = (
        select(name, func.max(GroupLine.title), *counts)
        .select_from(happened.join(GroupLine, GroupLine.group == happened.c.group))
        .group_by(name)
        .order_by(case((func.sum(happened.c.touched) > 0, 1), else_=0), func.sum(happened.c.deliveries).desc(), name)
        .limit(most)
    )
    return [Noise(row[0], row[1] if by == GROUP else row[0], _counts(row[2:])) for row in session.execute(query)]


def total(session: Session, days: Days) -> Counts:
    """All of it together."""
    happened = _happened(days)
    return _counts(session.execute(select(*_counted(happened))).one())


def cells(noise: Noise) -> tuple[Any, ...]:
    """The figures of a line, in order, for a table."""
    return (noise.label, *astuple(noise.counts), "yes" if noise.counts.worked else "no")


def _happened(days: Days) -> Subquery:
    """What each group went through, and the incidents it asked for, in two sets of rows."""
    none = literal(0)
    between = AlertDay.day.between(days.first.isoformat(), days.last.isoformat())
    lived = select(
        AlertDay.group.label("group"),
        func.sum(AlertDay.deliveries).label("deliveries"),
        func.sum(AlertDay.transients).label("transients"),
        func.sum(AlertDay.flaps).label("flaps"),
        none.label("incidents"),
        none.label("touched"),
    )
    asked = select(Episode.group, none, none, none, func.count(), func.sum(case((Episode.touched, 1), else_=0)))
    within = (Episode.asked_at >= days.begin, Episode.asked_at < days.end)
    both = lived.where(between).group_by(AlertDay.group), asked.where(*within).group_by(Episode.group)
    return union_all(*both).subquery()


def _counted(happened: Subquery) -> list[Any]:
    of = happened.c
    sums = (of.incidents, of.touched, of.transients, of.flaps)
    return [func.sum(of.deliveries), func.count(distinct(of.group)), *(func.sum(column) for column in sums)]


def _counts(values: Any) -> Counts:
    return Counts(*(int(value or 0) for value in values))


_NAMES: dict[str, Any] = {
    SOURCE: GroupLine.source,
    RULE: func.coalesce(GroupLine.rule, ""),
    GROUP: GroupLine.group,
    TITLE: GroupLine.title,
}
