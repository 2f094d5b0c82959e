"""Alerts that flap: told once, silent while they go on, judged when nothing changes any more."""

from longwatch.domain import alerts
from tests.domain.alert_desk import Desk, desk_with_incident, firing, resolved, types

FLAPS = {"flap_count": 3, "flap_within": 600, "flap_quiet": 120}


def flickers(desk: Desk, *starts: int, key: str = "a") -> None:
    """Fires for ten seconds at each of these times."""
    for start in starts:
        desk.wake(start)
        desk.deliver(start, firing(key, start))
        desk.deliver(start + 10, resolved(key, start, start + 10))


def flapping() -> Desk:
    """An incident whose alert was found flapping at second 200."""
    desk = desk_with_incident(**FLAPS)
    desk.deliver(10, resolved("a", 0, 10))
    flickers(desk, 100, 200)
    return desk


def test_the_incident_hears_of_flapping_once_and_of_nothing_while_it_goes_on() -> None:
    desk = flapping()

    flickers(desk, 300, 400, 500)

    assert desk.told() == ["quiet", "refired", "quiet", "flapping"]
    assert (desk.state.link, desk.state.flaps) == ("flapping", 1)


def test_flapping_is_over_when_nothing_changed_for_its_time_and_rest_begins_the_quiet_time() -> None:
    desk = flapping()
    flickers(desk, 300)

    desk.wake(429)
    before = desk.state.link
    desk.wake(430)

    assert (before, desk.state.link) == ("flapping", "quiet")
    desk.wake(730)
    assert desk.told()[-3:] == ["flapping", "quiet", "cleared"]


def test_what_fires_when_flapping_is_over_is_told_as_firing() -> None:
    desk = flapping()
    desk.deliver(250, firing("a", 250))

    desk.wake(370)

    assert desk.told()[-1] == "firing"
    assert desk.state.link == "firing"


def test_repetitions_do_not_prolong_flapping() -> None:
    desk = flapping()
    desk.deliver(250, firing("a", 250))

    desk.deliver(300, firing("a", 250, at=300))
    desk.wake(370)

    assert desk.state.link == "firing"


def test_flapping_found_anew_is_told_anew() -> None:
    desk = flapping()
    desk.wake(330)
    assert desk.state.link == "quiet"

    flickers(desk, 340, 400)
    early = desk.told().count("flapping")
    flickers(desk, 460)

    assert (early, desk.told().count("flapping")) == (1, 2)


def test_a_group_flaps_as_a_whole_though_none_of_its_alerts_does() -> None:
    desk = desk_with_incident(**FLAPS)
    desk.deliver(10, resolved("a", 0, 10))

    flickers(desk, 100, key="b")
    flickers(desk, 200, key="c")

    assert desk.told()[-1] == "flapping"


def test_what_flickers_too_short_for_the_hold_down_is_an_incident_once_it_flaps() -> None:
    desk = Desk({**FLAPS, "hold_down": 60})
    flickers(desk, 0, 100)
    early = len(desk.opened())

    flickers(desk, 200)
    desk.number(211)

    assert (early, len(desk.opened())) == (0, 1)
    assert desk.told() == ["flapping"]


def test_a_worse_severity_is_told_while_it_flaps() -> None:
    desk = desk_with_incident(**FLAPS)
    desk.deliver(7, resolved("a", 0, 7))
    for start in (100, 200):
        desk.deliver(start, firing("b", start, severity="info"))
        desk.deliver(start + 1, resolved("b", start, start + 1, severity="info"))
    assert desk.state.link == "flapping"
    desk.deliver(220, firing("b", 220, severity="info"))

    desk.deliver(225, firing("c", 225, severity="critical"))

    assert desk.told()[-1] == "flapping"


def test_flapping_in_the_reopen_window_reopens_the_incident_first() -> None:
    desk = desk_with_incident(**{**FLAPS, "quiet": 5})
    desk.deliver(10, resolved("a", 0, 10))

    flickers(desk, 100, 200)

    assert desk.told()[-2:] == ["refired", "flapping"]


def test_what_the_tool_itself_calls_flapping_is_flapping_until_the_tool_speaks_of_it_again() -> None:
    desk = desk_with_incident(flap_quiet=120)
    desk.remark(10, "flapping")
    desk.deliver(20, firing("b", 20))
    desk.wake(5_000)
    meanwhile = desk.state.link

    desk.deliver(5_001, resolved("a", 0, 5_001))
    desk.wake(5_121)

    assert (meanwhile, desk.state.link) == ("flapping", "firing")
    assert desk.told() == ["flapping", "firing"]


def test_a_tool_that_never_says_that_flapping_is_over_is_not_believed_for_ever() -> None:
    desk = desk_with_incident()
    desk.remark(10, "flapping")

    desk.wake(10 + 86_400)

    assert desk.state.link == "firing"


def test_a_remark_of_flapping_about_what_does_not_fire_opens_nothing() -> None:
    desk = Desk()
    desk.deliver(0, resolved("a", 0, 0))

    facts = desk.remark(1, "flapping")

    assert types(facts) == ["RemarkHeard"]
    assert desk.opened() == []


def test_an_incident_that_ends_while_its_alert_flaps_leaves_a_group_that_ends_by_itself() -> None:
    desk = flapping()

    desk.do(250, "incident_ended", number="INC-000001", status="cancelled")
    desk.wake(9_000)

    assert alerts.sealed(desk.state)
    assert desk.told().count("flapping") == 1
