"""The rules of a ticket as the engine knows them: what all processes share, and one process's own tables.

The shared rules stand in the files beside this one: `case_process` (what makes one process out of them), `case_moves`
(statuses and the moves between them), `case_gate` (who may do what now), `case_opening`, `case_people`, `case_links`,
`case_merge`, `case_split` and `case_answers` (what follows from what is asked), `case_time` (deadlines), `case_fold`
(what facts make of the state), `case_effects` and `case_links_effects` (what must follow outside), `case_waiting` (what
it waits for), `case_engines` (approval and tasks).
"""

from collections.abc import Callable
from typing import Any

from longwatch.domain import approval, case_engines, roles
from longwatch.domain.case_answers import answered, calendar_changed, top_up
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_effects import react
from longwatch.domain.case_fold import evolve
from longwatch.domain.case_gate import allowed, obstacle
from longwatch.domain.case_links import DOES as LINKS
from longwatch.domain.case_links import linked, opened, told
from longwatch.domain.case_links_effects import between
from longwatch.domain.case_merge import DOES as MERGES
from longwatch.domain.case_people import DOES
from longwatch.domain.case_process import Process, Waiting
from longwatch.domain.case_split import DOES as SPLITS
from longwatch.domain.case_state import Case
from longwatch.domain.case_time import nearest, ring, settle
from longwatch.domain.case_waiting import waiting_for
from longwatch.domain.ticket import Action, Actor, Alarm, Command, Effect, Fact, Question, Refused, later_of

_MACHINES: dict[str, Callable[[Draft], None]] = {
    "alarm": ring,
    "answered": answered,
    "calendar_changed": calendar_changed,
    "linked": linked,
    "opened": opened,
    "told": told,
}
"""What the desk's own parts send: after the end it is too late for them, which is nobody's mistake."""

_NO_WORK = ("open", *approval.ACTION_NAMES)
"""What the desk's people ask without working on the ticket: to agree to it is not to see to it."""


class Rules:
    """A process as a decider."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.RULES = process.rules
        self.State = process.state
        self._does: dict[str, Callable[[Draft], None]] = {
            **DOES,
            **LINKS,
            **MERGES,
            **SPLITS,
            **_MACHINES,
            **process.does,
        }

    def decide(self, state: Case, command: Command) -> list[Fact]:
        """What follows from the command, after what time had decided by its instant. Raises Refused."""
        draft = Draft(self.process, state, later_of(command, state.updated_at))
        settle(draft)
        actor, action = command.actor, command.action
        if action in _MACHINES and self.may(actor, action, state.requester) and draft.state.sealed_at is not None:
            return draft.facts
        reason = obstacle(self.process, draft.state, actor, action)
        if reason is not None:
            raise Refused(reason)
        if self._is_work(draft.state, actor, action):
            draft.record("Touched")
        self._act(draft)
        self.process.after(draft)
        top_up(draft)
        return draft.facts

    def _act(self, draft: Draft) -> None:
        action = draft.command.action
        if case_engines.knows(action) and action not in self.process.does:
            draft.add(case_engines.decide(draft.state, draft.command))
        else:
            self._does[action](draft)

    def _is_work(self, state: Case, actor: Actor, action: str) -> bool:
        """Whether this is the first time that the desk's people lay hands on it."""
        rights = self.process.rights
        if state.touched or action in _NO_WORK or not roles.is_staff(actor) or not roles.works(actor, action, rights):
            return False
        return not (action == "message" and roles.owns(actor, state.requester))

    def evolve(self, state: Case, fact: Fact) -> Case:
        """The state after the fact."""
        return evolve(self.process, state, fact)

    def next_alarm(self, state: Case) -> Alarm | None:
        """The one nearest deadline."""
        due = nearest(self.process, state)
        return None if due is None else Alarm(due.at, f"{due.kind}:{due.name}" if due.name else due.kind)

    def questions(self, state: Case) -> tuple[Question, ...]:
        """What it still waits to be told."""
        return (*state.pending, *case_engines.questions(state))

    def react(self, state: Case, fact: Fact) -> list[Effect]:
        """What must follow from the fact; `state` is the one after it."""
        return [*react(self.process, state, fact), *between(self.process, state, fact)]

    def sealed(self, state: Case) -> bool:
        """Whether it has ended for good."""
        return state.sealed_at is not None

    def allowed(self, state: Case, actor: Actor) -> list[Action]:
        """What this actor may do now, in the order of the buttons."""
        return allowed(self.process, state, actor)

    def obstacle(self, state: Case, actor: Actor, action: str) -> str | None:
        """The sentence that says why not; None when nothing stands in the way."""
        return obstacle(self.process, state, actor, action)

    def may(self, actor: Actor, action: str, requester: str | None) -> bool:
        """Whether the actor has the right to the action, the ticket's status aside."""
        return roles.may(actor, action, requester, self.process.rights)

    def voted_on(self, state: Case) -> dict[str, Any]:
        """What its votes are about, as their hash covers it."""
        return self.process.voted_on(state)

    def waiting_for(self, state: Case) -> list[Waiting]:
        """Everything it waits for, what matters most first."""
        return waiting_for(self.process, state)
