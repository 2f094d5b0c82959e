"""Merges and splits as rows: a round that is journalled again, or by the next worker, makes nothing twice."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from activities.answers import Answering
from activities.commands import Commands
from activities.effects import Effects
from activities.journal import Journal
from longwatch import messages
from longwatch.domain.draft import Draft
from longwatch.messages import INCIDENT, Ask, Entry, Load
from longwatch.store import states
from longwatch.store.acceptance import Request, accept, accept_opening
from longwatch.store.database import Store
from longwatch.store.tables import Command, JournalLine, Process

RULES = messages.decider(INCIDENT)


class Loop:
    """A ticket's loop by hand: each round may be journalled as often as one likes."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.journal = Journal(store, Effects(store, mail=False))

    def open(self) -> str:
        data = {"requester": "user:requester", "source": "portal", "impact": 2, "urgency": 2}
        request = Request("", INCIDENT, "open", "user:requester", data, {"title": "Orders are slow"})
        with self.store.writing() as session:
            number = accept_opening(self.store, session, INCIDENT, request).ticket
        self.journal.journal(self.round(number))
        return number

    def ask(self, number: str, action: str, texts: dict[str, str] | None = None, **data: Any) -> None:
        request = Request(number, INCIDENT, action, "user:dispatcher", data, texts or {})
        with self.store.writing() as session:
            accept(self.store, session, request)

    def round(self, number: str, run: str = "run-1") -> Entry:
        """Everything that waits, decided; nothing of it is written."""
        with self.store.reading() as session:
            process = session.get(Process, number)
            state = states.load(RULES, process.state) if process else RULES.State()
            stand = (process.version, process.head) if process else (0, "0" * 64)
        draft = Draft(RULES, number, state, *stand, getattr(state, "updated_at", None))
        for command in Commands(self.store).load(Load(number)).commands:
            draft.take(command)
        asked: list[str] = []
        while questions := [one for one in RULES.questions(draft.state) if one.id not in asked]:
            asked += [question.id for question in questions]
            found = Answering(self.store).answer(Ask(number, INCIDENT, questions)).answers
            for question, answer in zip(questions, found, strict=True):
                draft.answer(question, answer, datetime.now(UTC))
        return Entry(number, INCIDENT, run, "Incident", *stand, draft.lines, draft.outcomes)

    def rows(self, action: str, number: str | None = None) -> int:
        with self.store.reading() as session:
            found = session.query(Command).filter_by(action=action)
            return (found.filter_by(ticket=number) if number else found).count()

    def lines(self, number: str) -> int:
        with self.store.reading() as session:
            return session.query(JournalLine).filter_by(ticket=number).count()


@pytest.fixture
def loop(store: Store) -> Loop:
    return Loop(store)


def message_of(loop: Loop, number: str) -> int:
    """The line of a message."""
    loop.ask(number, "message", {"body": "The printer too."}, public=True)
    loop.journal.journal(loop.round(number))
    with loop.store.reading() as session:
        lines = session.query(JournalLine).filter_by(ticket=number).order_by(JournalLine.seq)
        return next(line.seq for line in lines if '"type":"MessageAdded"' in line.text)


def again_by(loop: Loop, entry: Entry) -> Callable[[str], Any]:
    def journal(run: str) -> Any:
        return loop.journal.journal(
            Entry(entry.ticket, entry.kind, run, "Incident", entry.seq, entry.head, entry.lines, entry.outcomes)
        )

    return journal


def test_a_split_that_is_journalled_again_opens_one_ticket(loop: Loop) -> None:
    number = loop.open()
    loop.ask(number, "split", {"title": "The printer"}, messages=[message_of(loop, number)])
    entry = loop.round(number)
    loop.journal.journal(entry)
    before = loop.lines(number)

    adopted = [again_by(loop, entry)(run) for run in ("run-1", "run-2")]

    assert loop.rows("open") == 2
    assert loop.lines(number) == before
    assert [one.adopted for one in adopted] == [entry.lines, entry.lines]


def test_a_worker_that_dies_before_the_commit_of_a_split_leaves_nothing_and_the_next_makes_it_once(loop: Loop) -> None:
    number = loop.open()
    loop.ask(number, "split", {"title": "The printer"}, messages=[message_of(loop, number)])
    loop.round(number)
    assert loop.rows("open") == 1

    loop.journal.journal(loop.round(number, "run-2"))
    loop.journal.journal(loop.round(number, "run-2"))

    assert loop.rows("open") == 2


def test_every_word_of_a_merge_is_sent_once_however_often_it_is_journalled(loop: Loop) -> None:
    first, second = loop.open(), loop.open()
    loop.ask(first, "merge", into=second)

    for number in (first, second, first, second):
        entry = loop.round(number)
        loop.journal.journal(entry)
        again_by(loop, entry)("run-2")

    with loop.store.reading() as session:
        state = states.load(RULES, session.get_one(Process, first).state)
        other = states.load(RULES, session.get_one(Process, second).state)
    assert (loop.rows("told", second), loop.rows("told", first)) == (1, 1)
    assert (state.status, state.merging.into, other.merging.followers) == ("closed", second, (first,))
