"""The judgement of an alert group under any sequence of deliveries, remarks, snoozes, planned work and time."""

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import TypeAdapter

from longwatch.domain import alerts
from longwatch.domain.alerts_links import MOVES
from longwatch.domain.ticket import Fact, Question, Refused, instant
from tests.domain.alert_desk import PERSON, Desk, alert, clock, when

STATE = TypeAdapter(alerts.State)
SEVERITIES = st.sampled_from(["critical", "error", "warning", "info"])
EVERY = {"flap_count": 3, "flap_within": 120, "flap_quiet": 60, "quiet": 30, "reopen": 90}
SETTINGS = st.sampled_from(
    [EVERY, {**EVERY, "occurrences": 2, "within": 40}, {**EVERY, "open_after": 2, "hold_down": 20}, {"hold_down": 0}]
)
WINDOWS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 200)), max_size=3)
REMARKS = st.sampled_from(["acknowledged", "note", "planned", "planned_over", "flapping"])


def planned_in(windows: list[tuple[int, int]]) -> Any:
    """What the desk answers where work is planned in these stretches: the end of the one that is on."""

    def answer(question: Question) -> dict[str, Any]:
        at = instant(question.data["at"])
        on = [begin + length for begin, length in windows if clock(begin) <= at < clock(begin + length)]
        return {"until": when(max(on)) if on else None, "by": "CHG-000001" if on else None, "text": "Planned."}

    return answer


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[int, str, str]]:
    """What happens, each at its second: one of three alerts fires or ends, a remark is made, a person snoozes it."""
    doings = ("fires", "fires", "ends", "ends", "snooze", "unsnooze", "note", "flapping", "touched")
    steps = draw(st.lists(st.tuples(st.integers(0, 90), st.sampled_from(doings), st.sampled_from("abc")), max_size=14))
    life, now = [(0, "fires", "a")], 0
    for pause, doing, key in steps:
        now += pause
        life.append((now, doing, key))
    return life


def live(desk: Desk, now: int, doing: str, key: str) -> None:
    numbered(desk, now)
    act(desk, now, doing, key)
    numbered(desk, now)


def numbered(desk: Desk, now: int) -> None:
    """An incident that was asked for has its number."""
    if desk.state.asked():
        desk.number(now, f"INC-{desk.state.episode:06}")


def act(desk: Desk, now: int, doing: str, key: str) -> None:
    if doing in ("fires", "ends"):
        row = desk.state.rows.get(key)
        firing = row is not None and row.firing
        if doing == "fires":
            desk.deliver(now, alert(key, at=now, starts=_start(row) if firing else now))
        else:
            desk.deliver(now, alert(key, "resolved", at=now, starts=_start(row) if firing else now, ends=now))
    elif doing == "snooze":
        with suppress(Refused):  # of a group that has ended
            desk.snooze(now, now + 70)
    elif doing == "unsnooze":
        with suppress(Refused):  # where the snooze is over
            desk.do(now, "unsnooze", PERSON)
    elif doing == "touched":
        desk.do(now, "touched", number=desk.state.incident)
    else:
        desk.remark(now, doing, key)


def _start(row: Any) -> int:
    began = row.starts - int(clock(0).timestamp() * 1_000)
    return int(began // 1_000)


def after(life: list[tuple[int, str, str]], known: dict[str, Any], *, awake: bool) -> alerts.State:
    """The group after this life; with the engine `awake` or not, each deadline counts at its own time."""
    desk = Desk(known)
    for now, doing, key in life:
        if awake:
            desk.wake(now)
        live(desk, now, doing, key)
    desk.wake(life[-1][0] + 45)
    numbered(desk, life[-1][0] + 45)
    return desk.state


@settings(max_examples=120, deadline=None)
@given(lives(), SETTINGS)
def test_an_engine_that_wakes_late_makes_the_same_of_it(
    life: list[tuple[int, str, str]], known: dict[str, Any]
) -> None:
    assert after(life, known, awake=False) == after(life, known, awake=True)


@settings(max_examples=120, deadline=None)
@given(lives(), SETTINGS, WINDOWS)
def test_nothing_is_opened_as_of_an_instant_at_which_work_is_planned(
    life: list[tuple[int, str, str]], known: dict[str, Any], windows: list[tuple[int, int]]
) -> None:
    desk = Desk({**known, "ask_planned": True}, answers={"planned": planned_in(windows)})
    for now, doing, key in life:
        desk.wake(now)
        live(desk, now, doing, key)
    desk.wake(life[-1][0] + 1_000)

    for fact in desk.facts:
        if fact.type == "IncidentRequested":
            since = instant(fact.data["since"])
            assert not any(clock(begin) <= since < clock(begin + length) for begin, length in windows)
    assert desk.state.link != "parked"
    assert not desk.state.firing() or desk.state.engaged or desk.state.settings.counts


SAID = st.tuples(
    st.sampled_from("abc"), st.integers(-3600, -3550), st.none() | st.integers(0, 50), st.integers(10, 300)
)


def at_once(said: list[Any], remarks: list[str]) -> tuple[object, ...]:
    """What a group with an incident knows at last of deliveries and remarks that came in this order, at one instant."""
    desk = Desk({**EVERY, "flap_count": 0})
    desk.deliver(0, alert("first", at=0, starts=0))
    desk.wake(5)
    desk.number(6)
    for one in said:
        if isinstance(one, str):
            desk.remark(300, one)
        else:
            key, start, last, at = one
            ends = None if last is None else start + last
            desk.deliver(300, alert(key, "firing" if last is None else "resolved", at=at, starts=start, ends=ends))
    desk.deliver(300, alert("first", "resolved", at=300, starts=0, ends=300))
    rows = {key: (row.firing, row.starts, row.ends) for key, row in desk.state.rows.items()}
    desk.wake(1_000)
    return rows, desk.state.link, desk.state.engaged, desk.state.episode, dict(sorted(desk.state.remarks.items()))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(SAID, min_size=1, max_size=8),
    st.lists(st.sampled_from(["note", "acknowledged", "planned"]), max_size=4),
    st.randoms(use_true_random=False),
)
def test_no_order_of_deliveries_and_remarks_changes_the_outcome(
    said: list[Any], remarks: list[str], chance: Any
) -> None:
    shuffled = [*said, *chance.choices(said, k=3), *remarks]
    chance.shuffle(shuffled)

    assert at_once(shuffled, remarks) == at_once([*said, *remarks], remarks)


class JudgedGroup(RuleBasedStateMachine):
    """Tools, people, planned work, dead sources and the engine act at random."""

    @initialize(known=SETTINGS, windows=WINDOWS)
    def begin(self, known: dict[str, Any], windows: list[tuple[int, int]]) -> None:
        self.missing: list[str] = []
        answers = {"planned": planned_in(windows), "trusted": lambda _: {"missing": list(self.missing)}}
        self.desk = Desk({**known, "ask_planned": True, "ask_trusted": True}, answers=answers)
        self.now = 0
        self.open: list[str] = []
        self.seen = 0
        self.followed = alerts.State()

    @rule(doing=st.sampled_from(["fires", "ends", "snooze", "unsnooze", "touched"]), key=st.sampled_from("abc"))
    def something_happens(self, doing: str, key: str) -> None:
        if doing in ("fires", "ends") or self.desk.state.group:
            live(self.desk, self.now, doing, key)

    @rule(about=REMARKS, key=st.sampled_from("abc"))
    def the_tool_remarks(self, about: str, key: str) -> None:
        self.desk.remark(self.now, about, key)

    @rule(severity=SEVERITIES)
    def a_tool_without_times_speaks(self, severity: str) -> None:
        self.desk.deliver(self.now, alert("x", at=self.now, severity=severity))

    @rule(names=st.lists(st.sampled_from(["watchdog", "exporter"]), max_size=2))
    def heartbeats_stop_or_come_back(self, names: list[str]) -> None:
        self.missing = names

    @rule(seconds=st.integers(0, 120))
    def time_goes_by(self, seconds: int) -> None:
        self.now += seconds
        self.desk.wake(self.now)

    @rule(seconds=st.integers(0, 120))
    def time_goes_by_while_the_engine_is_away(self, seconds: int) -> None:
        self.now += seconds

    @rule(status=st.sampled_from(["cancelled", "closed"]))
    @precondition(lambda self: self.desk.state.incident and self.desk.state.engaged)
    def the_incident_ends(self, status: str) -> None:
        self.desk.do(self.now, "incident_ended", number=self.desk.state.incident, status=status)

    @invariant()
    def of_two_incidents_the_first_has_ended(self) -> None:
        for fact in self.desk.facts[self.seen :]:
            self._moves_by_the_table(fact)
            if fact.type == "IncidentRequested":
                assert self.open == []
                self.open.append("asked for")
            elif fact.type in ("IncidentEnded", "Sealed"):
                self.open = []
        self.seen = len(self.desk.facts)
        assert bool(self.open) == self.desk.state.engaged

    def _moves_by_the_table(self, fact: Fact) -> None:
        before, self.followed = self.followed, alerts.evolve(self.followed, fact)
        if before.link != self.followed.link:
            assert self.followed.link in MOVES[fact.type][before.link]

    @invariant()
    def nothing_waits_for_ever(self) -> None:
        state = self.desk.state
        if state.link in {"pending", "parked", "flapping", "quiet", "cleared"}:
            assert state.until is not None or (state.link == "cleared" and state.left_open)
        if state.link == "firing" and state.firing() == 0:
            raise AssertionError("it rests, and nobody knows")

    @invariant()
    def the_state_is_small_and_survives_json(self) -> None:
        text = STATE.dump_json(self.desk.state)
        assert STATE.validate_json(text) == self.desk.state
        assert len(text) < 20_000

    def teardown(self) -> None:
        """When all has ended, nobody has touched it and the source lives, no incident is left open."""
        if not hasattr(self, "desk") or not self.desk.state.group:
            return
        self.missing, self.now = [], self.now + 1
        for key, row in list(self.desk.state.rows.items()):
            starts = None if row.starts is None else _start(row)
            ends = None if starts is None else self.now
            self.desk.deliver(self.now, alert(key, "resolved", at=self.now, starts=starts, ends=ends))
        self._leave_alone()
        state = self.desk.state
        assert alerts.sealed(state)
        assert not state.engaged
        incidents = {one["event"]: one for one in self.desk.sent() if one["event"] not in ("acknowledged", "noted")}
        if "cleared" in incidents and "HumanTookOver" not in {fact.type for fact in self.desk.facts}:
            assert incidents["cleared"]["resolve"] is True

    def _leave_alone(self) -> None:
        for _ in range(30):
            if self.desk.state.asked():
                self.desk.number(self.now, f"INC-{self.desk.state.episode:06}")
            self.now += 4_000
            self.desk.wake(self.now)
            if self.desk.state.left_open:
                self.desk.do(self.now, "incident_resolved", number=self.desk.state.incident)
            if self.desk.state.sealed:
                return


TestJudgedGroup = JudgedGroup.TestCase
TestJudgedGroup.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)
