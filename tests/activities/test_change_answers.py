"""What a change is told of its surroundings, and that the rules judge by it as they should."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from activities.answers import Answering
from activities.change_answers import MOST_PLANNED
from cmdb.impact import planned_work
from longwatch.domain.change_model import Use, misfits, read_model
from longwatch.domain.risk import assess, read_closure, read_experience
from longwatch.domain.risk_questionnaire import read_questionnaire
from longwatch.domain.schedule import Window, window_data, window_of
from longwatch.domain.schedule_judge import Verdict, judge
from longwatch.domain.schedule_scope import Subject, around_of
from longwatch.domain.ticket import Actor, Question
from longwatch.messages import Ask
from longwatch.store import agreed_windows
from longwatch.store.change_rules import publish_model, publish_questionnaire
from longwatch.store.database import Store
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiEdge, CiRelation
from tests.domain import test_change_model as models
from tests.domain.risk_examples import questionnaire
from tests.store.changes import DAY, HOUR, SUNDAYS, TUESDAY, agreed, change, forget, plan

MANAGER = Actor("user:change-manager", roles=("change-manager",))
WINDOW = Window(TUESDAY, TUESDAY + 2 * HOUR)
SAFE = {"rehearsed": "yes", "outage": "none"}


@pytest.fixture(autouse=True)
def _a_week_before(store: Store) -> None:
    store._clock = lambda: TUESDAY - 7 * DAY
    forget(store)


def ask(store: Store, kind: str, /, **data: Any) -> dict[str, Any]:
    answer = Answering(store).answer(Ask("CHG-000001", "change", [Question("q", kind, data)])).answers[0]
    assert json.loads(json.dumps(answer)) == answer
    return answer


def guard(store: Store, *cis: str, **data: Any) -> dict[str, Any]:
    known = {"ticket": "CHG-000001", "team": None, "assignee": "user:agent", **window_data(WINDOW), **data}
    return ask(store, "guard", cis=list(cis), **known)


def verdict(store: Store, *cis: str, **data: Any) -> Verdict:
    answer = guard(store, *cis, **data)
    return judge(WINDOW, around_of(answer), ticket="CHG-000001", assignee="user:agent", team=data.get("team"))


def kinds(found: Verdict) -> list[tuple[str, bool]]:
    return [(one.kind, one.blocking) for one in found.obstacles]


def harms(store: Store, cause: str, victim: str) -> None:
    """An item that fails takes another with it."""
    with store.writing() as session:
        relation = CiRelation(type="runs_on", source=victim, target=cause, created_at=TUESDAY)
        session.add(relation)
        session.flush()
        session.add(CiEdge(relation=relation.row, cause=cause, victim=victim, type="runs_on"))


def of_class(store: Store, ci: str, class_: str) -> None:
    with store.writing() as session:
        session.scalars(select(Ci).where(Ci.id == ci)).one().class_ = class_


def add(store: Store, **data: Any) -> None:
    with store.writing() as session:
        agreed_windows.add(store, session, MANAGER, agreed(**data))


def test_an_item_nothing_is_planned_on_is_free(store: Store) -> None:
    of_class(store, "db-1", "database")

    answer = guard(store, "db-1")

    assert answer["subjects"] == [
        {"ci": "db-1", "class": "database", "service": "Web shop", "team": "databases", "related": False}
    ]
    assert (answer["planned"], answer["freezes"], answer["unknown"], answer["unread"]) == ([], [], [], 0)
    assert not judge(WINDOW, around_of(answer), ticket="CHG-000001").obstacles


def test_planned_work_on_items_is_what_others_are_told(store: Store) -> None:
    plan(store, change(1), change(2, status="draft"), change(3, cis=("mail-1",)), change(4, 2, 4))

    with store.reading() as session:
        found = planned_work(session, ["db-1", "web-1"], WINDOW.begin, WINDOW.end)

    assert [one["ticket"] for one in found] == ["CHG-000001"]
    assert json.loads(json.dumps(found)) == found


def test_an_unknown_item_is_named(store: Store) -> None:
    assert guard(store, "db-1", "nothing-such")["unknown"] == ["nothing-such"]


def test_a_change_on_the_same_item_stands_in_the_way_and_its_own_row_does_not(store: Store) -> None:
    plan(store, change(1), change(2, 1, 3))

    assert kinds(verdict(store, "db-1")) == [("conflict", True)]


def test_a_change_that_is_only_asked_for_warns(store: Store) -> None:
    plan(store, change(2, status="authorization"))

    assert kinds(verdict(store, "db-1")) == [("conflict", False)]


def test_related_items_are_looked_at_from_both_sides(store: Store) -> None:
    harms(store, "db-1", "web-1")
    plan(store, change(2, cis=("web-1",)))

    assert kinds(verdict(store, "db-1")) == [("related_conflict", False)]

    plan(store, change(2, cis=("db-1",)))

    assert kinds(verdict(store, "web-1")) == [("related_conflict", False)]
    assert not verdict(store, "mail-1").obstacles


def test_an_assignee_who_is_busy_elsewhere_is_told(store: Store) -> None:
    plan(store, change(2, cis=("mail-1",), assignee="user:agent"), change(3, cis=("vpn-1",)))

    assert kinds(verdict(store, "db-1")) == [("assignee_busy", False)]


def test_a_freeze_of_an_affected_item_is_told_with_that_item(store: Store) -> None:
    harms(store, "db-1", "mail-1")
    add(store, scope={"kind": "services", "names": ["Mail"]})

    found = verdict(store, "db-1")

    assert kinds(found) == [("freeze", True)]
    assert found.obstacles[0].ci == "mail-1"
    assert not verdict(store, "vpn-1").obstacles


def test_a_freeze_of_the_implementing_team_is_told(store: Store) -> None:
    add(store, scope={"kind": "teams", "names": ["network"]})

    assert not verdict(store, "db-1").obstacles
    assert kinds(verdict(store, "db-1", team="network")) == [("freeze", True)]


def test_outside_the_maintenance_windows_the_next_is_named(store: Store) -> None:
    scope = {"kind": "cis", "names": ["db-1"]}
    add(store, kind="maintenance", end=None, times=SUNDAYS, scope=scope)

    found = verdict(store, "db-1")

    assert kinds(found) == [("outside_maintenance", True)]
    assert found.again is not None
    assert found.again.isoformat() == "2026-11-29T00:00:00+00:00"
    assert not verdict(store, "web-1").obstacles


def test_a_wide_reach_and_many_changes_make_no_large_answer(store: Store) -> None:
    with store.writing() as session:
        for n in range(300):
            session.add(Ci(id=f"vm-{n}", name=f"VM {n}", created_at=TUESDAY))
    for n in range(300):
        harms(store, "db-1", f"vm-{n}")
    plan(store, *(change(n, assignee="user:agent", cis=("print-3",)) for n in range(2, MOST_PLANNED + 12)), change(999))

    answer = guard(store, "db-1")

    assert answer["affected"] > 150
    assert len(answer["subjects"]) == 1
    assert len(answer["planned"]) == MOST_PLANNED
    assert answer["more"] == 11
    assert answer["planned"][0]["ticket"] == "CHG-000999"
    assert len(json.dumps(answer)) < 100_000


def _grave(ci: str) -> Ci:
    return Ci(id=ci, name="Grave", criticality=1, created_at=TUESDAY)


def with_questionnaire(store: Store) -> None:
    with store.writing() as session:
        publish_questionnaire(store, session, questionnaire())


def test_risk_is_told_with_reach_and_experience(store: Store) -> None:
    with_questionnaire(store)
    with store.writing() as session:
        session.add_all([Ci(id="lab-1", name="Lab", created_at=TUESDAY), _grave("lab-2")])
    harms(store, "lab-1", "lab-2")
    closed = {"status": "closed", "model": "patch"}
    plan(
        store,
        change(2, outcome="successful", **closed),
        change(3, outcome="failed", **closed),
        change(4, outcome="successful", **closed),
    )

    answer = ask(store, "risk", cis=["lab-1"], model="patch")
    found = assess(
        read_questionnaire(answer["questionnaire"]), SAFE, read_closure(answer), read_experience(answer), "normal"
    )

    assert (answer["affected"], answer["gravest"], answer["closed"], answer["per_mille"]) == (2, 1, 3, 666)
    assert answer["items"] == [{"ci": "lab-1", "affected": 2}]
    assert found.score == 3 + 15 + 30


def test_a_pinned_questionnaire_stays_the_one_it_was(store: Store) -> None:
    with_questionnaire(store)
    with store.writing() as session:
        publish_questionnaire(store, session, {**questionnaire(), "levels": {"medium": 1, "high": 2, "very_high": 3}})

    assert ask(store, "risk", cis=[], model=None)["questionnaire"]["version"] == 2
    assert ask(store, "risk", cis=[], model=None, version=1)["questionnaire"]["levels"]["medium"] == 25


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("risk", {"cis": [], "model": None}, "no risk questionnaire called change"),
        ("change_model", {"model": "dance"}, "no change model called dance"),
        ("guard", {"cis": ["db-1"]}, "KeyError"),
    ],
)
def test_what_cannot_be_answered_says_why(store: Store, kind: str, data: dict[str, Any], sentence: str) -> None:
    assert sentence in ask(store, kind, **data)["error"]


def test_a_model_is_told_with_the_times_it_allows(store: Store) -> None:
    of_class(store, "db-1", "database")
    with store.writing() as session:
        terms = {"times": {"zone": "Europe/Warsaw", "weekly": {"1": [["20:00", "23:30"]]}}}
        publish_model(store, session, "patch-database", models.conditions(**terms))

    answer = ask(store, "change_model", model="patch-database", cis=["db-1"], **window_data(WINDOW))
    open_times = tuple(window_of(one) for one in answer["open_times"])
    subjects = around_of({**answer, "freezes": [], "maintenance": [], "planned": []}).subjects

    def why(window: Window) -> list[str]:
        use = Use(window, subjects, "databases", TUESDAY - DAY, open_times)
        return [one.field for one in misfits(read_model(answer["model"]), use)]

    assert (answer["model"]["name"], answer["model"]["version"]) == ("patch-database", 1)
    assert subjects == (Subject("db-1", "database", "Web shop", "databases"),)
    assert why(WINDOW) == []
    assert why(Window(WINDOW.begin + HOUR, WINDOW.end + HOUR)) == ["begin"]


def test_a_model_without_times_may_be_used_at_any_time(store: Store) -> None:
    with store.writing() as session:
        publish_model(store, session, "patch-database", models.data())

    assert ask(store, "change_model", model="patch-database", **window_data(WINDOW))["open_times"] is None
