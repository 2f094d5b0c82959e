"""The alert group under any sequence of deliveries, answers, people and time."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import TypeAdapter

from longwatch.domain import alerts
from longwatch.domain.ticket import Open, Send
from tests.domain.alert_desk import Desk, alert, clock, types

STATE = TypeAdapter(alerts.State)
SEVERITIES = st.sampled_from(["critical", "error", "warning", "info"])
SECONDS = st.integers(0, 60)


@st.composite
def timed_deliveries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Alerts of tools that say when, received within five minutes."""

    def one() -> st.SearchStrategy[dict[str, Any]]:
        return st.builds(
            lambda key, start, last, at, severity: alert(
                key,
                "firing" if last is None else "resolved",
                at=at,
                starts=start,
                ends=None if last is None else start + last,
                severity=severity,
            ),
            st.sampled_from("abc"),
            st.integers(-3600, -3550),
            st.none() | st.integers(0, 50),
            st.integers(10, 300),
            SEVERITIES,
        )

    return draw(st.lists(one(), min_size=1, max_size=12))


UNTIMED = st.lists(
    st.builds(
        lambda key, state, at: alert(key, state, at=at),
        st.sampled_from("ab"),
        st.sampled_from(["firing", "resolved"]),
        st.integers(10, 300),
    ),
    min_size=1,
    max_size=10,
)


def outcome(delivered: list[dict[str, Any]], *, each: bool) -> tuple[object, str]:
    """What a group with an incident knows at last, told in one call or in many."""
    desk = Desk()
    desk.deliver(0, alert("first", at=0, starts=0))
    desk.wake(5)
    calls = [[one] for one in delivered] if each else [delivered]
    for call in calls:
        desk.deliver(300, *call)
    desk.deliver(300, alert("first", "resolved", at=300, starts=0, ends=300))
    rows = {key: (row.firing, row.starts, row.ends) for key, row in desk.state.rows.items()}
    return rows, desk.state.link


@settings(max_examples=150, deadline=None)
@given(timed_deliveries(), st.randoms(use_true_random=False))
def test_no_shuffling_or_doubling_of_timed_deliveries_changes_the_outcome(delivered: list[Any], chance: Any) -> None:
    shuffled = [*delivered, *chance.choices(delivered, k=3)]
    chance.shuffle(shuffled)

    assert outcome(shuffled, each=True) == outcome(delivered, each=False)


@settings(max_examples=100, deadline=None)
@given(UNTIMED, st.randoms(use_true_random=False))
def test_no_shuffling_or_doubling_of_untimed_deliveries_changes_the_outcome(delivered: list[Any], chance: Any) -> None:
    shuffled = [*delivered, *chance.choices(delivered, k=3)]
    chance.shuffle(shuffled)

    assert outcome(shuffled, each=True) == outcome(delivered, each=False)


class AlertGroup(RuleBasedStateMachine):
    """Tools, people and the engine act at random; what must hold, holds after every step."""

    @initialize(
        hold_down=st.sampled_from([0, 5]), open_after=st.sampled_from([1, 2]), skew=st.sampled_from([-3600, 0, 3600])
    )
    def begin(self, hold_down: int, open_after: int, skew: int) -> None:
        self.desk = Desk({"hold_down": hold_down, "open_after": open_after, "quiet": 30, "reopen": 60})
        self.now = 0
        self.skew = skew
        self.sent: list[dict[str, Any]] = []
        self.starts: dict[str, int] = {}
        self.touched: set[str] = set()
        self.ended: set[str] = set()
        self.checked = 0

    def deliver(self, *delivered: dict[str, Any]) -> None:
        self.sent += delivered
        self.desk.deliver(self.now, *delivered)

    @rule(key=st.sampled_from("abcd"), severity=SEVERITIES)
    def fires(self, key: str, severity: str) -> None:
        start = self.starts.setdefault(key, self.now + self.skew)
        self.deliver(alert(key, at=self.now, starts=start, severity=severity))

    @rule(key=st.sampled_from("abcd"))
    def ends(self, key: str) -> None:
        start = self.starts.pop(key, self.now + self.skew)
        self.deliver(alert(key, "resolved", at=self.now, starts=start, ends=self.now + self.skew))

    @rule(key=st.sampled_from("xy"), state=st.sampled_from(["firing", "resolved"]))
    def says_no_time(self, key: str, state: str) -> None:
        self.deliver(alert(key, state, at=self.now))

    @rule(data=st.data())
    @precondition(lambda self: self.sent)
    def comes_twice(self, data: st.DataObject) -> None:
        self.desk.deliver(self.now, data.draw(st.sampled_from(self.sent)))

    @rule(seconds=SECONDS)
    def time_goes_by(self, seconds: int) -> None:
        self.now += seconds
        self.desk.wake(self.now)

    @rule(seconds=SECONDS)
    def time_goes_by_while_the_engine_is_away(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    @precondition(lambda self: self.desk.state.asked())
    def the_number_comes(self) -> None:
        self.desk.number(self.now, f"INC-{self.desk.state.episode:06}")

    @rule(status=st.sampled_from(["cancelled", "closed"]))
    @precondition(lambda self: self.desk.state.incident)
    def the_incident_ends(self, status: str) -> None:
        number = self.desk.state.incident
        assert number is not None
        if "IncidentEnded" in types(self.desk.do(self.now, "incident_ended", number=number, status=status)):
            self.what_people_took_is_never_resolved_by_monitoring()
            self.ended.add(number)

    @rule()
    @precondition(lambda self: self.desk.state.incident and self.desk.state.engaged)
    def a_person_takes_it(self) -> None:
        number = self.desk.state.incident
        assert number is not None
        self.desk.do(self.now, "touched", number=number)
        self.what_people_took_is_never_resolved_by_monitoring()
        if self.desk.state.touched:
            self.touched.add(number)

    @invariant()
    def each_episode_opened_exactly_one_incident(self) -> None:
        keys = [opened.key for opened in self.desk.opened()]

        assert keys == [f"{self.desk.state.group}:{number + 1}" for number in range(self.desk.state.episode)]

    @invariant()
    def what_people_took_is_never_resolved_by_monitoring(self) -> None:
        for effect in self.desk.effects[self.checked :]:
            if isinstance(effect, Send):
                assert not (effect.ticket in self.touched and effect.data.get("resolve"))
                assert effect.ticket not in self.ended
            assert isinstance(effect, Send | Open)
        self.checked = len(self.desk.effects)

    @invariant()
    def nothing_that_fires_is_forgotten(self) -> None:
        state = self.desk.state
        if state.firing():
            assert (state.engaged and state.link == "firing") or state.link == "pending" or state.ended
        else:
            assert state.link in {"idle", "quiet", "cleared"}

    @invariant()
    def every_pause_ends_by_itself(self) -> None:
        state = self.desk.state
        if state.link in {"pending", "quiet", "cleared"}:
            assert state.until is not None or (state.link == "cleared" and state.left_open)
        if state.link == "firing" and not state.engaged:
            assert alerts.next_alarm(state) is None

    @invariant()
    def the_state_survives_json(self) -> None:
        assert STATE.validate_json(STATE.dump_json(self.desk.state)) == self.desk.state

    def teardown(self) -> None:
        """When everything has ended and been answered, the group ends."""
        if not hasattr(self, "desk") or not self.sent:
            return
        self.now += 1
        ended = [
            alert(key, "resolved", at=self.now, starts=self.starts.get(key), ends=self.now + self.skew)
            for key in "abcd"
        ]
        self.deliver(*ended, *(alert(key, "resolved", at=self.now) for key in "xy"))
        if self.desk.state.asked():
            self.the_number_comes()
        self.desk.wake(self.now + 1_000)
        if self.desk.state.left_open:
            self.desk.do(self.now + 1_000, "incident_resolved", number=self.desk.state.incident)
        assert alerts.sealed(self.desk.state)
        assert clock(self.now) <= self.desk.facts[-1].at


TestAlertGroup = AlertGroup.TestCase
TestAlertGroup.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
