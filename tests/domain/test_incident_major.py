"""The major incident: who declares it, who acts in it, what it owes and how it ends."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from longwatch.domain.incident import incident
from longwatch.domain.incident_major_axis import ACTIVE, AXIS, LABELS, mermaid
from longwatch.domain.ticket import Actor, Notify, Open, Refused, Send, stamp
from tests.domain.incident_desk import AGENT, AGENT2, DISPATCHER, LADDER, LEAD, REQUESTER, TIMER, Desk, policy, ref

MANAGER = Actor("user:manager", roles=("agent",))
SPEAKER = Actor("user:speaker", roles=("problem-manager",))
ENGINEER = Actor("user:engineer", roles=("agent",))
PROBLEMS = Actor("user:problems", roles=("problem-manager",))
STAFF: dict[str, Any] = {"manager": MANAGER.id, "communications": SPEAKER.id, "technical_lead": ENGINEER.id}
PAGE = Path(__file__).parents[2] / "docs" / "processes" / "major-incident.md"


def declared(**more: Any) -> Desk:
    desk = Desk().open()
    desk.send(AGENT, "start")
    desk.send(LEAD, "declare_major", **STAFF, **more)
    desk.answer()
    return desk


def stood_down() -> Desk:
    desk = declared()
    desk.send(ENGINEER, "mitigate", text=ref())
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.send(MANAGER, "stand_down", text=ref("down"))
    return desk


def notices(desk: Desk, template: str) -> list[tuple[str, ...]]:
    return [one.to for one in desk.effects if isinstance(one, Notify) and one.template == template]


def test_an_agent_proposes_and_a_lead_declares() -> None:
    desk = Desk().open()
    desk.send(AGENT, "propose_major", reason=ref())
    assert desk.state.major == "proposed"
    assert notices(desk, "major_proposed") == [("role:lead",)]
    assert "admin or lead" in desk.refusal(AGENT, "declare_major", **STAFF).reason

    desk.send(LEAD, "declare_major", **STAFF)

    assert desk.state.major == "declared"
    assert notices(desk, "major_declared") == [(*STAFF.values(), "role:lead")]


def test_a_proposal_may_be_declined() -> None:
    desk = Desk().open()
    desk.send(AGENT, "propose_major", reason=ref())

    desk.send(LEAD, "decline_major", reason=ref())

    assert desk.state.major == "none"


def test_a_declaration_makes_it_priority_1() -> None:
    state = declared().state

    assert (state.priority, state.impact, state.urgency, state.judged) == (1, 1, 1, "person")


@pytest.mark.parametrize("role", STAFF)
def test_a_declaration_names_everybody_who_acts(role: str) -> None:
    assert Desk().open().refusal(LEAD, "declare_major", **{**STAFF, role: None}).field == role


@pytest.mark.parametrize("cadence", [0, 299, 24 * 3600 + 1, "often", True])
def test_a_cadence_is_between_five_minutes_and_a_day(cadence: object) -> None:
    assert Desk().open().refusal(LEAD, "declare_major", **STAFF, cadence=cadence).field == "cadence"


def test_the_war_room_is_a_web_address() -> None:
    desk = declared(war_room="https://meet.example.com/1")

    assert desk.refusal(MANAGER, "set_war_room", war_room="javascript:alert(1)").field == "war_room"
    desk.send(ENGINEER, "set_war_room", war_room="https://meet.example.com/2")
    assert desk.state.major_team.war_room == "https://meet.example.com/2"


@pytest.mark.parametrize(
    ("action", "able", "unable"),
    [
        ("stakeholder_update", SPEAKER, ENGINEER),
        ("mitigate", ENGINEER, SPEAKER),
        ("staff_major", MANAGER, ENGINEER),
        ("set_war_room", SPEAKER, AGENT2),
    ],
)
def test_roles_act_and_others_are_told_whose_it_is(action: str, able: Actor, unable: Actor) -> None:
    desk = declared()
    data = {
        "staff_major": {"manager": AGENT2.id},
        "set_war_room": {"war_room": "https://meet.example.com"},
    }.get(action, {"text": ref()})

    assert desk.refusal(unable, action, **data).reason.startswith("That is for its ")
    assert action in [one.name for one in incident.allowed(desk.state, able)]
    desk.send(able, action, **data)


def test_a_role_changes_hands() -> None:
    desk = declared()
    desk.send(MANAGER, "staff_major", manager=AGENT2.id)

    assert desk.state.major_team.manager == AGENT2.id
    assert desk.state.major_team.communications == SPEAKER.id
    assert "stand_down" not in [one.name for one in incident.allowed(desk.state, MANAGER)]


def test_an_update_is_asked_for_missed_and_escalated_at_its_cadence() -> None:
    desk = declared(cadence=3600)
    start = desk.at

    desk.wait(hours=3)

    reminders = [(fact.data["n"], fact.at - start, fact.data["overdue"]) for fact in desk.all("UpdateReminded")]
    assert reminders == [
        (0, timedelta(minutes=45), False),
        (1, timedelta(minutes=60), True),
        (2, timedelta(minutes=90), True),
        (3, timedelta(minutes=150), True),
    ]
    assert notices(desk, "major_update_due") == [
        (SPEAKER.id,),
        (SPEAKER.id, MANAGER.id),
        (MANAGER.id, "role:lead"),
        (MANAGER.id, "role:lead"),
    ]


def test_an_update_to_stakeholders_begins_the_cadence_anew() -> None:
    desk = declared(cadence=3600)
    desk.wait(minutes=50)

    desk.send(SPEAKER, "stakeholder_update", text=ref("news"))
    desk.wait(minutes=40)

    assert len(desk.all("UpdateReminded")) == 1
    assert desk.last("MessageAdded").data["body"] == ref("news")
    assert desk.last("MessageAdded").data["by"] == "staff"
    assert notices(desk, "reply")[-1] == ("user:requester",)


def test_children_read_the_update_too() -> None:
    desk = declared()
    desk.send(TIMER, "linked", type="parent_of", ticket="INC-000002", marks=["INC-000002:1"])

    desk.send(SPEAKER, "stakeholder_update", text=ref("news"))

    words = [one for one in desk.effects if isinstance(one, Send) and one.data.get("event") == "forwarded"]
    assert [(one.ticket, one.data["body"]) for one in words] == [("INC-000002", ref("news"))]


def test_a_child_shows_its_parents_update_to_its_requester() -> None:
    desk = Desk().open()
    desk.send(AGENT, "link", type="child_of", ticket="INC-000002")
    words = {"body": ref("news"), "by": "staff", "writer": "user:speaker", "origin": "INC-000002"}

    desk.send(TIMER, "told", event="forwarded", ticket="INC-000002", **words)

    assert notices(desk, "reply") == [("user:requester",)]


def test_after_an_outage_only_the_last_reminder_is_told() -> None:
    desk = declared(cadence=3600)
    desk.at += timedelta(hours=2)

    desk.send(TIMER, "alarm", name="any")

    assert [fact.data["n"] for fact in desk.all("UpdateReminded")] == [2]


def test_it_is_stood_down_when_it_is_mitigated_or_resolved() -> None:
    desk = declared()
    assert "mitigated" in desk.refusal(MANAGER, "stand_down", text=ref()).reason

    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.send(MANAGER, "stand_down", text=ref())

    assert desk.state.major == "stood_down"
    assert desk.wait(days=1).all("UpdateReminded") == []


def test_nothing_closes_it_before_it_is_stood_down() -> None:
    desk = declared()
    desk.send(AGENT, "resolve", code="fixed", text=ref())

    desk.wait(days=30)

    assert desk.state.status == "resolved"
    assert "Stand it down" in desk.refusal(REQUESTER, "confirm").reason
    desk.send(MANAGER, "stand_down", text=ref())
    desk.wait(days=1)
    assert desk.state.status == "resolved"
    desk.wait(days=4)
    assert desk.state.status == "closed"


def test_nothing_seals_it_before_it_was_reviewed() -> None:
    desk = stood_down()
    desk.wait(days=60)
    assert (desk.state.status, incident.sealed(desk.state)) == ("closed", False)
    assert notices(desk, "major_review_due")[:2] == [(MANAGER.id,), (MANAGER.id, "role:lead")]

    desk.send(MANAGER, "review_major", text=ref("learnt"), problem=False)
    desk.wait(days=1)

    assert incident.sealed(desk.state)


def test_a_review_proposes_the_problem_record_once() -> None:
    desk = stood_down()

    desk.send(PROBLEMS, "review_major", text=ref("learnt"), problem=True)

    (opening,) = [one for one in desk.effects if isinstance(one, Open)]
    assert opening.kind == "problem"
    assert opening.data["links"] == [{"type": "caused", "ticket": "INC-000001"}]
    assert (opening.data["major_review"], opening.data["description"]) == (True, ref("learnt"))
    assert "must be" in desk.refusal(PROBLEMS, "review_major", text=ref(), problem=True).reason


def test_a_review_without_a_cause_to_find_opens_nothing() -> None:
    desk = stood_down()

    desk.send(MANAGER, "review_major", text=ref())

    assert [one for one in desk.effects if isinstance(one, Open)] == []


def test_what_comes_back_is_judged_anew() -> None:
    desk = stood_down()
    desk.send(REQUESTER, "reopen", reason=ref())

    assert desk.state.major == "proposed"
    assert notices(desk, "major_proposed") == [("role:lead",)]


def test_what_comes_back_before_it_was_stood_down_goes_on() -> None:
    desk = declared()
    desk.send(ENGINEER, "mitigate", text=ref())
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.wait(hours=1)

    desk.send(REQUESTER, "reopen", reason=ref())

    assert desk.state.major == "declared"
    assert desk.state.major_team.spoke_at == desk.at
    assert len(notices(desk, "major_goes_on")) == 1


def test_what_was_declared_is_neither_cancelled_nor_merged() -> None:
    desk = declared()

    assert "stand it down" in desk.refusal(LEAD, "cancel", reason=ref()).reason
    assert "major" in desk.refusal(AGENT, "merge", into="INC-000009").reason


def test_a_rung_of_the_ladder_proposes_it() -> None:
    rungs = [{"id": "r100", "clock": "response", "share": 100, "do": [{"propose_major": True}, {"level": 1}]}]
    desk = Desk(policy=lambda _, since, until: policy(since, until, ladder={**LADDER, "rungs": rungs})).open()

    desk.wait(hours=1)

    assert desk.state.major == "proposed"
    assert desk.last("MajorProposed").data["rung"] == "r100"
    assert desk.state.level == 1


def test_it_says_what_the_major_incident_waits_for() -> None:
    proposed = Desk().open()
    proposed.send(DISPATCHER, "propose_major", reason=ref())
    desk = declared(cadence=600)

    said = {one["what"]: one for one in incident.waiting_for(desk.state)}
    assert any("lead to declare" in one["what"] for one in incident.waiting_for(proposed.state))
    assert said["Owes its stakeholders an update."]["until"] == stamp(desk.at + timedelta(minutes=10))
    assert said["Owes its stakeholders an update."]["who"] == SPEAKER.id
    assert any("review" in one["what"] for one in incident.waiting_for(stood_down().state))


def test_the_page_draws_exactly_the_axis() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert f"```mermaid\n{mermaid()}\n```" in page
    assert all(f"`{axis}`" in page for axis in LABELS)


ACTORS = (LEAD, MANAGER, SPEAKER, ENGINEER, AGENT2, REQUESTER, DISPATCHER)
ACTS: dict[str, dict[str, Any]] = {
    **{name: {"text": ref()} for name in ("mitigate", "stand_down", "stakeholder_update", "review_major")},
    **{name: {"reason": ref()} for name in ("propose_major", "decline_major", "cancel", "reopen")},
    "declare_major": STAFF,
    "staff_major": {"manager": "user:agent2", "cadence": 900},
    "set_war_room": {"war_room": "https://meet.example.com"},
    "resolve": {"code": "fixed", "text": ref()},
    "confirm": {},
}


class AMajorIncident(RuleBasedStateMachine):
    """Everybody tries everything, and time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk().open()
        self.axis = "none"

    @rule(actor=st.sampled_from(ACTORS), action=st.sampled_from(sorted(ACTS)))
    def asks(self, actor: Actor, action: str) -> None:
        shown = action in [one.name for one in incident.allowed(self.desk.state, actor)]
        before = self.desk.state
        refused: Refused | None = None
        try:
            self.desk.send(actor, action, **ACTS[action])
        except Refused as refusal:
            refused = refusal
        assert shown or refused is not None
        assert not shown or refused is None or refused.field is not None
        assert refused is None or self.desk.state == before
        self.desk.answer()

    @rule(minutes=st.integers(0, 300))
    def minutes_pass(self, minutes: int) -> None:
        self.desk.wait(minutes=minutes)

    @rule(days=st.integers(1, 12))
    def days_pass(self, days: int) -> None:
        self.desk.wait(days=days)

    @invariant()
    def it_moves_along_the_axis_alone(self) -> None:
        after = self.desk.state.major
        moves = [(source, goal) for table in AXIS.values() for source, goal in table.items()]
        assert after == self.axis or (self.axis, after) in moves or after == "none"
        self.axis = after

    @invariant()
    def it_is_not_over_while_somebody_owes_something(self) -> None:
        state = self.desk.state
        if state.major in ACTIVE:
            assert state.status not in ("closed", "cancelled")
            assert state.major_team is not None
        assert not (state.major == "stood_down" and incident.sealed(state))


AMajorIncident.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestAnyMajorIncident = AMajorIncident.TestCase
