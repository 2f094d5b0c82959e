"""What time does to a change: its window opens, passes, is overrun; what is blocked is judged again."""

from collections.abc import Callable, Iterator

from longwatch.domain.case_draft import Draft
from longwatch.domain.case_process import Deadline
from longwatch.domain.change_course import change_of, recall_of_time
from longwatch.domain.change_state import STANDARD, State
from longwatch.domain.ticket import stamp

WORK = ("implementation", "backing_out")


def due(state: State) -> Iterator[Deadline]:
    """Everything a change will do by itself beyond what every ticket does."""
    if state.again_at is not None and state.wants:
        yield Deadline(state.again_at, "guard", state.wants)
    if state.ratified == "pending" and state.ratify_by is not None:
        yield Deadline(state.ratify_by, "ratification")
    if state.status == "scheduled" and state.begin is not None and not state.window_opened:
        yield Deadline(state.begin, "window_opens")
    if state.status in ("authorization", "scheduled") and state.end is not None:
        yield Deadline(state.end, "window_ends")
    if state.status in WORK and state.end is not None and not state.overrun:
        yield Deadline(state.end, "overrun")


def _missed(draft: Draft, due: Deadline) -> None:
    """Not begun in its window: what was agreed to is over, and another window must be planned and agreed to."""
    state = change_of(draft)
    wanted = "draft" if state.type == STANDARD or state.emergency else None
    draft.record_of_time("WindowMissed", due=stamp(due.at), status=draft.status_after("window missed", wanted))
    recall_of_time(draft)


def _overrun(draft: Draft, due: Deadline) -> None:
    draft.record_of_time("WindowOverrun", due=stamp(due.at))


def _unratified(draft: Draft, due: Deadline) -> None:
    draft.record_of_time("RatificationMissed", why="expired", due=stamp(due.at))
    recall_of_time(draft)


def _opens(draft: Draft, _: Deadline) -> None:
    """The window opens: who makes it is told, or it begins by itself where it was planned so."""
    draft.record_of_time("WindowOpened")
    if change_of(draft).auto_start:
        draft.record_of_time("GuardAsked", purpose="start")


def _again(draft: Draft, due: Deadline) -> None:
    """What blocked it may be over."""
    draft.record_of_time("GuardAsked", purpose=due.name)


SETTLES: dict[str, Callable[[Draft, Deadline], None]] = {
    "ratification": _unratified,
    "window_ends": _missed,
    "overrun": _overrun,
}

RINGS: dict[str, Callable[[Draft, Deadline], None]] = {"window_opens": _opens, "guard": _again}
"""They ask something, and so wait for the alarm."""
