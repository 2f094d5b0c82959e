"""Real calls to a real server: signed, repeated under the same mark, and the ticket hears of each once."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError

from integrations.outbound import Unreachable
from integrations.signing import check
from integrations.webhook_out import TryAgain
from longwatch.messages import Deliver
from longwatch.settings import Settings
from longwatch.store import outbox
from longwatch.store.database import Base, Store
from longwatch.store.tasks import project_tasks
from tests.activities.hook_desk import NUMBER, SECRET, HookDesk
from tests.conftest import free_port
from tests.domain.tasks_desk import Desk, task
from tests.integrations.tool_server import Said, Tool, running_tool


@pytest.fixture
def tool() -> Iterator[Tool]:
    with running_tool() as tool:
        yield tool


@pytest.fixture
def desk(store: Store, settings: Settings, tool: Tool) -> HookDesk:
    return HookDesk(store, settings, tool.url)


def test_a_tool_is_called_signed_and_what_it_said_goes_to_the_ticket(desk: HookDesk, tool: Tool) -> None:
    desk.call(desk.asks())

    [heard] = tool.heard
    with desk.store.reading() as session:
        now = desk.store.now(session)
    content = json.loads(heard.body)
    assert check("longwatch", SECRET, heard.headers, heard.body, now)
    assert heard.headers["idempotency-key"] == content["delivery"] == f"{NUMBER}:1:0:deploy:webhook"
    assert (content["ticket"], content["task"], content["data"]) == (NUMBER, "a", {"app": "shop"})
    assert content["complete_url"] == f"{desk.settings.base_url}/api/v1/tickets/{NUMBER}/actions/complete_task"
    assert desk.told() == [{"task": "a", "attempt": 1, "ok": True, "text": "done"}]
    assert desk.row().delivered_at is not None


def test_a_call_whose_outcome_is_known_is_not_made_again(desk: HookDesk, tool: Tool) -> None:
    deliver = desk.asks()
    desk.call(deliver)

    desk.call(deliver)
    desk.fail(deliver, "late")

    assert len(tool.heard) == len(desk.told()) == 1


def test_what_a_tool_refuses_has_failed(desk: HookDesk, tool: Tool) -> None:
    tool.answers = [Said(body=b'{"ok": false, "text": "no such app"}')]

    desk.call(desk.asks())

    assert desk.told()[0]["ok"] is False
    assert desk.told()[0]["text"] == "no such app"


def test_a_tool_that_takes_it_on_is_waited_for(desk: HookDesk, tool: Tool) -> None:
    tool.answers = [Said(202, b"")]

    desk.call(desk.asks())

    assert desk.told() == [{"task": "a", "attempt": 1, "ok": None, "text": None}]


def test_a_tool_that_cannot_now_is_called_again_with_the_same_mark(desk: HookDesk, tool: Tool) -> None:
    tool.answers = [Said(503, b""), Said()]
    deliver = desk.asks()

    with pytest.raises(TryAgain):
        desk.call(deliver)
    before = desk.told()
    desk.call(deliver)

    first, second = tool.heard
    assert (before, len(desk.told())) == ([], 1)
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body


def test_a_tool_that_is_away_is_called_again(store: Store, settings: Settings) -> None:
    desk = HookDesk(store, settings, f"http://127.0.0.1:{free_port()}/")

    with pytest.raises(Unreachable):
        desk.call(desk.asks())
    assert desk.told() == []


def test_a_worker_that_dies_between_call_and_note_repeats_the_call_with_the_same_mark(
    desk: HookDesk, tool: Tool
) -> None:
    deliver = desk.asks()
    environ = {
        **os.environ,
        "LONGWATCH_DATA": str(desk.settings.data),
        "LONGWATCH_DATABASE_URL": desk.settings.database_url,
        "LONGWATCH_SECRET_KEY": ",".join(desk.settings.secret_keys),
        "LONGWATCH_BASE_URL": desk.settings.base_url,
        "LONGWATCH_OUTBOUND_NETWORKS": desk.settings.outbound_networks,
    }
    dying = [sys.executable, "-m", "tests.activities.dying_caller", deliver.delivery]

    died = subprocess.run(dying, env=environ, check=False, timeout=60)
    between = desk.told()
    desk.call(deliver)

    first, second = tool.heard
    assert (died.returncode, between, len(desk.told())) == (-9, [], 1)
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    assert first.body == second.body


def test_a_private_address_is_not_called_unless_it_is_listed(desk: HookDesk, tool: Tool, settings: Settings) -> None:
    deliver = desk.asks()
    desk.settings = settings

    with pytest.raises(ApplicationError, match="not a public address") as refusal:
        desk.call(deliver)
    desk.fail(deliver, str(refusal.value))

    assert refusal.value.non_retryable
    assert tool.heard == []
    assert "not a public address" in desk.told()[0]["text"]
    assert desk.row().failed_at is not None


def test_a_redirect_of_a_tool_is_a_failure(desk: HookDesk, tool: Tool) -> None:
    tool.answers = [Said(302, b"", {"Location": tool.url})]

    desk.call(desk.asks())

    assert len(tool.heard) == 1
    assert desk.told()[0]["text"] == "The tool answered 302 Found."


@pytest.mark.parametrize(
    ("url", "secret", "told"),
    [
        (None, True, "There is no hook called deploy"),
        ("https://tool.example/", False, "no secret to sign with"),
        ("https://user:word@tool.example/", True, "cannot be used"),
    ],
)
def test_a_hook_that_is_not_ready_is_told_to_the_ticket_at_once(
    store: Store, settings: Settings, url: str | None, *, secret: bool, told: str
) -> None:
    desk = HookDesk(store, settings, url, secret=secret)

    with pytest.raises(ApplicationError, match=told) as refusal:
        desk.call(desk.asks())
    assert refusal.value.non_retryable


def test_a_call_whose_time_is_over_is_not_made(desk: HookDesk, tool: Tool) -> None:
    with pytest.raises(ApplicationError, match="time for the call was over"):
        desk.call(desk.asks(timedelta(0)))
    assert tool.heard == []


def test_a_call_that_nobody_waits_for_any_more_is_not_made(desk: HookDesk, tool: Tool) -> None:
    deliver = desk.asks()
    tasks = Desk(task("a", hook="deploy"), task("b")).complete("a").tasks
    with desk.store.writing() as session:
        project_tasks(session, "change", SimpleNamespace(number=NUMBER, tasks=tasks))

    desk.call(deliver)

    assert (tool.heard, desk.told()) == ([], [])
    assert desk.row().reason == "Its task no longer waits for it."


def test_the_relay_hands_a_call_over_with_the_end_of_its_time(desk: HookDesk) -> None:
    deliver = desk.asks()

    [due] = outbox.due(desk.store).deliveries
    until = json.loads(desk.row().data)["until"]
    outbox.relayed(desk.store, [due.delivery])

    assert due == Deliver(deliver.delivery, until=until)
    assert outbox.due(desk.store).deliveries == []


def test_the_secret_stands_nowhere_in_clear(desk: HookDesk, tool: Tool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tool.answers = [Said(500, b""), Said()]
    deliver = desk.asks()
    with pytest.raises(TryAgain) as trouble:
        desk.call(deliver)
    desk.call(deliver)

    with desk.store.reading() as session:
        everything = [repr(session.execute(select(table)).all()) for table in Base.metadata.sorted_tables]

    assert any(NUMBER in rows for rows in everything)
    assert not [rows for rows in everything if SECRET in rows]
    assert SECRET not in caplog.text
    assert SECRET not in str(trouble.value)
