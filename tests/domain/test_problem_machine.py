"""Any sequence of commands, votes, words from other tickets, outages and alarms leaves a problem that is whole."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from longwatch.domain.problem import problem
from longwatch.domain.problem_moves import MOVES
from tests.domain.governed_machine import ACTORS, Machine
from tests.domain.incident_desk import AGENT, LEAD
from tests.domain.problem_desk import MANAGER, OWNER, ProblemDesk, fitting

OUTCOMES = ("successful", "successful_with_issues", "backed_out", "failed", "unauthorised", "rejected", "cancelled")


class AProblem(Machine):
    """One problem, its approvers, its change and its incidents."""

    decider = problem
    moves = MOVES
    own = staticmethod(fitting)
    done = ("resolved", "closed")
    actors = (*ACTORS, MANAGER, OWNER)
    usual = (
        (MANAGER, "assess"),
        (AGENT, "investigate"),
        (AGENT, "known_error"),
        (AGENT, "raise_change"),
        (MANAGER, "request_risk_acceptance"),
        (OWNER, "vote"),
        (AGENT, "resolve"),
        (LEAD, "confirm"),
        (MANAGER, "reopen"),
        (MANAGER, "review"),
    )

    @initialize(answer=st.booleans(), major=st.booleans())
    def opened(self, *, answer: bool, major: bool) -> None:
        self.desk = ProblemDesk()
        self.desk.logged(answer=answer, major_review=major)

    @rule(decision=st.sampled_from(["approve", "refuse"]))
    def votes(self, decision: str) -> None:
        content = self.desk.state.approval.content
        self._tries(OWNER, "vote", {"decision": decision, "content": content, "comment": {"body": "b", "sha256": "0"}})

    @rule(number=st.integers(1, 3))
    def the_change_has_its_number(self, number: int) -> None:
        if "ChangeRaised" in self.desk.types():
            self.desk.opened(f"CHG-00000{number}")

    @rule(outcome=st.sampled_from(OUTCOMES), number=st.integers(1, 3))
    def a_change_ends(self, outcome: str, number: int) -> None:
        self.desk.ended(outcome, f"CHG-00000{number}")

    @rule(number=st.integers(1, 30), age=st.integers(0, 3))
    def an_incident_is_linked(self, number: int, age: int) -> None:
        self.desk.happens(f"INC-{number:06}", self.desk.at - timedelta(days=age))

    @invariant()
    def whoever_asks_to_accept_a_risk_has_no_voice(self) -> None:
        voters = [seat.vote.by for run in self.desk.state.approval.runs for seat in run.seats if seat.vote is not None]
        assert MANAGER.id not in voters

    @invariant()
    def what_owes_a_review_does_not_close(self) -> None:
        state = self.desk.state
        assert not (state.owes_review and state.status == "closed" and state.resolution != "duplicate")

    @invariant()
    def a_risk_is_asked_of_somebody_or_of_nobody(self) -> None:
        state = self.desk.state
        pending = any(one.kind == "approval_policy" for one in (*state.pending, *state.retries))
        assert (state.risk is not None) is (state.approval.under_way or pending)
        assert state.review_at is None or state.resolution == "risk_accepted"


AProblem.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestAnyHistoryOfAProblem = AProblem.TestCase
