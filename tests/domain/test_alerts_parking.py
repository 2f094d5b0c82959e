"""Planned work, of the desk and of the tool: parked, and judged at the end."""

from typing import Any

import pytest

from longwatch.domain import alerts
from tests.domain.alert_desk import GROUP, Desk, alert, clock, firing, resolved, said, types, when

HOUR = 3_600


def asking(until: float | None = None, **settings: Any) -> Desk:
    """A group that asks for planned work, which lasts until so many seconds after the start."""
    return Desk({"ask_planned": True, **settings}, answers={"planned": said(until)})


def test_before_an_incident_is_asked_for_the_desk_is_asked_what_is_planned_at_that_instant() -> None:
    desk = Desk({"ask_planned": True})
    desk.deliver(0, firing("a", 0))
    desk.wake(5)

    (question,) = alerts.questions(desk.state)

    assert question.kind == "planned"
    assert question.data == {"ci": "db1", "source": "prometheus", "at": when(5)}
    assert desk.opened() == []


def test_where_nothing_is_planned_the_incident_is_asked_for_as_of_that_instant() -> None:
    desk = asking()
    desk.deliver(0, firing("a", 0))

    desk.wake(5)

    assert [opened.key for opened in desk.opened()] == [f"{GROUP}:1"]
    assert desk.facts[-1].data["since"] == when(5)
    assert alerts.questions(desk.state) == ()


def test_planned_work_parks_until_it_ends_and_what_fires_then_is_an_incident_at_that_instant() -> None:
    desk = asking(HOUR)
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    parked = desk.state

    desk.wake(HOUR)

    assert (parked.link, parked.parked_by, parked.until) == ("parked", "CHG-000001", clock(HOUR))
    assert parked.parked_text == "Change CHG-000001 is scheduled."
    assert desk.facts[-1].type == "IncidentRequested"
    assert desk.facts[-1].data["since"] == when(HOUR)
    assert (desk.state.parked_by, desk.state.parked_text) == (None, None)


def test_what_is_parked_hears_of_more_alerts_and_opens_nothing() -> None:
    desk = asking(HOUR, open_after=2)
    desk.deliver(0, firing("a", 0))
    desk.wake(5)

    for second in range(100, 200):
        desk.deliver(second, firing(f"n{second}", second, severity="critical"))

    assert desk.opened() == []
    assert desk.state.link == "parked"


def test_work_that_overruns_parks_on() -> None:
    desk = asking(HOUR)
    desk.deliver(0, firing("a", 0))
    desk.wake(5)

    desk.answers["planned"] = said(HOUR + 900)
    desk.wake(HOUR)
    assert (desk.state.link, desk.state.until) == ("parked", clock(HOUR + 900))
    desk.wake(HOUR + 900)

    assert len(desk.opened()) == 1


def test_what_ended_while_parked_was_a_transient() -> None:
    desk = asking(HOUR)
    desk.deliver(0, firing("a", 0))
    desk.wake(5)

    desk.deliver(600, resolved("a", 0, 600))
    desk.wake(3 * HOUR)

    assert desk.opened() == []
    assert desk.state.transients == 1
    assert alerts.sealed(desk.state)


def test_a_transient_is_shown_as_suspended() -> None:
    desk = asking(HOUR)
    desk.deliver(0, firing("a", 0), firing("b", 0))
    desk.wake(5)

    desk.deliver(600, resolved("a", 0, 600))

    shown = alerts.summary(desk.state)
    assert {row["fingerprint"]: row["state"] for row in shown["alerts"]} == {"a": "suspended", "b": "firing"}
    assert shown["parked"] == {
        "by": "CHG-000001",
        "text": "Change CHG-000001 is scheduled.",
        "until": when(HOUR),
        "snoozed": False,
    }


def test_firing_again_within_the_planned_work_is_parked_again() -> None:
    desk = asking(HOUR)
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    desk.deliver(600, resolved("a", 0, 600))

    desk.deliver(700, firing("a", 700))
    desk.wake(705)

    assert (desk.state.link, desk.state.parked_by) == ("parked", "CHG-000001")


def test_the_incident_of_a_survivor_bears_the_words_of_what_still_fires() -> None:
    desk = asking(HOUR)
    desk.deliver(0, firing("a", 0, title="Gone"), firing("b", 0, title="Still here", severity="warning"))
    desk.wake(5)
    desk.deliver(600, resolved("a", 0, 600))

    desk.wake(HOUR)

    assert desk.opened()[0].texts["title"] == "Still here"


@pytest.mark.parametrize("answer", [{"error": "KeyError: 'planned'"}, None, "?"])
def test_where_nobody_can_say_what_is_planned_the_incident_is_asked_for(answer: Any) -> None:
    desk = Desk({"ask_planned": True}, answers={"planned": lambda _: answer})
    desk.deliver(0, firing("a", 0))

    desk.wake(5)

    assert types(desk.facts)[-2:] == ["PlannedUnknown", "IncidentRequested"]


def test_an_answer_that_never_comes_is_waited_for_five_minutes_long() -> None:
    desk = Desk({"ask_planned": True})
    desk.deliver(0, firing("a", 0))

    desk.wake(304)
    early = len(desk.opened())
    desk.wake(305)

    assert (early, len(desk.opened())) == (0, 1)
    assert desk.facts[-1].data["since"] == when(5)


def test_commands_that_waited_longer_do_not_end_the_patience() -> None:
    desk = Desk({"ask_planned": True})
    desk.deliver(0, firing("a", 0))
    desk.deliver(10, firing("b", 10))

    desk.deliver(9_000, firing("c", 9_000))
    desk.answers["planned"] = said(20_000)
    desk.answer(9_000)

    assert desk.opened() == []
    assert desk.state.link == "parked"


def test_an_end_that_comes_before_the_answer_is_judged_after_it() -> None:
    late = Desk({"ask_planned": True})
    late.deliver(0, firing("a", 0))
    late.deliver(20, resolved("a", 0, 20))
    late.answers["planned"] = said(None)

    late.answer(30)

    assert types(late.facts)[-2:] == ["IncidentRequested", "WentQuiet"]
    assert late.state.until == clock(320)
    assert late.facts[-2].data["severity"] == "critical"


def test_an_end_that_comes_before_the_answer_is_a_transient_where_work_is_planned() -> None:
    late = Desk({"ask_planned": True})
    late.deliver(0, firing("a", 0))
    late.deliver(20, resolved("a", 0, 20))
    late.answers["planned"] = said(HOUR)

    late.answer(30)

    assert types(late.facts)[-2:] == ["Parked", "TransientSeen"]
    assert late.state.link == "idle"


def test_an_answer_to_another_question_changes_nothing() -> None:
    desk = Desk({"ask_planned": True})
    desk.deliver(0, firing("a", 0))
    desk.wake(5)

    assert desk.do(6, "answered", question="planned:7", kind="planned", answer={"until": when(HOUR)}) == []


def test_what_the_tool_calls_planned_is_parked_until_it_says_that_it_is_over() -> None:
    desk = asking(hold_down=60)
    desk.deliver(0, firing("a", 0))
    desk.remark(10, "planned", text="Downtime until six.")
    parked = desk.state
    desk.wake(HOUR)
    meanwhile = len(desk.opened())

    desk.remark(HOUR, "planned_over")

    assert (parked.link, parked.parked_by, parked.parked_text) == ("parked", "tool", "Downtime until six.")
    assert (meanwhile, len(desk.opened())) == (0, 1)


def test_as_long_as_something_else_fires_the_tools_planned_work_parks_nothing() -> None:
    desk = asking(hold_down=60)
    desk.deliver(0, firing("a", 0), firing("b", 0))

    desk.remark(10, "planned", "a")
    one = desk.state.link
    desk.remark(11, "planned", "b")

    assert (one, desk.state.link) == ("pending", "parked")


def test_another_alert_is_not_covered_by_what_the_tool_calls_planned() -> None:
    desk = asking(hold_down=60)
    desk.deliver(0, firing("a", 0))
    desk.remark(10, "planned")

    desk.deliver(20, firing("b", 20))
    desk.wake(80)

    assert len(desk.opened()) == 1


def test_what_the_tool_calls_planned_ends_as_a_transient_and_is_not_believed_for_ever() -> None:
    ended, forgotten = asking(hold_down=60), asking(hold_down=60)
    for desk in (ended, forgotten):
        desk.deliver(0, firing("a", 0))
        desk.remark(10, "planned")

    ended.deliver(20, resolved("a", 0, 20))
    forgotten.wake(10 + 86_400)

    assert (ended.state.link, ended.state.transients) == ("idle", 1)
    assert len(forgotten.opened()) == 1


def test_planned_work_of_an_open_incidents_alert_is_passed_on_as_a_note() -> None:
    desk = asking()
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    desk.number(6)

    desk.remark(10, "planned", text="Downtime.")

    assert desk.sent() == [
        {"event": "noted", "about": "planned", "author": "ben", "text": "Downtime.", "source": "prometheus"}
    ]


def test_an_alert_that_ends_and_begins_with_no_times_is_parked_as_well() -> None:
    desk = asking(HOUR)
    desk.deliver(0, alert("cron", at=0))
    desk.wake(5)

    desk.deliver(100, alert("cron", at=100))

    assert desk.state.link == "parked"


def test_what_fired_through_the_end_of_the_work_is_an_incident_though_it_was_all_heard_late() -> None:
    late = Desk({"ask_planned": True})
    late.deliver(0, firing("a", 0))
    late.deliver(500, resolved("a", 0, 500))
    late.answers["planned"] = said(100)

    late.answer(600)

    assert [fact.data["since"] for fact in late.facts if fact.type == "IncidentRequested"] == [when(100)]
    assert (late.state.link, late.state.until) == ("quiet", clock(800))
