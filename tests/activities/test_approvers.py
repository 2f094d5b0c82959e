"""Who the names of a stage stand for: people, teams, roles; who is away, and who stands in for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from activities.answers import Answering
from longwatch.domain.ticket import Actor, Question, stamp
from longwatch.messages import INCIDENT, Ask
from longwatch.store.absences import Period, enter, name_deputy
from longwatch.store.database import Store
from longwatch.store.tables import Person
from tests.domain.approval_desk import Desk

ADMIN = Actor("user:admin", roles=("admin",))
TODAY = datetime.now(UTC)
WEEK = timedelta(days=7)


def meant(store: Store, *names: str) -> dict[str, Any]:
    question = Question("approvers:1", "approvers", {"stage": "cab", "names": list(names)})
    answer = Answering(store).answer(Ask("REQ-000001", INCIDENT, [question])).answers[0]
    people: dict[str, Any] = answer["people"]
    return people


def away(store: Store, login: str, delegate: str | None = None, until: datetime | None = TODAY + WEEK) -> None:
    with store.writing() as session:
        enter(store, session, ADMIN, login, Period(TODAY - WEEK, until, delegate))


def leave(store: Store, login: str) -> None:
    with store.writing() as session:
        session.query(Person).filter_by(login=login).one().active = False


def test_a_role_a_team_and_a_person_are_told_as_the_people_they_are(store: Store) -> None:
    people = meant(store, "role:approver", "team:network", "user:agent")

    assert people == {
        "role:approver": ["user:approver", "user:approver2"],
        "team:network": ["user:lead"],
        "user:agent": ["user:agent"],
    }


def test_names_that_stand_for_nobody_are_told_so(store: Store) -> None:
    leave(store, "approver")

    assert meant(store, "role:nothing", "team:nothing", "user:nobody", "user:approver") == {
        "role:nothing": [],
        "team:nothing": [],
        "user:nobody": [],
        "user:approver": [],
    }


def test_somebody_away_is_told_with_who_stands_in_and_until_when(store: Store) -> None:
    away(store, "approver", "lead")

    entry = {"person": "user:approver", "absent": True, "delegate": "user:lead", "until": stamp(TODAY + WEEK)}
    assert meant(store, "role:approver")["role:approver"] == [entry, "user:approver2"]


def test_a_standing_deputy_stands_in_where_the_absence_names_nobody(store: Store) -> None:
    with store.writing() as session:
        name_deputy(store, session, ADMIN, "approver", "agent2")
    away(store, "approver", until=None)

    entry = {"person": "user:approver", "absent": True, "delegate": "user:agent2", "until": None}
    assert meant(store, "user:approver")["user:approver"] == [entry]


def test_somebody_who_takes_no_work_is_away_without_an_end(store: Store) -> None:
    with store.writing() as session:
        session.query(Person).filter_by(login="approver").one().present = False

    entry = {"person": "user:approver", "absent": True, "delegate": None, "until": None}
    assert meant(store, "user:approver")["user:approver"] == [entry]


def test_a_delegate_who_left_stands_in_for_nobody(store: Store) -> None:
    away(store, "approver", "lead")
    leave(store, "lead")

    [entry] = meant(store, "user:approver")["user:approver"]
    assert (entry["absent"], entry["delegate"]) == (True, None)


def test_the_engine_understands_the_answer(store: Store) -> None:
    away(store, "approver", "lead")
    desk = Desk()
    desk.people = meant(store, "role:approver")

    desk.submit()

    seats = [(seat.person, seat.absent, seat.delegate) for seat in desk.approval.run.seats]
    assert seats == [("user:approver", True, "user:lead"), ("user:approver2", False, None)]
