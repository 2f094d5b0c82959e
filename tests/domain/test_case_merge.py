"""Merging: both tickets agree, or both go on; words and standing pass between them afterwards."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain.case_merge import MOST_FOLLOWERS
from longwatch.domain.incident import incident
from longwatch.domain.ticket import Send
from tests.domain.between import A, B, Between, C, requester_of
from tests.domain.incident_desk import AGENT, LEAD, TIMER, Desk, ref


def merged() -> Between:
    world = Between(A, B)
    world.send(requester_of(A), A, "message", public=True, body=ref("words"))
    world.send(AGENT, A, "merge", into=B)
    return world.settle()


def test_a_merged_incident_ends_and_says_where_it_goes_on() -> None:
    world = merged()

    state = world.states[A]
    assert (state.status, state.resolution, state.merging.into) == ("closed", "merged", B)
    assert world.links(A) == [("merged_into", B)]
    assert world.links(B) == [("merged_from", A)]
    assert world.notices(A, "merged") == [("user:requester-of-1",)]
    assert world.notices(B, "merged_here") == [("team:l1",)]


def test_the_other_gets_its_words_by_reference() -> None:
    fact = merged().last(B, "MergedHere")

    assert fact.data["title"] == ref(A)
    assert [one["body"] for one in fact.data["messages"]] == [ref("words")]
    assert fact.data["requester"] == "user:requester-of-1"


def test_what_its_requester_writes_later_reads_in_the_other() -> None:
    world = merged()

    world.send(requester_of(A), A, "message", public=True, body=ref("later"))
    world.settle()

    fact = world.last(B, "MessageForwarded")
    assert (fact.data["origin"], fact.data["body"], fact.data["writer"]) == (A, ref("later"), "user:requester-of-1")
    assert world.states[A].status == "closed"
    assert world.notices(B, "message") == [("team:l1",)]


def test_internal_notes_do_not_leave_the_ticket() -> None:
    world = merged()

    world.send(AGENT, A, "message", public=False, body=ref())
    world.send(AGENT, B, "message", public=False, body=ref())
    world.settle()

    assert "MessageForwarded" not in world.types(A) + world.types(B)


def test_what_the_desk_writes_to_the_other_reaches_its_requester() -> None:
    world = merged()

    world.send(AGENT, B, "message", public=True, body=ref("answer"))
    world.send(requester_of(B), B, "message", public=True, body=ref("private"))
    world.settle()

    bodies = [fact.data["body"] for fact in world.facts[A] if fact.type == "MessageForwarded"]
    assert bodies == [ref("answer")]
    assert world.notices(A, "reply") == [("user:requester-of-1",)]


def test_its_requester_learns_how_the_other_ends_and_it_is_sealed_no_sooner() -> None:
    world = merged()
    world.wait(days=40)
    assert not incident.sealed(world.states[A])

    world.send(AGENT, B, "resolve", code="fixed", text=ref("how"))
    world.settle()
    assert world.states[A].merging.status == "resolved"
    world.wait(days=40)

    assert world.notices(A, "followed") == [("user:requester-of-1",)] * 2
    assert world.states[A].merging.over
    assert incident.sealed(world.states[A])


def test_what_was_merged_into_a_major_incident_ends_when_that_was_reviewed() -> None:
    world = merged()
    staff = {"manager": "user:lead", "communications": "user:lead", "technical_lead": "user:lead"}
    world.send(LEAD, B, "declare_major", **staff)
    world.send(AGENT, B, "resolve", code="fixed", text=ref())
    world.send(LEAD, B, "stand_down", text=ref())
    world.wait(days=40)
    assert (world.states[B].status, world.states[A].merging.over) == ("closed", False)

    world.send(LEAD, B, "review_major", text=ref())
    world.settle()

    assert world.states[A].merging.over


def test_a_reply_of_a_follower_opens_the_other_again() -> None:
    world = merged()
    world.send(AGENT, B, "resolve", code="fixed", text=ref())
    world.settle()

    world.send(requester_of(A), A, "message", public=True, body=ref("still broken"))
    world.settle()

    assert world.states[B].resolved_at is None
    assert not world.states[A].merging.over


def test_what_was_merged_is_not_reopened_by_itself() -> None:
    world = merged()

    refused = world.tries(requester_of(A), A, "reopen", reason=ref())

    assert refused is not None
    assert B in refused


def test_words_pass_along_a_chain_of_merges() -> None:
    world = Between(A, B, C)
    world.send(AGENT, A, "merge", into=B)
    world.settle()
    world.send(AGENT, B, "merge", into=C)
    world.settle()

    world.send(requester_of(A), A, "message", public=True, body=ref("from afar"))
    world.send(AGENT, C, "message", public=True, body=ref("to all"))
    world.settle()

    assert world.last(C, "MessageForwarded").data["origin"] == A
    assert world.last(A, "MessageForwarded").data["body"] == ref("to all")
    assert world.last(A, "MessageForwarded").data["origin"] == C


def test_a_ticket_that_is_cancelled_or_merged_takes_nothing_in() -> None:
    world = Between(A, B, C)
    world.send(AGENT, B, "cancel", reason=ref())
    world.send(AGENT, A, "merge", into=B)
    world.settle()

    assert world.states[A].merging.into is None
    assert world.last(A, "MergeSetAside").data["reason"] == f"{B} is cancelled."
    assert world.notices(A, "merge_set_aside") == [("team:l1",)]


def test_two_that_are_merged_into_each_other_at_once_both_go_on() -> None:
    world = Between(A, B)
    world.send(AGENT, A, "merge", into=B)
    world.send(AGENT, B, "merge", into=A)

    world.settle()

    assert [world.states[number].merging.into for number in (A, B)] == [None, None]
    assert "closed" not in (world.states[A].status, world.states[B].status)


def test_a_ticket_that_gives_no_answer_is_given_up_after_ten_minutes() -> None:
    desk = Desk().open()
    desk.send(AGENT, "merge", into="INC-000009")
    desk.answer()

    desk.wait(minutes=11)

    assert desk.state.merging.into is None
    assert desk.last("MergeSetAside").actor == "system:timer"


def test_a_merge_whose_words_cannot_be_read_is_set_aside() -> None:
    desk = Desk(merge_words={"error": "The journal is away."}).open()

    desk.send(AGENT, "merge", into="INC-000009")
    desk.answer()

    assert (desk.state.merging.into, desk.state.retries) == (None, ())


def test_an_agreement_that_comes_too_late_is_taken_back() -> None:
    world = Between(A, B)
    world.send(AGENT, A, "merge", into=B)
    world.deliver((A, B))
    world.send(AGENT, A, "cancel", reason=ref())

    world.settle()

    assert world.states[B].merging.followers == ()
    assert world.links(B) == []
    assert world.states[A].status == "cancelled"


@pytest.mark.parametrize(
    ("into", "sentence"), [("INC-000001", "itself"), ("PRB-000002", "no incident"), ("nonsense", "ticket number")]
)
def test_a_merge_leads_into_another_ticket_of_the_same_kind(into: str, sentence: str) -> None:
    refused = Desk().open().refusal(AGENT, "merge", into=into)

    assert refused.field == "into"
    assert sentence in refused.reason


def test_a_parent_is_not_merged_while_it_has_children() -> None:
    desk = Desk().open()
    desk.send(AGENT, "link", type="parent_of", ticket="INC-000002")

    assert "children" in desk.refusal(AGENT, "merge", into="INC-000009").reason


def test_a_merge_answers_for_the_response_that_was_owed() -> None:
    state = merged().states[A]

    assert state.responded_at is not None
    assert all(clock.since is None for clock in state.clocks)


def test_an_alert_behind_a_merged_incident_opens_the_other_again() -> None:
    desk = Desk().open_by_alert()
    desk.send(AGENT, "merge", into="INC-000009")
    desk.answer()
    desk.send(TIMER, "told", event="merge_agreed", ticket="INC-000009", status="resolved")

    desk.send(TIMER.__class__("source:x", "monitoring"), "alert", event="refired")

    words = [one for one in desk.effects if isinstance(one, Send) and one.data.get("event") == "fires_again"]
    assert [one.ticket for one in words] == ["INC-000009"]
    assert desk.state.status == "closed"


def test_a_hundred_tickets_go_on_in_one_and_no_more() -> None:
    desk = Desk().open()
    for n in range(MOST_FOLLOWERS + 1):
        desk.send(TIMER, "told", event="merge", ticket=f"INC-{n + 100:06}", messages=[])

    assert len(desk.state.merging.followers) == MOST_FOLLOWERS
    assert desk.types().count("MergeDeclined") == 1


deeds = st.sampled_from(
    [
        ("merge", {"into": A}),
        ("merge", {"into": B}),
        ("merge", {"into": C}),
        ("cancel", {"reason": ref()}),
        ("resolve", {"code": "fixed", "text": ref()}),
        ("message", {"public": True, "body": ref()}),
        ("reopen", {"reason": ref()}),
    ]
)
step = st.one_of(st.tuples(deeds, st.sampled_from([A, B, C])), st.integers(0, 5), st.just("ten minutes"))


@given(st.lists(step, max_size=30))
@settings(max_examples=60, deadline=None)
def test_in_whatever_order_the_words_arrive_both_sides_know_the_same_merges(script: list[Any]) -> None:
    world = Between(A, B, C)
    for one in script:
        if isinstance(one, int):
            for pair in world.pairs()[one : one + 1]:
                world.deliver(pair)
        elif isinstance(one, str):
            world.wait(minutes=10, seconds=1)
        else:
            (action, data), number = one
            world.tries(AGENT, number, action, **data)

    world.settle()

    states = world.states
    for number in (A, B, C):
        merging = states[number].merging
        assert not merging.asked
        if merging.merged:
            assert number in states[merging.into].merging.followers
            assert merging.status in (states[merging.into].status, "closed")
        for follower in merging.followers:
            assert states[follower].merging.into == number
    assert not all(states[number].merging.merged for number in (A, B, C))
