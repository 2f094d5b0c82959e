"""Similar incidents let a problem be proposed, once; on both databases."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from activities.similar import ACTOR, Suspecting
from longwatch.messages import PROBLEM
from longwatch.store.configuration import SIMILAR, publish, switch
from longwatch.store.database import Store
from longwatch.store.projection import NEVER
from longwatch.store.tables import Command, Ticket

pytestmark = pytest.mark.postgres

DAY = timedelta(days=1)
RULE = {"least": 3, "window": 7 * 24 * 3600, "by": "ci", "team": None}


@pytest.fixture
def ruled(either_store: Store) -> Store:
    """A desk with one rule: three on one item within a week."""
    with either_store.writing() as session:
        switch(session, SIMILAR, "same-category", active=False)
        publish(either_store, session, SIMILAR, "same-item", RULE)
    return either_store


def incidents(store: Store, count: int, age: timedelta = DAY, /, kind: str = "incident", **columns: Any) -> None:
    """Tickets that were opened so long ago, in lists as the journal writes them."""
    with store.writing() as session:
        opened: datetime = store.now(session) - age
        first = session.scalar(select(func.count()).select_from(Ticket)) or 0
        known = {"status": "closed", "open": False, "priority": 3, "version": 1, "due_at": NEVER, "ci": "db-1"}
        for n in range(first, first + count):
            number = f"{'INC' if kind == 'incident' else 'PRB'}-9{n:05}"
            row = {**known, "number": number, "kind": kind, "opened_at": opened, "updated_at": opened, **columns}
            session.add(Ticket(**row))


def openings(store: Store) -> list[Command]:
    with store.reading() as session:
        return list(session.scalars(select(Command).where(Command.kind == PROBLEM).order_by(Command.row)))


def test_three_on_one_item_within_a_week_propose_a_problem(ruled: Store) -> None:
    incidents(ruled, 3)

    proposed = Suspecting(ruled).propose()

    (opening,) = openings(ruled)
    assert proposed == [opening.ticket]
    assert (opening.actor, opening.action) == (ACTOR, "open")
    assert '"ci":"db-1"' in opening.data
    assert opening.data.count('"type":"caused"') == 3


def test_two_are_a_coincidence(ruled: Store) -> None:
    incidents(ruled, 2)

    assert Suspecting(ruled).propose() == []


def test_what_was_cancelled_is_too_old_or_of_another_kind_does_not_count(ruled: Store) -> None:
    incidents(ruled, 2)
    incidents(ruled, 2, 8 * DAY)
    incidents(ruled, 2, DAY, status="cancelled")
    incidents(ruled, 2, DAY, ci="db-2")
    incidents(ruled, 2, DAY, kind="problem", open=False)

    assert Suspecting(ruled).propose() == []


def test_looking_again_proposes_nothing_again(ruled: Store) -> None:
    incidents(ruled, 3)
    Suspecting(ruled).propose()
    incidents(ruled, 5)

    assert Suspecting(ruled).propose() == []
    assert len(openings(ruled)) == 1


def test_what_a_problem_is_open_about_is_not_proposed(ruled: Store) -> None:
    incidents(ruled, 5)
    incidents(ruled, 1, DAY, kind="problem", status="logged", open=True)

    assert Suspecting(ruled).propose() == []


def test_each_item_is_judged_for_itself_the_worst_first(ruled: Store) -> None:
    incidents(ruled, 3)
    incidents(ruled, 4, DAY, ci="web-1")

    Suspecting(ruled).propose()

    assert [('"ci":"web-1"' in one.data, '"ci":"db-1"' in one.data) for one in openings(ruled)] == [
        (True, False),
        (False, True),
    ]


def test_a_rule_may_look_at_one_team_and_at_categories(ruled: Store) -> None:
    with ruled.writing() as session:
        switch(session, SIMILAR, "same-item", active=False)
        publish(ruled, session, SIMILAR, "net", {**RULE, "by": "category", "team": "network"})
    incidents(ruled, 2, DAY, category="vpn", team="network")
    incidents(ruled, 2, DAY, category="vpn", team="servers")
    assert Suspecting(ruled).propose() == []

    incidents(ruled, 1, DAY, category="vpn", team="network")

    assert len(Suspecting(ruled).propose()) == 1


def test_a_rule_that_is_none_any_more_harms_no_other(ruled: Store) -> None:
    with ruled.writing() as session:
        publish(ruled, session, SIMILAR, "broken", {"least": 0})
    incidents(ruled, 3)

    assert len(Suspecting(ruled).propose()) == 1
