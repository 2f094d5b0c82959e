"""Any sequence of commands, answers, votes and waits leaves a change that is whole."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import TypeAdapter

from longwatch.domain import approval
from longwatch.domain.case_moves import possible
from longwatch.domain.change import change
from longwatch.domain.change_moves import ACTIONS, MOVES
from longwatch.domain.ticket import Command, Refused, canonical, fold
from tests.domain.change_desk import (
    ANN,
    ANSWERS,
    AUTHOR,
    BEN,
    BYSTANDER,
    CLEAR,
    MAKER,
    MANAGER,
    OTHER,
    THREE,
    ChangeDesk,
    frozen,
)
from tests.domain.incident_desk import ref

ADAPTER = TypeAdapter(change.State)
ACTORS = (AUTHOR, MAKER, MANAGER, ANN, BEN, OTHER, BYSTANDER)
NAMES = [action.name for action in ACTIONS if action.name != "open"]
TASK = ("one", "two", "three", "one.back_out", "nothing")


class AnyHistoryOfAChange(RuleBasedStateMachine):
    """Every step either changes the state by facts or is refused with a sentence and changes nothing."""

    @initialize(type_=st.sampled_from(["normal", "standard", "emergency"]), tasks=st.booleans(), auto=st.booleans())
    def opened(self, type_: str, tasks: bool, auto: bool) -> None:  # noqa: FBT001 - drawn
        more: dict[str, Any] = {"model": "reboot"} if type_ == "standard" else {"tasks": THREE if tasks else None}
        self.desk = ChangeDesk().planned(type_, auto_start=auto, **more)
        self.granted_to: dict[str, str] = {}

    @rule(actor=st.sampled_from(ACTORS), action=st.sampled_from(NAMES), data=st.data(), answered=st.booleans())
    def asks(self, actor: Any, action: str, data: Any, answered: bool) -> None:  # noqa: FBT001 - drawn
        fitting = self._fitting(action, data)
        shown = action in [one.name for one in self.desk.rules.allowed(self.desk.state, actor)]
        before, refusal = self.desk.state, None
        try:
            (self.desk.ask if answered else self.desk.send)(actor, action, **fitting)
        except Refused as refused:
            refusal = refused
        assert shown or refusal is not None, f"{action} was done though no button was shown"
        if refusal is not None:
            assert refusal.reason.endswith((".", ")"))
            assert self.desk.state == before

    def _fitting(self, action: str, data: Any) -> dict[str, Any]:
        task, state = data.draw(st.sampled_from(TASK)), self.desk.state
        return {
            "edit": data.draw(st.sampled_from([{"plan": ref("new")}, {"cis": ["db-2"]}, {"answers": ANSWERS}])),
            "message": {"public": False, "body": ref()},
            "assign": {"person": data.draw(st.sampled_from(["user:maker", "user:ann"]))},
            "prioritise": {"impact": 1},
            "escalate": {"reason": ref()},
            "tag": {"tags": ["a"]},
            "link": {"type": "related", "ticket": f"INC-{len(state.links) + 1:06}"},
            "cancel": {"reason": ref()},
            "implement_first": {"reason": ref()},
            "fail": {"text": ref()},
            "review": {"outcome": data.draw(st.sampled_from(["successful", "failed", "unauthorised"])), "text": ref()},
            "vote": {
                "decision": data.draw(st.sampled_from(["approve", "approve", "refuse", "abstain"])),
                "content": state.approval.content or "none",
                "comment": ref(),
            },
            "delegate": {"to": "user:other"},
            **{name: {"task": task} for name in ("take_task", "complete_task", "retry_task")},
            **{name: {"task": task, "text": ref()} for name in ("fail_task", "skip_task")},
            "assign_task": {"task": task, "person": "user:maker"},
        }.get(action, {})

    @rule(blocked=st.booleans())
    def surroundings_change(self, blocked: bool) -> None:  # noqa: FBT001 - drawn
        self.desk.answers["guard"] = frozen() if blocked else CLEAR

    @rule()
    def what_was_asked_is_answered(self) -> None:
        self.desk.answer()

    @rule(hours=st.sampled_from([1, 12, 48, 200]))
    def time_passes(self, hours: int) -> None:
        self.desk.answer()
        self.desk.wait(hours=hours)

    @rule(is_open=st.booleans())
    def an_incident_is_told(self, is_open: bool) -> None:  # noqa: FBT001 - drawn
        self.desk.send(self.teller, "linked", type="caused", ticket="INC-000009")
        self.desk.told("incident", ticket="INC-000009", open=is_open)

    @property
    def teller(self) -> Any:
        """The incident."""
        return type(AUTHOR)("process:INC-000009", "system")

    @invariant()
    def the_state_is_the_fold_of_clean_facts(self) -> None:
        facts = self.desk.facts
        assert all(canonical(dict(fact.data)) for fact in facts)
        assert fold(change, facts) == self.desk.state

    @invariant()
    def it_is_recorded_and_read_again_the_same(self) -> None:
        text = ADAPTER.dump_json(self.desk.state)

        assert ADAPTER.validate_json(text) == self.desk.state
        assert len(text) < 200_000

    @invariant()
    def it_always_waits_for_something_until_it_is_sealed(self) -> None:
        waits = self.desk.rules.waiting_for(self.desk.state)
        assert bool(waits) is not self.desk.rules.sealed(self.desk.state)

    @invariant()
    def nothing_is_scheduled_unless_authorised(self) -> None:
        state = self.desk.state
        if state.status == "scheduled" and state.type != "standard":
            assert state.approval.status == "granted"
            assert state.approval.content == change.voted_hash(state)

    @invariant()
    def nobody_authorises_their_own_work(self) -> None:
        assert not {"user:author"} & set(approval.approved_by(self.desk.state.approval))

    @invariant()
    def work_that_began_was_authorised_or_awaits_ratification(self) -> None:
        state = self.desk.state
        if state.started_at is not None and state.type != "standard":
            assert state.approval.status == "granted" or state.ratified != "none" or state.authorised_at is not None

    @invariant()
    def buttons_are_those_of_its_status(self) -> None:
        engines = ("vote", "withdraw_vote", "delegate", "recall", "ask_approvers", "back_out")
        for action in self.desk.rules.allowed(self.desk.state, MANAGER):
            assert (
                action.name in engines
                or action.name.endswith("_task")
                or possible(MOVES, self.desk.state.status, action.name)
            )

    @invariant()
    def an_alarm_at_its_instant_is_never_refused(self) -> None:
        alarm = self.desk.rules.next_alarm(self.desk.state)
        if alarm is not None:
            at = max(alarm.at, self.desk.at)
            change.decide(
                self.desk.state, Command("a", "alarm", at, type(AUTHOR)("system:timer", "system"), {"name": ""})
            )


TestAnyHistoryOfAChange = AnyHistoryOfAChange.TestCase
TestAnyHistoryOfAChange.settings = settings(max_examples=60, stateful_step_count=25)
