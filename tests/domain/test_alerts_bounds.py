"""The alert group: its size, its names, what screens show of it."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from longwatch.domain import alerts
from longwatch.domain.ticket import Send, stamp
from tests.domain.alert_desk import PERSON, START, Desk, alert, clock, desk_with_incident, firing, resolved

STATE = TypeAdapter(alerts.State)


@dataclass
class Translated:
    """As much of an alert as says where it belongs."""

    fingerprint: str
    group: str


def test_a_group_keeps_two_thousand_fingerprints_and_counts_the_rest() -> None:
    desk = Desk()

    desk.deliver(0, *(firing(f"{number:016x}", 0) for number in range(2_500)))

    assert len(desk.state.rows) == 2_000
    assert desk.state.overflow == 500


def test_monitoring_does_not_ask_to_resolve_while_alerts_without_room_may_still_fire() -> None:
    desk = Desk()
    desk.deliver(0, *(firing(f"{number:016x}", 0) for number in range(2_001)))
    desk.wake(5)
    desk.number(6)

    desk.deliver(10, *(resolved(f"{number:016x}", 0, 10) for number in range(2_000)))
    desk.wake(310)

    cleared = desk.effects[-1]
    assert isinstance(cleared, Send)
    assert cleared.data["event"] == "cleared"
    assert cleared.data["resolve"] is False


def test_quiet_fingerprints_make_room_first_and_the_oldest_of_them() -> None:
    desk = Desk()
    desk.deliver(1, *(resolved(f"r{number}", 0, 1, at=number / 1_000) for number in range(1_000)))
    desk.deliver(2, *(firing(f"f{number}", 1) for number in range(1_500)))

    assert len(desk.state.rows) == 2_000
    assert desk.state.overflow == 0
    assert "r499" not in desk.state.rows
    assert "r500" in desk.state.rows


def test_the_largest_group_stays_under_two_hundred_kilobytes() -> None:
    desk = Desk()
    text, link = "🔥" * 10_000, "https://example.org/" + "x" * 1_900
    many = [
        firing(f"{number:020d}", 0.001, severity="critical", title="🔥" * 250, text=text, links=[link] * 10)
        for number in range(2_000)
    ]
    desk.deliver(0, *many)
    desk.deliver(1, *({**one, "state": "resolved", "ends_at": one["at"]} for one in many[1:]))

    assert len(STATE.dump_json(desk.state)) < 200_000


def test_a_long_fingerprint_is_kept_as_its_hash() -> None:
    desk = Desk()

    desk.deliver(0, firing("f" * 500, 0))
    desk.deliver(1, resolved("f" * 500, 0, 1))

    assert [len(key) for key in desk.state.rows] == [20]
    assert desk.state.transients == 1


def test_a_state_survives_its_journey_through_json() -> None:
    desk = desk_with_incident()
    desk.deliver(10, resolved("a", 0, 10), firing("b", 8), alert("c", at=10))

    assert STATE.validate_json(STATE.dump_json(desk.state)) == desk.state


def test_alerts_of_one_configuration_item_belong_together() -> None:
    by_item = alerts.correlation_key("prometheus", "db1", Translated("a", "g1"))

    assert by_item == alerts.correlation_key("prometheus", "db1", Translated("b", "g2"))
    assert by_item != alerts.correlation_key("zabbix", "db1", Translated("a", "g1"))


def test_without_a_configuration_item_the_tools_group_decides_and_without_that_the_alert() -> None:
    by_group = alerts.correlation_key("prometheus", None, Translated("a", "g1"))
    alone = alerts.correlation_key("prometheus", None, Translated("a", ""))

    assert by_group == "prometheus/group/g1"
    assert alone == "prometheus/alert/a"


def test_a_group_has_a_short_safe_name_that_never_changes() -> None:
    assert alerts.group_id("prometheus", "prometheus/ci/db1") == "alerts-75d50a58caf58816a680"


def test_the_summary_lists_firing_alerts_first_and_counts_everything() -> None:
    desk = desk_with_incident()
    desk.deliver(10, resolved("a", 0, 10), firing("b", 8, at=10, severity="warning"))

    shown = alerts.summary(desk.state)

    assert [row["fingerprint"] for row in shown["alerts"]] == ["b", "a"]
    assert shown["alerts"][0]["title"] == "Alert b"
    assert shown["counts"]["firing"] == 1
    assert shown["counts"]["resolved"] == 1
    assert shown["counts"]["alerts"] == 3
    assert shown["first_seen"] == stamp(START)
    assert shown["last_seen"] == stamp(clock(10))
    assert shown["incident"] == "INC-000001"


def test_the_summary_of_an_unheard_of_group_is_empty() -> None:
    shown = alerts.summary(alerts.State())

    assert shown["alerts"] == []
    assert shown["first_seen"] is None


def test_the_largest_group_stays_small_with_everything_that_judges_it() -> None:
    many = [firing(f"{number:020d}", 0.001, title="🔥" * 250, text="🔥" * 10_000) for number in range(2_000)]
    judged = {"occurrences": 30, "within": 600, "flap_count": 30, "ask_planned": True, "ask_trusted": True}
    desk = Desk({**judged, "auto_resolve": "always"})
    why = {"rule": "🔥" * 50, "reason": "🔥" * 5_000}
    desk.do(0, "alerts", **desk.about(), **why, alerts=many)
    desk.do(1, "answered", question="planned:1", kind="planned", answer={"until": None})
    for second in range(2, 60):
        desk.remark(second, "note", many[second]["fingerprint"], "🔥" * 5_000)
    desk.do(60, "snooze", PERSON, until=stamp(clock(900)), reason="🔥" * 5_000)

    assert desk.state.asked()
    assert desk.state.waiting
    assert len(STATE.dump_json(desk.state)) < 200_000
