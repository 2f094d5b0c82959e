"""The alert group: late, doubled and disordered deliveries."""

from tests.domain.alert_desk import Desk, alert, desk_with_incident, firing, resolved


def test_an_end_without_a_beginning_is_recorded_and_opens_nothing() -> None:
    desk = Desk()

    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(60)

    assert desk.state.unknown == 1
    assert desk.opened() == []


def test_an_alert_whose_end_came_first_opens_nothing() -> None:
    desk = Desk()

    desk.deliver(10, resolved("a", 0, 10))
    desk.deliver(11, firing("a", 0, at=11))
    desk.wake(60)

    assert desk.state.late == 1
    assert desk.opened() == []


def test_an_end_older_than_the_firing_it_would_end_is_ignored() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0), firing("a", 37))

    desk.deliver(50, resolved("a", 0, 30, at=50))

    assert desk.state.link == "firing"
    assert desk.state.rows["a"].firing
    assert desk.state.late == 1


def test_an_end_with_a_moved_start_still_ends_the_alert() -> None:
    desk = desk_with_incident()

    desk.deliver(50, resolved("a", 43, 49, at=50))

    assert desk.state.link == "quiet"


def test_a_tool_whose_clock_is_an_hour_wrong_is_understood() -> None:
    for skew in (-3600, 3600):
        desk = Desk()
        desk.deliver(0, firing("a", skew, at=0))
        desk.wake(5)
        desk.number(6)

        desk.deliver(20, resolved("a", skew, skew + 20, at=20))
        desk.wake(320)
        desk.deliver(400, firing("a", skew + 400, at=400))

        assert desk.told() == ["quiet", "cleared", "refired"]


def test_firing_said_again_long_after_a_false_end_is_believed() -> None:
    desk = desk_with_incident()
    desk.deliver(100, resolved("a", 0, 99, at=100))

    desk.deliver(130, firing("a", 0, at=130))
    assert desk.state.link == "quiet"
    desk.wake(400)
    desk.deliver(401, firing("a", 0, at=401))

    assert desk.state.link == "firing"
    assert desk.told() == ["quiet", "cleared", "refired"]


def test_deliveries_without_times_are_judged_by_when_they_were_received() -> None:
    desk = Desk()

    desk.deliver(10, alert("a", at=1), alert("a", at=3), alert("a", "resolved", at=2))

    assert desk.state.rows["a"].firing


def test_a_false_end_that_arrives_after_the_firing_said_again_is_late() -> None:
    desk = desk_with_incident()

    desk.deliver(401, firing("a", 0, at=401), firing("a", 1, at=402))
    desk.deliver(403, resolved("a", 0, 99, at=100))

    assert desk.state.rows["a"].firing
    assert desk.state.late == 1
