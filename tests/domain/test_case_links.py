"""Links between tickets: both sides know them, and what becomes of one is told to the other."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch import messages
from longwatch.domain.case_links_rules import KINDS
from longwatch.domain.case_moves import INVERSE
from longwatch.domain.incident import incident
from longwatch.domain.ticket import Refused
from tests.domain.between import A, B, Between, C
from tests.domain.incident_desk import AGENT, REQUESTER, TIMER, Desk, ref


def test_kinds_of_tickets_begin_their_numbers_as_everywhere_else() -> None:
    assert dict(KINDS) == {prefix: kind for kind, prefix in messages.PREFIXES.items()}


def test_a_link_stands_on_both_sides_under_either_name() -> None:
    world = Between(A, B)

    world.send(AGENT, A, "link", type="child_of", ticket=B)
    world.settle()

    assert world.links(A) == [("child_of", B)]
    assert world.links(B) == [("parent_of", A)]


def test_unlinking_on_either_side_undoes_it_on_both() -> None:
    world = Between(A, B)
    world.send(AGENT, A, "link", type="child_of", ticket=B)
    world.settle()

    world.send(AGENT, B, "unlink", type="parent_of", ticket=A)
    world.settle()

    assert world.links(A) == world.links(B) == []
    assert [fact.data.get("mirror", False) for fact in world.facts[A] if fact.type == "Unlinked"] == [True]


def test_what_is_not_linked_cannot_be_unlinked() -> None:
    desk = Desk().open()

    assert "no links" in desk.refusal(AGENT, "unlink", type="related", ticket="INC-000002").reason
    desk.send(AGENT, "link", type="related", ticket="INC-000003")
    assert desk.refusal(AGENT, "unlink", type="related", ticket="INC-000002").field == "ticket"


def test_unlinking_takes_away_only_the_acts_of_linking_it_knew_of() -> None:
    world = Between(A, B)
    world.send(AGENT, A, "link", type="related", ticket=B)
    world.settle()

    world.send(AGENT, A, "unlink", type="related", ticket=B)
    world.send(AGENT, B, "unlink", type="related", ticket=A)
    world.send(AGENT, B, "link", type="related", ticket=A)
    world.settle()

    assert world.links(A) == [("related", B)]
    assert world.links(B) == [("related", A)]


@pytest.mark.parametrize(
    ("type_", "ticket"),
    [
        ("caused_by", "INC-000002"),
        ("caused_by", "REQ-000002"),
        ("caused", "PRB-000002"),
        ("duplicate_of", "PRB-000002"),
        ("parent_of", "CHG-000002"),
        ("resolves", "INC-000002"),
    ],
)
def test_kinds_that_do_not_fit_are_refused_with_what_would(type_: str, ticket: str) -> None:
    refused = Desk().open().refusal(AGENT, "link", type=type_, ticket=ticket)

    assert refused.field == "type"
    assert "can be linked so" in refused.reason


@pytest.mark.parametrize(
    ("type_", "ticket"),
    [
        ("caused_by", "PRB-000002"),
        ("caused_by", "CHG-000002"),
        ("resolved_by", "CHG-000002"),
        ("related", "REQ-000002"),
        ("follows", "PRB-000002"),
        ("has_duplicate", "INC-000002"),
    ],
)
def test_links_lead_across_kinds_where_it_makes_sense(type_: str, ticket: str) -> None:
    desk = Desk().open()

    desk.send(AGENT, "link", type=type_, ticket=ticket)

    assert [(link.type, link.ticket) for link in desk.state.links] == [(type_, ticket)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("child_of", B), ("child_of", C)),
        (("child_of", B), ("parent_of", C)),
        (("parent_of", B), ("child_of", C)),
        (("child_of", B), ("parent_of", B)),
        (("duplicate_of", B), ("duplicate_of", C)),
        (("has_duplicate", B), ("duplicate_of", C)),
    ],
)
def test_families_are_flat(first: tuple[str, str], second: tuple[str, str]) -> None:
    desk = Desk().open()
    desk.send(AGENT, "link", type=first[0], ticket=first[1])

    refused = desk.refusal(AGENT, "link", type=second[0], ticket=second[1])

    assert f"{first[1]} already. Unlink that first." in refused.reason


def test_two_that_become_each_others_child_at_once_become_neither() -> None:
    world = Between(A, B)
    world.send(AGENT, A, "link", type="child_of", ticket=B)
    world.send(AGENT, B, "link", type="child_of", ticket=A)

    world.settle()

    assert world.links(A) == world.links(B) == []
    assert world.notices(A, "link_declined") == [("team:l1",)]


def test_a_circle_of_three_at_once_does_not_come_about() -> None:
    world = Between(A, B, C)
    for child, parent in ((A, B), (B, C), (C, A)):
        world.send(AGENT, child, "link", type="child_of", ticket=parent)

    world.settle()

    parents = [link for number in (A, B, C) for link in world.links(number) if link[0] == "child_of"]
    assert len(parents) <= 1


def test_an_incident_opened_under_the_first_rules_keeps_linking_as_it_did() -> None:
    desk = Desk().open(rules=1)

    desk.send(AGENT, "link", type="caused_by", ticket="INC-000002")
    desk.send(AGENT, "link", type="child_of", ticket="INC-000003")
    desk.send(AGENT, "link", type="child_of", ticket="INC-000004")

    assert len(desk.state.links) == 3


types = st.sampled_from(["related", "child_of", "parent_of", "duplicate_of", "has_duplicate", "follows"])
acts = st.tuples(st.sampled_from(["link", "unlink"]), st.sampled_from([A, B, C]), st.sampled_from([A, B, C]), types)
steps = st.lists(st.one_of(acts, st.integers(0, 5)), max_size=40)


@given(steps)
@settings(max_examples=80, deadline=None)
def test_in_whatever_order_the_words_arrive_both_sides_agree(script: list[Any]) -> None:
    world = Between(A, B, C)
    for step in script:
        if isinstance(step, int):
            for pair in world.pairs()[step : step + 1]:
                world.deliver(pair)
        else:
            action, number, other, type_ = step
            world.tries(AGENT, number, action, type=type_, ticket=other)

    world.settle()

    for number in (A, B, C):
        links = world.states[number].links
        for link in links:
            back = next(one for one in world.states[link.ticket].links if one.ticket == number and _inverse(one, link))
            assert sorted(back.marks) == sorted(link.marks)
        for one, many in (("child_of", "parent_of"), ("duplicate_of", "has_duplicate")):
            mine = [link.type for link in links if link.type in (one, many)]
            assert mine.count(one) <= 1
            assert one not in mine or many not in mine


def _inverse(one: Any, link: Any) -> bool:
    return bool(INVERSE[one.type] == link.type)


def family() -> Between:
    world = Between(A, B, C)
    world.send(AGENT, B, "link", type="child_of", ticket=A)
    world.send(AGENT, C, "link", type="duplicate_of", ticket=A)
    return world.settle()


def test_a_parent_resolves_its_children_and_its_duplicates() -> None:
    world = family()

    world.send(AGENT, A, "resolve", code="workaround", text=ref("how"))
    world.settle()

    child, duplicate = world.last(B, "Resolved"), world.last(C, "Resolved")
    assert (child.data["code"], child.data["text"], child.data["because"]) == ("workaround", ref("how"), A)
    assert (duplicate.data["code"], duplicate.data["because"]) == ("duplicate", A)
    assert child.data["automatic"]
    assert world.notices(B, "resolved") == [("user:requester-of-2",)]


def test_a_child_that_is_done_already_stays_as_it_is() -> None:
    world = family()
    world.send(AGENT, B, "resolve", code="user_error", text=ref())
    world.send(AGENT, A, "resolve", code="fixed", text=ref())
    world.settle()

    assert world.states[B].resolution == "user_error"
    assert world.types(B).count("Resolved") == 1


def test_whoever_is_linked_to_what_is_resolved_already_ends_with_it() -> None:
    world = Between(A, B)
    world.send(AGENT, A, "resolve", code="fixed", text=ref("how"))

    world.send(AGENT, B, "link", type="child_of", ticket=A)
    world.settle()

    assert world.states[B].status == "resolved"
    assert world.states[B].resolution_text == ref("how")


def test_a_reopened_parent_tells_the_owners_of_its_children_and_reopens_none() -> None:
    world = family()
    world.send(AGENT, A, "resolve", code="fixed", text=ref())
    world.settle()

    world.send(AGENT, A, "reopen", reason=ref("again"))
    world.settle()

    assert world.states[B].status == world.states[C].status == "resolved"
    assert world.notices(B, "parent_reopened") == world.notices(C, "parent_reopened") == [("team:l1",)]


def test_word_of_a_parent_that_was_unlinked_meanwhile_changes_nothing() -> None:
    world = family()
    world.send(AGENT, A, "resolve", code="fixed", text=ref())
    world.send(AGENT, B, "unlink", type="child_of", ticket=A)

    world.settle()

    assert world.states[B].status == "new" or world.states[B].status == "assigned"


def held(**more: Any) -> Desk:
    desk = Desk().open()
    desk.send(AGENT, "start")
    desk.send(AGENT, "hold", reason="awaiting_change", **more)
    return desk


def done(desk: Desk, ticket: str, kind: str) -> None:
    desk.send(TIMER, "told", event="done", ticket=ticket, kind=kind)


def test_a_hold_lifts_itself_when_a_linked_change_is_done() -> None:
    desk = held()

    done(desk, "PRB-000001", "problem")
    assert desk.state.status == "on_hold"
    done(desk, "CHG-000001", "change")

    assert desk.state.status == "in_progress"
    assert desk.last("Resumed").data["why"] == "record_done"


def test_a_hold_that_names_its_change_waits_for_that_one_alone() -> None:
    desk = held(ticket="CHG-000002")

    done(desk, "CHG-000001", "change")
    assert desk.state.status == "on_hold"
    done(desk, "CHG-000002", "change")

    assert desk.state.status == "in_progress"


def test_whoever_waits_for_a_record_is_linked_to_it_so_that_it_tells() -> None:
    desk = held(ticket="CHG-000002")

    assert [(link.type, link.ticket) for link in desk.state.links] == [("resolved_by", "CHG-000002")]


@pytest.mark.parametrize(
    "data",
    [
        {"reason": "awaiting_change", "ticket": "PRB-000001"},
        {"reason": "awaiting_problem", "ticket": "INC-000002"},
        {"reason": "awaiting_requester", "ticket": "CHG-000001"},
        {"reason": "awaiting_change", "ticket": "nonsense"},
    ],
)
def test_a_hold_waits_for_what_fits_its_reason(data: dict[str, Any]) -> None:
    assert Desk().open().refusal(AGENT, "hold", **data).field == "ticket"


def told_of(desk: Desk, ticket: str = "CHG-000001") -> list[bool]:
    words = [one for one in desk.effects if getattr(one, "ticket", "") == ticket and one.action == "told"]
    return [one.data["open"] for one in words if one.data["event"] == "incident"]


def test_what_caused_an_incident_learns_whether_it_is_open() -> None:
    desk = Desk().open()

    desk.send(AGENT, "link", type="caused_by", ticket="CHG-000001")
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.send(REQUESTER, "reopen", reason=ref())
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.send(REQUESTER, "confirm")

    assert told_of(desk) == [True, False, True, False, False]


def test_what_turned_out_not_to_be_the_cause_need_not_wait() -> None:
    desk = Desk().open()
    desk.send(AGENT, "link", type="caused_by", ticket="CHG-000001")

    desk.send(AGENT, "unlink", type="caused_by", ticket="CHG-000001")

    assert told_of(desk) == [True, False]


def test_a_cancelled_incident_no_longer_counts_for_its_cause() -> None:
    desk = Desk().open()
    desk.send(TIMER, "linked", type="caused_by", ticket="CHG-000001", marks=["CHG-000001:1"])

    desk.send(AGENT, "cancel", reason=ref())

    assert told_of(desk) == [True, False]


def test_an_incident_opened_with_its_cause_tells_it() -> None:
    desk = Desk().open(AGENT, links=[{"type": "caused_by", "ticket": "CHG-000001"}])

    assert told_of(desk) == [True]


def test_a_workaround_is_shown_and_told_to_the_owner_once() -> None:
    desk = Desk(routing={"team": "l1", "person": "user:agent", "reasons": []}).open()
    desk.send(TIMER, "linked", type="caused_by", ticket="PRB-000001", marks=["PRB-000001:1"])

    for _ in range(2):
        desk.send(TIMER, "told", event="workaround", ticket="PRB-000001", text=ref("way"))

    assert desk.types().count("WorkaroundOffered") == 1
    assert desk.state.workaround == ref("way")
    assert [one.to for one in desk.effects if getattr(one, "template", "") == "workaround"] == [("user:agent",)]


def test_a_workaround_of_a_stranger_is_not_heeded() -> None:
    desk = Desk().open()

    desk.send(TIMER, "told", event="workaround", ticket="PRB-000001", text=ref())

    assert desk.state.workaround is None


def test_no_word_reaches_what_is_sealed() -> None:
    desk = Desk().open()
    desk.send(AGENT, "cancel", reason=ref())
    desk.wait(days=20)
    before = desk.state

    for event in ("done", "parent_resolved", "merge", "forwarded"):
        desk.send(TIMER, "told", event=event, ticket="INC-000002")
    desk.send(TIMER, "linked", type="related", ticket="INC-000002")

    assert incident.sealed(desk.state)
    assert desk.state == before


def test_words_without_sense_are_refused_and_change_nothing() -> None:
    desk = Desk().open()

    with pytest.raises(Refused):
        desk.send(TIMER, "told", event="merge", ticket="nonsense")
    with pytest.raises(Refused):
        desk.send(TIMER, "linked", type="likes", ticket="INC-000002")
