"""Emergencies and standard changes: which steps they leave out, and what they owe afterwards."""

from datetime import timedelta

import pytest

from tests.domain.change_desk import (
    ANN,
    AUTHOR,
    BEGIN,
    BEN,
    CLEAR,
    MANAGER,
    MODEL,
    ChangeDesk,
    frozen,
)
from tests.domain.incident_desk import ref


def test_an_emergency_goes_before_its_authority_at_once_though_all_is_frozen() -> None:
    desk = ChangeDesk(guard=frozen()).planned("emergency", answers={})

    desk.ask(AUTHOR, "submit")

    assert (desk.status, desk.state.authority) == ("authorization", "ecab")


def test_an_emergency_made_first_is_ratified_afterwards() -> None:
    desk = ChangeDesk().planned("emergency")
    desk.ask(AUTHOR, "implement_first", reason=ref("it burns"))
    assert (desk.status, desk.state.ratified) == ("implementation", "pending")

    desk.vote(ANN)
    desk.vote(BEN)
    desk.ask(AUTHOR, "complete")
    desk.ask(MANAGER, "review", outcome="successful", text=ref("put out"))

    assert (desk.status, desk.state.ratified) == ("closed", "ratified")


def test_an_emergency_nobody_ratifies_in_time_is_unauthorised_and_told() -> None:
    desk = ChangeDesk().planned("emergency")
    desk.ask(AUTHOR, "implement_first", reason=ref("it burns"))
    desk.ask(AUTHOR, "complete")

    desk.wait(days=2)

    assert desk.state.ratified == "missed"
    assert any(getattr(effect, "template", "") == "change_unratified" for effect in desk.effects)
    assert desk.refusal(MANAGER, "review", outcome="successful", text=ref()).field == "outcome"
    desk.ask(MANAGER, "review", outcome="unauthorised", text=ref("learnt"))
    assert desk.status == "closed"


def test_only_an_emergency_is_made_first() -> None:
    assert "emergency" in ChangeDesk().planned().refusal(AUTHOR, "implement_first", reason=ref()).reason


def test_a_standard_change_is_scheduled_by_its_model() -> None:
    desk = ChangeDesk().planned("standard", model="reboot", plan=None)

    desk.ask(AUTHOR, "submit")

    assert desk.status == "scheduled"
    assert desk.state.terms["version"] == 3
    assert [task["id"] for task in desk.state.steps["tasks"]] == ["reboot"]


@pytest.mark.parametrize(
    "changes",
    [{"conditions": {**MODEL["conditions"], "cis": ["db-2"]}}, {"enabled": False}],
)
def test_a_model_that_does_not_cover_it_schedules_nothing(changes: dict[str, object]) -> None:
    answer = {"model": {**MODEL, **changes}, "subjects": CLEAR["subjects"], "open_times": None, "unknown": []}
    desk = ChangeDesk(change_model=answer).planned("standard", model="reboot")

    desk.ask(AUTHOR, "submit")

    assert desk.status == "draft"
    assert len(desk.last("ModelMisfits").data["reasons"]) == 1


def test_a_standard_change_needs_a_model_and_no_other_has_one() -> None:
    plain = {"number": "CHG-000001", "title": ref(), "source": "console"}

    assert ChangeDesk().refusal(AUTHOR, "open", type="standard", **plain).field == "model"
    assert ChangeDesk().refusal(AUTHOR, "open", type="normal", model="reboot", **plain).field == "model"


def test_a_frozen_standard_change_waits_for_its_way_to_open() -> None:
    desk = ChangeDesk(guard=frozen()).planned("standard", model="reboot")
    desk.ask(AUTHOR, "submit")
    assert (desk.status, desk.state.wants) == ("draft", "schedule")

    desk.answers["guard"] = CLEAR
    desk.wait_until(BEGIN + timedelta(hours=1))

    assert desk.status == "scheduled"
