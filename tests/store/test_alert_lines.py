"""What lists and reports show of alert groups: one fact after another, or all of them at once, the same rows."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.domain import alerts
from longwatch.domain.ticket import Fact
from longwatch.store import alert_lines as lines
from longwatch.store.alert_lines import mend_group, project_group, rows_of, wrong_rows
from longwatch.store.database import Store
from longwatch.store.tables_alerts import AlertDay, Episode, GroupLine
from tests.domain.alert_desk import GROUP, PERSON, Desk, clock, firing, resolved, when

DAY = 86_400


def lived(*, hold_down: int = 5) -> Desk:
    """An alert that opens an incident, clears, fires again the next day, is taken by a person, and clears."""
    desk = Desk({"hold_down": hold_down, "quiet": 60, "reopen": 2 * DAY})
    desk.deliver(0, firing("disk", 0, title="Disk is full"))
    desk.wake(10)
    desk.number(11)
    desk.deliver(20, resolved("disk", 0, 20, title="Disk is full"))
    desk.wake(100)
    desk.deliver(DAY, firing("disk", DAY, title="Disk is full"), firing("cpu", DAY, severity="warning"))
    desk.do(DAY + 10, "touched", number="INC-000001")
    return desk


def ended() -> list[dict[str, Any]]:
    """The end of everything that fires in the end of `lived`."""
    disk = resolved("disk", DAY, DAY + 20, title="Disk is full")
    return [disk, resolved("cpu", DAY, DAY + 20, severity="warning")]


def written(session: Session, facts: list[Fact], sizes: list[int]) -> None:
    """Writes facts entry by entry, each of so many, the rest in one."""
    state, seq = alerts.State(), 0
    while seq < len(facts):
        entry = facts[seq : seq + (sizes.pop(0) if sizes else len(facts))]
        before = state
        for fact in entry:
            state = alerts.evolve(state, fact)
        seq += len(entry)
        project_group(session, before, state, entry, seq)


def line(session: Session) -> GroupLine:
    return session.scalars(select(GroupLine).where(GroupLine.group == GROUP)).one()


def rows(session: Session, table: Any) -> list[Any]:
    return list(session.scalars(select(table).where(table.group == GROUP).order_by(*table.__table__.primary_key)))


def test_a_line_tells_what_fires_and_since_when(either_store: Store) -> None:
    with either_store.writing() as session:
        written(session, lived().facts, [])

        shown = line(session)

    assert (shown.link, shown.firing, shown.members, shown.alerts, shown.flaps) == ("firing", 2, 2, 4, 1)
    assert (shown.title, shown.severity, shown.incident) == ("Disk is full", "critical", "INC-000001")
    assert (shown.first_seen, shown.last_seen) == (clock(0), clock(DAY))
    assert shown.changed_at == clock(DAY + 10)


def test_an_episode_knows_its_incident_when_it_cleared_and_who_took_it(either_store: Store) -> None:
    desk = lived()
    desk.deliver(DAY + 20, *ended())
    with either_store.writing() as session:
        written(session, desk.facts, [1, 1, 1, 1])
        before = rows(session, Episode)[0].cleared_at
        desk.wake(DAY + 200)
        written(session, desk.facts, [])

        (episode,) = rows(session, Episode)

    assert before is None
    assert (episode.incident, episode.touched, episode.asked_at) == ("INC-000001", True, clock(5))
    assert episode.cleared_at == clock(DAY + 80)


def test_each_day_counts_what_it_brought(either_store: Store) -> None:
    with either_store.writing() as session:
        written(session, lived().facts, [1] * 20)

        days = [(row.day, row.deliveries, row.transients, row.flaps) for row in rows(session, AlertDay)]

    assert days == [("2026-11-22", 2, 0, 0), ("2026-11-23", 2, 0, 1)]


def test_an_alert_within_the_hold_down_is_a_transient(either_store: Store) -> None:
    desk = Desk({"hold_down": 30})
    desk.deliver(0, firing("blip", 0))
    desk.deliver(10, resolved("blip", 0, 10))
    with either_store.writing() as session:
        written(session, desk.facts, [])

        shown, (day,) = line(session), rows(session, AlertDay)

    assert (shown.link, shown.transients, shown.firing) == ("idle", 1, 0)
    assert (day.deliveries, day.transients) == (2, 1)


def test_a_group_that_is_over_keeps_its_title(either_store: Store) -> None:
    desk = lived()
    desk.deliver(DAY + 20, *ended())
    desk.do(DAY + 500, "incident_ended", number="INC-000001", status="closed")
    desk.wake(10 * DAY)
    with either_store.writing() as session:
        written(session, desk.facts, [1] * 50)

        shown = line(session)

    assert (shown.sealed, shown.title, shown.members) == (True, "Disk is full", 0)


def test_rows_that_were_lost_or_altered_are_found_and_put_back(either_store: Store) -> None:
    facts = lived().facts
    with either_store.writing() as session:
        written(session, facts, [2])
        sound = wrong_rows(session, facts)
        line(session).firing = 7
        session.delete(rows(session, Episode)[0])
        rows(session, AlertDay)[0].deliveries += 1
        session.flush()

        wrong = wrong_rows(session, facts)
        mend_group(session, facts, len(facts))
        session.expire_all()

        assert (sound, wrong_rows(session, facts)) == ([], [])
    assert wrong == [
        "Its line in lists is wrong.",
        "Its episodes in lists are wrong.",
        "Its days in lists are wrong.",
    ]


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["fire", "resolve", "wake", "number", "touch", "ended", "snooze", "unsnooze"]),
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 40_000),
    ),
    max_size=14,
)


@settings(max_examples=40)
@given(moves=MOVES, sizes=st.lists(st.integers(1, 4), max_size=12))
def test_rows_written_one_by_one_are_those_of_the_whole_journal(
    moves: list[tuple[str, str, int]], sizes: list[int]
) -> None:
    often = {"flap_count": 3, "flap_within": 60_000, "flap_quiet": 500}
    desk, at = Desk({"hold_down": 10, "quiet": 100, "reopen": 20_000, **often}), 0
    desk.deliver(0, firing("a", 0))
    for what, key, later in moves:
        at += later
        _move(desk, what, key, at)

    one_by_one = _Rows()
    state, seq = alerts.State(), 0
    while seq < len(desk.facts):
        entry = desk.facts[seq : seq + (sizes.pop(0) if sizes else 3)]
        before = state
        for fact in entry:
            state = alerts.evolve(state, fact)
        seq += len(entry)
        one_by_one.hear(before, state, entry, seq)

    line_, episodes, days = rows_of(desk.facts, len(desk.facts))
    assert one_by_one.line == line_
    assert one_by_one.episodes == {row["episode"]: row for row in episodes}
    assert one_by_one.days == {row["day"]: (row["deliveries"], row["transients"], row["flaps"]) for row in days}


def _move(desk: Desk, what: str, key: str, at: int) -> None:
    desk.wake(at)
    if what == "fire":
        desk.deliver(at, firing(key, at))
    elif what == "resolve":
        desk.deliver(at, resolved(key, at - 1, at))
    elif what == "number" and desk.state.asked():
        desk.number(at, f"INC-{desk.state.episode:06d}")
    elif what == "snooze" and not desk.state.sealed:
        desk.do(at, "snooze", PERSON, until=when(at + 3_000), reason="Being replaced")
    elif what == "unsnooze" and desk.state.snoozed:
        desk.do(at, "unsnooze", PERSON)
    elif what in ("touch", "ended") and desk.state.incident:
        action = {"touch": "touched", "ended": "incident_ended"}[what]
        desk.do(at, action, number=desk.state.incident, status="resolved")


class _Rows:
    """The tables in memory, written by the same statements' values."""

    def __init__(self) -> None:
        self.line: dict[str, Any] = {"title": ""}
        self.episodes: dict[int, dict[str, Any]] = {}
        self.days: dict[str, tuple[int, ...]] = {}

    def hear(self, before: alerts.State, state: alerts.State, facts: list[Fact], version: int) -> None:
        fresh = lines.line_of(state, facts[-1].at, version)
        self.line = {**fresh, "title": fresh["title"] or self.line["title"]}
        blank = {"incident": None, "cleared_at": None, "touched": False, "group": state.group, "source": state.source}
        for number, values in lines.episodes_of(before, facts).items():
            self.episodes[number] = {**self.episodes.get(number, {**blank, "episode": number}), **values}
        for day, counts in lines.days_of(before, state, facts).items():
            known = self.days.get(day, (0, 0, 0))
            self.days[day] = tuple(sum(pair) for pair in zip(known, counts.values(), strict=True))
