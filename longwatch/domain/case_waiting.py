"""What a ticket waits for: no open ticket waits for nothing, and each says until when and for whom."""

from datetime import datetime, timedelta

from longwatch.domain import case_engines
from longwatch.domain import clocks as clocking
from longwatch.domain.case_effects import owner
from longwatch.domain.case_process import Process, Waiting
from longwatch.domain.case_state import DEFAULT_WINDOW, Case
from longwatch.domain.case_time import deadlines
from longwatch.domain.clocks import UPDATE
from longwatch.domain.ticket import Question, stamp

DESK = "system"

_KINDS = {
    "impact": "what the configuration item is and affects",
    "matrix": "the priority matrix",
    "policy": "the service level policy",
    "routing": "a team and a person for it",
    "calendar": "the service hours",
    "merge_words": "the words that go along to the other ticket",
    "split_words": "the words that go along to the new ticket",
}


def waiting_for(process: Process, state: Case) -> list[Waiting]:
    """Everything it waits for, what matters most first. Empty only before it was opened and after it was sealed."""
    if not state.status or state.sealed_at is not None:
        return []
    own = [process.waits[state.status](state), *case_engines.waiting_for(state), *process.also_waits(state)]
    own += _elsewhere(state)
    asked = [_asked(process, question) for question in state.pending]
    return [*own, *asked, *_failed(process, state), *_no_clocks(state), *_coming(process, state)]


def entry(what: str, until: datetime | None, who: str) -> Waiting:
    """One thing waited for: a sentence, until when, and who can move it on."""
    return {"what": what, "until": stamp(until) if until else None, "who": who}


def due(state: Case, name: str) -> datetime | None:
    """When the clock of this name runs out, if it still runs and that is known."""
    clock = state.clock(name)
    return None if clock is None or clock.ended_at else clocking.due(clock, state.hours)


def seal_at(state: Case) -> datetime | None:
    """When the reopen window ends."""
    window = DEFAULT_WINDOW if state.policy is None else state.policy.reopen_window
    ended = state.ended_at
    return None if ended is None else ended + timedelta(seconds=window)


def _elsewhere(state: Case) -> list[Waiting]:
    """A ticket that is merged into another goes on there."""
    merging = state.merging
    if merging.asked:
        return [entry(f"Waits for {merging.into} to take it in.", merging.until, DESK)]
    if merging.merged and not merging.over:
        return [entry(f"Goes on as {merging.into} and ends with it.", None, DESK)]
    return []


def _asked(process: Process, question: Question) -> Waiting:
    return entry(f"Waits to be told {_about(process, question.kind)}.", None, DESK)


def _about(process: Process, kind: str) -> str:
    return _KINDS.get(kind) or process.answers[kind].about


def _failed(process: Process, state: Case) -> list[Waiting]:
    """What could not be answered, and what that means."""
    return [
        entry(
            f"{_about(process, retry.kind).capitalize()} could not be found: {retry.error} "
            + ("It is asked again." if retry.at else "A person must see to it."),
            retry.at,
            DESK if retry.at else "role:admin",
        )
        for retry in state.retries
        if retry.at is not None or all(question.kind != retry.kind for question in state.pending)
    ]


def _no_clocks(state: Case) -> list[Waiting]:
    if not state.PROMISES or state.clocks or state.ended_at is not None or state.closed_at is not None:
        return []
    if state.policy is not None:
        return [entry(f"No clock runs: policy {state.policy.name} promises no times.", None, DESK)]
    if any(question.kind == "policy" for question in state.pending):
        return []
    return [entry("No clock runs yet: no service level policy has been chosen.", None, DESK)]


def _coming(process: Process, state: Case) -> list[Waiting]:
    """The next public update, and the next rung of the ladder."""
    coming = []
    update = due(state, UPDATE)
    if update is not None and state.clock(UPDATE) is not None and state.resolved_at is None:
        coming.append(entry("Owes the requester a public update.", update, owner(state)))
    rung = next((one for one in deadlines(process, state) if one.kind == "rung"), None)
    if rung is not None:
        coming.append(entry(f"Escalates by rung {rung.name} unless it moves before.", rung.at, DESK))
    return coming
