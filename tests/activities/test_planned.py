"""Whether work is planned on an item at an instant: windows by their scope, changes over all they affect."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from activities.answers import Answering
from longwatch.domain.ticket import Actor, Question, stamp
from longwatch.messages import Ask
from longwatch.store import agreed_windows
from longwatch.store.database import Store
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiEdge, CiRelation
from tests.store.changes import DAY, HOUR, TUESDAY, agreed, change, forget, plan

MANAGER = Actor("user:change-manager", roles=("change-manager",))
MINUTE = timedelta(minutes=1)
NOTHING = {"until": None, "by": None, "text": "Nothing is planned."}


@pytest.fixture(autouse=True)
def _on_tuesday_evening(store: Store) -> None:
    store._clock = lambda: TUESDAY + MINUTE
    forget(store)


def ask(store: Store, ci: str | None = "db-1", at: datetime = TUESDAY + MINUTE) -> dict[str, Any]:
    data = {"ci": ci, "source": "prometheus", "at": stamp(at)}
    answer = Answering(store).answer(Ask("alerts-1", "alert_group", [Question("q", "planned", data)])).answers[0]
    assert json.loads(json.dumps(answer)) == answer
    return answer


def add(store: Store, **data: Any) -> int:
    with store.writing() as session:
        row = agreed_windows.add(store, session, MANAGER, agreed("maintenance", **data)).row
        assert isinstance(row, int)
        return row


def _ci(ci: str, **fields: Any) -> Ci:
    return Ci(id=ci, name=fields.pop("name", ci), class_=fields.pop("class_", "server"), created_at=TUESDAY, **fields)


def rests_on(store: Store, victim: str, *causes: str, needed: int | None = None) -> None:
    """An item that fails with its causes; with `needed`, when fewer than so many of them live."""
    with store.writing() as session:
        for cause in causes:
            relation = CiRelation(type="runs_on", source=victim, target=cause, created_at=TUESDAY)
            session.add(relation)
            session.flush()
            edge = {"cause": cause, "victim": victim, "type": "runs_on", "needed": needed}
            session.add(CiEdge(relation=relation.row, **edge))


def test_nothing_planned_is_said_by_one_query(store: Store) -> None:
    asked: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    assert ask(store) == NOTHING
    assert sum("planned_work" in statement for statement in asked) == 1
    assert not [statement for statement in asked if "ci_edges" in statement]


def test_a_scheduled_change_on_the_item_is_planned_until_its_window_ends(store: Store) -> None:
    plan(store, change())

    assert ask(store) == {
        "until": stamp(TUESDAY + 2 * HOUR),
        "by": "CHG-000001",
        "text": "Change CHG-000001 is scheduled.",
    }
    assert ask(store, at=TUESDAY - MINUTE) == NOTHING
    assert ask(store, at=TUESDAY + 2 * HOUR) == NOTHING


@pytest.mark.parametrize("status", ["draft", "submitted", "authorization", "review", "closed", "cancelled"])
def test_what_is_not_authorised_or_is_over_is_not_planned(store: Store, status: str) -> None:
    plan(store, change(status=status))

    assert ask(store) == NOTHING


def test_a_change_that_overruns_is_reckoned_to_take_a_while_longer(store: Store) -> None:
    plan(store, change(status="implementation"))
    late = TUESDAY + 3 * HOUR
    store._clock = lambda: late

    answer = ask(store, at=late)

    assert (answer["by"], answer["until"]) == ("CHG-000001", stamp(late + 15 * MINUTE))


def test_an_emergency_under_way_before_its_window_is_planned(store: Store) -> None:
    plan(store, change(begin=48, end=50, status="implementation", type="emergency"))

    assert ask(store)["until"] == stamp(TUESDAY + 50 * HOUR)


def test_a_change_covers_what_fails_with_its_items_and_nothing_else(store: Store) -> None:
    with store.writing() as session:
        session.add_all([_ci("far-app"), _ci("far-shop"), _ci("aside")])
    rests_on(store, "far-app", "db-1")
    rests_on(store, "far-shop", "far-app")
    plan(store, change())

    assert ask(store, "far-shop")["by"] == "CHG-000001"
    assert ask(store, "aside") == NOTHING
    assert ask(store, None) == NOTHING
    assert ask(store, "never-heard-of") == NOTHING


def test_redundancy_saves_from_one_failure_and_not_from_all_at_once(store: Store) -> None:
    with store.writing() as session:
        session.add_all([_ci("node-a"), _ci("node-b"), _ci("cluster")])
    rests_on(store, "cluster", "node-a", "node-b", needed=1)
    plan(store, change(1, cis=("node-a",)))
    one = ask(store, "cluster")
    plan(store, change(2, cis=("node-a", "node-b")))

    both = ask(store, "cluster")

    assert one == NOTHING
    assert both["by"] == "CHG-000002"


def test_a_window_over_everything_covers_what_has_no_item(store: Store) -> None:
    row = add(store)

    assert ask(store, None) == {
        "until": stamp(TUESDAY + 5 * HOUR),
        "by": f"window:{row}",
        "text": "Maintenance window “The maintenance”.",
    }


def test_a_window_covers_the_item_it_names_and_the_services_that_fail_with_an_item(store: Store) -> None:
    with store.writing() as session:
        session.add_all([_ci("low-host"), _ci("svc-till", name="Till", class_="service", service="Till"), _ci("other")])
    rests_on(store, "svc-till", "low-host")
    named = add(store, scope={"kind": "services", "names": ["Till"]})

    assert ask(store, "svc-till")["by"] == f"window:{named}"
    assert ask(store, "low-host")["by"] == f"window:{named}"
    assert ask(store, "other") == NOTHING


def test_a_window_over_an_item_covers_no_other(store: Store) -> None:
    row = add(store, scope={"kind": "cis", "names": ["db-1"]})

    assert ask(store)["by"] == f"window:{row}"
    assert ask(store, "mail-1") == NOTHING


def test_a_freeze_is_no_planned_work(store: Store) -> None:
    with store.writing() as session:
        agreed_windows.add(store, session, MANAGER, agreed("freeze"))

    assert ask(store) == NOTHING


def test_weekly_windows_count_by_their_stretch(store: Store) -> None:
    add(store, begin=-2 * 7 * 24, end=None, times={"zone": "UTC", "weekly": {"1": [["19:00", "21:00"]]}})

    assert ask(store)["until"] == stamp(TUESDAY + HOUR)
    assert ask(store, at=TUESDAY + 2 * HOUR) == NOTHING


def test_of_several_that_which_ends_last_counts_and_a_far_end_is_asked_for_again(store: Store) -> None:
    plan(store, change())
    row = add(store, end=24 * 30)

    assert ask(store) == {
        "until": stamp(TUESDAY + MINUTE + 7 * DAY),
        "by": f"window:{row}",
        "text": "Maintenance window “The maintenance”.",
    }
