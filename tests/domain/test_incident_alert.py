"""An incident with an alert behind it: what monitoring may do to it and what only people may."""

import pytest

from longwatch.domain.incident import incident
from longwatch.domain.ticket import Send
from tests.domain.incident_desk import AGENT, LEAD, MONITORING, REQUESTER, UNKNOWN_CI, Desk, ref


def alert(desk: Desk, event: str, severity: str = "error", count: int = 1, **data: object) -> None:
    desk.send(MONITORING, "alert", event=event, severity=severity, count=count, **data)


def sent(desk: Desk) -> list[tuple[str, str, dict[str, object]]]:
    return [(one.ticket, one.action, dict(one.data)) for one in desk.effects if isinstance(one, Send)]


def test_an_incident_opened_by_an_alert_knows_its_group() -> None:
    link = Desk().open_by_alert("critical").state.alert

    assert link is not None
    assert (link.group, link.episode, link.link, link.severity) == ("ALG-1", 1, "firing", "critical")


@pytest.mark.parametrize(("event", "link"), [("quiet", "quiet"), ("flapping", "flapping"), ("firing", "firing")])
def test_the_alert_link_follows_the_alert_and_the_status_does_not(event: str, link: str) -> None:
    desk = Desk().open_by_alert()

    alert(desk, event, count=7)

    assert desk.state.alert is not None
    assert (desk.state.alert.link, desk.state.alert.count) == (link, 7)
    assert desk.state.status == "assigned"


def test_a_cleared_alert_resolves_what_no_human_touched() -> None:
    desk = Desk().open_by_alert()

    alert(desk, "cleared")

    assert desk.state.status == "resolved"
    assert desk.state.resolution == "cleared"
    assert desk.last("Resolved").data["automatic"] is True


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("take", {}),
        ("start", {}),
        ("message", {"public": False, "body": ref()}),
        ("prioritise", {"impact": 1}),
        ("hold", {"reason": "awaiting_supplier"}),
        ("tag", {"tags": ["seen"]}),
    ],
)
def test_a_cleared_alert_never_resolves_what_a_human_works_on(action: str, data: dict[str, object]) -> None:
    desk = Desk().open_by_alert()
    desk.send(AGENT, action, **data)
    status = desk.state.status

    alert(desk, "cleared")

    assert desk.state.status == status
    assert desk.state.alert is not None
    assert desk.state.alert.link == "cleared"


def test_the_first_human_touch_is_recorded_once_and_told_to_the_alert_group() -> None:
    desk = Desk().open_by_alert()

    desk.send(AGENT, "take")
    desk.send(LEAD, "tag", tags=["a"])

    assert desk.types().count("Touched") == 1
    assert sent(desk) == [("ALG-1", "touched", {"number": "INC-000001"})]


def test_a_requesters_message_is_no_touch_of_the_desk() -> None:
    desk = Desk().open()

    desk.send(REQUESTER, "message", public=True, body=ref())

    assert not desk.state.touched


@pytest.mark.parametrize("closed", [False, True])
def test_an_alert_that_fires_again_reopens_what_was_resolved_or_closed(*, closed: bool) -> None:
    desk = Desk().open_by_alert()
    alert(desk, "cleared")
    if closed:
        desk.wait(days=5)
        assert desk.state.status == "closed"

    alert(desk, "refired", count=2)

    assert desk.state.status == "assigned"
    assert desk.state.reopen_count == 1
    assert desk.state.alert is not None
    assert desk.state.alert.link == "firing"


def test_an_alert_that_fires_again_while_open_is_only_noted() -> None:
    desk = Desk().open_by_alert()

    alert(desk, "refired", count=2)

    assert desk.state.reopen_count == 0
    assert desk.state.status == "assigned"


def test_an_alert_does_not_reopen_what_was_cancelled_or_sealed() -> None:
    cancelled = Desk().open_by_alert()
    cancelled.send(AGENT, "cancel", reason=ref())
    sealed = Desk().open_by_alert()
    alert(sealed, "cleared")
    sealed.wait(days=60)

    assert "Open a new incident" in cancelled.refusal(MONITORING, "alert", event="refired").reason
    assert "Open a new incident" in sealed.refusal(MONITORING, "alert", event="refired").reason


def test_what_becomes_of_a_cancelled_incidents_alert_is_still_noted() -> None:
    desk = Desk().open_by_alert()
    desk.send(AGENT, "cancel", reason=ref())

    alert(desk, "cleared")

    assert desk.state.status == "cancelled"
    assert desk.state.alert is not None
    assert desk.state.alert.link == "cleared"


def test_the_end_is_told_to_the_alert_group_once() -> None:
    closed = Desk().open_by_alert()
    alert(closed, "cleared")
    closed.wait(days=60)
    cancelled = Desk().open_by_alert()
    cancelled.send(AGENT, "cancel", reason=ref())
    cancelled.wait(days=60)

    assert sent(closed) == [
        ("ALG-1", "incident_resolved", {"number": "INC-000001"}),
        ("ALG-1", "incident_ended", {"number": "INC-000001", "status": "closed"}),
    ]
    assert sent(cancelled)[1:] == [("ALG-1", "incident_ended", {"number": "INC-000001", "status": "cancelled"})]
    assert incident.sealed(closed.state)
    assert incident.sealed(cancelled.state)


def test_an_incident_without_an_alert_tells_nobody() -> None:
    desk = Desk().open()
    desk.send(AGENT, "cancel", reason=ref())

    assert sent(desk) == []


def test_a_graver_alert_raises_the_priority_and_a_lighter_one_does_not_lower_it() -> None:
    desk = Desk().open_by_alert("warning")
    assert desk.state.priority == 4

    alert(desk, "firing", severity="critical")
    assert desk.state.priority == 2

    alert(desk, "firing", severity="info")
    assert desk.state.priority == 2


def test_a_graver_alert_does_not_overrule_a_person() -> None:
    desk = Desk().open_by_alert("warning")
    desk.send(AGENT, "prioritise", impact=3, urgency=3)

    alert(desk, "firing", severity="critical")

    assert desk.state.priority == 5


def test_an_alert_about_an_incident_without_one_is_refused() -> None:
    assert "No alert stands behind" in Desk().open().refusal(MONITORING, "alert", event="quiet").reason


def test_an_event_or_severity_unknown_is_refused_by_name() -> None:
    desk = Desk().open_by_alert()

    assert desk.refusal(MONITORING, "alert", event="sneezed").field == "event"
    assert desk.refusal(MONITORING, "alert", event="quiet", severity="purple").field == "severity"
    assert desk.refusal(MONITORING, "alert", event="quiet", count=-1).field == "count"


def test_people_do_not_speak_for_monitoring() -> None:
    assert "Only the desk's own parts" in Desk().open_by_alert().refusal(LEAD, "alert", event="cleared").reason


@pytest.mark.parametrize("bad", [{"alert": "x"}, {"alert": {"group": 5}}, {"alert": {"group": "g", "severity": "?"}}])
def test_an_opening_with_a_broken_alert_is_refused(bad: dict[str, object]) -> None:
    desk = Desk()

    refused = desk.refusal(MONITORING, "open", number="INC-000001", title=ref(), source="monitoring", **bad)

    assert refused.field in ("alert", "severity")


def test_another_alert_that_joins_reopens_what_was_resolved_for_the_first() -> None:
    desk = Desk().open_by_alert()
    desk.send(AGENT, "resolve", code="fixed", text=ref("done"))

    alert(desk, "firing", count=2)

    assert desk.state.status == "assigned"
    assert desk.state.reopen_count == 1


def test_a_cleared_alert_does_not_resolve_while_others_without_room_may_still_fire() -> None:
    desk = Desk().open_by_alert()

    alert(desk, "cleared", resolve=False)

    assert desk.state.alert is not None
    assert (desk.state.alert.link, desk.state.status) == ("cleared", "assigned")


def test_severity_criticality_and_the_people_hit_all_count_for_the_priority() -> None:
    few = Desk(impact={**UNKNOWN_CI, "criticality": 3, "users": 20}).open_by_alert("warning", ci="db1")
    many = Desk(impact={**UNKNOWN_CI, "criticality": 3, "users": 4_000}).open_by_alert("warning", ci="db1")
    critical = Desk(impact={**UNKNOWN_CI, "criticality": 1, "users": 20}).open_by_alert("critical", ci="db1")

    assert (few.state.impact, few.state.urgency, few.state.priority) == (3, 3, 5)
    assert (many.state.impact, many.state.urgency, many.state.priority) == (1, 3, 3)
    assert (critical.state.impact, critical.state.urgency, critical.state.priority) == (1, 1, 1)
    assert many.last("PrioritySet").data["users"] == 4_000


def test_a_falling_severity_is_shown_and_lowers_no_priority() -> None:
    desk = Desk().open_by_alert("critical")
    before = desk.state.priority

    alert(desk, "firing", severity="info")
    desk.send(AGENT, "relate_ci", ci="db1")

    assert desk.state.alert is not None
    assert (desk.state.alert.severity, desk.state.alert.gravest) == ("info", "critical")
    assert desk.state.urgency == 1
    assert desk.state.priority == before


def test_what_people_say_in_the_tool_is_noted_and_touches_nothing() -> None:
    desk = Desk().open_by_alert()

    said = {"author": "ben", "text": "Disk ordered.", "about": "acknowledged", "source": "icinga"}
    desk.send(MONITORING, "alert", event="acknowledged", **said)
    alert(desk, "cleared")

    assert desk.last("AlertRemarked").data == {"event": "acknowledged", **said}
    assert desk.state.status == "resolved"


def test_a_policy_may_resolve_even_what_a_human_works_on() -> None:
    desk = Desk().open_by_alert()
    desk.send(AGENT, "take")

    alert(desk, "cleared", resolve=True, always=True)

    assert desk.state.status == "resolved"
