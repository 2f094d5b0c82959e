"""Absences: entered for a period, one at a time, with somebody who can stand in."""

from datetime import UTC, datetime, timedelta

import pytest

from longwatch.domain.ticket import Actor
from longwatch.store.absences import (
    BadAbsence,
    Period,
    absences_of,
    away,
    deputy_of,
    enter,
    name_deputy,
    take_back,
)
from longwatch.store.database import Store
from longwatch.store.tables import Person

KIM = Actor("user:approver", roles=("approver",))
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def test_an_absence_counts_from_its_beginning_until_its_end(either_store: Store) -> None:
    with either_store.writing() as session:
        enter(either_store, session, KIM, "approver", Period(NOW + DAY, NOW + 3 * DAY, "lead"))

    with either_store.reading() as session:
        days = {n: away(session, ["approver", "agent"], NOW + n * DAY) for n in (0, 1, 2, 3)}
    assert [sorted(days[n]) for n in (0, 1, 2, 3)] == [[], ["approver"], ["approver"], []]
    assert (days[1]["approver"].until, days[1]["approver"].delegate) == (NOW + 3 * DAY, "lead")


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [(1, 1, "ends_at"), (2, 1, "ends_at"), (-3, -1, "ends_at"), (1, 5000, "begins_at"), (5000, None, "begins_at")],
)
def test_a_period_that_cannot_be_meant_is_refused(store: Store, begins: int, ends: int | None, field: str) -> None:
    period = Period(NOW + begins * DAY, None if ends is None else NOW + ends * DAY)

    with store.writing() as session, pytest.raises(BadAbsence) as refusal:
        enter(store, session, KIM, "approver", period)

    assert refusal.value.field == field


@pytest.mark.parametrize("delegate", ["approver", "nobody", "gone", "powerless"])
def test_a_delegate_must_be_somebody_else_who_may_act(store: Store, delegate: str) -> None:
    with store.writing() as session:
        people = {"gone": (["agent"], False), "powerless": ([], True)}
        for login, (roles, active) in people.items():
            session.add(Person(login=login, name=login, roles=roles, active=active, created_at=NOW))

    with store.writing() as session, pytest.raises(BadAbsence) as refusal:
        enter(store, session, KIM, "approver", Period(NOW, NOW + DAY, delegate))

    assert refusal.value.field == "delegate"


@pytest.mark.parametrize(("begins", "ends"), [(0, 2), (2, 4), (1, 2), (0, None), (2, None)])
def test_absences_do_not_overlap(store: Store, begins: int, ends: int | None) -> None:
    with store.writing() as session:
        enter(store, session, KIM, "approver", Period(NOW + DAY, NOW + 3 * DAY))
    period = Period(NOW + begins * DAY, None if ends is None else NOW + ends * DAY)

    with store.writing() as session, pytest.raises(BadAbsence, match="Another absence"):
        enter(store, session, KIM, "approver", period)


def test_absences_one_after_the_other_are_fine(store: Store) -> None:
    with store.writing() as session:
        enter(store, session, KIM, "approver", Period(NOW + DAY, NOW + 2 * DAY))
        enter(store, session, KIM, "approver", Period(NOW + 2 * DAY, None))

    with store.reading() as session:
        assert len(absences_of(session, "approver", NOW)) == 2


def test_an_absence_is_taken_back_by_whose_it_is_alone(store: Store) -> None:
    with store.writing() as session:
        row = enter(store, session, KIM, "approver", Period(NOW, None)).row

    with store.writing() as session:
        others = take_back(session, "agent", row)
        own = take_back(session, "approver", row)

    assert others is None
    assert own is not None
    with store.reading() as session:
        assert away(session, ["approver"], NOW + DAY) == {}


def test_a_deputy_is_named_replaced_and_taken_back(store: Store) -> None:
    deputies = []
    for deputy in ("lead", "agent", None):
        with store.writing() as session:
            name_deputy(store, session, KIM, "approver", deputy)
            deputies.append(deputy_of(session, "approver"))

    assert deputies == ["lead", "agent", None]
