"""What became of tickets, in figures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from longwatch.domain.case_state import Link
from longwatch.domain.change_state import State as Change
from longwatch.domain.incident_state import State as Incident
from longwatch.domain.problem_state import State as Problem
from longwatch.store.database import Store
from longwatch.store.outcomes import Figure, figures, outcome_of, project_outcome

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def told(store: Store, *states: tuple[str, Any]) -> dict[tuple[str, ...], float]:
    with store.writing() as session:
        for kind, state in states:
            project_outcome(session, kind, state)
        found: list[Figure] = list(figures(session, NOW))
    return {(one.name, *one.of): one.value for one in found}


def change(number: int, outcome: str | None, days: int = 2, type_: str = "normal") -> tuple[str, Change]:
    opened = NOW - 10 * DAY
    state = Change(number=f"CHG-{number}", type=type_, opened_at=opened, implemented_at=opened + days * DAY)
    return "change", Change(**{**vars(state), "outcome": outcome})


def incident(number: int, hours: int | None, priority: int = 1, **more: Any) -> tuple[str, Incident]:
    opened = NOW - DAY
    done = None if hours is None else opened + timedelta(hours=hours)
    code = None if hours is None else "fixed"
    return "incident", Incident(
        number=f"INC-{number}", priority=priority, opened_at=opened, resolved_at=done, resolution=code, **more
    )


def test_changes_are_counted_by_type_and_outcome_with_their_lead_time(either_store: Store) -> None:
    found = told(
        either_store,
        change(1, "successful", 2),
        change(2, "successful", 4),
        change(3, "unauthorised", 6, "emergency"),
        change(4, None),
    )

    assert found["longwatch_changes_closed", "normal", "successful"] == 2
    assert found["longwatch_changes_closed", "emergency", "unauthorised"] == 1
    assert found["longwatch_mean_seconds_to_change", "normal"] == 3 * DAY.total_seconds()


def test_the_mean_time_to_restore_is_told_by_priority(either_store: Store) -> None:
    found = told(either_store, incident(1, 2), incident(2, 4), incident(3, 10, priority=3), incident(4, None))

    assert found["longwatch_mean_seconds_to_restore", "1"] == 3 * 3600
    assert found["longwatch_mean_seconds_to_restore", "3"] == 10 * 3600


def test_what_is_open_again_has_no_outcome(either_store: Store) -> None:
    told(either_store, incident(1, 2))

    found = told(either_store, incident(1, None, reopen_count=1))

    assert ("longwatch_mean_seconds_to_restore", "1") not in found


def test_a_solved_problem_ends_the_incidents_it_caused(either_store: Store) -> None:
    links = (Link("caused", "INC-1"), Link("caused", "INC-2"), Link("related", "INC-3"))
    state = Problem(
        number="PRB-1", opened_at=NOW - DAY, resolved_at=NOW, resolution="fixed", links=links, recurrences=1
    )

    found = told(either_store, ("problem", state))

    assert found["longwatch_problems_solved",] == 1
    assert found["longwatch_problem_incidents_ended",] == 2
    assert found["longwatch_problem_recurrences",] == 1


def test_what_ended_long_ago_is_left_out(either_store: Store) -> None:
    long_ago = NOW - 200 * DAY
    state = Incident(number="INC-1", opened_at=long_ago, resolved_at=long_ago + DAY, resolution="fixed")

    assert ("longwatch_mean_seconds_to_restore", "3") not in told(either_store, ("incident", state))


@pytest.mark.parametrize("state", [Incident(), Problem(), Change()])
def test_what_was_never_solved_has_no_outcome(state: Any) -> None:
    assert outcome_of(state.KIND, state) is None
