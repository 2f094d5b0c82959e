"""The one durable loop every ticket lives in: load, decide, ask, journal, evolve.

The rules (a decider) are pure; this loop gives them order, time and durability. Handlers only wake it. What the journal
has not confirmed it does not believe: if other lines stand there already (the worker died between the commit and the
end of its task) the loop adopts those and goes round again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from longwatch import messages
from longwatch.domain.draft import Draft, Outcome
from longwatch.domain.ticket import Actor, Alarm, Command, Question, instant, stamp
from longwatch.messages import ASKS, Answers, Ask, Entry, Foreseen, Journalled, Load, Loaded, Start
from longwatch.store import states

CALL: dict[str, Any] = {
    # Unlimited and unhurried: SQL may be away for an hour without filling histories with retries.
    "start_to_close_timeout": timedelta(seconds=10),
    "local_retry_threshold": timedelta(seconds=5),
    "retry_policy": RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=60)),
}
TIMER = Actor("system:timer", "system")
REST_WHEN_STUCK = timedelta(minutes=5)
"""How long an alarm rests that changed nothing or could not be decided."""


class Shell:
    """The loop of one ticket. A process class names its kind and defines its own `run`."""

    kind: ClassVar[str]

    def __init__(self, start: Start) -> None:
        self.start = start
        rules = messages.decider(self.kind)
        last_at = instant(start.last_at) if start.last_at else None
        state = states.load(rules, start.state)
        check = partial(states.check, rules)
        self.record = Draft(rules, start.ticket, state, start.seq, start.head, last_at, check)
        self.woken = True  # a run begins by looking for what was accepted before it
        self.registered = False  # whether the journal knows of this run
        self.waiting: dict[str, Outcome | None] = {}
        self.stuck: tuple[Alarm, datetime] | None = None

    @workflow.signal(name=messages.WAKE)
    def wake(self) -> None:
        """Something was accepted for this ticket."""
        self.woken = True

    @workflow.update(dynamic=True)
    async def act(self, _action: str, arguments: Sequence[RawValue]) -> Outcome:
        """Waits for the outcome of an accepted command; it bears the action's name for whoever reads histories."""
        command = workflow.payload_converter().from_payload(arguments[0].payload, str)
        self.waiting.setdefault(command, None)
        self.woken = True
        await workflow.wait_condition(lambda: self.waiting[command] is not None)
        outcome = self.waiting[command]
        assert outcome is not None
        return outcome

    async def live(self) -> None:
        """Until the ticket is sealed. Continues as new when its history grows long, even under a stream of commands."""
        while True:
            await self._rest()
            if await self._round():  # on other lines than it knew: what they sealed may begin again by what waits
                continue
            sealed = self.record.rules.sealed(self.record.state)
            if not (sealed or self._renewal_due()):
                continue
            if sealed:
                self._leave_the_rest()
            # Whoever still waits needs another round, not a pause: only this loop can answer.
            await workflow.wait_condition(lambda: self.woken or workflow.all_handlers_finished())
            if not workflow.all_handlers_finished():
                continue
            if sealed:
                return
            workflow.continue_as_new(self._continued())

    def _leave_the_rest(self) -> None:
        """What came for a ticket after its sealing is the relay's: it refuses it, or opens a new ticket with it."""
        unanswered = [command for command, outcome in self.waiting.items() if outcome is None]
        self._settle([Outcome(command, "pending") for command in unanswered])

    def _renewal_due(self) -> bool:
        every = self.start.renew_every
        asked = bool(every) and self.record.seq - self.start.seq >= every
        return asked or workflow.info().is_continue_as_new_suggested()

    def _continued(self) -> Start:
        record = self.record
        return replace(
            self.start,
            seq=record.seq,
            head=record.head,
            state=states.dump(record.rules, record.state),
            last_at=stamp(record.last_at) if record.last_at else "",
        )

    async def _rest(self) -> None:
        """Sleeps until woken or until the nearest alarm: the only timer a ticket has."""
        alarm = self._alarm()
        wait = alarm.at - workflow.now() if alarm else None
        if self.woken or (wait is not None and wait <= timedelta(0)):
            return
        try:
            await workflow.wait_condition(
                lambda: self.woken, timeout=wait, timeout_summary=alarm.name if alarm else None
            )
        except TimeoutError:
            return

    def _alarm(self) -> Alarm | None:
        """The nearest deadline; one that is stuck comes again after a rest."""
        alarm = self.record.rules.next_alarm(self.record.state)
        if alarm is not None and self.stuck is not None and self.stuck[0] == alarm:
            return Alarm(self.stuck[1], alarm.name)
        return alarm

    async def _round(self) -> bool:
        """Everything accepted so far, then what is due, then one journal entry for all of it.

        Tells whether other lines were adopted instead, so that nothing of it counts.
        """
        self.woken = False
        if workflow.all_handlers_finished():
            self.waiting.clear()
        loaded = await self._load()
        draft = replace(self.record, lines=[], outcomes=[])
        for command in loaded.commands:
            draft.take(command)
        problems = await self._ask(draft, loaded.foreseen)
        problems += self._ring(draft)
        problems += await self._ask(draft, [])
        adopted = await self._journal(draft, problems, behind=loaded.version > self.record.seq)
        self.woken = self.woken or loaded.more
        return adopted

    async def _load(self) -> Loaded:
        waited = [command for command, outcome in self.waiting.items() if outcome is None]
        call = Load(self.record.ticket, waited)
        loaded: Loaded = await workflow.execute_local_activity("load", call, result_type=Loaded, **CALL)
        self._settle(loaded.settled)
        return loaded

    async def _ask(self, draft: Draft, foreseen: Sequence[Foreseen]) -> list[str]:
        """Answers what the rules still need to know; each question once a round."""
        asked: list[str] = []
        problems: list[str] = []
        for _ in range(ASKS):
            questions = [question for question in draft.rules.questions(draft.state) if question.id not in asked]
            if not questions:
                break
            asked += [question.id for question in questions]
            answers = await self._answers(draft, questions, foreseen)
            for question, answer in zip(questions, answers, strict=True):
                problem = draft.answer(question, answer, workflow.now())
                problems += [f"answer {question.id}: {problem}"] if problem else []
        return problems

    async def _answers(self, draft: Draft, questions: list[Question], foreseen: Sequence[Foreseen]) -> list[Any]:
        """From what came with the commands, if that is all that is asked; else an errand brings them."""
        known = [one.answer for question in questions for one in foreseen if one.question == question]
        if len(known) == len(questions):
            return known
        ask = Ask(draft.ticket, self.kind, questions)
        found: Answers = await workflow.execute_local_activity("answer", ask, result_type=Answers, **CALL)
        return found.answers

    def _ring(self, draft: Draft) -> list[str]:
        """Decides the alarm that is due, if nothing accepted before it has lifted it."""
        alarm = draft.rules.next_alarm(draft.state)
        now = workflow.now()
        resting = self.stuck is not None and self.stuck[0] == alarm and self.stuck[1] > now
        if alarm is None or alarm.at > now or resting:
            return []
        problem = draft.own(Command(f"alarm:{alarm.name}", "alarm", now, TIMER, {"name": alarm.name}))
        if problem is None and draft.rules.next_alarm(draft.state) == alarm:
            problem = "deciding it changed nothing"
        self.stuck = (alarm, now + REST_WHEN_STUCK) if problem else None
        return [f"alarm {alarm.name}: {problem}"] if problem else []

    async def _journal(self, draft: Draft, problems: list[str], *, behind: bool) -> bool:
        """Makes the round count, or learns what stands in its place and tells so.

        Also when the round came to nothing but the journal is ahead: what an attempt before this one had written.
        """
        if self.registered and not (draft.lines or draft.outcomes or problems or behind):
            return False
        record = self.record
        info = workflow.info()
        entry = Entry(
            record.ticket,
            self.kind,
            info.run_id,
            info.workflow_type,
            record.seq,
            record.head,
            draft.lines,
            draft.outcomes,
            problems,
        )
        done: Journalled = await workflow.execute_local_activity("journal", entry, result_type=Journalled, **CALL)
        self.registered = True
        self.woken = self.woken or done.again
        if done.adopted:
            record.adopt(done.adopted)
            return True
        self.record = replace(draft, lines=[], outcomes=[])
        self._settle(draft.outcomes)
        return False

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if outcome.command in self.waiting:
                self.waiting[outcome.command] = outcome
