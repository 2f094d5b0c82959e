"""The one writer of tickets: whole or not at all, once, and nothing but the fold of its lines."""

from datetime import UTC, datetime

import pytest
from temporalio.exceptions import ApplicationError

from activities.commands import Commands, actor_of
from activities.effects import Effects
from activities.journal import Journal
from longwatch import messages
from longwatch.domain.draft import Draft
from longwatch.domain.ticket import Command as Asked
from longwatch.domain.ticket import Line
from longwatch.messages import INCIDENT, Entry, Load
from longwatch.store import states
from longwatch.store.acceptance import Request, accept_opening
from longwatch.store.database import Store
from longwatch.store.tables import Command, Delivery, JournalLine, Process, Run, Ticket

RULES = messages.decider(INCIDENT)


@pytest.fixture
def journal(store: Store) -> Journal:
    return Journal(store, Effects(store, mail=False))


@pytest.fixture
def draft(store: Store) -> Draft:
    """An opening, decided and not yet journalled."""
    with store.writing() as session:
        data = {"requester": "user:requester", "source": "portal", "ci": "db-1", "impact": 2, "urgency": 2}
        request = Request("", INCIDENT, "open", "user:requester", data, {"title": "Orders are slow"})
        number = accept_opening(store, session, INCIDENT, request).ticket
    round_ = Draft(RULES, number, RULES.State())
    for command in Commands(store).load(Load(number)).commands:
        round_.take(command)
    return round_


def entry(draft: Draft, seq: int = 0, head: str = "0" * 64, run: str = "run-1", **over: object) -> Entry:
    values = {"lines": draft.lines, "outcomes": draft.outcomes, **over}
    return Entry(draft.ticket, INCIDENT, run, "Incident", seq, head, **values)  # type: ignore[arg-type]


def test_an_entry_writes_lines_row_state_and_outcome_together(store: Store, journal: Journal, draft: Draft) -> None:
    journalled = journal.journal(entry(draft))

    with store.reading() as session:
        command = session.query(Command).one()
        process = session.get(Process, draft.ticket)
        ticket = session.get(Ticket, draft.ticket)
        assert process is not None
        assert ticket is not None
        assert session.query(JournalLine).count() == len(draft.lines)
        assert states.load(RULES, process.state) == draft.state
    assert journalled.adopted == []
    assert (command.outcome, command.version, command.wake_at) == ("applied", draft.seq, None)
    assert (process.version, process.head) == (draft.seq, draft.head)
    assert (ticket.status, ticket.ci, ticket.version) == ("new", "db-1", draft.seq)


def test_an_entry_written_again_writes_nothing_and_hands_the_lines_back(
    store: Store, journal: Journal, draft: Draft
) -> None:
    journal.journal(entry(draft))

    again = journal.journal(entry(draft, run="run-2"))

    with store.reading() as session:
        assert session.query(JournalLine).count() == len(draft.lines)
    assert again.adopted == draft.lines
    assert again.again


def test_other_lines_never_replace_standing_ones(store: Store, journal: Journal, draft: Draft) -> None:
    journal.journal(entry(draft))
    other = [Line(1, "{}", "0" * 64, "f" * 64)]

    answer = journal.journal(entry(draft, lines=other, outcomes=[]))

    assert answer.adopted == draft.lines


def test_a_database_older_than_the_ticket_is_named_and_left_alone(store: Store, journal: Journal, draft: Draft) -> None:
    with pytest.raises(ApplicationError, match="longwatch rebuild"):
        journal.journal(entry(draft, seq=7))

    with store.reading() as session:
        assert session.query(JournalLine).count() == 0


def test_a_new_run_ends_the_one_before_it(store: Store, journal: Journal, draft: Draft) -> None:
    journal.journal(entry(draft))

    journal.journal(entry(draft, draft.seq, draft.head, "run-2", lines=[], outcomes=[]))

    with store.reading() as session:
        ended = {run.run: run.ended for run in session.query(Run)}
    assert ended == {"run-1": True, "run-2": False}


def test_a_problem_of_the_loop_itself_is_parked_where_operators_look(
    store: Store, journal: Journal, draft: Draft
) -> None:
    for _ in range(2):
        journal.journal(entry(draft, lines=[], outcomes=[], problems=["alarm breach: KeyError: 'hours'"]))

    with store.reading() as session:
        parked = session.query(Command).filter_by(outcome="parked").all()
    assert [row.reason for row in parked] == ["alarm breach: KeyError: 'hours'"]


def test_a_message_to_people_is_a_row_for_each_of_them_once(store: Store, journal: Journal, draft: Draft) -> None:
    journal.journal(entry(draft))
    round_ = Draft(RULES, draft.ticket, draft.state, draft.seq, draft.head, draft.last_at)
    at = datetime.now(UTC)
    with store.reading() as session:
        dispatcher = actor_of(session, "user:dispatcher")

    round_.take(Asked("c", "assign", at, dispatcher, {"team": "databases", "person": "user:agent2"}))
    assigned = entry(round_, draft.seq, draft.head)

    journal.journal(assigned)
    journal.journal(assigned)

    with store.reading() as session:
        told = [(row.recipient, row.template, row.channel) for row in session.query(Delivery)]
    assert told == [("user:agent2", "assigned", "console")]
