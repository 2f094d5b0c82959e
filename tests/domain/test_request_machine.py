"""Any sequence of commands, answers, votes, outages and alarms leaves a request that is whole."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from longwatch.domain.request import request
from longwatch.domain.request_moves import MOVES
from longwatch.domain.ticket import Actor
from tests.domain.governed_machine import ACTORS, Machine
from tests.domain.incident_desk import AGENT, AGENT2, REQUESTER
from tests.domain.request_desk import BOSS, CHEAP, DEAR, DEPUTY, RequestDesk, fitting


class ARequest(Machine):
    """One request, its approvers and its tasks."""

    decider = request
    moves = MOVES
    own = staticmethod(fitting)
    done = ("fulfilled", "closed")
    actors = (*ACTORS, BOSS, DEPUTY)
    usual = (
        (BOSS, "vote"),
        (AGENT, "complete_task"),
        (AGENT, "complete_task"),
        (AGENT, "take_task"),
        (AGENT2, "fulfil"),
        (REQUESTER, "edit"),
        (REQUESTER, "confirm"),
        (REQUESTER, "reopen"),
        (AGENT, "redo_tasks"),
    )

    @initialize(
        answers=st.sampled_from([None, CHEAP, DEAR, {"kind": "none"}]),
        actor=st.sampled_from([REQUESTER, AGENT]),
        answer=st.booleans(),
    )
    def opened(self, answers: dict[str, object] | None, actor: Actor, *, answer: bool) -> None:
        self.desk = RequestDesk()
        if answers is None:
            self.desk.free(actor, requester="user:requester", answer=answer)
        else:
            self.desk.ordered(answers, actor, requester="user:requester", answer=answer)

    @rule(decision=st.sampled_from(["approve", "refuse"]), actor=st.sampled_from([BOSS, DEPUTY, AGENT]))
    def votes(self, decision: str, actor: Actor) -> None:
        content = self.desk.state.approval.content
        self._tries(actor, "vote", {"decision": decision, "content": content, "comment": {"body": "b", "sha256": "0"}})

    @invariant()
    def nobody_agrees_to_their_own_request(self) -> None:
        for run in self.desk.state.approval.runs:
            voters = [seat.vote.by for seat in run.seats if seat.vote is not None]
            assert "user:requester" not in voters


ARequest.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestAnyHistoryOfARequest = ARequest.TestCase
