"""The alert group: hold-down, and one incident per episode."""

import pytest

from longwatch.domain import alerts
from longwatch.domain.ticket import Decider, Send, canonical
from tests.domain.alert_desk import GROUP, Desk, desk_with_incident, firing, resolved, types


def test_an_alert_group_is_a_decider() -> None:
    decider: Decider = alerts

    assert decider.State() == alerts.State()
    assert decider.RULES == 1
    assert decider.questions(alerts.State()) == ()


def test_an_alert_that_outlasts_the_hold_down_opens_one_incident() -> None:
    desk = Desk()

    desk.deliver(0, firing("a", 0))
    assert desk.opened() == []
    desk.wake(5)

    assert [opened.key for opened in desk.opened()] == [f"{GROUP}:1"]


def test_the_incident_tells_its_source_its_configuration_item_and_how_urgent_it_is() -> None:
    desk = Desk()

    desk.deliver(0, firing("a", 0, severity="warning"), firing("b", 0, severity="critical", title="Disk full"))
    desk.wake(5)

    (opened,) = desk.opened()
    assert opened.kind == "incident"
    assert opened.data == {
        "source": "monitoring",
        "ci": "db1",
        "urgency": None,
        "impact": None,
        "alert": {"group": GROUP, "episode": 1, "severity": "critical"},
        "tags": [],
        "category": "monitoring",
    }
    assert opened.texts["title"] == "Disk full (and 1 more)"
    assert "What is wrong." in opened.texts["description"]
    assert "warning: Alert a" in opened.texts["description"]


@pytest.mark.parametrize("severity", ["critical", "error", "warning", "info"])
def test_the_incident_is_told_the_worst_severity_and_judges_urgency_itself(severity: str) -> None:
    desk = Desk()

    desk.deliver(0, firing("a", 0, severity=severity), firing("b", 0, severity="info"))
    desk.wake(5)

    assert desk.opened()[0].data["alert"]["severity"] == severity
    assert desk.opened()[0].data["urgency"] is None


def test_an_alert_over_before_the_hold_down_ends_is_recorded_but_opens_nothing() -> None:
    desk = Desk()

    desk.deliver(0, firing("a", 0))
    facts = desk.deliver(3, resolved("a", 0, 3))
    desk.wake(60)

    assert types(facts) == ["AlertsSeen", "TransientSeen"]
    assert desk.opened() == []
    assert desk.state.transients == 1


def test_an_alert_that_began_and_ended_in_one_delivery_opens_nothing() -> None:
    desk = Desk()

    desk.deliver(10, resolved("a", 0, 3, at=10), firing("a", 0, at=10))
    desk.wake(60)

    assert desk.opened() == []
    assert desk.state.link == "idle"


def test_enough_alerts_together_end_the_hold_down_at_once() -> None:
    desk = Desk({"open_after": 3, "hold_down": 60})

    desk.deliver(0, firing("a", 0), firing("b", 0))
    assert desk.opened() == []
    desk.deliver(1, firing("c", 1))

    assert len(desk.opened()) == 1


def test_a_source_without_hold_down_opens_at_once() -> None:
    desk = Desk({"hold_down": 0})

    desk.deliver(0, firing("a", 0))

    assert len(desk.opened()) == 1


def test_the_hold_down_counts_though_the_engine_woke_late() -> None:
    desk = Desk()

    desk.deliver(0, firing("a", 0))
    desk.deliver(20, resolved("a", 0, 19, at=20))

    assert types(desk.facts) == ["AlertsSeen", "HoldDownStarted", "IncidentRequested", "AlertsSeen", "WentQuiet"]


def test_an_end_that_waited_in_the_inbox_is_judged_by_when_it_was_received() -> None:
    desk = Desk()

    desk.deliver(0, firing("a", 0))
    desk.deliver(20, resolved("a", 0, 3, at=3))

    assert desk.opened() == []
    assert desk.state.transients == 1


def test_an_alarm_that_is_not_due_changes_nothing() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0))

    facts = desk.do(4, "alarm", name="hold-down")

    assert facts == []


def test_two_hundred_repetitions_make_one_incident_and_one_small_fact_each() -> None:
    desk = desk_with_incident()

    for second in range(10, 210):
        facts = desk.deliver(second, firing("a", 0, at=second))
        assert types(facts) == ["AlertsSeen"]
        assert len(canonical(dict(facts[0].data))) < 100

    assert len(desk.opened()) == 1
    assert desk.told() == []
    assert desk.state.again == 200


def test_an_incident_is_told_of_a_worse_severity_at_once() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0, severity="warning"))
    desk.wake(5)
    desk.number(6)

    desk.deliver(10, firing("b", 10, severity="info"))
    desk.deliver(11, firing("c", 11, severity="critical"))
    desk.deliver(12, firing("d", 12, severity="critical"))

    assert desk.effects[1:] == [
        Send("INC-000001", "alert", {"event": "firing", "severity": "critical", "count": 3}),
    ]


def test_an_incident_is_told_once_of_all_alerts_that_join_within_seconds() -> None:
    desk = desk_with_incident()

    for number in range(100):
        desk.deliver(10, firing(f"n{number}", 10))
    assert desk.told() == []
    desk.wake(15)

    assert desk.effects[1:] == [
        Send("INC-000001", "alert", {"event": "firing", "severity": "critical", "count": 101}),
    ]


def test_an_incident_is_not_told_of_what_joined_and_was_over_with_all_others() -> None:
    desk = desk_with_incident()

    desk.deliver(10, firing("b", 10))
    desk.deliver(12, resolved("a", 0, 12), resolved("b", 10, 12))
    desk.wake(100)

    assert desk.told() == ["quiet"]


def test_an_incident_that_ended_is_not_told_of_what_joins() -> None:
    desk = desk_with_incident()

    desk.deliver(10, firing("b", 10))
    desk.do(11, "incident_ended", number="INC-000001", status="cancelled")
    desk.wake(100)

    assert desk.told() == []


def test_a_repetition_that_is_worse_raises_the_severity() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0, severity="warning"))
    desk.wake(5)
    desk.number(6)

    desk.deliver(10, firing("a", 0, at=10, severity="critical"))

    assert desk.told() == ["firing"]
    assert desk.state.worst() == 0


def test_what_happens_before_the_number_is_known_is_told_afterwards_in_order() -> None:
    desk = Desk({"quiet": 10})
    desk.deliver(0, firing("a", 0))
    desk.wake(5)

    desk.deliver(6, resolved("a", 0, 6))
    desk.wake(16)
    desk.deliver(17, firing("a", 17))
    assert desk.told() == []
    desk.number(18)

    assert desk.told() == ["quiet", "cleared", "refired"]
    assert desk.state.waiting == ()


def test_a_group_is_not_sealed_before_its_incident_has_a_number() -> None:
    desk = Desk({"quiet": 10, "reopen": 10})
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    desk.deliver(6, resolved("a", 0, 6))

    desk.wake(1000)
    assert not alerts.sealed(desk.state)
    desk.number(1001)
    desk.wake(1002)

    assert alerts.sealed(desk.state)


def test_the_answer_to_another_opening_changes_nothing() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0))
    desk.wake(5)

    desk.do(6, "opened", key=f"{GROUP}:7", number="INC-000009")
    assert desk.state.incident is None
    desk.number(7)
    desk.do(8, "opened", key=f"{GROUP}:1", number="INC-000002")

    assert desk.state.incident == "INC-000001"
