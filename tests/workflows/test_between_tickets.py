"""Tickets that exchange words on an engine whose time can be skipped: families, merges, splits, major incidents."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from longwatch.settings import Settings
from longwatch.store.acceptance import Request, accept
from longwatch.store.tables import Body, Command, Delivery
from tests.workflows.skipping import SkippingDesk, skipping_desk

pytestmark = pytest.mark.engine

ME, THEM, LEAD = "user:agent", "user:requester", "user:lead"
DAY = timedelta(days=1)
STAFF: dict[str, Any] = {"manager": LEAD, "communications": "user:agent2", "technical_lead": ME}


async def done(desk: SkippingDesk, number: str, action: str, actor: str = ME, **data: Any) -> Any:
    """The state after an action that must succeed."""
    command = await desk.ask(number, action, actor, **data)
    assert (command.outcome, command.reason) == ("applied", None)
    return await desk.state(number)


async def theirs(desk: SkippingDesk) -> str:
    """An incident of somebody else."""
    return await desk.open_of("incident", ME, title="Mail is slow", requester="user:requester2", ci="mail-1")


async def sent_to(desk: SkippingDesk, number: str, action: str) -> list[tuple[str | None, str | None]]:
    """What became of the words that reached a ticket."""
    rows = select(Command).where(Command.ticket == number, Command.action == action).order_by(Command.row)
    return await desk.read(lambda session: [(row.outcome, row.reason) for row in session.scalars(rows)])


async def notices(desk: SkippingDesk, number: str, template: str) -> list[str]:
    rows = select(Delivery).where(Delivery.ticket == number, Delivery.template == template).order_by(Delivery.row)
    return await desk.read(lambda session: [row.recipient for row in session.scalars(rows)])


async def words(desk: SkippingDesk, body: dict[str, Any]) -> str | None:
    return await desk.read(lambda session: session.get_one(Body, body["body"]).text)


async def whole(desk: SkippingDesk, *numbers: str) -> None:
    """Journals, histories and rows of all of them tell the same."""
    assert [(await desk.proof(number)).problems for number in numbers] == [[] for _ in numbers]


async def test_a_parent_takes_its_children_along_and_comes_back_alone(desk: SkippingDesk) -> None:
    parent, child, other = await desk.open(), await desk.open("No mail here"), await desk.open("None here either")
    await done(desk, child, "link", type="child_of", ticket=parent)
    await done(desk, parent, "link", type="has_duplicate", ticket=other)

    await done(desk, parent, "resolve", code="fixed", text="Restarted it.")
    resolved = [await desk.state(number) for number in (child, other)]
    await done(desk, parent, "reopen", THEM, reason="Down again.")

    assert [(state.status, state.resolution) for state in resolved] == [
        ("resolved", "fixed"),
        ("resolved", "duplicate"),
    ]
    assert await words(desk, resolved[0].resolution_text) == "Restarted it."
    assert await notices(desk, child, "resolved") == [THEM]
    assert (await desk.state(child)).status == "resolved"
    assert await notices(desk, child, "parent_reopened") != []
    await whole(desk, parent, child, other)


async def test_a_child_whose_workflow_was_lost_still_ends_with_its_parent(desk: SkippingDesk) -> None:
    parent, child = await desk.open(), await desk.open()
    await done(desk, child, "link", type="child_of", ticket=parent)
    await desk.lose(child)

    await done(desk, parent, "resolve", code="fixed", text="Restarted it.")

    assert (await desk.state(child)).status == "resolved"
    await whole(desk, parent, child)


async def test_words_for_a_ticket_that_waits_to_be_opened_wait_with_it(desk: SkippingDesk) -> None:
    parent = await desk.open()
    child = await desk.accept_opening()
    await desk.ask(parent, "link", ME, type="parent_of", ticket=child)

    assert [(link.type, link.ticket) for link in (await desk.state(child)).links] == [("child_of", parent)]


async def test_words_for_a_sealed_ticket_are_settled_quietly(desk: SkippingDesk) -> None:
    sealed, fresh = await desk.open(), await desk.open()
    await done(desk, fresh, "link", type="parent_of", ticket=sealed)
    await done(desk, sealed, "cancel", reason="It works again.")
    await desk.pass_time(20 * DAY)
    assert (await desk.state(sealed)).sealed_at is not None

    await done(desk, fresh, "link", type="related", ticket=sealed)
    await done(desk, fresh, "resolve", code="fixed", text="Done.")
    late = await done(desk, await desk.open(), "merge", into=sealed)
    await desk.pass_time(timedelta(minutes=11))

    told = await sent_to(desk, sealed, "told") + await sent_to(desk, sealed, "linked")
    assert {outcome for outcome, _ in told} == {"applied", "refused"}
    assert len(await desk.incidents()) == 3
    assert (await desk.state(late.number)).merging.into is None
    assert "did not answer" in (await desk.facts(late.number, "MergeSetAside"))[0]["data"]["reason"]


async def test_words_for_a_number_that_was_never_given_are_refused(desk: SkippingDesk) -> None:
    number = await desk.open()

    await done(desk, number, "link", type="related", ticket="INC-999999")

    assert await sent_to(desk, "INC-999999", "linked") == [("refused", "There is no ticket INC-999999.")]


async def test_a_merged_ticket_forwards_follows_and_ends_with_the_other(desk: SkippingDesk) -> None:
    first, second = await desk.open(), await theirs(desk)
    await done(desk, first, "message", THEM, body="The third floor.", public=True)

    merged = await done(desk, first, "merge", into=second)
    await done(desk, first, "message", THEM, body="And the fourth.", public=True)
    await done(desk, second, "message", ME, body="We are on it.", public=True)
    await desk.pass_time(20 * DAY)
    await done(desk, second, "resolve", code="fixed", text="Restarted it.")
    await desk.pass_time(60 * DAY)

    (taken_in,) = await desk.facts(second, "MergedHere")
    (forwarded,) = await desk.facts(second, "MessageForwarded")
    (answered,) = await desk.facts(first, "MessageForwarded")
    assert (merged.status, merged.resolution) == ("closed", "merged")
    assert await words(desk, taken_in["data"]["messages"][0]["body"]) == "The third floor."
    assert await words(desk, forwarded["data"]["body"]) == "And the fourth."
    assert await words(desk, answered["data"]["body"]) == "We are on it."
    assert await notices(desk, first, "followed") == [THEM, THEM]
    assert [(await desk.state(number)).sealed_at is not None for number in (first, second)] == [True, True]
    await whole(desk, first, second)


async def test_a_merge_asked_twice_at_once_is_made_once(desk: SkippingDesk) -> None:
    first, second = await desk.open(), await desk.open()
    for _ in range(2):
        await desk.accept(first, "merge", ME, into=second)

    await desk.settle()

    assert len(await desk.facts(first, "Merged")) == len(await desk.facts(second, "MergedHere")) == 1


async def test_a_split_makes_one_ticket_with_the_words(desk: SkippingDesk) -> None:
    number = await desk.open()
    await done(desk, number, "message", THEM, body="Also the printer is jammed.", public=True)
    (message,) = await desk.facts(number, "MessageAdded")

    await done(desk, number, "split", title="The printer is jammed", messages=[message["seq"]])
    await desk.lose(number)
    await desk.settle()

    _, fresh = await desk.incidents()
    state = await desk.state(fresh)
    (quoted,) = await desk.facts(fresh, "MessagesQuoted")
    assert await words(desk, state.title) == "The printer is jammed"
    assert await words(desk, state.description) == "Also the printer is jammed."
    assert quoted["data"]["messages"][0]["line"] == message["seq"]
    assert [(link.type, link.ticket) for link in state.links] == [("split_from", number)]
    assert [(link.type, link.ticket) for link in (await desk.state(number)).links] == [("split_into", fresh)]
    assert state.requester == THEM
    await whole(desk, number, fresh)


async def test_a_hold_for_a_change_lifts_itself_when_that_change_is_done(desk: SkippingDesk) -> None:
    number = await desk.open()
    change, another = [
        await desk.open_of("change", "user:agent2", title=title, type="normal", cis=["mail-1"])
        for title in ("New disk", "Old disk")
    ]
    await done(desk, number, "start")
    await done(desk, number, "link", type="related", ticket=another)
    held = await done(desk, number, "hold", reason="awaiting_change", ticket=change)

    await done(desk, another, "cancel", "user:agent2", reason="Not needed.")
    still = await desk.state(number)
    await done(desk, change, "cancel", "user:agent2", reason="The new disk came in another way.")

    (resumed,) = await desk.facts(number, "Resumed")
    assert (held.status, still.status, (await desk.state(number)).status) == ("on_hold", "on_hold", "in_progress")
    assert resumed["data"]["why"] == "record_done"
    assert [link.type for link in held.links] == ["related", "resolved_by"]


async def test_a_change_learns_whether_the_incidents_it_caused_are_open(desk: SkippingDesk) -> None:
    number = await desk.open()
    change = await desk.open_of("change", "user:agent2", title="New disk", type="normal", cis=["mail-1"])

    await done(desk, number, "link", type="caused_by", ticket=change)
    caused = (await desk.state(change)).caused
    await done(desk, number, "resolve", code="fixed", text="Put the old one back.")

    assert caused == {number: True}
    assert (await desk.state(change)).caused == {number: False}


async def test_a_major_incident_lives_from_the_proposal_to_the_review(desk: SkippingDesk) -> None:
    number, child = await desk.open(), await theirs(desk)
    await done(desk, child, "link", type="child_of", ticket=number)
    await done(desk, number, "propose_major", reason="Nobody has mail.")
    declared = await done(desk, number, "declare_major", LEAD, **STAFF, cadence=3600)
    start = await desk.now()
    await desk.pass_time(timedelta(minutes=95))
    reminded = await desk.facts(number, "UpdateReminded")
    await done(desk, number, "stakeholder_update", "user:agent2", text="We restart it at noon.")
    await done(desk, number, "mitigate", ME, text="Mail flows over the old server.")
    await done(desk, number, "resolve", ME, code="fixed", text="Restarted it.")
    await desk.pass_time(40 * DAY)
    waiting = await desk.state(number)
    await done(desk, number, "stand_down", LEAD, text="It holds.")
    await desk.pass_time(40 * DAY)
    unreviewed = await desk.state(number)
    await done(desk, number, "review_major", LEAD, text="Watch the disk.", problem=False)
    await desk.pass_time(timedelta(minutes=1))

    told = [json.loads(row) for row in await _said(desk, child, "reply")]
    assert declared.priority == 1
    assert [(fact["data"]["n"], fact["data"]["to"]) for fact in reminded] == [
        (0, ["communications"]),
        (1, ["communications", "manager"]),
        (2, ["manager", "role:lead"]),
    ]
    assert (await desk.now()) > start
    assert [await words(desk, one["body"]) for one in told] == ["We restart it at noon."]
    assert (await desk.state(child)).resolution == "fixed"
    assert (waiting.status, unreviewed.status, unreviewed.sealed_at) == ("resolved", "closed", None)
    assert (await desk.state(number)).sealed_at is not None
    await whole(desk, number, child)


async def test_a_review_opens_the_problem_and_its_workaround_comes_back(desk: SkippingDesk) -> None:
    number, later = await desk.open(), await desk.open("No mail either")
    await done(desk, number, "declare_major", LEAD, **STAFF)
    await done(desk, number, "mitigate", text="Mail flows over the old server.")
    await done(desk, number, "stand_down", LEAD, text="It holds.")
    await done(desk, number, "review_major", LEAD, text="The disk fills up.", problem=True)
    (link,) = (await desk.state(number)).links
    problem = await desk.state(link.ticket)

    await done(desk, link.ticket, "publish_workaround", "user:problem-manager", text="Empty the spool.")
    await done(desk, later, "link", type="caused_by", ticket=link.ticket)

    offered = [(await desk.state(one)).workaround for one in (number, later)]
    assert link.type == "caused_by"
    assert problem.major_review
    assert await words(desk, problem.description) == "The disk fills up."
    assert [await words(desk, one) for one in offered] == ["Empty the spool."] * 2
    await whole(desk, number, later, link.ticket)


async def _said(desk: SkippingDesk, number: str, template: str) -> list[str]:
    rows = select(Delivery.data).where(Delivery.ticket == number, Delivery.template == template)
    return await desk.read(lambda session: list(session.scalars(rows)))


async def test_tickets_in_their_hundredth_run_exchange_words_as_in_their_first(settings: Settings) -> None:
    async with skipping_desk(settings, renew_every=3) as desk:
        parent, child, other = await desk.open(), await desk.open(), await desk.open()
        await done(desk, child, "link", type="child_of", ticket=parent)
        await done(desk, other, "merge", into=parent)
        await done(desk, other, "message", THEM, body="And here.", public=True)

        await done(desk, parent, "resolve", code="fixed", text="Restarted it.")

        assert (await desk.state(child)).status == "resolved"
        assert (await desk.state(other)).merging.status == "resolved"
        await whole(desk, parent, child, other)


async def test_a_word_that_is_sent_twice_counts_once(desk: SkippingDesk) -> None:
    parent, child = await desk.open(), await desk.open()
    await done(desk, child, "link", type="child_of", ticket=parent)
    said = {"event": "parent_resolved", "ticket": parent, "code": "fixed", "text": None}

    for _ in range(2):
        request = Request(child, "incident", "told", f"process:{parent}", said, key=f"{parent}:9:0")
        await desk.write(lambda session, request=request: accept(desk.store, session, request))
    await desk.settle()

    assert len(await desk.facts(child, "Resolved")) == 1
