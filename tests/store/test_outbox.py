"""What the relay must carry out: each thing once on its way, and again when nothing became of it."""

from datetime import UTC, datetime, timedelta

from longwatch.messages import ALERT_GROUP, INCIDENT
from longwatch.store import outbox
from longwatch.store.acceptance import Request, accept, accept_opening, data_of
from longwatch.store.database import Store
from longwatch.store.outbox import Wake
from longwatch.store.tables import Command, Process
from longwatch.store.tables_alerts import GroupLine


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def at(store: Store) -> tuple[Store, Clock]:
    clock = Clock()
    return Store(store.engine, clock), clock


def opening(store: Store) -> str:
    with store.writing() as session:
        request = Request("", INCIDENT, "open", "user:requester", {"ci": "mail-1"}, {"title": "Mail"})
        return accept_opening(store, session, INCIDENT, request).ticket


def ask(store: Store, ticket: str, action: str, *, at_once: bool = False, **texts: str) -> str:
    with store.writing() as session:
        request = Request(ticket, INCIDENT, action, "user:requester", {}, texts, at_once=at_once)
        return accept(store, session, request).id


def test_a_ticket_is_woken_once_for_all_that_waits(store: Store) -> None:
    number = opening(store)
    ask(store, number, "message", body="one")
    ask(store, number, "message", body="two")

    assert outbox.due(store).wakes == [Wake(number, INCIDENT, 3)]


def test_a_command_the_web_carries_itself_is_left_to_it_for_a_moment(store: Store) -> None:
    desk, clock = at(store)
    ask(desk, "INC-000009", "take", at_once=True)

    soon = outbox.due(desk).wakes
    clock.now += timedelta(seconds=4)
    later = outbox.due(desk).wakes

    assert (soon, [wake.ticket for wake in later]) == ([], ["INC-000009"])


def test_what_was_woken_comes_up_again_ever_more_rarely_until_it_is_settled(store: Store) -> None:
    desk, clock = at(store)
    number = opening(desk)
    waits = []
    for _ in range(4):
        outbox.woken(desk, outbox.due(desk).wakes)
        before = clock.now
        while not outbox.due(desk).wakes:
            clock.now += timedelta(seconds=5)
        waits.append((clock.now - before).total_seconds())

    with desk.writing() as session:
        session.query(Command).filter_by(ticket=number).one().outcome = "applied"
    clock.now += timedelta(days=1)

    assert waits == [10, 60, 300, 300]
    assert outbox.due(desk).wakes == []


def test_a_command_accepted_while_others_are_being_woken_is_not_marked_with_them(store: Store) -> None:
    number = opening(store)
    wakes = outbox.due(store).wakes
    ask(store, number, "message", body="meanwhile")

    outbox.woken(store, wakes)

    assert [wake.ticket for wake in outbox.due(store).wakes] == [number]


def recorded(store: Store, number: str, *, alarm: datetime | None = None, sealed: datetime | None = None) -> None:
    with store.writing() as session:
        row = {"kind": INCIDENT, "version": 1, "head": "0" * 64, "state": "{}"}
        session.add(Process(id=number, next_alarm_at=alarm, sealed_at=sealed, **row))


def test_an_alarm_that_passed_without_a_line_wakes_its_ticket(store: Store) -> None:
    desk, clock = at(store)
    recorded(desk, "INC-000001", alarm=clock.now - timedelta(minutes=1))
    recorded(desk, "INC-000002", alarm=clock.now + timedelta(minutes=1))
    recorded(desk, "INC-000003", alarm=clock.now - timedelta(minutes=1), sealed=clock.now)

    assert [wake.ticket for wake in outbox.overdue(desk)] == ["INC-000001"]


def test_a_reply_to_a_sealed_ticket_opens_a_new_one_that_follows_it(store: Store) -> None:
    number = opening(store)
    with store.writing() as session:
        session.query(Command).one().outcome = "applied"
    recorded(store, number, sealed=datetime.now(UTC))
    reply = ask(store, number, "message", body="It is back")

    [follower] = outbox.continue_sealed(store, number)

    with store.reading() as session:
        said = session.query(Command).filter_by(id=reply).one()
        data = data_of(session.query(Command).filter_by(ticket=follower).one())
    assert said.outcome == "refused"
    assert follower in str(said.reason)
    assert data["links"] == [{"type": "follows", "ticket": number}]
    assert data["ci"] == "mail-1"
    assert data["description"] == data_of(said)["body"]


def test_other_commands_for_a_sealed_ticket_are_refused_with_a_reason(store: Store) -> None:
    number = opening(store)
    with store.writing() as session:
        session.query(Command).one().outcome = "applied"
    recorded(store, number, sealed=datetime.now(UTC))
    take = ask(store, number, "take")

    assert outbox.continue_sealed(store, number) == []
    with store.reading() as session:
        row = session.query(Command).filter_by(id=take).one()
    assert (row.outcome, row.wake_at) == ("refused", None)
    assert "ended for good" in str(row.reason)


def test_a_ticket_that_is_not_sealed_by_the_journals_word_keeps_its_commands(store: Store) -> None:
    number = opening(store)
    recorded(store, number)

    assert outbox.continue_sealed(store, number) == []
    assert outbox.due(store).wakes != []


def test_one_relay_at_a_time_holds_the_lease_until_it_runs_out(store: Store) -> None:
    desk, clock = at(store)
    length = timedelta(seconds=15)

    first = outbox.hold_lease(desk, "relay", "a", length)
    other = outbox.hold_lease(desk, "relay", "b", length)
    again = outbox.hold_lease(desk, "relay", "a", length)
    clock.now += timedelta(seconds=16)
    later = outbox.hold_lease(desk, "relay", "b", length)

    assert (first, other, again, later) == (True, False, True, True)


def told(store: Store, source: str, group: str) -> None:
    with store.writing() as session:
        accept(store, session, Request(group, ALERT_GROUP, "alerts", f"source:{source}", {"alerts": []}))


def asked_for(store: Store, source: str, group: str) -> str:
    """An incident that a group of a source asks for; the group stands in lists."""
    with store.writing() as session:
        at = store.now(session)
        counts = {"firing": 1, "members": 1, "alerts": 1, "transients": 0, "flaps": 0, "sealed": False, "version": 1}
        line = {"source": source, "key": group, "link": "firing", "title": "", "changed_at": at, **counts}
        session.add(GroupLine(group=group, **line))
        request = Request("", INCIDENT, "open", f"process:{group}", {"ci": "mail-1"}, {"title": "Mail"})
        return accept_opening(store, session, INCIDENT, request).ticket


def test_sources_take_turns_and_the_incidents_they_ask_for_with_them(either_store: Store) -> None:
    storm = [asked_for(either_store, "loud", f"alerts-{number}") for number in range(2)]
    for number in range(2, 6):
        told(either_store, "loud", f"alerts-{number}")
    calm = asked_for(either_store, "calm", "alerts-9")
    person = opening(either_store)

    wakes = [wake.ticket for wake in outbox.due(either_store).wakes]

    assert wakes[:4] == [storm[0], calm, person, storm[1]]
    assert wakes[4:] == [f"alerts-{number}" for number in range(2, 6)]


def test_only_so_many_are_at_work_and_who_settles_or_is_stuck_makes_room(store: Store) -> None:
    desk, clock = at(store)
    for number in range(outbox.AT_WORK + 3):
        told(desk, "loud", f"alerts-{number:02}")
    first = outbox.due(desk).wakes
    outbox.woken(desk, first)
    full = outbox.due(desk).wakes
    with desk.writing() as session:
        session.query(Command).filter_by(ticket="alerts-00").one().outcome = "applied"
    one_settled = outbox.due(desk).wakes
    clock.now += outbox.FIRST_REPEAT
    stuck = outbox.due(desk).wakes

    assert (len(first), full) == (outbox.AT_WORK, [])
    assert [wake.ticket for wake in one_settled] == [f"alerts-{outbox.AT_WORK}"]
    assert len(stuck) == outbox.AT_WORK
