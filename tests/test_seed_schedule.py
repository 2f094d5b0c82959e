"""What a new desk judges changes by is sound, and seeding again changes nothing."""

from datetime import UTC, datetime

import pytest

from longwatch import seed_schedule
from longwatch.domain.change_model import read_model
from longwatch.domain.risk_questionnaire import read_questionnaire
from longwatch.domain.schedule_windows import read_agreed
from longwatch.domain.tasks import read_plan
from longwatch.store.change_rules import CHANGE_MODEL, RISK, pinned
from longwatch.store.database import Store
from longwatch.store.tables import Audit
from longwatch.store.tables_schedule import AgreedWindow


def test_the_demo_brings_windows_a_model_and_a_questionnaire_once(store: Store) -> None:
    seed_schedule.demo(store)
    seed_schedule.demo(store)

    with store.reading() as session:
        model = pinned(session, CHANGE_MODEL, "restart-front")
        questionnaire = pinned(session, RISK, "change")
        assert model is not None
        assert questionnaire is not None
        assert (model["version"], questionnaire["version"]) == (1, 1)
        assert session.query(AgreedWindow).count() == 3
        assert session.query(Audit).filter(Audit.action.in_(["freeze.added", "maintenance.added"])).count() == 3


def test_the_demos_tasks_are_a_plan_that_can_be_run() -> None:
    model = read_model({**seed_schedule.RESTART, "name": "restart-front", "version": 1})

    assert [step.id for step in read_plan(model.tasks).steps] == ["drain", "restart", "return"]


def test_the_riskiest_answers_reach_the_highest_level() -> None:
    read = read_questionnaire({**seed_schedule.QUESTIONS, "name": "change", "version": 1})
    most = sum(max(answer.points for answer in question.answers) for question in read.questions)

    assert most >= dict(read.levels)["very_high"]


@pytest.mark.parametrize("day", [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, 23, 59, tzinfo=UTC)])
def test_the_windows_are_to_come_on_any_day_of_the_year(day: datetime) -> None:
    for window in seed_schedule.windows(day):
        assert read_agreed(window, day).name == window["name"]
