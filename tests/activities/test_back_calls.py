"""Words to tools are carried out once, in order; what the tools answered stands in the ledger."""

import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.back_calls import Waits
from integrations.outbound import Unreachable
from integrations.webhook_out import TryAgain
from longwatch.domain.ticket import instant
from longwatch.messages import INCIDENT, decider
from longwatch.settings import Settings
from longwatch.store import back_ledger, states
from longwatch.store.back_ledger import DONE, DUE, FAILED, SKIPPED, NotAgain
from longwatch.store.back_settings import switch_off
from longwatch.store.database import Store
from longwatch.store.tables import Process, Ticket
from longwatch.store.tables_back_channel import BackCall, SourceBack
from tests.activities.back_desk import NUMBER, SOURCE, BackDesk
from tests.conftest import free_port
from tests.integrations.certificates import made_certificate
from tests.integrations.told_tool import Silences, ToldTool, told_tool


@pytest.fixture
def tool() -> Iterator[ToldTool]:
    with told_tool() as tool:
        yield tool


@pytest.fixture
def silences(tool: ToldTool) -> Silences:
    silences = Silences()
    tool.answers = [silences]
    return silences


@pytest.fixture
def desk(settings: Settings, either_store: Store, tool: ToldTool) -> BackDesk:
    return BackDesk(either_store, settings, tool.url)


def test_a_taken_incident_silences_its_alert_and_the_ledger_knows_the_silence(
    desk: BackDesk, silences: Silences
) -> None:
    desk.happens("taken")

    again = desk.tell()

    [made], row = silences.alive, desk.last()
    assert made["comment"].startswith("INC-000001: Anna Agent works on it. ")
    assert f"{desk.settings.base_url}/t/{NUMBER}" in made["comment"]
    assert (row.state, row.attempts, row.remote, row.answer) == (DONE, 1, "silence-1", "Silenced.")
    assert row.ends_at is not None
    assert row.settled_at is not None
    assert instant(again) == row.ends_at - (row.ends_at - row.settled_at) / 4
    assert desk.delivery(row.id).delivered_at is not None


def test_a_word_that_was_said_is_not_said_again(desk: BackDesk, silences: Silences, tool: ToldTool) -> None:
    desk.happens("taken")
    first = desk.tell()

    second = desk.tell()

    assert first == second
    assert len([call for call in tool.calls if call.method == "POST"]) == 1


def test_a_lost_answer_makes_no_second_silence(desk: BackDesk, silences: Silences) -> None:
    desk.happens("taken")
    desk.tell()
    desk.write(lambda session: session.query(BackCall).update({"state": DUE, "remote": None, "ends_at": None}))

    desk.tell()

    assert len(silences.kept) == 1
    assert (desk.last().state, desk.last().remote) == (DONE, "silence-1")


def test_a_resolved_incident_ends_the_silence(desk: BackDesk, silences: Silences) -> None:
    desk.happens("taken")
    desk.tell()
    desk.happens("resolved")

    again = desk.tell()

    assert (silences.alive, again) == ([], "")
    assert (desk.last().what, desk.last().state, desk.last().answer) == ("resolved", DONE, "The silence was ended.")


def test_a_word_overtaken_by_a_newer_one_is_not_said(desk: BackDesk, silences: Silences) -> None:
    desk.happens("taken", "resolved")
    older, newer = desk.rows()

    assert desk.tell(older) == ""
    desk.tell(newer)

    assert [row.state for row in desk.rows()] == [SKIPPED, DONE]
    assert "overtook" in (desk.rows()[0].answer or "")
    assert silences.kept == {}


def test_a_newer_word_that_comes_first_calls_the_older_one_off(desk: BackDesk, silences: Silences) -> None:
    desk.happens("taken", "resolved")
    older, newer = desk.rows()

    desk.tell(newer)
    desk.tell(older)

    assert [row.state for row in desk.rows()] == [SKIPPED, DONE]
    assert silences.kept == {}


def test_a_newer_word_waits_while_the_older_one_is_being_said(desk: BackDesk, silences: Silences) -> None:
    desk.happens("taken", "resolved")
    with desk.store.writing() as session:
        older = session.query(BackCall).filter_by(what="acknowledged").one()
        older.trying_at = desk.store.now(session)

    with pytest.raises(Waits):
        desk.tell()

    assert desk.last().attempts == 0


def test_what_a_worker_left_half_done_long_ago_is_looked_for_and_ended(desk: BackDesk, silences: Silences) -> None:
    desk.happens("taken")
    desk.tell()
    with desk.store.writing() as session:
        older = session.query(BackCall).one()
        older.state, older.remote, older.ends_at = DUE, None, None
        older.trying_at = desk.store.now(session) - timedelta(minutes=2)
    desk.happens("resolved")

    desk.tell()

    assert silences.alive == []


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((401, b"who are you", {}), "refused our credentials: it answered 401 Unauthorized: who are you"),
        ((302, b"", {"Location": "http://169.254.169.254/"}), "redirect"),
        ((400, b"bad", {}), "400 Bad Request: bad"),
        ((200, b"<html>", {}), "no list of silences"),
    ],
)
def test_a_refusal_is_noted_at_once_and_not_tried_again(
    settings: Settings, store: Store, tool: ToldTool, reply: Any, words: str
) -> None:
    desk = BackDesk(store, settings, tool.url)
    tool.answers = [reply]
    desk.happens("taken")

    assert desk.tell() == ""
    desk.tell()

    row = desk.last()
    assert (row.state, row.attempts) == (FAILED, 1)
    assert words in (row.answer or "")
    assert desk.delivery(row.id).failed_at is not None
    assert len(tool.calls) == 1


def test_a_tool_in_trouble_is_noted_while_it_is_tried_and_named_when_it_is_given_up(
    settings: Settings, store: Store, tool: ToldTool
) -> None:
    desk = BackDesk(store, settings, tool.url)
    tool.answers = [(500, b"boom", {})]
    desk.happens("taken")
    for _ in range(2):
        with pytest.raises(TryAgain):
            desk.tell()
    trying = desk.last()

    desk.give_up()

    assert (trying.state, trying.attempts) == (DUE, 2)
    assert desk.last().state == FAILED
    assert desk.last().answer == "It answered 500 Internal Server Error: boom Given up after 2 tries."


def test_a_tool_that_is_not_there_is_tried_again(settings: Settings, store: Store) -> None:
    desk = BackDesk(store, settings, f"http://127.0.0.1:{free_port()}")
    desk.happens("taken")

    with pytest.raises(Unreachable):
        desk.tell()

    assert "127.0.0.1 could not be called" in (desk.last().answer or "")


def test_a_certificate_of_nobody_we_know_is_refused_until_its_authority_is_named(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    file = made_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with told_tool(context) as tool:
        tool.answers = [Silences()]
        desk = BackDesk(store, settings, f"https://localhost:{tool.port}")
        desk.happens("taken")
        with pytest.raises(Unreachable):
            desk.tell()
        refused = desk.last().answer
        with store.writing() as session:
            session.get_one(SourceBack, SOURCE).authority = file.read_text().partition("-----BEGIN PRIVATE")[0]

        desk.tell()

    assert "certificate" in (refused or "").lower()
    assert desk.last().state == DONE


def test_an_address_that_may_not_be_called_is_refused_by_name(settings: Settings, store: Store, tool: ToldTool) -> None:
    desk = BackDesk(store, settings, tool.url)
    desk.settings = settings
    desk.happens("taken")

    desk.tell()

    assert desk.last().state == FAILED
    assert "LONGWATCH_OUTBOUND_NETWORKS" in (desk.last().answer or "")
    assert tool.calls == []


def test_what_was_switched_off_meanwhile_is_not_said(desk: BackDesk, silences: Silences) -> None:
    desk.happens("taken")
    desk.write(lambda session: switch_off(desk.store, session, SOURCE))

    with pytest.raises(ApplicationError, match="switched off"):
        desk.tell()
    desk.give_up("The back channel of this source is switched off.")

    assert (desk.last().state, desk.last().answer) == (FAILED, "The back channel of this source is switched off.")


def open_ticket(desk: BackDesk, number: str = NUMBER) -> None:

    text = states.dump(decider(INCIDENT), desk.state)
    with desk.store.writing() as session:
        now = desk.store.now(session)
        session.add(Process(id=number, kind=INCIDENT, version=1, head="", state=text))
        session.add(
            Ticket(
                number=number,
                kind=INCIDENT,
                status="in_progress",
                open=True,
                priority=1,
                due_at=now,
                opened_at=now,
                updated_at=now,
                version=1,
            )
        )


def test_a_silence_is_made_longer_while_the_ticket_is_open_and_under_its_own_id(
    desk: BackDesk, silences: Silences
) -> None:
    open_ticket(desk)
    desk.happens("taken")
    desk.tell()
    silences.kept["silence-1"]["endsAt"] = "2026-11-22T00:00:00Z"
    first = desk.last()
    desk.make_longer(first)
    desk.make_longer(first)

    again = desk.tell()

    assert [row.what for row in desk.rows()] == ["acknowledged", "extended"]
    assert list(silences.kept) == ["silence-1"]
    assert silences.kept["silence-1"]["endsAt"] > "2026-11-22T00:00:00Z"
    assert again


@pytest.mark.parametrize("change", ["closed", "alert over", "newer word", "off"])
def test_a_silence_is_left_to_end_when_nobody_needs_it_any_more(
    desk: BackDesk, silences: Silences, change: str
) -> None:
    open_ticket(desk)
    desk.happens("taken")
    desk.tell()
    first = desk.last()
    if change == "closed":
        desk.write(lambda session: session.query(Ticket).update({"open": False}))
    elif change == "alert over":
        desk.fires("disk", state="resolved")
    elif change == "newer word":
        desk.happens("resolved")
    else:
        desk.write(lambda session: switch_off(desk.store, session, SOURCE))
    before = len(desk.rows())

    desk.make_longer(first)

    assert len(desk.rows()) == before


def test_what_failed_is_tried_again_under_a_row_of_its_own_once(desk: BackDesk, tool: ToldTool) -> None:
    tool.answers = [(401, b"", {}), Silences()]
    desk.happens("taken")
    desk.tell()
    failed = desk.last()

    def again(session: Any) -> str:
        row = back_ledger.call_of(session, failed.id)
        assert row is not None
        return back_ledger.try_again(session, row, "user:lead", desk.store.now(session))

    second = desk.write(again)
    desk.tell()

    old, new = desk.rows()
    assert (old.state, old.again, new.id) == (FAILED, second, second)
    assert (new.state, new.by, new.what, new.turn) == (DONE, "user:lead", "acknowledged", 1)
    with pytest.raises(NotAgain, match="tried again already"):
        desk.write(again)


def test_what_was_overtaken_by_something_newer_is_not_tried_again(desk: BackDesk, tool: ToldTool) -> None:
    tool.answers = [(401, b"", {}), Silences()]
    desk.happens("taken")
    desk.tell()
    failed = desk.last()
    desk.happens("resolved")

    def again(session: Any) -> None:
        row = back_ledger.call_of(session, failed.id)
        assert row is not None
        back_ledger.try_again(session, row, "user:lead", desk.store.now(session))

    with pytest.raises(NotAgain, match="newer"):
        desk.write(again)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ((200, {"versionInfo": {"version": "0.25.0"}}, {}), (DONE, "Alertmanager 0.25.0 answered.")),
        ((503, b"busy", {}), (FAILED, "It answered 503 Service Unavailable: busy")),
        ((403, b"", {}), (FAILED, "It refused our credentials: it answered 403 Forbidden.")),
    ],
)
def test_a_test_says_at_once_what_the_tool_answered(
    settings: Settings, store: Store, tool: ToldTool, reply: Any, outcome: tuple[str, str]
) -> None:
    desk = BackDesk(store, settings, tool.url)
    tool.answers = [reply]
    desk.write(lambda session: back_ledger.write_test(session, SOURCE, "user:admin", store.now(session)))

    assert desk.tell() == ""

    assert (desk.last().state, desk.last().answer) == outcome


def test_while_a_test_is_due_there_is_no_second(desk: BackDesk, silences: Silences) -> None:
    def ask(session: Any) -> str:
        return back_ledger.write_test(session, SOURCE, "user:admin", desk.store.now(session))

    first, second = desk.write(ask), desk.write(ask)
    desk.tell()

    third = desk.write(ask)

    assert first == second != third
