"""Silence is believed only of a source that lives."""

from typing import Any

import pytest

from longwatch.domain import alerts
from tests.domain.alert_desk import GROUP, Desk, clock, firing, resolved, types


def resting(answer: Any) -> Desk:
    """An incident whose alert ended at second 10; the desk says which heartbeats are missing."""
    desk = Desk({"ask_trusted": True}, answers={"trusted": lambda _: answer})
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    desk.number(6)
    desk.deliver(10, resolved("a", 0, 10))
    return desk


def test_before_a_clear_is_told_the_desk_is_asked_for_missing_heartbeats() -> None:
    desk = resting(None)
    del desk.answers["trusted"]

    desk.wake(310)

    (question,) = alerts.questions(desk.state)
    assert (question.kind, question.data) == ("trusted", {"source": "prometheus", "group": GROUP})
    assert desk.told() == ["quiet"]


def test_where_nothing_is_missing_it_is_cleared_at_its_time() -> None:
    desk = resting({"missing": []})

    desk.wake(310)

    assert desk.told() == ["quiet", "cleared"]
    assert desk.state.until == clock(310 + 3_600)


def test_a_clear_is_held_while_a_heartbeat_is_missing_and_asked_for_every_five_minutes() -> None:
    desk = resting({"missing": ["watchdog"]})
    desk.wake(310 + 3_000)
    held = desk.state
    desk.answers["trusted"] = lambda _: {"missing": []}

    desk.wake(310 + 3_300)

    assert (held.link, held.held) == ("quiet", ("watchdog",))
    assert types(desk.facts).count("ClearHeld") == 1
    assert types(desk.facts).count("TrustAsked") == 11
    assert desk.told() == ["quiet", "cleared"]
    assert desk.state.held == ()


def test_another_missing_heartbeat_is_written_down() -> None:
    desk = resting({"missing": ["watchdog"]})
    desk.wake(310)

    desk.answers["trusted"] = lambda _: {"missing": ["watchdog", "disk-exporter"]}
    desk.wake(610)

    assert desk.state.held == ("watchdog", "disk-exporter")


@pytest.mark.parametrize("answer", [{"error": "The table is gone."}, None, {}])
def test_where_nobody_can_say_the_clear_is_held(answer: Any) -> None:
    desk = resting(answer)

    desk.wake(3_000)

    assert desk.told() == ["quiet"]
    assert "no answer" in desk.state.held[0]


def test_firing_again_ends_the_question() -> None:
    desk = resting({"missing": ["watchdog"]})
    desk.wake(310)

    desk.deliver(400, firing("a", 400))

    assert alerts.questions(desk.state) == ()
    assert (desk.state.link, desk.state.held) == ("firing", ())


def test_without_an_incident_nobody_is_asked_and_the_group_ends() -> None:
    desk = resting({"missing": ["watchdog"]})
    desk.wake(310)
    desk.do(320, "incident_ended", number="INC-000001", status="cancelled")

    desk.wake(9_000)

    assert alerts.sealed(desk.state)


def test_an_engine_that_was_away_asks_once_and_not_for_every_five_minutes_it_missed() -> None:
    desk = resting({"missing": ["watchdog"]})

    desk.do(90_000, "alarm", name="quiet time")

    assert types(desk.facts).count("TrustAsked") == 1
