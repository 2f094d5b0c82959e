"""An alert group and its incidents together: what one tells the other, at random, until nothing is left open."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from longwatch.domain import alerts
from longwatch.domain.ticket import Actor, Open, Refused, Send, stamp
from tests.domain import incident_desk
from tests.domain.alert_desk import GROUP, PERSON, Desk, alert, clock, said
from tests.domain.incident_desk import AGENT, LEAD, MONITORING, ref

KNOWN: dict[str, Any] = {"quiet": 30, "reopen": 90, "flap_count": 4, "flap_within": 120, "flap_quiet": 60}
OVER = ("resolved", "closed", "cancelled")
PARTS = Actor("process:INC", "system")


class Together(RuleBasedStateMachine):
    """Effects of the one are commands to the other, at once; what people do to an incident is their own affair."""

    @initialize(planned=st.sampled_from([None, None, 100, 400]), known=st.sampled_from([{"hold_down": 0}, {}]))
    def begin(self, planned: int | None, known: dict[str, Any]) -> None:
        self.group = Desk({**KNOWN, **known, "ask_planned": True}, answers={"planned": said(planned)})
        self.incidents: dict[str, incident_desk.Desk] = {}
        self.now = 0
        self.group_heard = 0
        self.heard: dict[str, int] = {}
        self.a_tool_says("a", "firing")

    @rule(key=st.sampled_from("ab"), state=st.sampled_from(["firing", "resolved"]))
    def a_tool_says(self, key: str, state: str) -> None:
        self.group.deliver(self.now, alert(key, state, at=self.now))
        self.carry_out()

    @rule(seconds=st.integers(1, 120))
    def time_goes_by(self, seconds: int) -> None:
        for _ in range(50):
            due = alerts.next_alarm(self.group.state)
            if due is None or due.at > clock(self.now + seconds):
                break
            self.group.wake((due.at - clock(0)).total_seconds())
            self.carry_out()
        self.now += seconds
        for one in self.incidents.values():
            one.wait_until(self.at())
        self.carry_out()

    @rule(length=st.integers(10, 200))
    def a_person_snoozes_it(self, length: int) -> None:
        if alerts.allowed(self.group.state, PERSON) and length % 3 == 0:
            self.group.snooze(self.now, self.now + length)
            self.carry_out()

    @rule(about=st.sampled_from(["acknowledged", "note", "flapping", "planned"]))
    def a_tool_remarks(self, about: str) -> None:
        self.group.remark(self.now, about)
        self.carry_out()

    @rule(doing=st.sampled_from(["take", "tag", "resolve", "cancel"]))
    def a_person_works_on_the_latest(self, doing: str) -> None:
        data = {"tag": {"tags": ["seen"]}, "resolve": {"code": "fixed", "text": ref()}, "cancel": {"reason": ref()}}
        for one in list(self.incidents.values())[-1:]:
            try:
                one.send(LEAD if doing == "cancel" else AGENT, doing, self.at(), **data.get(doing, {}))
            except Refused:
                return
            one.answer()
            self.carry_out()

    def at(self) -> datetime:
        return clock(self.now)

    def carry_out(self) -> None:
        """Everything that follows, until nothing does any more."""
        while self._of_the_group() or self._of_the_incidents():
            pass

    def _of_the_group(self) -> bool:
        effects = self.group.effects[self.group_heard :]
        self.group_heard += len(effects)
        for effect in effects:
            if isinstance(effect, Open):
                self._open(effect)
            elif isinstance(effect, Send):
                one = self.incidents[effect.ticket]
                one.send(MONITORING, effect.action, max(one.at, self.at()), **effect.data)
                one.answer()
        return bool(effects)

    def _open(self, effect: Open) -> None:
        number = f"INC-{len(self.incidents) + 1:06}"
        one = self.incidents[number] = incident_desk.Desk(at=self.at())
        one.open(MONITORING, number=number, **effect.data)
        self.group.do(self.now, "opened", key=effect.key, number=number)

    def _of_the_incidents(self) -> bool:
        told = False
        for number, one in self.incidents.items():
            effects = one.effects[self.heard.get(number, 0) :]
            self.heard[number] = len(one.effects)
            for effect in effects:
                if isinstance(effect, Send) and effect.ticket == GROUP:
                    told = True
                    self.group.do(self.now, effect.action, PARTS, **effect.data)
        return told

    @invariant()
    def at_most_one_incident_is_open(self) -> None:
        if hasattr(self, "incidents"):
            assert sum(one.state.status not in OVER for one in self.incidents.values()) <= 1

    @invariant()
    def what_fires_and_is_neither_parked_nor_cancelled_has_an_open_incident(self) -> None:
        if not hasattr(self, "group") or not self.group.state.engaged or self.group.state.link != "firing":
            return
        latest = list(self.incidents.values())[-1]
        people_ended = latest.state.status in OVER and latest.state.resolution != "cleared"
        assert people_ended or latest.state.status not in OVER

    def teardown(self) -> None:
        """When all is quiet, no incident is left open but what people took."""
        if not hasattr(self, "group") or not self.group.state.group:
            return
        self.group.deliver(self.now, *(alert(key, "resolved", at=self.now) for key in "ab"))
        self.carry_out()
        for _ in range(12):
            self.time_goes_by(400)
        for number, one in self.incidents.items():
            assert one.state.touched or one.state.status in OVER, (
                f"{number} is {one.state.status} at {stamp(self.at())}"
            )
        assert not self.group.state.firing()


TestTogether = Together.TestCase
TestTogether.settings = settings(max_examples=30, stateful_step_count=25, deadline=timedelta(seconds=20))
