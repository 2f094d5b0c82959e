"""Tickets that lived in the past: the real rules, answers and journal, with neither engine nor waiting.

A life goes through the same load, decide, ask and journal as a ticket's workflow does, at instants of its own choosing,
so that the rows it leaves behind are those the desk itself would have written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine

from activities.answers import Answering
from activities.commands import Commands
from activities.effects import Effects
from activities.journal import Journal
from longwatch import messages
from longwatch.domain.draft import Draft
from longwatch.domain.ticket import Actor, Alarm, Command
from longwatch.messages import INCIDENT, Ask, Entry, Load
from longwatch.store import states
from longwatch.store.acceptance import Request, accept, accept_opening
from longwatch.store.database import Store

TIMER = Actor("system:timer", "system")


@dataclass(frozen=True)
class Step:
    """What somebody asks of the ticket, so long after the step before."""

    after: timedelta
    action: str
    actor: str
    data: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


class Past:
    """A desk whose clock stands where it is put."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        self.now = now
        self.store = Store(engine, clock=lambda: self.now)
        self.commands, self.answering = Commands(self.store), Answering(self.store)
        self.journal = Journal(self.store, Effects(self.store, mail=False))

    def live(self, opening: Step, steps: list[Step], until: datetime) -> Draft:
        """Opens an incident now, takes the steps that come before `until`, and rings what falls due up to then.

        Returns the ticket as it stands then; this desk's clock has moved there.
        """
        with self.store.writing() as session:
            asked = Request("", INCIDENT, "open", opening.actor, opening.data, opening.texts)
            number = accept_opening(self.store, session, INCIDENT, asked).ticket
        rules = messages.decider(INCIDENT)
        draft = self._round(Draft(rules, number, rules.State(), check=partial(states.check, rules)))
        for step in steps:
            at = self.now + step.after
            if at >= until:
                break
            draft = self._pass_time(draft, at)
            with self.store.writing() as session:
                accept(self.store, session, Request(number, INCIDENT, step.action, step.actor, step.data, step.texts))
            draft = self._round(draft)
        return self._pass_time(draft, until)

    def _pass_time(self, draft: Draft, until: datetime) -> Draft:
        while (alarm := draft.rules.next_alarm(draft.state)) is not None and alarm.at <= until:
            self.now = max(self.now, alarm.at)
            draft = self._round(draft, alarm)
        self.now = until
        return draft

    def _round(self, draft: Draft, alarm: Alarm | None = None) -> Draft:
        """One round of the loop. A refusal is life; raises ValueError for what the rules cannot decide."""
        loaded = self.commands.load(Load(draft.ticket))
        for command in loaded.commands:
            outcome = draft.take(command)
            if outcome.outcome == "parked":
                raise ValueError(f"{command.action}: {outcome.reason}")
        if alarm is not None:
            draft.own(Command(f"alarm:{alarm.name}", "alarm", self.now, TIMER, {"name": alarm.name}))
        self._ask(draft)
        seq = draft.seq - len(draft.lines)
        head = draft.lines[0].prev if draft.lines else draft.head
        entry = Entry(draft.ticket, INCIDENT, "past", "Incident", seq, head, draft.lines, draft.outcomes)
        again = self.journal.journal(entry).again
        draft = replace(draft, lines=[], outcomes=[])
        return self._round(draft) if again else draft

    def _ask(self, draft: Draft) -> None:
        asked: set[str] = set()
        while questions := [one for one in draft.rules.questions(draft.state) if one.id not in asked]:
            asked.update(one.id for one in questions)
            found = self.answering.answer(Ask(draft.ticket, INCIDENT, questions))
            for question, answer in zip(questions, found.answers, strict=True):
                draft.answer(question, answer, self.now)
