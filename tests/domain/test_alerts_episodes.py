"""The alert group: quiet time, reopen window, and whose the incident is."""

import pytest

from longwatch.domain import alerts
from longwatch.domain.ticket import Refused, Send, stamp
from tests.domain.alert_desk import GROUP, PERSON, Desk, alert, clock, desk_with_incident, firing, resolved, types


def test_when_all_alerts_are_over_the_incident_goes_quiet_and_then_clears() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0))
    desk.deliver(2, firing("b", 2))
    desk.wake(5)
    desk.number(6)

    desk.deliver(10, resolved("a", 0, 10))
    assert desk.told() == []
    desk.deliver(20, resolved("b", 2, 20))
    assert desk.told() == ["quiet"]
    desk.wake(319)
    assert desk.told() == ["quiet"]
    desk.wake(320)

    assert desk.told() == ["quiet", "cleared"]
    assert desk.state.link == "cleared"


def test_an_alert_missing_from_a_call_is_not_over() -> None:
    desk = desk_with_incident()
    desk.deliver(7, firing("b", 7))

    desk.deliver(20, resolved("b", 7, 20))
    desk.wake(4000)

    assert desk.state.link == "firing"


def test_firing_in_quiet_time_is_firing_again() -> None:
    desk = desk_with_incident()
    desk.deliver(10, resolved("a", 0, 10))

    desk.deliver(100, firing("a", 100))
    desk.wake(4000)

    assert desk.told() == ["quiet", "refired"]
    assert len(desk.opened()) == 1


def test_firing_within_the_reopen_window_continues_the_incident() -> None:
    desk = desk_with_incident()
    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(310)

    desk.deliver(310 + 3599, firing("a", 3909))

    assert desk.told() == ["quiet", "cleared", "refired"]
    assert len(desk.opened()) == 1


def test_firing_after_the_reopen_window_opens_another_incident() -> None:
    desk = desk_with_incident()
    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(310)

    desk.deliver(310 + 3600, firing("a", 3910))
    desk.wake(310 + 3605)

    assert [opened.key for opened in desk.opened()] == [f"{GROUP}:1", f"{GROUP}:2"]


def test_a_group_is_sealed_when_the_reopen_window_is_over() -> None:
    desk = desk_with_incident()
    desk.deliver(10, resolved("a", 0, 10))

    desk.wake(310 + 3600)

    assert alerts.sealed(desk.state)
    assert alerts.next_alarm(desk.state) is None
    assert desk.state.rows == {}


def test_a_group_that_never_had_an_incident_is_sealed_too() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0))
    desk.deliver(3, resolved("a", 0, 3))

    desk.wake(3 + 3600)

    assert alerts.sealed(desk.state)


def test_a_sealed_group_starts_again_with_the_next_episode() -> None:
    desk = desk_with_incident()
    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(9000)

    desk.deliver(9001, firing("a", 9001))
    assert not alerts.sealed(desk.state)
    desk.wake(9006)
    desk.number(9007, "INC-000002")

    assert desk.state.episode == 2
    assert desk.state.incident == "INC-000002"


def test_after_an_outage_deadlines_count_from_their_own_time() -> None:
    desk = desk_with_incident()
    desk.deliver(10, resolved("a", 0, 10))

    desk.do(5000, "alarm", name="quiet time")

    assert types(desk.facts)[-2:] == ["Cleared", "Sealed"]
    assert desk.facts[-2].data["since"] == stamp(clock(310))


def test_firing_that_waited_in_the_inbox_through_an_outage_belongs_to_the_incident_of_then() -> None:
    desk = desk_with_incident()
    desk.deliver(10, resolved("a", 0, 10))

    desk.deliver(9000, firing("a", 1000))

    assert len(desk.opened()) == 1
    assert desk.told() == ["quiet", "cleared", "refired"]


def test_monitoring_does_not_ask_to_resolve_what_a_person_has_taken() -> None:
    desk = desk_with_incident()

    desk.do(7, "touched", number="INC-000001")
    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(310)

    cleared = desk.effects[-1]
    assert isinstance(cleared, Send)
    assert cleared.data == {"event": "cleared", "severity": "critical", "count": 0, "resolve": False}


def test_monitoring_asks_to_resolve_what_nobody_has_taken() -> None:
    desk = desk_with_incident()

    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(310)

    cleared = desk.effects[-1]
    assert isinstance(cleared, Send)
    assert cleared.data["resolve"] is True


def test_a_person_takes_an_incident_once() -> None:
    desk = desk_with_incident()

    desk.do(7, "touched", number="INC-000001")
    again = desk.do(8, "touched", number="INC-000001")
    other = desk.do(9, "touched", number="INC-000077")

    assert again == []
    assert other == []


def test_a_new_episode_belongs_to_nobody_yet() -> None:
    desk = desk_with_incident()
    desk.do(7, "touched", number="INC-000001")
    desk.deliver(10, resolved("a", 0, 10))
    desk.do(400, "incident_resolved", number="INC-000001")
    desk.wake(9000)

    desk.deliver(9001, firing("a", 9001))
    desk.wake(9006)

    assert desk.state.touched is False
    assert desk.state.episode == 2


def test_firing_belongs_to_the_incident_as_long_as_people_keep_it_open() -> None:
    desk = desk_with_incident()
    desk.do(7, "touched", number="INC-000001")
    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(90_000)
    kept = desk.state

    desk.deliver(90_001, firing("a", 90_001))
    desk.wake(90_100)

    assert not alerts.sealed(kept)
    assert alerts.next_alarm(kept) is None
    assert len(desk.opened()) == 1
    assert desk.told()[-1] == "refired"


def test_the_watch_ends_when_people_resolve_what_they_kept_open() -> None:
    desk = desk_with_incident()
    desk.do(7, "touched", number="INC-000001")
    desk.deliver(10, resolved("a", 0, 10))
    desk.wake(90_000)

    desk.do(90_001, "incident_resolved", number="INC-000001")

    assert alerts.sealed(desk.state)


def test_firing_belongs_to_an_incident_that_people_reopened_after_the_watch_had_ended() -> None:
    desk = desk_with_incident()
    desk.deliver(10, resolved("a", 0, 10))
    desk.do(311, "incident_resolved", number="INC-000001")
    desk.wake(9_000)
    assert alerts.sealed(desk.state)

    desk.do(10_000, "incident_reopened", number="INC-000001")
    desk.deliver(20_000, firing("a", 20_000))

    assert len(desk.opened()) == 1
    assert desk.told()[-1] == "refired"


def test_words_of_another_incident_change_nothing() -> None:
    desk = desk_with_incident()

    assert desk.do(7, "incident_resolved", number="INC-000077") == []
    assert desk.do(8, "incident_reopened", number="INC-000077") == []


def test_people_do_not_command_an_alert_group() -> None:
    desk = desk_with_incident()

    with pytest.raises(Refused, match="people act on the incident"):
        desk.do(7, "touched", PERSON, number="INC-000001")


def test_an_unknown_action_is_refused_by_name() -> None:
    desk = Desk()

    with pytest.raises(Refused, match="'explode'"):
        desk.do(0, "explode")


def test_after_a_cancelled_incident_the_next_firing_opens_another() -> None:
    desk = desk_with_incident()

    desk.do(7, "incident_ended", number="INC-000001", status="cancelled")
    desk.deliver(20, firing("b", 20))
    desk.wake(25)

    assert [opened.key for opened in desk.opened()] == [f"{GROUP}:1", f"{GROUP}:2"]


def test_repetitions_of_what_people_cancelled_open_nothing() -> None:
    desk = desk_with_incident()

    desk.do(7, "incident_ended", number="INC-000001", status="cancelled")
    desk.deliver(20, firing("a", 0, at=20))
    desk.wake(4000)

    assert len(desk.opened()) == 1


def test_what_fires_on_after_its_incident_was_closed_and_sealed_opens_another() -> None:
    desk = desk_with_incident()

    desk.do(7, "incident_ended", number="INC-000001", status="closed")
    desk.deliver(20, firing("a", 0, at=20))
    desk.wake(25)

    assert len(desk.opened()) == 2


def test_an_alert_that_never_says_resolved_opens_another_incident_with_its_next_start() -> None:
    desk = desk_with_incident()

    desk.do(7, "incident_ended", number="INC-000001", status="cancelled")
    desk.deliver(500, firing("a", 499))
    desk.wake(505)

    assert len(desk.opened()) == 2


def test_of_a_tool_without_times_the_next_message_counts_as_new_once_the_incident_ended() -> None:
    desk = Desk()
    desk.deliver(0, alert("cron", at=0))
    desk.wake(5)
    desk.number(6)

    desk.do(7, "incident_ended", number="INC-000001", status="cancelled")
    desk.deliver(20, alert("cron", at=20))
    desk.wake(25)

    assert len(desk.opened()) == 2


def test_an_ended_incident_is_told_nothing_more() -> None:
    desk = desk_with_incident()

    desk.do(7, "incident_ended", number="INC-000001", status="cancelled")
    desk.deliver(20, resolved("a", 0, 20))
    desk.wake(9000)

    assert desk.told() == []
    assert alerts.sealed(desk.state)


def test_the_end_of_another_incident_changes_nothing() -> None:
    desk = desk_with_incident()

    facts = desk.do(7, "incident_ended", number="INC-000077", status="cancelled")

    assert facts == []
