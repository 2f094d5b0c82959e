"""The state of a problem is plain, is stored and read back the same, and stays small."""

from pydantic import TypeAdapter

from longwatch.domain.problem import problem
from tests.domain.incident_desk import AGENT, ref
from tests.domain.problem_desk import MANAGER, RISK, ProblemDesk, acceptance

STATE = TypeAdapter(problem.State)


def stored(state: problem.State) -> bytes:
    return STATE.dump_json(state)


def test_an_empty_state_is_stored_and_read_back() -> None:
    assert STATE.validate_json(stored(problem.State())) == problem.State()


def test_a_state_read_back_decides_as_the_one_that_was_stored() -> None:
    desk = ProblemDesk().fixing()
    twin = ProblemDesk(desk.at)
    twin.state = STATE.validate_json(stored(desk.state))

    assert twin.ended("successful") == desk.ended("successful")
    assert problem.next_alarm(twin.state) == problem.next_alarm(desk.state)


def test_an_ordinary_problem_is_some_kilobytes() -> None:
    assert len(stored(ProblemDesk().known().state)) < 12_000


def test_a_problem_behind_hundreds_of_incidents_stays_small() -> None:
    names = [f"user:member-of-the-board-{n:02}" for n in range(50)]
    desk = ProblemDesk(approval_policy=acceptance(approvers=names, rule="all")).known()
    whys = {f"why:{n}": ref("w" * 36) for n in range(1, 6)}
    desk.ask(AGENT, "record_cause", **{"text": ref("t" * 36), **whys})
    desk.ask(AGENT, "known_error", symptom=ref(), cis=[f"server-with-a-long-name-{n:03}" for n in range(50)])
    for n in range(480):
        desk.happens(f"INC-{n + 100:06}")

    desk.ask(MANAGER, "request_risk_acceptance", **RISK)

    assert len(desk.state.links) > 450
    assert len(stored(desk.state)) < 100_000
    assert STATE.validate_json(stored(desk.state)) == desk.state
