"""What time does to an incident, on an engine whose time can be skipped: each thing at its instant, and once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from temporalio.client import WorkflowExecutionStatus

from longwatch.domain.ticket import instant
from longwatch.store.tables import Delivery, Run
from tests.workflows.skipping import SkippingDesk

pytestmark = pytest.mark.engine

GRAVE = {"impact": 1, "urgency": 1}
"""Priority 1: a response within 15 minutes, a resolution within 4 hours, round the clock."""
MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=5)
"""How late a deadline may be carried out."""


async def opened_at(desk: SkippingDesk, ticket: str) -> datetime:
    state = await desk.state(ticket)
    found: datetime = state.opened_at
    return found


async def rungs(desk: SkippingDesk, ticket: str, type_: str = "RungRun") -> list[tuple[str, int]]:
    """Rungs in the journal's order, with the occurrence."""
    return [(fact["data"]["rung"], fact["data"]["n"]) for fact in await desk.facts(ticket, type_)]


async def test_every_rung_runs_at_its_instant_and_is_accounted_for_once(desk: SkippingDesk) -> None:
    number = await desk.open(**GRAVE)
    start = await opened_at(desk, number)

    await desk.pass_time(timedelta(hours=16))

    ran = await desk.facts(number, "RungRun")
    due = [(instant(fact["data"]["due"]) - start) / MINUTE for fact in ran]
    late = [instant(fact["at"]) - instant(fact["data"]["due"]) for fact in ran]
    names = [(fact["data"]["rung"], fact["data"]["n"]) for fact in ran]
    assert names == [
        ("remind-50", 0),
        ("warn-75", 0),
        ("missed-100", 0),
        ("again", 0),
        ("again", 1),
        ("again", 2),
        ("again", 3),
    ]
    assert due == [7.5, 11.25, 15, 22.5, 262.5, 502.5, 742.5]
    assert all(timedelta(0) <= one < SOON for one in late)
    assert await rungs(desk, number, "RungOvertaken") == []
    assert (await desk.state(number)).level == 1
    assert (await desk.proof(number)).problems == []


async def test_a_response_in_time_runs_no_rung_that_lies_ahead(desk: SkippingDesk) -> None:
    quick, slower = await desk.open(**GRAVE), await desk.open(**GRAVE)
    await desk.pass_time(timedelta(minutes=5))
    await desk.ask(quick, "take", "user:dispatcher")
    await desk.pass_time(timedelta(minutes=4))
    await desk.ask(slower, "take", "user:dispatcher")

    await desk.pass_time(timedelta(hours=3))

    assert await rungs(desk, quick) == []
    assert await rungs(desk, slower) == [("remind-50", 0)]
    assert [fact["data"]["clock"] for fact in await desk.facts(quick, "ClockMet")] == ["response"]
    assert await desk.facts(slower, "ClockBreached") == []


async def test_a_missed_resolution_is_journalled_once_with_its_instant(desk: SkippingDesk) -> None:
    number = await desk.open(**GRAVE)
    await desk.ask(number, "take", "user:dispatcher")
    start = await opened_at(desk, number)

    await desk.pass_time(timedelta(hours=9))

    breaches = await desk.facts(number, "ClockBreached")
    assert [(fact["data"]["clock"], instant(fact["data"]["due"]) - start) for fact in breaches] == [
        ("resolution", timedelta(hours=4))
    ]


async def test_an_opening_that_waited_for_the_engine_runs_only_the_highest_rung(desk: SkippingDesk) -> None:
    number = await desk.accept_opening(**GRAVE)
    await desk.env.sleep(timedelta(minutes=20))

    await desk.settle()

    assert await rungs(desk, number) == [("missed-100", 0)]
    assert await rungs(desk, number, "RungOvertaken") == [("remind-50", 0), ("warn-75", 0)]
    told = await desk.read(lambda session: list(session.scalars(select(Delivery).where(Delivery.template == "rung"))))
    assert {row.data.count("missed-100") for row in told} == {1}


async def test_a_ticket_whose_workflow_was_lost_over_several_rungs_comes_back_and_runs_only_the_highest(
    desk: SkippingDesk,
) -> None:
    number = await desk.open(**GRAVE)
    await desk.pass_time(timedelta(minutes=8))
    await desk.lose(number)
    await desk.env.sleep(timedelta(minutes=20))

    await desk.settle()
    await desk.pass_time(timedelta(hours=4))

    assert await rungs(desk, number) == [("remind-50", 0), ("again", 0), ("again", 1)]
    assert await rungs(desk, number, "RungOvertaken") == [("warn-75", 0), ("missed-100", 0)]
    assert (await desk.proof(number)).problems == []


async def test_a_hold_until_a_date_lifts_itself_and_its_time_does_not_count(desk: SkippingDesk) -> None:
    number = await desk.open(**GRAVE)
    await desk.ask(number, "take", "user:dispatcher")
    until = (await desk.now()).replace(microsecond=0) + timedelta(days=3)
    held = await desk.ask(number, "hold", "user:dispatcher", reason="planned_until", until=until.isoformat())

    await desk.pass_time(timedelta(days=3, hours=1))

    (resumed,) = await desk.facts(number, "Resumed")
    state = await desk.state(number)
    assert held.outcome == "applied"
    assert (resumed["data"]["why"], resumed["actor"]) == ("date", "system:timer")
    assert instant(resumed["data"]["since"]) == until
    assert instant(resumed["at"]) - until < SOON
    assert state.status == "assigned"
    assert await desk.facts(number, "ClockBreached") == []


async def test_a_resolved_incident_closes_by_itself_and_is_sealed_when_its_window_ends(desk: SkippingDesk) -> None:
    number = await desk.open(**GRAVE)
    await desk.ask(number, "resolve", code="fixed", text="Restarted it.")

    await desk.pass_time(timedelta(days=40))

    (closed,), (sealed,) = await desk.facts(number, "Closed"), await desk.facts(number, "Sealed")
    gap = instant(sealed["data"]["due"]) - instant(closed["at"])
    described = await desk.env.client.get_workflow_handle(number).describe()
    assert closed["data"]["automatic"] is True
    assert timedelta(days=2) < instant(closed["at"]) - await opened_at(desk, number) < timedelta(days=30)
    assert timedelta(days=14) - SOON < gap <= timedelta(days=14) + SOON
    assert described.status == WorkflowExecutionStatus.COMPLETED


async def test_the_history_of_a_sealed_incident_is_kept_and_proves_it_without_the_engine(desk: SkippingDesk) -> None:
    number = await desk.open(**GRAVE)
    await desk.ask(number, "cancel", "user:requester", reason="It works again.")
    await desk.pass_time(timedelta(days=15))

    await desk.export()

    proof = await desk.proof(number, alone=True)
    kept = await desk.read(lambda session: session.scalar(select(Run.history).where(Run.ticket == number)))
    assert kept is not None
    assert proof.problems == []
    assert proof.replayed == proof.lines == len(await desk.facts(number))


async def test_a_requester_who_comes_back_within_the_window_gets_the_same_number(desk: SkippingDesk) -> None:
    number = await desk.open(**GRAVE)
    await desk.ask(number, "resolve", code="fixed", text="Restarted it.")
    await desk.pass_time(timedelta(days=10))
    closed = (await desk.state(number)).status

    answer = await desk.ask(number, "reopen", "user:requester", reason="It is down again.")

    state = await desk.state(number)
    assert closed == "closed"
    assert answer.outcome == "applied"
    assert (state.status in ("new", "assigned"), state.reopen_count) == (True, 1)
    assert await desk.incidents() == [number]


async def test_a_requester_who_comes_back_after_it_was_sealed_gets_a_linked_incident(desk: SkippingDesk) -> None:
    number = await desk.open(**GRAVE)
    await desk.ask(number, "resolve", code="fixed", text="Restarted it.")
    await desk.pass_time(timedelta(days=40))

    answer = await desk.ask(number, "reopen", "user:requester", reason="It is down again.")

    first, second = await desk.incidents()
    links = (await desk.state(second)).links
    assert first == number
    assert (answer.outcome, second in (answer.reason or "")) == ("refused", True)
    assert [(link.type, link.ticket) for link in links] == [("follows", number)]


async def test_a_click_accepted_before_a_deadline_counts_as_before_it_though_it_is_decided_later(
    desk: SkippingDesk,
) -> None:
    number = await desk.open(**GRAVE)
    start = await opened_at(desk, number)
    await desk.pass_until(start + timedelta(minutes=14, seconds=50))
    click = await desk.accept(number, "take", "user:dispatcher")

    await desk.env.sleep(timedelta(minutes=5))  # nobody wakes it: the deadline itself does
    await desk.settle()

    (met,) = await desk.facts(number, "ClockMet")
    assert (await desk.command(click)).outcome == "applied"
    assert (met["data"]["clock"], await desk.facts(number, "ClockBreached")) == ("response", [])
    assert ("missed-100", 0) not in await rungs(desk, number)


async def test_a_click_accepted_before_a_deadline_counts_as_before_it_though_its_workflow_was_lost(
    desk: SkippingDesk,
) -> None:
    number = await desk.open(**GRAVE)
    start = await opened_at(desk, number)
    await desk.pass_until(start + timedelta(minutes=14, seconds=50))
    await desk.lose(number)
    click = await desk.accept(number, "take", "user:dispatcher")
    await desk.env.sleep(timedelta(hours=1))

    await desk.settle()

    (met,) = await desk.facts(number, "ClockMet")
    ended = instant(met["data"]["ended"])
    assert ended == (await desk.command(click)).accepted_at
    assert ended - start < timedelta(minutes=15)
    assert await desk.facts(number, "ClockBreached") == []
    assert ("missed-100", 0) not in await rungs(desk, number)
    assert (await desk.proof(number)).problems == []
