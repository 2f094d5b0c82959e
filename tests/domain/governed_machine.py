"""Any sequence of commands, answers, votes, outages and alarms leaves a governed ticket that is whole: the machine.

A process names its desk, its actors and what makes sense to send; what must hold of every process stands here.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from pydantic import TypeAdapter

from longwatch.domain.case_fold_clocks import stands_still
from longwatch.domain.case_moves import Moves
from longwatch.domain.ticket import Actor, Command, canonical, fold, instant, stamp
from tests.domain.embedding import pass_time, refusal
from tests.domain.incident_desk import (
    AGENT,
    AGENT2,
    AUDITOR,
    DESK,
    DISPATCHER,
    LEAD,
    MATRIX,
    MONITORING,
    REQUESTER,
    STRANGER,
    TARGETS,
    TIMER,
    UNKNOWN_CI,
    office,
    policy,
    ref,
)

ADMIN = Actor("user:admin", roles=("admin",), teams=("l2",))
NOBODY = Actor("user:nobody")
OWN_AGENT = Actor("user:requester", roles=("agent", "requester"))
ACTORS = (AGENT, AGENT2, LEAD, ADMIN, DISPATCHER, REQUESTER, STRANGER, AUDITOR, NOBODY, OWN_AGENT, MONITORING, TIMER)
SPANS = st.one_of(
    st.integers(0, 3600).map(lambda n: timedelta(seconds=n)),
    st.integers(0, 40).map(lambda n: timedelta(hours=n * n // 20)),
)
ODD_VALUES = st.sampled_from([None, "", "x", -1, 2, True, [], {}, ["a"], ref(), "2026-11-30T10:00:00Z"])
FIELDS = ("reason", "until", "text", "code", "public", "body", "team", "person", "impact", "urgency", "level", "tags")
MORE_FIELDS = (*FIELDS, "type", "ticket", "task", "tasks", "decision", "content", "answers", "of", "review_at", "cause")
ODD = st.dictionaries(st.sampled_from(MORE_FIELDS), ODD_VALUES, max_size=4)


def usual_fitting(state: Any, action: str, at: datetime) -> dict[str, Any]:
    """The least that makes sense to send with an action that all processes share."""
    return {
        "message": {"public": True, "body": ref()},
        "reopen": {"reason": ref()},
        "hold": {"reason": "planned_until", "until": stamp(at + timedelta(days=1))},
        "assign": {"team": "l1" if state.team != "l1" else "l2"},
        "prioritise": {"impact": 1 if state.impact != 1 else 2},
        "escalate": {"reason": ref()},
        "relate_ci": {"ci": "db-1" if state.ci != "db-1" else "db-2"},
        "tag": {"tags": ["a"] if state.tags != ("a",) else ["b"]},
        "link": {"type": "related", "ticket": f"INC-{len(state.links) + 100:06}"},
        "unlink": {"type": state.links[0].type, "ticket": state.links[0].ticket} if state.links else {},
        "cancel": {"reason": ref()},
    }.get(action, {})


class Machine(RuleBasedStateMachine):
    """One ticket and everyone who may or may not lay hands on it."""

    desk: Any
    decider: ClassVar[Any]
    moves: ClassVar[Moves]
    own: ClassVar[Callable[..., dict[str, Any]]]
    done: ClassVar[tuple[str, ...]]
    actors: ClassVar[tuple[Actor, ...]] = ACTORS
    usual: ClassVar[tuple[tuple[Actor, str], ...]] = ()

    def fitting(self, state: Any, action: str) -> dict[str, Any]:
        """The least that makes sense to send with an action now."""
        return type(self).own(state, action) or usual_fitting(state, action, self.desk.at)

    @rule(data=st.data())
    def asks(self, data: Any) -> None:
        """The button is there exactly when the desk would do it."""
        actor = data.draw(st.sampled_from(self.actors))
        action = data.draw(st.sampled_from(self.decider.process.names))
        settled = self._settled()
        shown = any(one.name == action for one in self.decider.allowed(settled, actor))

        done = self._tries(actor, action, self.fitting(settled, action))

        assert done is shown or self._for_one_task(settled, actor, action)

    def _for_one_task(self, state: Any, actor: Actor, action: str) -> bool:
        """A button stands for any of the tasks; the task at hand may be another one."""
        if action == "unlink":
            return not state.links
        if action == "split":
            return True  # which words there are to take along is the journal's to know
        return action.endswith("_task") and bool(state.tasks.everything) and actor is not None

    @rule(data=st.data(), late=SPANS)
    def works_as_usual(self, data: Any, late: timedelta) -> None:
        actor, action = data.draw(st.sampled_from(self.usual))
        for _ in range(4):
            if self.decider.questions(self.desk.state):
                self.answered(1, 1)
        self.time_passes(late)
        self._tries(actor, action, self.fitting(self.desk.state, action))

    @rule(data=st.data(), odd=ODD)
    def sends_nonsense(self, data: Any, odd: dict[str, Any]) -> None:
        actor = data.draw(st.sampled_from(self.actors))
        action = data.draw(st.sampled_from((*self.decider.process.names, "alarm", "told", "linked", "nonsense")))
        self._tries(actor, action, odd)

    @rule(reason=st.sampled_from(["awaiting_requester", "awaiting_supplier", "awaiting_change"]))
    def holds(self, reason: str) -> None:
        self._tries(AGENT, "hold", {"reason": reason})

    @rule(event=st.sampled_from(["parent_resolved", "original_resolved"]), number=st.integers(1, 3))
    def ends_with_another(self, event: str, number: int) -> None:
        """The ticket it is a child or a duplicate of, if it is, was resolved."""
        prefix = self.desk.state.number.partition("-")[0]
        said = {"ticket": f"{prefix}-00010{number}", "code": "fixed", "text": None}
        self._tries(LEAD, "link", {"type": "child_of" if number == 1 else "duplicate_of", "ticket": said["ticket"]})
        self.desk.send(DESK, "told", event=event, **said)

    @precondition(lambda self: self.decider.questions(self.desk.state))
    @rule(variant=st.integers(0, 4), fails=st.integers(0, 5))
    def answered(self, variant: int, fails: int) -> None:
        question = self.decider.questions(self.desk.state)[0]
        answer = {"error": "away"} if fails == 0 else self.answer(question, variant)
        self.desk.send(DESK, "answered", question=question.id, kind=question.kind, answer=answer)

    def answer(self, question: Any, variant: int) -> Any:
        about, until = question.data, self.desk.at + timedelta(days=40)
        match question.kind:
            case "policy":
                return policy(instant(about["since"]), until, targets=TARGETS[variant % 3 :])
            case "calendar":
                return office(instant(about["since"]), instant(about["until"]), 1 + variant)
            case "routing":
                return {"team": "l1", "person": "user:agent" if variant else None, "reasons": ["rule"]}
            case "impact":
                return {**UNKNOWN_CI, "criticality": 1 + variant % 3}
            case "matrix":
                return MATRIX
            case kind:
                return self.desk.answers[kind]

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        """The engine is there: each alarm rings on time."""
        pass_time(self.desk, self.desk.at + span, self._due, self._rings)

    def _due(self) -> datetime | None:
        alarm = self.decider.next_alarm(self.desk.state)
        return None if alarm is None else alarm.at

    @rule(span=SPANS)
    def the_engine_was_away(self, span: timedelta) -> None:
        """Nothing rings for a while; then one alarm does it all."""
        self.desk.at += span
        self._rings()

    def _rings(self) -> None:
        self.desk.send(TIMER, "alarm", name="any")
        alarm = self.decider.next_alarm(self.desk.state)
        assert alarm is None or alarm.at > self.desk.at

    def _settled(self) -> Any:
        """The ticket as it stands now, what time alone decides included."""
        facts = self.decider.decide(self.desk.state, Command("c", "answered", self.desk.at, DESK, {"question": None}))
        return fold(self.decider, facts, self.desk.state)

    def _tries(self, actor: Actor, action: str, data: dict[str, Any]) -> bool:
        refused = refusal(self.desk, actor, action, data) is not None
        assert refused or actor not in (AUDITOR, NOBODY)
        return not refused

    @invariant()
    def its_status_is_one_of_the_table_and_its_parts_agree(self) -> None:
        state = self.desk.state
        assert state.status in self.decider.process.labels
        assert (state.resolved_at is not None) is (state.status in self.done)
        assert (state.closed_at is not None) is (state.status == "closed")
        assert state.hold is None or state.ended_at is None

    @invariant()
    def its_journal_is_clean_and_runs_forward(self) -> None:
        facts = self.desk.facts
        assert all(canonical(dict(fact.data)) for fact in facts[-5:])
        assert [fact.at for fact in facts] == sorted(fact.at for fact in facts)

    @invariant()
    def nothing_counts_while_others_must_move_first(self) -> None:
        state = self.desk.state
        if state.waits_for in state.pauses:
            assert all(
                clock.since is None for clock in state.clocks if stands_still(state, clock.name, state.waits_for)
            )

    @invariant()
    def it_always_waits_for_something_until_it_is_sealed(self) -> None:
        state = self.desk.state
        waiting = self.decider.waiting_for(state)
        assert bool(waiting) is not self.decider.sealed(state)
        assert all(one["what"].endswith(".") and one["who"] for one in waiting), waiting

    @invariant()
    def what_is_over_asks_for_nobodys_vote_and_no_work(self) -> None:
        state = self.desk.state
        if state.ended_at is not None:
            assert not state.approval.under_way
            assert not state.tasks.under_way
            assert self.decider.next_alarm(state) is not None or state.sealed_at is not None

    @invariant()
    def its_moves_stand_in_the_table(self) -> None:
        status = ""
        moves = [(source, goal) for table in self.moves.values() for source, goals in table.items() for goal in goals]
        for fact in self.desk.facts:
            after = fact.data.get("status", status)
            assert after == status or (status, after) in moves, (status, after, fact)
            status = after

    def teardown(self) -> None:
        """It is the fold of its journal, at every point of it, and survives being stored."""
        adapter = TypeAdapter(self.decider.State)
        state = self.decider.State()
        for fact in self.desk.facts:
            state = self.decider.evolve(state, fact)
        assert adapter.validate_json(adapter.dump_json(state)) == state == self.desk.state
