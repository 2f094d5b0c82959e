"""The tickets' loops without an engine: the same load, rules, answers and journal, run in this process on demand."""

import threading
from datetime import UTC, datetime

from sqlalchemy import select

from activities.answers import Answering
from activities.commands import Commands
from activities.effects import Effects
from activities.journal import Journal
from longwatch import messages
from longwatch.domain.draft import Draft, Outcome
from longwatch.domain.ticket import GENESIS, Actor, Command
from longwatch.messages import Ask, Entry, Load
from longwatch.store import states
from longwatch.store.database import Store
from longwatch.store.tables import Command as CommandRow
from longwatch.store.tables import Process

DESK = Actor("system:desk", "system")
TIMER = Actor("system:timer", "system")


class LoopsInProcess:
    """What the engine and its worker do for the web. `away` plays their absence."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._commands = Commands(store)
        self._answering = Answering(store)
        self._journal = Journal(store, Effects(store, mail=False))
        self._one_at_a_time = threading.Lock()
        self._stopping = threading.Event()
        self._relay = threading.Thread(target=self._open_what_waits, daemon=True)
        self.away = False

    def start(self) -> None:
        """Begins to open tickets, as the relay does."""
        self._relay.start()

    def stop(self) -> None:
        self._stopping.set()
        self._relay.join()

    def act(self, ticket: str, action: str, command: str, timeout: float = 2.0) -> Outcome | None:
        if self.away:
            return None
        self.go_round(ticket)
        with self._store.reading() as session:
            row = session.scalars(select(CommandRow).where(CommandRow.id == command)).one()
            return Outcome(row.id, row.outcome or "", row.reason, row.field, row.version)

    def ready(self) -> dict[str, bool | str]:
        up = not self.away
        return {"engine": up, "worker": up, "reason": "" if up else "The engine is away."}

    def go_round(self, ticket: str) -> None:
        """One round of a ticket's loop."""
        with self._one_at_a_time:
            kind = messages.kind_of(ticket)
            draft = self._recorded(ticket, kind)
            for command in self._commands.load(Load(ticket)).commands:
                draft.take(command)
            self._ask(draft, kind)
            entry = Entry(ticket, kind, "run", "Test", *self._stand(ticket), draft.lines, draft.outcomes)
            self._journal.journal(entry)

    def _recorded(self, ticket: str, kind: str) -> Draft:
        rules = messages.decider(kind)
        with self._store.reading() as session:
            process = session.get(Process, ticket)
            if process is None:
                return Draft(rules, ticket, rules.State())
            state = states.load(rules, process.state)
            return Draft(rules, ticket, state, process.version, process.head, getattr(state, "updated_at", None))

    def _stand(self, ticket: str) -> tuple[int, str]:
        with self._store.reading() as session:
            process = session.get(Process, ticket)
            return (process.version, process.head) if process else (0, GENESIS)

    def _ask(self, draft: Draft, kind: str) -> None:
        asked: set[str] = set()
        while questions := [one for one in draft.rules.questions(draft.state) if one.id not in asked]:
            asked |= {question.id for question in questions}
            found = self._answering.answer(Ask(draft.ticket, kind, questions))
            for question, answer in zip(questions, found.answers, strict=True):
                data = {"question": question.id, "kind": question.kind, "answer": answer}
                draft.own(Command(f"answer:{question.id}", "answered", datetime.now(UTC), DESK, data))

    def _open_what_waits(self) -> None:
        openings = select(CommandRow.ticket).where(CommandRow.outcome.is_(None), CommandRow.action == "open")
        while not self._stopping.wait(0.005):
            if self.away:
                continue
            with self._store.reading() as session:
                waiting = session.scalars(openings).all()
            for ticket in waiting:
                self.go_round(ticket)
