"""Policies are data: what would not do what it says is refused by the entry's name."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from longwatch.domain.approval import Approval, PolicyFault, policy_data, read_policy
from longwatch.domain.approval_policy import AT_DEADLINE, MOST_STAGES, RULES, policy_of
from longwatch.domain.approval_state import MOST_PEOPLE
from longwatch.domain.ticket import Actor
from tests.domain.approval_desk import ANN, DAY, HOUR, Desk, policy, stage

names = st.sampled_from(["user:ann", "user:ben", "role:approver", "team:network"])
approvers = st.lists(
    st.builds(lambda name, weight: {"name": name, "weight": weight}, names, st.integers(1, 9)), max_size=3
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
some_stage = st.fixed_dictionaries(
    {"id": st.sampled_from(["cab", "board"]), "approvers": approvers, "rule": st.sampled_from(RULES)},
    optional={
        "title": st.just("CAB"),
        "need": st.integers(0, 101),
        "veto": st.sampled_from(["none", "all", ["user:ann"], "some"]),
        "deadline": st.sampled_from([0, HOUR, DAY]),
        "reminder": st.sampled_from([None, 60, DAY]),
        "at_deadline": st.sampled_from([*AT_DEADLINE, "shrug"]),
        "fallback": approvers,
    },
)


@given(stages=st.lists(some_stage, max_size=2), emergency=st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_policy_is_read_and_written_alike_or_refused_by_the_entrys_name(
    stages: list[dict[str, Any]], *, emergency: bool
) -> None:
    data = {"name": "usual", "version": 1, "stages": stages, "emergency": emergency}
    try:
        read = read_policy(data)
    except PolicyFault as fault:
        named = fault.field
    else:
        named = None
        assert read_policy(policy_data(read)) == read
        assert policy_of(policy_data(read)) == read

    assert named is None or named.split("[", maxsplit=1)[0] in ("stages", "name", "version", "emergency")


@given(st.dictionaries(st.sampled_from(["name", "version", "stages", "emergency"]), anything))
@settings(max_examples=150, deadline=None)
def test_nonsense_is_refused_as_a_fault_of_the_policy(data: dict[str, Any]) -> None:
    with pytest.raises(PolicyFault, match=r"\.$"):
        read_policy(data)


@given(st.dictionaries(st.sampled_from(list(stage())), anything))
@settings(max_examples=150, deadline=None)
def test_a_stage_with_one_entry_spoilt_names_it(spoilt: dict[str, Any]) -> None:
    data = policy({**stage("n_of", need=1), **spoilt})
    try:
        read_policy(data)
    except PolicyFault as fault:
        named = fault.field
    else:
        named = "stages[0]"

    assert named.startswith("stages[0]")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rule": "most"}, "stages[0].rule"),
        ({"rule": "n_of"}, "stages[0].need"),
        ({"rule": "n_of", "need": 0}, "stages[0].need"),
        ({"rule": "percent", "need": 101}, "stages[0].need"),
        ({"rule": "percent", "need": 50.5}, "stages[0].need"),
        ({"rule": "n_of", "need": 3, "approvers": ["user:ann", "user:ben"]}, "stages[0].need"),
        ({"rule": "weighted", "need": 9, "approvers": [{"name": "user:ann", "weight": 8}]}, "stages[0].need"),
        ({"approvers": []}, "stages[0].approvers"),
        ({"approvers": ["ann"]}, "stages[0].approvers[0].name"),
        ({"approvers": [7]}, "stages[0].approvers[0]"),
        ({"approvers": ["user:ann", "user:ann"]}, "stages[0].approvers"),
        ({"approvers": [{"name": "user:ann", "weight": 0}]}, "stages[0].approvers[0].weight"),
        ({"veto": ["user:eve"]}, "stages[0].veto"),
        ({"deadline": None}, "stages[0].deadline"),
        ({"deadline": 0}, "stages[0].deadline"),
        ({"deadline": True}, "stages[0].deadline"),
        ({"reminder": DAY}, "stages[0].reminder"),
        ({"id": ""}, "stages[0].id"),
        ({"at_deadline": "wait"}, "stages[0].at_deadline"),
        ({"at_deadline": "join"}, "stages[0].fallback"),
        ({"fallback": ["user:eve"]}, "stages[0].fallback"),
        ({"rule": "all", "at_deadline": "join", "fallback": ["user:eve"]}, "stages[0].at_deadline"),
    ],
)
def test_a_stage_that_would_not_do_what_it_says_is_refused_by_the_entrys_name(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(PolicyFault) as fault:
        read_policy(policy({**stage("any"), **changes}))

    assert fault.value.field == field


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (policy(name=""), "name"),
        (policy(version=0), "version"),
        (policy(emergency="yes"), "emergency"),
        ({**policy(), "stages": []}, "stages"),
        ({**policy(), "stages": ["cab"]}, "stages[0]"),
        (policy(stage(), stage()), "stages"),
    ],
)
def test_a_policy_that_is_none_is_refused_by_the_entrys_name(data: dict[str, Any], field: str) -> None:
    with pytest.raises(PolicyFault) as fault:
        read_policy(data)

    assert fault.value.field == field


def test_a_veto_may_be_everybodys_or_some_peoples() -> None:
    everybody = read_policy(policy(stage("any", "user:ann", "user:ben", veto="all"))).stages[0]
    some = read_policy(policy(stage("any", "user:ann", "user:ben", veto=[ANN.id]))).stages[0]

    assert [one.veto for one in everybody.approvers] == [True, True]
    assert [one.veto for one in some.approvers] == [True, False]


def test_approvers_are_named_alone_or_with_their_weight() -> None:
    read = read_policy(policy(stage("weighted", "user:ann", {"name": "role:approver", "weight": 3}, need=2))).stages[0]

    assert [(one.name, one.weight) for one in read.approvers] == [("user:ann", 1), ("role:approver", 3)]


def test_the_largest_approval_leaves_room_in_its_tickets_state() -> None:
    people = [f"user:somebody.called.so{n:03}" for n in range(MOST_PEOPLE)]
    comment = {"body": "0" * 36, "sha256": "0" * 64}
    desk = Desk(*(stage("all", "role:approver", id=f"s{n}") for n in range(MOST_STAGES)))
    desk.content = "0" * 64
    desk.people["role:approver"] = people
    desk.submit()

    for _ in range(MOST_STAGES):
        for name in people:
            desk.vote(Actor(name, roles=("approver",)), comment=comment)

    assert desk.outcome == "granted"
    assert len(TypeAdapter(Approval).dump_json(desk.approval)) < 150_000
