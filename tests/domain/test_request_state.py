"""The state of a request is plain, is stored and read back the same, and stays small."""

from typing import Any

from pydantic import TypeAdapter

from longwatch.domain.catalogue import item_data, read_item
from longwatch.domain.request import request
from longwatch.domain.ticket import Actor, canonical
from tests.domain.incident_desk import AGENT, LADDER, TARGETS, office, policy, ref
from tests.domain.request_desk import DAY, RequestDesk, laptop, manager

STATE = TypeAdapter(request.State)
LARGEST = 200_000


def stored(state: request.State) -> bytes:
    return STATE.dump_json(state)


def test_an_empty_state_is_stored_and_read_back() -> None:
    assert STATE.validate_json(stored(request.State())) == request.State()


def test_a_state_read_back_decides_as_the_one_that_was_stored() -> None:
    desk = RequestDesk().ordered()
    twin = RequestDesk(desk.at)
    twin.state = STATE.validate_json(stored(desk.state))

    assert twin.vote() == desk.vote()
    assert request.next_alarm(twin.state) == request.next_alarm(desk.state)


def test_an_ordinary_request_is_some_kilobytes() -> None:
    assert len(stored(RequestDesk().approved().state)) < 20_000


def _item() -> dict[str, Any]:
    """About as large an item as is taken: a long form, thirty tasks, long texts."""
    form = [
        {"id": f"f{n}", "label": "l" * 180, "type": "choice", "options": [f"option-{m}" for m in range(12)]}
        for n in range(20)
    ]
    tasks = [{"id": f"t{n}", "title": "t" * 100, "team": "l1", "instructions": "i" * 300} for n in range(30)]
    return laptop(form=form, approval="board", tasks=tasks, description="d" * 3_000)


def _board() -> dict[str, Any]:
    names = [f"user:member-of-the-board-{n:02}" for n in range(50)]
    stage = {"title": "The board", "approvers": names, "rule": "all", "deadline": DAY, "reminder": None}
    stages = [{**stage, "id": f"stage-{n}"} for n in range(3)]
    return dict(manager("board") | {"stages": [manager("board", **one)["stages"][0] for one in stages]})


def test_a_request_that_is_large_in_every_way_stays_under_200_kilobytes() -> None:
    rungs = [{"id": f"r{n}", "clock": "resolution", "share": n + 1, "do": [{"level": 1}]} for n in range(50)]
    terms = {"ladder": {**LADDER, "rungs": rungs}, "targets": TARGETS}
    desk = RequestDesk(
        catalogue=_item(),
        approval_policy=_board(),
        policy=lambda _, since, until: policy(since, until, calendars={"office": office(since, until)}, **terms),
    )
    answers = {f"f{n}": "option-3" for n in range(20)}
    links = [{"type": "related", "ticket": f"INC-{n:06}"} for n in range(200)]
    desk.ordered(answers, links=links, tags=[f"tag{n}" for n in range(20)])

    for run in range(3):
        for n in range(50):
            voter = Actor(f"user:member-of-the-board-{n:02}", roles=("approver",))
            desk.vote(voter, stage=f"stage-{run}", comment=ref("c" * 36))
    for n in range(29):
        desk.ask(AGENT, "complete_task", task=f"t{n}", text=ref("c" * 36))

    assert len(canonical(item_data(read_item(_item())))) > 36_000
    assert desk.status == "in_fulfilment"
    assert 80_000 < len(stored(desk.state)) < LARGEST
    assert STATE.validate_json(stored(desk.state)) == desk.state
