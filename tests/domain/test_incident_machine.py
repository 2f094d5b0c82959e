"""Any sequence of commands, answers, outages and alarms leaves an incident that is whole."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import TypeAdapter

from longwatch.domain import case_links, incident_links, roles
from longwatch.domain import clocks as clocking
from longwatch.domain import ladder as climbing
from longwatch.domain.case_moves import RELATIONS
from longwatch.domain.incident import PROCESS, incident
from longwatch.domain.incident_moves import ACTIONS, MOVES
from longwatch.domain.ticket import Actor, Command, canonical, fold, instant
from tests.domain.embedding import pass_time, refusal
from tests.domain.incident_desk import (
    AGENT,
    AGENT2,
    AUDITOR,
    DESK,
    DISPATCHER,
    LADDER,
    LEAD,
    MATRIX,
    MONITORING,
    REQUESTER,
    STRANGER,
    TARGETS,
    TIMER,
    UNKNOWN_CI,
    Desk,
    fitting,
    office,
    policy,
    ref,
    said,
)

ADMIN = Actor("user:admin", roles=("admin",), teams=("l2",))
APPROVER = Actor("user:approver", roles=("approver",))
EDITOR = Actor("user:editor", roles=("cmdb-editor", "auditor"))
NOBODY = Actor("user:nobody")
OWN_AGENT = Actor("user:requester", roles=("agent", "requester"))
ACTORS = (
    AGENT,
    AGENT2,
    LEAD,
    ADMIN,
    DISPATCHER,
    REQUESTER,
    STRANGER,
    AUDITOR,
    APPROVER,
    EDITOR,
    NOBODY,
    OWN_AGENT,
    MONITORING,
    TIMER,
)
NAMES = tuple(action.name for action in ACTIONS)
STATE = TypeAdapter(incident.State)
WHOLE = sorted(PROCESS.labels)

USUAL = (
    (AGENT, "take"),
    (AGENT, "start"),
    (AGENT, "message"),
    (AGENT, "resume"),
    (AGENT, "resolve"),
    (AGENT2, "assign"),
    (LEAD, "prioritise"),
    (REQUESTER, "message"),
    (REQUESTER, "reopen"),
    (REQUESTER, "confirm"),
    (OWN_AGENT, "resolve"),
    (OWN_AGENT, "reopen"),
)

spans = st.one_of(
    st.integers(0, 3600).map(lambda n: timedelta(seconds=n)),
    st.integers(0, 600).map(lambda n: timedelta(minutes=n)),
    st.integers(0, 40).map(lambda n: timedelta(hours=n * n // 20)),
)
odd_values = st.sampled_from([None, "", "x", -1, 2, True, [], {}, ["a"], ref(), "2026-11-30T10:00:00Z"])
fields = ("reason", "until", "text", "code", "public", "body", "team", "person", "impact", "urgency", "level", "tags")
odd_data = st.dictionaries(st.sampled_from((*fields, "ci", "type", "ticket")), odd_values, max_size=4)


OTHERS = ("INC-000009", "INC-000010", "PRB-000001", "CHG-000001")
EVENTS = (*sorted(case_links.HEARS), *sorted(incident_links.HEARS), "nonsense")
_FORWARDED = {"body": ref(), "by": "requester", "writer": "user:requester", "origin": "INC-000009"}
WORDS: tuple[dict[str, Any], ...] = (
    {"kind": "change", "code": "fixed", "text": ref(), "status": "resolved", "over": False, **_FORWARDED},
    {"kind": "problem", "code": "workaround", "text": None, "status": "closed", "over": True, "reason": "It ended."},
    {"type": "related", "marks": ["INC-000009:1"], "messages": [said(3)], "title": ref()},
)


def terms(variant: int) -> dict[str, Any]:
    """Policies that differ in targets, ladder, pauses and promises."""
    return [
        {},
        {"policy": "strict", "targets": [{**one, "work": one["work"] // 3} for one in TARGETS]},
        {"policy": "bare", "targets": TARGETS[2:], "ladder": {"version": 5, "rungs": LADDER["rungs"][2:4]}},
        {"policy": "loose", "pauses": ["awaiting_supplier", "awaiting_change"], "ladder": None},
        {"policy": "none", "targets": [], "close_after": None, "reopen_window": None},
    ][variant]


class AnIncident(RuleBasedStateMachine):
    """One incident and everyone who may or may not lay hands on it."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.names: tuple[str, ...] = ()
        self.counted: dict[tuple[str, int], int] = {}
        self.rung = False

    @initialize(
        actor=st.sampled_from([REQUESTER, AGENT, MONITORING]),
        impact=st.sampled_from([None, 1, 3]),
        answer=st.booleans(),
    )
    def opened(self, actor: Actor, impact: int | None, *, answer: bool) -> None:
        alert = {"group": "ALG-1", "episode": 1, "severity": "warning"} if actor is MONITORING else None
        requester = "user:requester" if actor is not MONITORING else None
        self.desk.open(actor, answer=answer, requester=requester, impact=impact, alert=alert)

    @rule(actor=st.sampled_from(ACTORS), action=st.sampled_from(NAMES))
    def asks(self, actor: Actor, action: str) -> None:
        """The button is there exactly when the desk would do it."""
        data = fitting(self.desk.state, action, self.desk.at)
        settled = self._settled()
        shown = any(one.name == action for one in incident.allowed(settled, actor))

        done = self._tries(actor, action, fitting(settled, action, self.desk.at) or data)

        assert done is shown

    @rule(actor=st.sampled_from([AGENT, AGENT2, LEAD, REQUESTER]), action=st.sampled_from(NAMES), late=spans)
    def asked_long_ago_and_decided_late(self, actor: Actor, action: str, late: timedelta) -> None:
        """Time passes without the engine; then what was asked meanwhile is decided."""
        self.desk.at += late
        self._tries(actor, action, fitting(self.desk.state, action, self.desk.at))

    @rule(actor=st.sampled_from(ACTORS), action=st.sampled_from((*NAMES, "alert", "alarm", "nonsense")), data=odd_data)
    def sends_nonsense(self, actor: Actor, action: str, data: dict[str, Any]) -> None:
        self._tries(actor, action, data)

    @rule(step=st.sampled_from(USUAL))
    def works_as_usual(self, step: tuple[Actor, str]) -> None:
        actor, action = step
        self._tries(actor, action, fitting(self.desk.state, action, self.desk.at))

    @rule(step=st.sampled_from(USUAL), span=spans)
    def works_on_time(self, step: tuple[Actor, str], span: timedelta) -> None:
        """Everything asked is answered, time passes with the engine there, then somebody does their part."""
        for _ in range(4):
            if incident.questions(self.desk.state):
                self.answered(0, 1)
        self.time_passes(span)
        self.works_as_usual(step)

    @rule(reason=st.sampled_from(["awaiting_requester", "awaiting_supplier", "awaiting_change"]))
    def holds(self, reason: str) -> None:
        self._tries(AGENT, "hold", {"reason": reason})

    @rule(event=st.sampled_from(["firing", "refired", "quiet", "cleared", "flapping"]))
    def fires(self, event: str) -> None:
        self._tries(MONITORING, "alert", {"event": event, "severity": "error", "count": 3})

    @rule(event=st.sampled_from(EVENTS), word=st.sampled_from([{}, *WORDS]), ticket=st.sampled_from(OTHERS))
    def hears_of_another_ticket(self, event: str, word: dict[str, Any], ticket: str) -> None:
        """Whatever other tickets say, fitting or not."""
        self._tries(TIMER, "told", {"event": event, "ticket": ticket, **word})

    @rule(type_=st.sampled_from(RELATIONS), ticket=st.sampled_from(OTHERS), mark=st.integers(1, 3))
    def is_linked(self, type_: str, ticket: str, mark: int) -> None:
        self._tries(TIMER, "linked", {"type": type_, "ticket": ticket, "marks": [f"{ticket}:{mark}"]})

    @precondition(lambda self: incident.questions(self.desk.state))
    @rule(variant=st.integers(0, 4), fails=st.integers(0, 5))
    def answered(self, variant: int, fails: int) -> None:
        question = incident.questions(self.desk.state)[0]
        answer = {"error": "away"} if fails == 0 else self._answer(question, variant)
        self.desk.send(DESK, "answered", question=question.id, kind=question.kind, answer=answer)

    def _answer(self, question: Any, variant: int) -> Any:
        about, until = question.data, self.desk.at + timedelta(days=40)
        match question.kind:
            case "policy":
                return policy(instant(about["since"]), until, **terms(variant))
            case "calendar":
                return office(instant(about["since"]), instant(about["until"]), 1 + variant)
            case "routing":
                return {"team": "l1", "person": "user:agent" if variant else None, "reasons": ["rule"]}
            case "impact":
                return {**UNKNOWN_CI, "criticality": 1 + variant % 3}
            case "merge_words" | "split_words":
                return {"messages": [said(line) for line in about.get("lines", (3,))[variant // 4 :]]}
            case _:
                return MATRIX

    @rule()
    def calendar_edited(self) -> None:
        self.desk.send(DESK, "calendar_changed", calendar="office")

    @rule(span=spans)
    def time_passes(self, span: timedelta) -> None:
        """The engine is there: each alarm rings on time."""
        pass_time(self.desk, self.desk.at + span, self._due, self._rings)

    def _due(self) -> datetime | None:
        alarm = incident.next_alarm(self.desk.state)
        return None if alarm is None else alarm.at

    @rule(span=spans)
    def the_engine_was_away(self, span: timedelta) -> None:
        """Nothing rings for a while; then one alarm does it all."""
        self.desk.at += span
        self._rings()

    def _rings(self) -> None:
        self.desk.send(TIMER, "alarm", name="any")
        alarm = incident.next_alarm(self.desk.state)
        assert alarm is None or alarm.at > self.desk.at
        state = self.desk.state
        assert climbing.fallen_due(state.ladder, state.clocks, state.hours, self.desk.at) == ()

    def _settled(self) -> incident.State:
        """The incident as it stands now, what time alone decides included."""
        facts = incident.decide(self.desk.state, Command("c", "answered", self.desk.at, DESK, {"question": None}))
        return fold(incident, facts, self.desk.state)

    def _tries(self, actor: Actor, action: str, data: dict[str, Any]) -> bool:
        requester = self.desk.state.requester
        refused = refusal(self.desk, actor, action, data) is not None
        if not refused:
            self._had_the_right(actor, action, requester)
        return not refused

    def _had_the_right(self, actor: Actor, action: str, requester: str | None) -> None:
        """Written down once more, in other words than the rules'."""
        assert actor not in (AUDITOR, NOBODY, STRANGER, APPROVER)
        if actor is REQUESTER:
            assert requester == actor.id
            assert action in ("message", "confirm", "reopen", "cancel")
        if actor is EDITOR:
            assert action in ("message", "tag", "link", "unlink", "relate_ci")
        if actor is DISPATCHER:
            assert action not in ("take", "start", "hold", "resume", "resolve", "confirm", "reopen")
        if actor in (MONITORING, TIMER):
            assert action in roles.MACHINES[actor.kind]

    @invariant()
    def its_status_is_one_of_the_table_and_its_parts_agree(self) -> None:
        state = self.desk.state
        assert state.status in WHOLE
        assert (state.hold is not None) is (state.status == "on_hold")
        assert (state.resolved_at is not None) is (state.status in ("resolved", "closed"))
        assert (state.closed_at is not None) is (state.status == "closed")
        assert 1 <= state.priority <= 5

    @invariant()
    def its_journal_is_clean_and_runs_forward(self) -> None:
        facts = self.desk.facts
        assert all(canonical(dict(fact.data)) for fact in facts[-5:])
        assert [fact.at for fact in facts] == sorted(fact.at for fact in facts)

    @invariant()
    def no_clock_is_lost_and_none_runs_backwards(self) -> None:
        state = self.desk.state
        names = tuple(clock.name for clock in state.clocks)
        assert all(name in names for name in self.names)
        self.names = names
        for clock in state.clocks:
            key = (clock.name, sum(fact.data["clock"] == clock.name for fact in self.desk.all("ClockRestarted")))
            counted = clocking.elapsed(clock, state.hours, self.desk.at)
            if clock.name != "update" or state.reopen_count == 0:
                assert counted >= self.counted.get(key, 0)
            self.counted[key] = counted
            assert clock.state in ("running", "paused", "met", "breached")
            assert clock.ended_at is None or clock.since is None

    @invariant()
    def every_rung_is_accounted_for_once(self) -> None:
        seen: list[tuple[Any, ...]] = []
        for fact in self.desk.facts:
            entries = fact.data["rungs"] if fact.type == "RungsCancelled" else [fact.data]
            if fact.type in ("RungsCancelled", "RungRun", "RungOvertaken"):
                seen += [(one["rung"], one["clock"], one["round"], one["n"]) for one in entries]
        assert len(seen) == len(dict.fromkeys(seen))

    @invariant()
    def it_always_waits_for_something_until_it_is_sealed(self) -> None:
        state = self.desk.state
        waiting = incident.waiting_for(state)
        assert bool(waiting) is not incident.sealed(state)
        assert all(one["what"].endswith(".") and one["who"] for one in waiting)

    @invariant()
    def its_moves_stand_in_the_table(self) -> None:
        status = ""
        moves = [(source, goal) for table in MOVES.values() for source, goals in table.items() for goal in goals]
        for fact in self.desk.facts:
            after = fact.data.get("status", status)
            assert after == status or (status, after) in moves
            status = after

    def teardown(self) -> None:
        """It is the fold of its journal, at every point of it, and survives being stored."""
        state = incident.State()
        for fact in self.desk.facts:
            state = incident.evolve(state, fact)
            assert STATE.validate_json(STATE.dump_json(state)) == state
        assert state == self.desk.state


AnIncident.TestCase.settings = settings(max_examples=70, stateful_step_count=30, deadline=None)
TestAnyHistoryOfAnIncident = AnIncident.TestCase
