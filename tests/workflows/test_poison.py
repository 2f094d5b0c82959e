"""A command that raises what nobody foresaw is set aside alone; its ticket, and all others, go on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from longwatch.domain.incident import incident
from longwatch.store.tables import Command
from tests.workflows.skipping import SkippingDesk

pytestmark = pytest.mark.engine


def breaks(*_: Any) -> None:
    raise ZeroDivisionError("a fault of ours")


async def test_a_command_that_raises_an_unforeseen_error_parks_alone_and_its_ticket_goes_on(
    desk: SkippingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, other = await desk.open(), await desk.open("Printer is on fire")
    monkeypatch.setitem(incident._does, "tag", breaks)
    poison = await desk.accept(number, "tag", tags=["vip"])
    after = await desk.accept(number, "message", body="Any news?", public=True, actor="user:requester")
    beside = await desk.accept(other, "take", "user:dispatcher")

    await desk.settle()

    parked = await desk.command(poison)
    assert (parked.outcome, parked.reason) == ("parked", "ZeroDivisionError: a fault of ours")
    assert (await desk.command(after)).outcome == "applied"
    assert (await desk.command(beside)).outcome == "applied"
    assert len(await desk.facts(number, "MessageAdded")) == 1
    assert await desk.facts(number, "Tagged") == []
    assert [(await desk.proof(one)).problems for one in (number, other)] == [[], []]


async def test_an_opening_that_raises_an_unforeseen_error_harms_no_other(
    desk: SkippingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setitem(incident._does, "open", breaks)
        poisoned = await desk.open("A title that breaks us")
    number = await desk.open()

    assert await desk.facts(poisoned) == []
    assert (await desk.state(number)).status in ("new", "assigned")


async def test_an_alarm_that_cannot_be_decided_is_shown_once_and_the_ticket_still_listens(
    desk: SkippingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await desk.open(impact=1, urgency=1)
    with monkeypatch.context() as broken:
        broken.setitem(incident._does, "alarm", breaks)
        await desk.env.sleep(timedelta(minutes=9))
        shown = await desk.read(
            lambda session: list(session.scalars(select(Command).where(Command.outcome == "parked")))
        )
        reply = await desk.accept(number, "message", body="Any news?", public=True, actor="user:requester")
        answer = await desk.decided(reply)

    await desk.env.sleep(timedelta(minutes=10))
    await desk.settle()

    ran = [fact["data"]["rung"] for fact in await desk.facts(number, "RungRun", "RungOvertaken")]
    assert [row.reason for row in shown] == ["alarm rung:remind-50: ZeroDivisionError: a fault of ours"]
    assert answer.outcome == "applied"
    assert sorted(ran) == ["missed-100", "remind-50", "warn-75"]


async def test_an_alarm_that_cannot_be_decided_does_not_keep_waking_its_ticket(
    desk: SkippingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(incident._does, "alarm", breaks)
    number = await desk.open(impact=1, urgency=1)
    await desk.env.sleep(timedelta(minutes=9))

    for _ in range(5):
        await desk.remind()

    history = await desk.env.client.get_workflow_handle(number).fetch_history()
    signals = [event for event in history.events if event.HasField("workflow_execution_signaled_event_attributes")]
    assert len(signals) == 2  # its opening, and one reminder


async def test_a_question_that_cannot_be_answered_leaves_the_ticket_usable(
    desk: SkippingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("activities.answers.route", breaks)

    number = await desk.open()

    answer = await desk.ask(number, "take", "user:dispatcher")
    assert answer.outcome == "applied"
    assert [fact["data"]["kind"] for fact in await desk.facts(number, "QuestionFailed")] == ["routing"]
