"""Buttons and decisions agree: what is shown works, what is missing would be refused, and the reason helps."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain import roles
from longwatch.domain.incident import incident
from longwatch.domain.incident_moves import ACTIONS, MOVES
from longwatch.domain.ticket import Actor, Command, Refused
from tests.domain.incident_desk import AGENT, AGENT2, LEAD, REQUESTER, STRANGER, Desk, fitting, ref

NAMES = [action.name for action in ACTIONS]


def desk_in(status: str) -> Desk:
    desk = Desk(routing={"team": None, "person": None, "reasons": []})
    if status == "":
        return desk
    desk.open()
    if status == "new":
        return desk
    desk.send(AGENT, "take")
    if status in ("in_progress", "on_hold", "resolved", "closed", "sealed"):
        desk.send(AGENT, "start")
    if status == "on_hold":
        desk.send(AGENT, "hold", reason="awaiting_supplier")
    if status in ("resolved", "closed", "sealed"):
        desk.send(AGENT, "resolve", code="fixed", text=ref())
    if status in ("closed", "sealed"):
        desk.send(REQUESTER, "confirm")
    if status == "cancelled":
        desk.send(AGENT, "cancel", reason=ref())
    return desk.wait(days=30) if status == "sealed" else desk


STATUSES = ["", "new", "assigned", "in_progress", "on_hold", "resolved", "closed", "cancelled", "sealed"]
DESKS = {status: desk_in(status) for status in STATUSES}

people = st.builds(
    Actor,
    st.sampled_from(["user:requester", "user:agent", "user:agent2", "user:other"]),
    st.just("person"),
    st.lists(st.sampled_from(roles.ROLES), max_size=3, unique=True).map(tuple),
    st.sampled_from([(), ("l1",), ("l2", "l1")]),
)
machines = st.builds(Actor, st.just("system:x"), st.sampled_from(["system", "monitoring", "ghost"]))


def works(desk: Desk, actor: Actor, action: str) -> bool:
    """Whether the desk would do it, asked with the least that makes sense."""
    data = fitting(desk.state, action, desk.at)
    try:
        incident.decide(desk.state, Command("c", action, desk.at, actor, data))
    except Refused:
        return False
    return True


@settings(max_examples=250)
@given(st.sampled_from(STATUSES), st.one_of(people, machines))
def test_a_button_is_shown_exactly_when_it_works(status: str, actor: Actor) -> None:
    desk = DESKS[status]

    shown = [action.name for action in incident.allowed(desk.state, actor)]

    assert shown == [action for action in NAMES if works(desk, actor, action)]


def test_before_the_opening_there_is_only_one_button() -> None:
    assert [action.name for action in incident.allowed(incident.State(), AGENT)] == ["open"]


def test_an_owner_at_work_sees_these_buttons() -> None:
    assert [action.name for action in incident.allowed(DESKS["in_progress"].state, AGENT)] == [
        "message",
        "resolve",
        "hold",
        "assign",
        "prioritise",
        "escalate",
        "relate_ci",
        "tag",
        "link",
        "merge",
        "split",
        "cancel",
        "propose_major",
    ]


def test_requesters_of_a_resolved_incident_may_confirm_reopen_or_write() -> None:
    shown = incident.allowed(DESKS["resolved"].state, REQUESTER)

    assert [action.name for action in shown] == ["message", "confirm", "reopen"]


def test_strangers_see_no_buttons_anywhere() -> None:
    assert [incident.allowed(DESKS[status].state, STRANGER) for status in STATUSES[1:]] == [[]] * 8


def test_buttons_name_their_fields_the_mandatory_among_them() -> None:
    for action in ACTIONS:
        assert action.label
        assert all(field in action.fields for field in action.required)


@pytest.mark.parametrize("status", STATUSES[1:])
def test_every_refusal_is_one_or_more_whole_sentences_with_a_way_out(status: str) -> None:
    state = DESKS[status].state

    reasons = [
        incident.obstacle(state, actor, name) for name in NAMES for actor in (AGENT, AGENT2, LEAD, REQUESTER, STRANGER)
    ]

    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons if reason is not None)


def test_a_refusal_by_rights_names_who_may() -> None:
    assert incident.obstacle(DESKS["new"].state, REQUESTER, "resolve") == (
        "Your roles (requester) do not allow this. Ask someone who is admin, agent or lead."
    )


def test_a_refusal_by_status_names_the_statuses_in_which_it_fits() -> None:
    assert incident.obstacle(DESKS["closed"].state, AGENT, "hold") == (
        "INC-000001 is closed; to hold it, it must be new, assigned, in progress or on hold. Reopen it first."
    )


def test_every_button_has_its_place_in_the_table_of_moves() -> None:
    assert all(name in MOVES for name in NAMES)
