"""All plans of up to four tasks, each failing at each of them: what was begun is undone in reverse, or named."""

from itertools import product
from typing import Any

import pytest

from tests.domain.tasks_desk import Desk, task, undone


def _plans(size: int) -> list[tuple[list[dict[str, Any]], int]]:
    """Every division into stages, every choice of what can be undone, every task that may be the one to fail."""
    found = []
    names = [f"t{n}" for n in range(size)]
    for breaks, paired in product(product([0, 1], repeat=size - 1), product([False, True], repeat=size)):
        stages = [1 + sum(breaks[:n]) for n in range(size)]
        listed = [
            (undone if can else task)(name, stage=stage) for name, stage, can in zip(names, stages, paired, strict=True)
        ]
        found += [(listed, failing) for failing in range(size)]
    return found


def _fails_at(listed: list[dict[str, Any]], failing: int) -> Desk:
    """Whatever is open is completed, in reverse of the plan, until only the one that fails is left in its stage."""
    desk = Desk(*listed)
    name = listed[failing]["id"]
    while desk.open != [name]:
        desk.complete(next(id_ for id_ in reversed(desk.open) if id_ != name))
    desk.do("fail", name)
    return desk


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_what_was_begun_is_undone_in_reverse_or_named_as_kept(size: int) -> None:
    for listed, failing in _plans(size):
        desk = _fails_at(listed, failing)
        begun = [one["id"] for n, one in enumerate(listed) if one["stage"] <= listed[failing]["stage"] or n == failing]

        order = []
        while desk.outcome == "backing_out":
            assert len(desk.open) == 1
            order += desk.open
            desk.complete(*desk.open)

        undoable = [one["id"] for one in listed if one.get("back_out")]
        assert desk.outcome == "backed_out"
        assert order == [f"{id_}.back-out" for id_ in reversed(begun) if id_ in undoable]
        assert list(desk.tasks.kept) == [id_ for id_ in reversed(begun) if id_ not in undoable]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_each_task_is_opened_and_done_once_when_nothing_fails(size: int) -> None:
    for listed, _ in _plans(size):
        desk = Desk(*listed)

        while desk.open:
            desk.complete(desk.open[-1])

        names = [one["id"] for one in listed]
        assert desk.outcome == "done"
        assert desk.ids("TaskOpened") == names
        assert sorted(desk.ids("TaskDone")) == names
