"""The settings of a source, and k firings in t."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain import alerts
from longwatch.domain.alerts_settings import MOST_COUNTED, read_settings, settings_data
from tests.domain.alert_desk import Desk, alert, firing, resolved, types

NAMES = st.sampled_from([*settings_data(alerts.Settings()), "occurrences", "flap_count", "auto_resolve", "ask_planned"])
WORSE = st.none() | st.booleans() | st.integers(-5, 10**12) | st.text(max_size=5) | st.lists(st.integers())


def test_what_nobody_sets_is_as_it_always_was() -> None:
    assert read_settings({}) == alerts.Settings()
    assert settings_data(alerts.Settings()) == {"hold_down": 5, "quiet": 300, "reopen": 3_600, "open_after": 1}


def test_facts_name_new_settings_only_where_they_differ() -> None:
    told = settings_data(read_settings({"occurrences": 3, "within": 600, "flap_count": 0, "ask_planned": True}))

    assert {name: told[name] for name in told if name not in settings_data(alerts.Settings())} == {
        "occurrences": 3,
        "within": 600,
        "ask_planned": True,
    }


def test_counts_have_a_bound_and_unknown_words_mean_nothing() -> None:
    told = read_settings({"flap_count": 5_000, "occurrences": True, "auto_resolve": "sometimes", "colour": "red"})

    assert (told.flap_count, told.occurrences, told.auto_resolve) == (MOST_COUNTED, 1, "untouched")


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(NAMES.filter(lambda name: name not in settings_data(alerts.Settings())), WORSE, max_size=4))
def test_settings_of_any_sort_are_read_and_come_back_from_facts(told: dict[str, Any]) -> None:
    known = read_settings(told)

    assert alerts.Settings(**settings_data(known)) == known


def test_k_firings_in_t_open_an_incident_though_none_of_them_lasted() -> None:
    desk = Desk({"occurrences": 3, "within": 600})
    for start in (0, 100, 200):
        assert desk.opened() == []
        desk.deliver(start, firing("a", start))
        if start < 200:
            desk.deliver(start + 1, resolved("a", start, start + 1))

    assert len(desk.opened()) == 1
    assert desk.state.transients == 2


def test_firings_longer_apart_than_t_do_not_count_together() -> None:
    desk = Desk({"occurrences": 3, "within": 600})

    for start in (0, 400, 800, 1_200):
        desk.deliver(start, firing("a", start))
        desk.deliver(start + 1, resolved("a", start, start + 1))

    assert desk.opened() == []


def test_what_lasts_for_t_opens_an_incident_though_it_fired_once() -> None:
    desk = Desk({"occurrences": 3, "within": 600, "hold_down": 5})
    desk.deliver(0, firing("a", 0))
    desk.wake(599)
    early = len(desk.opened())

    desk.wake(600)

    assert (early, len(desk.opened())) == (0, 1)


def test_of_a_tool_that_says_no_times_each_message_counts_and_the_same_one_twice_does_not() -> None:
    desk = Desk({"occurrences": 3, "within": 600})

    for second in (0, 10, 10, 10):
        desk.deliver(second, alert("search", at=second))
    early = len(desk.opened())
    desk.deliver(20, alert("search", at=20))

    assert (early, len(desk.opened())) == (0, 1)


def test_firings_of_different_alerts_count_together() -> None:
    desk = Desk({"occurrences": 2, "within": 60})

    desk.deliver(0, firing("a", 0), firing("b", 0))

    assert types(desk.facts) == ["AlertsSeen", "HoldDownStarted", "IncidentRequested"]


@pytest.mark.parametrize(("policy", "touched", "resolve"), [("always", True, True), ("never", False, False)])
def test_the_policy_of_the_source_says_what_monitoring_resolves(policy: str, touched: bool, resolve: bool) -> None:  # noqa: FBT001 - a row of the table
    desk = Desk({"auto_resolve": policy})
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    desk.number(6)
    if touched:
        desk.do(7, "touched", number="INC-000001")

    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(310)

    (cleared,) = [one for one in desk.sent() if one["event"] == "cleared"]
    assert (cleared["resolve"], cleared.get("always", False)) == (resolve, policy == "always")


def test_a_lesser_severity_is_told_a_while_later_and_a_worse_one_at_once() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0, severity="critical"))
    desk.wake(5)
    desk.number(6)

    desk.deliver(10, firing("a", 0, at=10, severity="warning"))
    at_once = list(desk.sent())
    desk.wake(15)
    desk.deliver(20, firing("a", 0, at=20, severity="error"))

    assert at_once == []
    assert [one["severity"] for one in desk.sent()] == ["warning", "error"]


def test_what_is_still_firing_when_the_worst_has_ended_is_told() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0, severity="critical"), firing("b", 0, severity="info"))
    desk.wake(5)
    desk.number(6)

    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(15)

    assert desk.sent() == [{"event": "firing", "severity": "info", "count": 1}]


def test_why_alerts_belong_together_is_written_down_when_it_is_new() -> None:
    desk = Desk()
    why = {"rule": "by-item", "reason": "They are about db1."}
    desk.do(0, "alerts", **desk.about(), **why, alerts=[firing("a", 0)])
    again = desk.do(1, "alerts", **desk.about(), **why, alerts=[firing("b", 1)])
    other = desk.do(2, "alerts", **desk.about(), rule=None, reason="It fired along.", alerts=[firing("c", 2)])

    assert "about" in desk.facts[0].data
    assert "about" not in again[0].data
    assert other[0].data["about"]["reason"] == "It fired along."
    assert (desk.state.rule, desk.state.reason) == ("by-item", "It fired along.")
