"""Splitting: messages of one ticket become another, once."""

import pytest

from tests.domain.between import A, Between, requester_of
from tests.domain.incident_desk import AGENT, REQUESTER, Desk, ref


def talked() -> tuple[Between, list[int]]:
    world = Between(A)
    for word in ("first", "second", "third"):
        world.send(requester_of(A), A, "message", public=True, body=ref(word))
    lines = [line for line, fact in enumerate(world.facts[A], 1) if fact.type == "MessageAdded"]
    return world, lines


def test_a_split_opens_another_ticket_with_the_chosen_words() -> None:
    world, lines = talked()

    world.send(AGENT, A, "split", title=ref("printer"), messages=lines[1:])
    world.settle()

    (fresh,) = world.opened.values()
    state = world.states[fresh]
    quoted = world.last(fresh, "MessagesQuoted").data
    assert (state.title, state.description, state.requester) == (ref("printer"), ref("second"), "user:requester-of-1")
    assert (quoted["origin"], [one["line"] for one in quoted["messages"]]) == (A, lines[1:])
    assert world.links(fresh) == [("split_from", A)]
    assert world.links(A) == [("split_into", fresh)]


def test_each_split_opens_one_ticket_and_the_next_split_another() -> None:
    world, lines = talked()

    world.send(AGENT, A, "split", title=ref(), messages=lines[:1])
    world.send(AGENT, A, "split", title=ref(), messages=lines[:1])
    world.settle()

    assert len(world.opened) == 2


def test_a_line_that_holds_no_message_splits_nothing_and_says_so() -> None:
    world, lines = talked()

    world.send(AGENT, A, "split", title=ref(), messages=[1, lines[0]])

    assert world.opened == {}
    assert world.last(A, "SplitSetAside").data["reason"] == f"No message stands in line 1 of {A}."
    assert world.states[A].splitting is None


def test_one_split_at_a_time() -> None:
    desk = Desk().open()
    desk.send(AGENT, "split", title=ref(), messages=[1])

    assert "already" in desk.refusal(AGENT, "split", title=ref(), messages=[1]).reason


@pytest.mark.parametrize("messages", [None, [], ["1"], [0], [True], list(range(1, 60)), "12"])
def test_the_messages_are_named_by_their_lines(messages: object) -> None:
    assert Desk().open().refusal(AGENT, "split", title=ref(), messages=messages).field == "messages"


def test_a_conversation_is_split_into_kinds_that_open_with_words_alone() -> None:
    assert Desk().open().refusal(AGENT, "split", title=ref(), messages=[1], kind="change").field == "kind"


def test_a_split_whose_words_cannot_be_read_is_set_aside_and_may_be_tried_again() -> None:
    desk = Desk(split_words={"error": "The journal is away."}).open()

    desk.send(AGENT, "split", title=ref(), messages=[1])
    desk.answer()

    assert (desk.state.splitting, desk.state.pending, desk.state.retries) == (None, (), ())
    desk.send(AGENT, "split", title=ref(), messages=[1])


def test_a_split_that_a_cancellation_overtook_blocks_no_other() -> None:
    desk = Desk().open()
    desk.send(AGENT, "split", title=ref(), messages=[1])
    desk.send(AGENT, "cancel", reason=ref())

    desk.send(AGENT, "split", title=ref(), messages=[2])
    desk.answer()

    assert desk.last("Split").data["messages"][0]["line"] == 2


def test_requesters_do_not_split() -> None:
    assert "roles" in Desk().open().refusal(REQUESTER, "split", title=ref(), messages=[1]).reason
