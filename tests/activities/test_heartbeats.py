"""Signs of life on both databases: heard in calls and at the door, missed once, back once, and whom that concerns."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities import correlated
from activities.correlated import Opening
from activities.heartbeats import PREFIX, Heard, beat, beats, miss, remove, trusted
from activities.intake import Intake
from activities.watching import AWAY, NAME, Watching
from integrations import desk
from integrations.building import built
from longwatch.messages import ALERT_GROUP
from longwatch.store import heartbeats, sources
from longwatch.store.acceptance import data_of
from longwatch.store.database import Store
from longwatch.store.heartbeats import Owed
from longwatch.store.inbox import Call, keep
from longwatch.store.tables import Command, Inbox
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_heartbeats import Heartbeat, SourceStaleness, Watch
from tests.store.storm import at_once

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WATCHDOG = "alertname=Watchdog"


class Clock:
    """A database clock that tests move."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(either_store: Store, clock: Clock) -> Store:
    """A desk with a source, on a clock of the test."""
    store = Store(either_store.engine, clock)
    with store.writing() as session:
        sources.add(store, session, "generic", "prom")
    return store


def expected(store: Store, signal: str = "", **over: Any) -> int:
    with store.writing() as session:
        return heartbeats.add(store, session, Owed(**{"source": "prom", "signal": signal, **TERMS, **over}))


TERMS: dict[str, Any] = {"interval": 300, "grace": 60}


def row(store: Store, number: int) -> Heartbeat:
    with store.reading() as session:
        found = session.get(Heartbeat, number)
        assert found is not None
        return found


def hear(store: Store, *alerts: dict[str, Any], kind: str = "generic") -> None:
    """A call comes and is split."""
    with store.writing() as session:
        keep(store, session, [Call("prom", kind, json.dumps({"alerts": list(alerts)}), len(alerts))])
    split(store)


def split(store: Store) -> None:
    splitter = Intake(store)
    while splitter.split_next():
        pass


def watchdog(**over: Any) -> dict[str, Any]:
    return {"id": "dead-man", "title": "Watchdog", "labels": {"alertname": "Watchdog"}, **over}


def filed(store: Store) -> list[tuple[str, str]]:
    """What the desk said itself: state and title, in order."""
    with store.reading() as session:
        bodies = session.scalars(select(Inbox.body).where(Inbox.kind == desk.KIND).order_by(Inbox.row))
        return [(alert["state"], alert["title"]) for body in bodies for alert in json.loads(body)["alerts"]]


def groups_told(store: Store) -> list[dict[str, Any]]:
    with store.reading() as session:
        return [data_of(each) for each in session.scalars(select(Command).where(Command.kind == ALERT_GROUP))]


def test_a_source_that_falls_silent_is_told_once_and_its_return_once(kept: Store, clock: Clock) -> None:
    mine = expected(kept)
    hear(kept, {"id": "disk", "title": "Disk full"})
    clock.pass_(361)

    found = [Watching(kept).look() for _ in range(3)]

    assert found == [1, 0, 0]
    assert row(kept, mine).state == "missing"
    hear(kept)
    hear(kept)
    assert filed(kept) == [
        ("firing", "No sign of life from prom for 6 min"),
        ("resolved", "prom gives signs of life"),
    ]
    assert (row(kept, mine).state, row(kept, mine).beats) == ("alive", 3)


def test_a_source_that_never_gave_one_is_told_too(kept: Store, clock: Clock) -> None:
    mine = expected(kept)
    clock.pass_(360)

    Watching(kept).look()

    [(state, title)] = filed(kept)
    assert (state, title) == ("firing", "No sign of life from prom for 6 min")
    assert row(kept, mine).seen_at is None


def test_what_the_desk_finds_out_is_an_alert_like_any_other(kept: Store, clock: Clock) -> None:
    mine = expected(kept, WATCHDOG, ci="db-1", severity="error")
    clock.pass_(400)
    Watching(kept).look()

    split(kept)

    [told] = groups_told(kept)
    [alert] = told["alerts"]
    assert (told["source"], told["ci"]) == ("prom", "db-1")
    assert (alert["fingerprint"], alert["state"], alert["severity"]) == (f"{PREFIX}{mine}", "firing", "error")
    assert "Watchdog" in alert["title"]
    assert row(kept, mine).state == "missing", "what the desk says itself is no sign of life of the tool"


def test_a_dead_man_alert_opens_nothing_and_keeps_its_clock_going(kept: Store, clock: Clock) -> None:
    mine, other = expected(kept, WATCHDOG), expected(kept, "alertname=Other")
    for _ in range(4):
        clock.pass_(300)
        hear(kept, watchdog())

    Watching(kept).look()

    assert groups_told(kept) == []
    assert (row(kept, mine).state, row(kept, mine).beats) == ("alive", 4)
    assert row(kept, other).state == "missing"


def test_the_end_of_a_dead_man_alert_is_no_sign_of_life(kept: Store) -> None:
    mine = expected(kept, WATCHDOG)

    hear(kept, watchdog(state="resolved"), {"id": "disk", "title": "Disk full"})

    assert row(kept, mine).state == "waiting"
    assert [alert["fingerprint"] for told in groups_told(kept) for alert in told["alerts"]] == ["disk"]


def test_a_job_says_that_it_ran(kept: Store, clock: Clock) -> None:
    mine, any_ = expected(kept, "backup"), expected(kept)
    clock.pass_(400)
    Watching(kept).look()

    with kept.writing() as session:
        assert beat(kept, session, "prom", "backup")
        assert not beat(kept, session, "prom", "another")

    assert [row(kept, each).state for each in (mine, any_)] == ["alive", "alive"]
    assert [state for state, _ in filed(kept)] == ["firing", "firing", "resolved", "resolved"]


def test_a_call_that_waited_too_long_says_nothing_about_now(kept: Store, clock: Clock) -> None:
    mine = expected(kept)
    clock.pass_(4_000)
    Watching(kept).look()

    with kept.writing() as session:
        beats(kept, session, [Heard("prom", "generic", NOON + timedelta(seconds=60), [])])

    assert (row(kept, mine).state, row(kept, mine).beats) == ("missing", 1)


def test_nobody_is_accused_while_what_was_sent_in_time_waits_here(kept: Store, clock: Clock) -> None:
    expected(kept)
    clock.pass_(300)
    waits(kept)
    clock.pass_(61)

    assert Watching(kept).look() == 0
    split(kept)
    assert Watching(kept).look() == 0


def test_what_was_sent_too_late_delays_nothing(kept: Store, clock: Clock) -> None:
    expected(kept, WATCHDOG)
    clock.pass_(361)
    waits(kept)

    assert Watching(kept).look() == 1


def waits(store: Store) -> None:
    """A call that nobody has read."""
    with store.writing() as session:
        keep(store, session, [Call("prom", "generic", '{"alerts": []}', 0)])


def test_a_ticket_that_a_tool_opens_itself_is_a_call_like_any_other(kept: Store) -> None:
    mine = expected(kept)
    alert = built("disk", "firing", "Disk full", "error")

    with kept.writing() as session:
        correlated.open_at_once(kept, session, Opening("prom", "servicenow", "c-1", alert, "{}"))

    assert row(kept, mine).state == "alive"


def test_our_own_absence_is_nobodys_silence(kept: Store, clock: Clock) -> None:
    within, before = expected(kept), expected(kept, "nightly", interval=86_400)
    Watching(kept).look()
    clock.pass_(int(AWAY.total_seconds()) + 3_600)

    assert Watching(kept).look() == 0

    assert row(kept, within).due_at == clock.now + timedelta(seconds=360)
    assert row(kept, before).due_at == NOON + timedelta(seconds=86_460)
    while clock.now < row(kept, within).due_at:
        assert Watching(kept).look() == 0
        clock.pass_(30)
    assert Watching(kept).look() == 1
    with kept.reading() as session:
        watch = session.get(Watch, NAME)
    assert watch is not None
    assert clock.now - watch.at < AWAY


def test_a_source_that_is_switched_off_owes_nothing(kept: Store, clock: Clock) -> None:
    mine = expected(kept)
    with kept.writing() as session:
        sources.switch(session, "prom", active=False)
    clock.pass_(1_000)

    assert Watching(kept).look() == 0

    assert row(kept, mine).due_at == clock.now + timedelta(seconds=360)


def test_what_is_removed_while_it_is_missing_is_cleared(kept: Store, clock: Clock) -> None:
    mine = expected(kept)
    clock.pass_(400)
    Watching(kept).look()

    with kept.writing() as session:
        remove(kept, session, mine)

    assert [state for state, _ in filed(kept)] == ["firing", "resolved"]


def test_relays_that_look_at_once_tell_it_once(either_store: Store) -> None:
    with either_store.writing() as session:
        sources.add(either_store, session, "generic", "prom")
        for number in range(8):
            heartbeats.add(either_store, session, Owed("prom", f"job-{number}", **TERMS))
        for each in session.scalars(select(Heartbeat)):
            each.due_at = NOON

    at_once(6, lambda _: Watching(either_store).look())

    assert len(filed(either_store)) == 8


def test_a_sign_of_life_and_the_clock_at_once_agree(either_store: Store) -> None:
    with either_store.writing() as session:
        sources.add(either_store, session, "generic", "prom")
        mine = heartbeats.add(either_store, session, Owed("prom", "job", **TERMS))

    def either(number: int) -> None:
        with either_store.writing() as session:
            if number % 2:
                beat(either_store, session, "prom", "job")
            else:
                heartbeats.of(session, mine).due_at = NOON
                miss(either_store, session, mine)

    at_once(8, either)

    states = [state for state, _ in filed(either_store)]
    assert states == [("firing", "resolved")[place % 2] for place in range(len(states))]
    assert (row(either_store, mine).state == "missing") == (states[-1] == "firing")


def test_ends_are_not_believed_while_a_signal_of_the_source_is_missing(kept: Store, clock: Clock) -> None:
    expected(kept, WATCHDOG)
    expected(kept, "backup", guards=False)
    ask: Callable[[], dict[str, Any]] = lambda: _trusted(kept, clock)  # noqa: E731 - said three times below
    before = ask()
    clock.pass_(400)
    Watching(kept).look()

    assert before == {"missing": []}
    assert ask() == {"missing": ["prom: alertname=Watchdog"]}
    hear(kept, watchdog())
    assert ask() == {"missing": []}


def test_a_group_of_several_sources_waits_for_all_of_them(kept: Store, clock: Clock) -> None:
    expected(kept, WATCHDOG)
    clock.pass_(400)
    Watching(kept).look()
    with kept.writing() as session:
        session.add(known(clock, group="alerts-of-two"))

    with kept.reading() as session:
        told = trusted(session, {"source": "another", "group": "alerts-of-two"}, clock.now)

    assert told == {"missing": ["prom: alertname=Watchdog"]}


def _trusted(store: Store, clock: Clock) -> dict[str, Any]:
    with store.reading() as session:
        return trusted(session, {"source": "prom", "group": "alerts-of-nobody"}, clock.now)


def known(clock: Clock, **over: Any) -> KnownAlert:
    """An alert that fires, as it stands in the table."""
    values = {
        "source": "prom",
        "fingerprint": "disk",
        "group": "alerts-1",
        "state": "firing",
        "severity": "error",
        "title": "Disk full",
        "reason": "",
        "first_at": clock.now,
        "last_at": clock.now,
        "changed_at": clock.now,
        "inbox": 1,
        "position": 0,
    }
    return KnownAlert(**{**values, **over})


def test_alerts_without_a_word_are_marked_until_the_next_word(kept: Store, clock: Clock) -> None:
    with kept.writing() as session:
        session.add(SourceStaleness(source="prom", after=600))
        session.add(known(clock))
        session.add(known(clock, fingerprint="over", state="resolved"))
        session.add(known(clock, source="other", fingerprint="theirs"))
    Watching(kept).look()
    assert _stale(kept) == []
    clock.pass_(601)

    Watching(kept).look()

    assert _stale(kept) == ["disk"]
    clock.pass_(10)
    with kept.writing() as session:
        session.scalars(select(KnownAlert).where(KnownAlert.fingerprint == "disk")).one().last_at = clock.now
    Watching(kept).look()
    assert _stale(kept) == []
    assert filed(kept) == []


def _stale(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(KnownAlert.fingerprint).where(KnownAlert.stale_at.is_not(None))))


def test_a_call_is_split_as_before_where_nothing_is_expected(kept: Store) -> None:
    alerts = [built("disk", "firing", "Disk full", "error")]

    with kept.writing() as session:
        assert beats(kept, session, [Heard("prom", "generic", NOON, alerts)]) == [alerts]
