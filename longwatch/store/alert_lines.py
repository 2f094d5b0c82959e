"""What lists and reports show of an alert group: its line, the incidents it asked for, and what each day brought.

All of it follows from the group's facts; a rebuild makes the same rows from the whole journal that the journal's own
transactions made one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from longwatch.domain import alerts
from longwatch.domain.alerts_order import SEVERITIES, Row
from longwatch.domain.alerts_state import State
from longwatch.domain.ticket import Fact, fold, instant
from longwatch.store.tables_alerts import AlertDay, Episode, GroupLine
from longwatch.store.writing import changed, put

Values = dict[str, Any]

NOTHING: Mapping[str, int] = {"deliveries": 0, "transients": 0, "flaps": 0}
"""A day on which nothing happened."""


def project_group(session: Session, before: State, state: State, facts: Sequence[Fact], version: int) -> None:
    """Writes what the last `facts` made of the group; `before` is its state before them, `state` the one after."""
    _write(session, _line_instead, line_of(state, facts[-1].at, version))
    for number, values in episodes_of(before, facts).items():
        if "asked_at" in values:
            put(session, Episode, _whole(state, number, values))
        else:
            at = {"of_group": state.group, "of_episode": number}
            session.connection().execute(_episode_changes(frozenset(values)), {**at, **values})
    for day, counts in days_of(before, state, facts).items():
        _write(session, _day_and_more, {"day": day, "group": state.group, "source": state.source, **counts})


def mend_group(session: Session, facts: Sequence[Fact], version: int) -> None:
    """Puts back all rows of a group from all its facts."""
    line, episodes, days = rows_of(facts, version)
    _write(session, _line_instead, line)
    for table, rows in ((Episode, episodes), (AlertDay, days)):
        changed(session, delete(table).where(table.group == line["group"]))
        for row in rows:
            put(session, table, row)


def wrong_rows(session: Session, facts: Sequence[Fact]) -> list[str]:
    """What the rows of a group say that its journal does not, one sentence for each table that is wrong."""
    line, episodes, days = rows_of(facts, len(facts))
    wanted = ((GroupLine, [line], "line"), (Episode, episodes, "episodes"), (AlertDay, days, "days"))
    return [
        f"Its {name} in lists {'is' if name == 'line' else 'are'} wrong."
        for table, rows, name in wanted
        if _standing(session, table, line["group"]) != _sorted(rows)
    ]


def _standing(session: Session, table: type[GroupLine | Episode | AlertDay], group: str) -> list[Values]:
    names = [column.key for column in table.__table__.columns]
    rows = session.scalars(select(table).where(table.group == group))
    return _sorted([{name: getattr(row, name) for name in names} for row in rows])


def _sorted(rows: Iterable[Values]) -> list[Values]:
    return sorted(rows, key=lambda row: str(row.get("day", row.get("episode", ""))))


def rows_of(facts: Sequence[Fact], version: int) -> tuple[Values, list[Values], list[Values]]:
    """The line, the episodes and the days of a group, from all its facts."""
    state, title = State(), ""
    for fact in facts:
        state = alerts.evolve(state, fact)
        title = title_of(state) or title
    line = {**line_of(state, facts[-1].at, version), "title": title}
    episodes = [_whole(state, number, values) for number, values in episodes_of(State(), facts).items()]
    own = {"group": state.group, "source": state.source}
    return line, episodes, [{"day": day, **own, **counts} for day, counts in days_of(State(), state, facts).items()]


def line_of(state: State, at: datetime, version: int) -> Values:
    """The group's line. The title is empty when the state knows none any more: the one that stands is kept then."""
    firing = state.firing()
    return {
        "group": state.group,
        "source": state.source,
        "key": state.key,
        "ci": state.ci,
        "rule": state.rule,
        "reason": state.reason,
        "link": state.link,
        "incident": state.incident,
        "severity": SEVERITIES[state.worst()] if firing or state.severity is not None else None,
        "title": title_of(state),
        "firing": firing,
        "members": len(state.rows),
        "alerts": state.alerts,
        "transients": state.transients,
        "flaps": sum(max(row.fired, 1) - 1 for row in state.rows.values()),
        "first_seen": state.first_seen,
        "last_seen": state.last_seen,
        "since": state.since,
        "until": state.until,
        "parked_by": state.parked_by,
        "parked_text": state.parked_text,
        "sealed": state.sealed,
        "changed_at": at,
        "version": version,
    }


def title_of(state: State) -> str:
    """The words of the worst alert that fires; where none does, of the worst that is known."""
    if state.lead is not None:
        return state.lead.title
    known = [(not row.firing, row.severity, key) for key, row in _titled(state)]
    return state.titles[min(known)[2]] if known else ""


def _titled(state: State) -> Iterable[tuple[str, Row]]:
    return ((key, state.rows[key]) for key in state.titles if key in state.rows)


def episodes_of(before: State, facts: Iterable[Fact]) -> dict[int, Values]:
    """What the facts say of each episode; whole where they begin it."""
    number = before.episode
    found: dict[int, Values] = {}
    for fact in facts:
        if fact.type == "IncidentRequested":
            number = fact.data["episode"]
            found[number] = {"asked_at": instant(fact.data["since"])}
        elif number and fact.type in _EPISODE:
            found.setdefault(number, {}).update(_EPISODE[fact.type](fact))
    return {number: values for number, values in found.items() if values}


_EPISODE: Mapping[str, Any] = {
    "IncidentOpened": lambda fact: {"incident": fact.data["number"]},
    "HumanTookOver": lambda _: {"touched": True},
    "Cleared": lambda fact: {"cleared_at": instant(fact.data["since"])},
    "FiredAgain": lambda _: {"cleared_at": None},
    "ParkingEnded": lambda fact: {"cleared_at": None} if fact.data["link"] == "firing" else {},
}


def _whole(state: State, number: int, values: Values) -> Values:
    own = {"group": state.group, "episode": number, "source": state.source}
    return {**own, "incident": None, "cleared_at": None, "touched": False, **values}


def days_of(before: State, state: State, facts: Sequence[Fact]) -> dict[str, dict[str, int]]:
    """What each day brought, in UTC: deliveries, transients, and how often alerts fired again."""
    found: dict[str, dict[str, int]] = {}
    days = [(day, list(of_day)) for day, of_day in groupby(facts, lambda fact: fact.at.date().isoformat())]
    for day, of_day in days:
        after = state if len(days) == 1 else fold(alerts, of_day, before)
        more = (after.alerts - before.alerts, after.transients - before.transients, _flaps(before, of_day))
        if any(more):
            known = found.get(day, NOTHING)
            found[day] = {name: known[name] + count for name, count in zip(NOTHING, more, strict=True)}
        before = after
    return found


def _flaps(before: State, facts: Iterable[Fact]) -> int:
    """How often known alerts began to fire again."""
    fired: dict[str, int] = {}
    flaps = 0
    for fact in facts:
        if fact.type == "AlertsSeen":
            flaps += _flaps_in(before, fired, fact.data)
    return flaps


def _flaps_in(before: State, fired: dict[str, int], data: Mapping[str, Any]) -> int:
    """The same of one fact; `fired` keeps what the facts so far said of each alert."""
    flaps = 0
    for key, values in data.get("rows", {}).items():
        known = fired.get(key, before.rows[key].fired if key in before.rows else 0)
        fired[key] = Row(*values).fired
        flaps += max(fired[key], 1) - max(known, 1)
    fired.update(dict.fromkeys(data.get("dropped", ()), 0))
    return max(flaps, 0)


def _write(session: Session, statement: Any, values: Values) -> None:
    session.connection().execute(statement(session.get_bind().dialect.name), values)


@cache
def _episode_changes(names: frozenset[str]) -> Any:
    table = Episode.__table__
    mine = (table.c.group == bindparam("of_group"), table.c.episode == bindparam("of_episode"))
    return table.update().where(*mine).values({name: bindparam(name) for name in sorted(names)})  # type: ignore[attr-defined] # every mapped class stands for a table


@cache
def _line_instead(dialect: str) -> Any:
    """The line instead of the one that stands; of a group that is over, the title stays."""
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(GroupLine.__table__)
    others = {column.name: insert.excluded[column.name] for column in GroupLine.__table__.c if column.name != "group"}
    kept = func.coalesce(func.nullif(insert.excluded.title, ""), GroupLine.__table__.c.title)
    return insert.on_conflict_do_update(index_elements=["group"], set_={**others, "title": kept})


@cache
def _day_and_more(dialect: str) -> Any:
    """Adds to what the day has brought so far."""
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(AlertDay.__table__)
    more = {name: AlertDay.__table__.c[name] + insert.excluded[name] for name in NOTHING}
    return insert.on_conflict_do_update(index_elements=["day", "group"], set_=more)
