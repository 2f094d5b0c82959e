"""Any sequence of votes, delegations, edits, outages and answers leaves an approval that is whole."""

from datetime import timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import TypeAdapter

from longwatch.domain import approval
from longwatch.domain.approval import Approval
from longwatch.domain.approval_state import Run
from longwatch.domain.ticket import Actor, Fact
from tests.domain import approval_host as host
from tests.domain.approval_desk import ANN, BEN, CAT, DAN, DAY, DESK, EVE, HOUR, REQ, TIMER, WHY, Desk, person, stage
from tests.domain.embedding import refusal

IMP = person("imp", "approver", "agent")
MAX = person("max", "change-manager")
NOT_ANN = person("ann", "requester")
VOTERS = (ANN, BEN, CAT, DAN, EVE)
ACTORS = (*VOTERS, IMP, MAX, REQ, NOT_ANN, DESK)
STATE = TypeAdapter(host.State)

actors = st.sampled_from(ACTORS)
voters = st.sampled_from(VOTERS)
decisions = st.sampled_from(["approve", "approve", "refuse", "abstain"])
odd = st.sampled_from([None, "", "approve", "v1", 3, True, [], {}, ["a"], "user:eve", "cab", WHY])
odd_data = st.dictionaries(st.sampled_from(["decision", "comment", "content", "stage", "to", "text"]), odd, max_size=4)

vetoes = st.sampled_from(["none", "none", "all", ["role:approver"]])
ends = st.sampled_from(
    [
        {},
        {"at_deadline": "take_over", "fallback": ["user:eve"]},
        {"at_deadline": "take_over", "fallback": ["role:spare", "user:imp"]},
        {"at_deadline": "join", "fallback": ["role:spare"]},
    ]
)
rules = st.sampled_from([("any", None), ("all", None), ("n_of", 2), ("n_of", 3), ("percent", 60), ("weighted", 4)])


@st.composite
def stages(draw: st.DrawFn, name: str) -> dict[str, Any]:
    (kind, need), end = draw(rules), draw(ends)
    if kind in ("all", "percent") and end.get("at_deadline") == "join":
        end = {}
    names = ["role:approver", {"name": "user:dan", "weight": 2}, "team:network"][: draw(st.integers(1, 3))]
    reminder = draw(st.sampled_from([None, HOUR]))
    veto = draw(vetoes)
    return stage(kind, *names, id=name, need=need, reminder=reminder, veto=veto, **end)


absent = st.builds(
    lambda who, delegate: {"person": who.id, "absent": True, "delegate": delegate.id, "until": None}, voters, actors
)
holders = st.lists(st.one_of(st.sampled_from([*VOTERS, IMP, REQ]).map(lambda actor: actor.id), absent), max_size=5)


class AnApproval(RuleBasedStateMachine):
    """One approval and everyone who may or may not have a say in it."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(answering=False)
        self.editions = 1

    @initialize(
        first=stages("cab"),
        second=st.none() | stages("board"),
        emergency=st.booleans(),
        people=holders,
        network=holders,
    )
    def put_up(
        self, first: dict[str, Any], second: dict[str, Any] | None, *, emergency: bool, people: Any, network: Any
    ) -> None:
        listed = [first, second] if second else [first]
        self.desk.policy = {"name": "usual", "version": 1, "stages": listed, "emergency": emergency}
        self.desk.people = {
            "role:approver": people or ["user:ann", "user:ben", "user:cat"],
            "team:network": network,
            "role:spare": ["user:eve", "user:imp"],
        }
        self.desk.submit()

    @rule(answer=st.integers(0, 5))
    def is_answered(self, answer: int) -> None:
        if answer == 0:
            self.desk.answer(error="away")
        else:
            self.desk.answer()

    @rule(who=actors, decision=decisions)
    def votes(self, who: Actor, decision: str) -> None:
        """The button is there exactly when the vote would count."""
        seen = self._settled()
        shown = any(one.name == "vote" for one in approval.allowed(seen, who))
        said = self._says_already(seen, who, decision)

        done = self._tries(who, "vote", self._vote(seen, decision))

        assert done is (shown or said)

    @rule(who=voters, decision=decisions)
    def is_answered_and_votes(self, who: Actor, decision: str) -> None:
        self.desk.answer()
        self.votes(who, decision)

    @rule(n=st.integers(0, 6), decision=decisions, other=st.booleans())
    def somebody_entitled_votes(self, n: int, decision: str, *, other: bool) -> None:
        """An approver in person, or whoever stands in for them."""
        self.desk.answer()
        seats = self.desk.approval.run.seats
        if seats:
            seat = seats[n % len(seats)]
            self.votes(_holder(seat.delegate or seat.person if other else seat.person), decision)

    @rule(n=st.integers(0, 6), to=voters)
    def somebody_entitled_delegates(self, n: int, to: Actor) -> None:
        self.desk.answer()
        seats = self.desk.approval.run.seats
        if seats:
            self._tries(_holder(seats[n % len(seats)].person), "delegate", {"to": to.id})

    @rule(decision=decisions)
    def all_vote_alike(self, decision: str) -> None:
        self.desk.answer()
        for seat in self.desk.approval.run.seats:
            self.votes(_holder(seat.delegate or seat.person), decision)

    @rule(who=voters, decision=decisions)
    def votes_twice_at_once(self, who: Actor, decision: str) -> None:
        data = self._vote(self._settled(), decision)
        if self._tries(who, "vote", data):
            assert self.desk.send(who, "vote", **data) == 0

    @rule(who=voters, decision=decisions)
    def votes_on_what_it_said_before(self, who: Actor, decision: str) -> None:
        before = len(self.desk.all("VoteCast"))
        self._tries(who, "vote", {**self._vote(self.desk.approval, decision), "content": "another"})
        assert len(self.desk.all("VoteCast")) == before

    @rule(who=actors, to=actors)
    def delegates(self, who: Actor, to: Actor) -> None:
        self._tries(who, "delegate", {"to": to.id})

    @rule(who=actors, action=st.sampled_from(["withdraw_vote", "recall", "ask_approvers"]))
    def asks(self, who: Actor, action: str) -> None:
        shown = any(one.name == action for one in approval.allowed(self._settled(), who))
        assert self._tries(who, action, {}) is shown

    @rule(who=actors, action=st.sampled_from(approval.ACTION_NAMES), data=odd_data)
    def sends_nonsense(self, who: Actor, action: str, data: dict[str, Any]) -> None:
        self._tries(who, action, data)

    @rule(really=st.integers(0, 3))
    def is_edited(self, really: int) -> None:
        self.editions += really == 0
        self.desk.edit(f"v{self.editions}")

    @rule(who=st.sampled_from([ANN, DAN, EVE, IMP]))
    def gets_another_implementer(self, who: Actor) -> None:
        self.desk.send(REQ, "assign", excluded=[["user:req", "the requester"], [who.id, "the implementer"]])

    @precondition(lambda self: self.desk.outcome in ("refused", "expired", "recalled"))
    @rule()
    def is_put_up_again(self) -> None:
        self.desk.submit()

    @rule(seconds=st.sampled_from([60, HOUR, 23 * HOUR, DAY]))
    def time_passes(self, seconds: int) -> None:
        self.desk.passes(seconds)

    @rule(seconds=st.sampled_from([HOUR, DAY, 3 * DAY]))
    def the_engine_was_away(self, seconds: int) -> None:
        self.desk.at += timedelta(seconds=seconds)
        self.desk.send(TIMER, "alarm")
        due = host.nearest(self.desk.draft.state)
        assert due is None or due > self.desk.at

    @rule(seconds=st.sampled_from([HOUR, DAY]), who=voters, decision=decisions)
    def a_vote_comes_before_the_alarm(self, seconds: int, who: Actor, decision: str) -> None:
        self.desk.at += timedelta(seconds=seconds)
        self.votes(who, decision)
        self.desk.send(TIMER, "alarm")

    def _vote(self, held: Approval, decision: str) -> dict[str, Any]:
        return {"decision": decision, "comment": WHY, "content": held.content, "stage": held.run.stage}

    def _settled(self) -> Approval:
        held = self.desk.approval
        for fact in approval.settle(held, self.desk.at):
            held = approval.evolve(held, fact)
        return held

    def _says_already(self, held: Approval, who: Actor, decision: str) -> bool:
        votes = [seat.vote for seat in held.run.seats if seat.vote is not None]
        return any((vote.by, vote.decision, vote.content) == (who.id, decision, held.content) for vote in votes)

    def _tries(self, who: Actor, action: str, data: dict[str, Any]) -> bool:
        before = self.desk.draft.state
        refused = refusal(self.desk, who, action, data) is not None
        assert not refused or self.desk.draft.state is before
        return not refused

    @invariant()
    def nobody_excluded_has_voice_or_vote(self) -> None:
        held = self.desk.approval
        if held.under_way:
            names = [name for seat in held.run.seats for name in (seat.person, seat.delegate)]
            names += [seat.vote.by for seat in held.run.seats if seat.vote is not None]
            assert not [name for name in names if name and held.excluded_as(name)]
        for fact, excluded in _with_excluded(self.desk.facts):
            if fact.type == "VoteCast":
                assert fact.data["by"] not in excluded
                assert fact.data["person"] not in excluded

    @invariant()
    def nobody_has_two_voices(self) -> None:
        for run in self.desk.approval.runs:
            voices = [name for seat in run.seats for name in (seat.person, seat.delegate) if name]
            voters = _voted(run)
            assert len(voices) == len(dict.fromkeys(voices))
            assert len(voters) == len(dict.fromkeys(voters))
            assert all(name in voices for name in voters)

    @invariant()
    def every_vote_that_stands_is_on_what_it_says_now(self) -> None:
        held = self.desk.approval
        assert all(seat.vote.content == held.content for run in held.runs for seat in run.seats if seat.vote)

    @invariant()
    def it_waits_for_somebody_or_has_ended(self) -> None:
        held = self.desk.approval
        waiting, dues = approval.waiting_for(held), approval.deadlines(held)
        assert bool(waiting) is bool(dues) is held.under_way
        assert all(one["who"] and one["what"].endswith(".") for one in waiting)
        if held.status == "open" and held.question is None and held.failure is None:
            assert any(seat.vote is None for seat in held.run.seats)

    @invariant()
    def its_standing_adds_up(self) -> None:
        shown = approval.standing(self.desk.approval)
        for one in shown["stages"]:
            assert one["status"] != "granted" or one["missing"] == 0
        if shown["status"] == "granted":
            assert [one["status"] for one in shown["stages"]] == ["granted"] * len(shown["stages"])

    @invariant()
    def a_refusal_never_becomes_a_grant(self) -> None:
        over = None
        for fact in self.desk.facts:
            if fact.type in ("ApprovalStarted", "ApprovalEdited"):
                assert fact.type == "ApprovalStarted" or over in (None, "ApprovalGranted")
                over = None
            elif fact.type == "ApprovalRecalled":
                assert over in (None, "ApprovalGranted")
                over = fact.type
            elif fact.type in ("ApprovalGranted", "ApprovalRefused", "ApprovalExpired"):
                assert over is None
                over = fact.type

    @invariant()
    def a_granted_stage_opens_again_by_an_edit_or_a_new_round_alone(self) -> None:
        done: list[str] = []
        for fact in self.desk.facts:
            if fact.type in ("ApprovalStarted", "ApprovalEdited"):
                done = []
            elif fact.type == "StageGranted":
                assert fact.data["have"] >= fact.data["need"] > 0
                done.append(fact.data["stage"])
            elif fact.type in ("StageOpened", "VoteCast", "VoteWithdrawn", "VoteDelegated", "FallbackCalled"):
                assert fact.data["stage"] not in done

    @invariant()
    def an_emergency_is_never_granted_by_one_person(self) -> None:
        for fact in self.desk.all("ApprovalGranted"):
            assert len(fact.data["people"]) >= (2 if self.desk.policy["emergency"] else 1)

    @invariant()
    def the_process_follows(self) -> None:
        assert self.desk.draft.state.status == host.STATUS.get(self.desk.outcome, "awaiting")

    def teardown(self) -> None:
        """It is the fold of its journal, at every point of it, and survives being stored."""
        state = host.State()
        for fact in self.desk.facts:
            state = host.evolve(state, fact)
            assert STATE.validate_json(STATE.dump_json(state)) == state
        assert state == self.desk.draft.state


def _holder(name: str) -> Actor:
    """The person, with everything that can entitle them here."""
    return Actor(name, roles=("approver", "spare"), teams=("network",))


def _voted(run: Run) -> list[str]:
    return [seat.vote.by for seat in run.seats if seat.vote is not None]


def _with_excluded(facts: list[Fact]) -> list[tuple[Fact, list[str]]]:
    """Each fact with those who were excluded when it was written."""
    excluded: list[str] = []
    paired = []
    for fact in facts:
        if "excluded" in fact.data:
            excluded = [one["person"] for one in fact.data["excluded"]]
        paired.append((fact, excluded))
    return paired


AnApproval.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestAnyHistoryOfAnApproval = AnApproval.TestCase
