"""What each fact makes of an approval. Nothing here judges: the facts were judged when they were written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from longwatch.domain.approval_policy import TAKE_OVER, policy_of
from longwatch.domain.approval_state import (
    BLOCKED,
    EXPIRED,
    GRANTED,
    NONE,
    OPEN,
    RECALLED,
    REFUSED,
    Approval,
    Excluded,
    Failure,
    LeftOut,
    Run,
    Seat,
    Vote,
)
from longwatch.domain.ticket import Fact, Question, instant

Data = Mapping[str, Any]
Change = Callable[[Approval, Fact], Approval]

MOVES: dict[str, dict[str, str]] = {
    "ApprovalStarted": dict.fromkeys((NONE, REFUSED, EXPIRED, RECALLED), OPEN),
    "ApprovalBlocked": {OPEN: BLOCKED, BLOCKED: BLOCKED},
    "ApprovalUnblocked": {BLOCKED: OPEN},
    "FallbackCalled": {OPEN: OPEN, BLOCKED: OPEN},
    "ApprovalEdited": {OPEN: OPEN, BLOCKED: OPEN, GRANTED: OPEN},
    "ApprovalGranted": {OPEN: GRANTED},
    "ApprovalRefused": {OPEN: REFUSED},
    "ApprovalExpired": {OPEN: EXPIRED, BLOCKED: EXPIRED},
    "ApprovalRecalled": {OPEN: RECALLED, BLOCKED: RECALLED, GRANTED: RECALLED},
}
"""Per fact that moves it: from each status it can meet, the status it leads to. Off the table nothing is folded.

So a refusal can never become a grant, and what was granted opens again by an edit or a recall alone.
"""


def evolve(approval: Approval, fact: Fact) -> Approval:
    """The approval after the fact. Raises KeyError for a fact that is not the approval's, or not possible now."""
    moves = MOVES.get(fact.type)
    status = approval.status if moves is None else moves[approval.status]
    return replace(CHANGES[fact.type](approval, fact), status=status)


def _run_changed(approval: Approval, **changes: Any) -> Approval:
    runs = list(approval.runs)
    runs[approval.current] = replace(approval.run, **changes)
    return replace(approval, runs=tuple(runs))


def _seats_changed(approval: Approval, change: Callable[[Seat], Seat]) -> Approval:
    return _run_changed(approval, seats=tuple(change(seat) for seat in approval.run.seats))


def _asks(approval: Approval, stage: str, names: Iterable[str], tries: int = 0) -> Approval:
    """The approval with the one question it can have: who the names stand for."""
    number = approval.asked + 1
    question = Question(f"approvers:{number}", "approvers", {"stage": stage, "names": list(names)})
    return replace(approval, asked=number, question=question, tries=tries, failure=None)


def _settled(approval: Approval) -> Approval:
    return replace(approval, question=None, tries=0, failure=None)


def _people(entries: Iterable[Data]) -> tuple[Excluded, ...]:
    return tuple(Excluded(one["person"], one["reason"]) for one in entries)


def _started(approval: Approval, fact: Fact) -> Approval:
    data = fact.data
    policy = policy_of(data["policy"])
    return Approval(
        policy=policy,
        content=data["content"],
        excluded=_people(data["excluded"]),
        owners=tuple(data["owners"]),
        runs=tuple(Run(stage.id) for stage in policy.stages),
        rounds=approval.rounds + 1,
        asked=approval.asked,
    )


def _stage_opened(approval: Approval, fact: Fact) -> Approval:
    data = fact.data
    at = next(n for n, run in enumerate(approval.runs) if run.stage == data["stage"])
    opened = _run_changed(
        replace(approval, current=at), status=OPEN, opened_at=fact.at, seats=(), left_out=(), **_times(data)
    )
    return _asks(opened, data["stage"], data["names"])


def _times(data: Data) -> dict[str, Any]:
    return {"due": instant(data["due"]), "remind_at": instant(data["remind"]) if data["remind"] else None}


def _found(approval: Approval, fact: Fact) -> Approval:
    run = approval.run
    seats = (*run.seats, *(_seat(one) for one in fact.data["seats"]))
    left_out = [LeftOut(one["person"], one["name"], one["reason"]) for one in fact.data["left_out"]]
    known = [one for one in run.left_out if one not in left_out]
    return _settled(_run_changed(approval, seats=seats, left_out=(*known, *left_out), found=True))


def _seat(data: Data) -> Seat:
    until = instant(data["until"]) if data["until"] else None
    return Seat(
        data["person"], tuple(data["names"]), data["weight"], data["veto"], data["delegate"], data["absent"], until
    )


def _not_found(approval: Approval, fact: Fact) -> Approval:
    data = fact.data
    failure = Failure(data["error"], tuple(data["names"]), instant(data["again"]))
    return replace(approval, question=None, tries=data["tries"], failure=failure)


def _asked_again(approval: Approval, fact: Fact) -> Approval:
    return _asks(approval, fact.data["stage"], fact.data["names"], fact.data["tries"])


def _blocked(approval: Approval, fact: Fact) -> Approval:
    return replace(approval, reason=fact.data["reason"])


def _unblocked(approval: Approval, _: Fact) -> Approval:
    return replace(approval, reason="")


def _fallback(approval: Approval, fact: Fact) -> Approval:
    """The fallback takes the place of everyone who has not voted, or joins them; votes cast stay."""
    seats = approval.run.seats
    if fact.data["how"] == TAKE_OVER:
        seats = tuple(seat for seat in seats if seat.vote is not None)
    called = _run_changed(approval, seats=seats, fallback=True, **_times(fact.data))
    return _asks(replace(called, reason=""), fact.data["stage"], fact.data["names"])


def _voted(approval: Approval, fact: Fact) -> Approval:
    data = fact.data
    vote = Vote(data["decision"], data["by"], fact.at, data["content"], data["comment"])
    return _on_seat(approval, data["person"], vote=vote)


def _withdrawn(approval: Approval, fact: Fact) -> Approval:
    return _on_seat(approval, fact.data["person"], vote=None)


def _delegated(approval: Approval, fact: Fact) -> Approval:
    return _on_seat(approval, fact.data["person"], delegate=fact.data["to"])


def _on_seat(approval: Approval, person: str, **changes: Any) -> Approval:
    return _seats_changed(approval, lambda seat: replace(seat, **changes) if seat.person == person else seat)


def _reminded(approval: Approval, _: Fact) -> Approval:
    return _run_changed(approval, remind_at=None)


def _exclusions(approval: Approval, fact: Fact) -> Approval:
    """Those excluded now lose voice and vote in the stage that is open; decided stages stay as they were decided."""
    changed = replace(approval, excluded=_people(fact.data["excluded"]))
    if not changed.under_way:
        return changed
    kept = tuple(_without(changed, seat) for seat in changed.run.seats if changed.excluded_as(seat.person) is None)
    gone = tuple(
        LeftOut(seat.person, name, reason)
        for seat in changed.run.seats
        for name, reason in ((seat.names[0], changed.excluded_as(seat.person)),)
        if reason is not None
    )
    return _run_changed(changed, seats=kept, left_out=(*changed.run.left_out, *gone))


def _without(approval: Approval, seat: Seat) -> Seat:
    """The seat without a delegate who is excluded, and without their vote."""
    fallen = seat.vote is not None and approval.excluded_as(seat.vote.by) is not None
    gone = seat.delegate is not None and approval.excluded_as(seat.delegate) is not None
    return replace(seat, vote=None if fallen else seat.vote, delegate=None if gone else seat.delegate)


def _stage_granted(approval: Approval, fact: Fact) -> Approval:
    return _run_changed(_settled(approval), status=GRANTED, remind_at=None, ended_at=fact.at)


def _ended(status: str) -> Change:
    def ended(approval: Approval, fact: Fact) -> Approval:
        done = replace(_settled(approval), reason=fact.data.get("reason") or "", ended_at=fact.at)
        if done.run.status != OPEN:
            return done
        return _run_changed(done, status=status, remind_at=None, ended_at=fact.at)

    return ended


def _edited(approval: Approval, fact: Fact) -> Approval:
    """Every vote falls, and every stage is as it was before it opened."""
    runs = tuple(Run(run.stage) for run in approval.runs)
    return replace(_settled(approval), content=fact.data["content"], runs=runs, current=0, reason="", ended_at=None)


CHANGES: dict[str, Change] = {
    "ApprovalStarted": _started,
    "StageOpened": _stage_opened,
    "ApproversFound": _found,
    "ApproversNotFound": _not_found,
    "ApproversAsked": _asked_again,
    "ApprovalBlocked": _blocked,
    "ApprovalUnblocked": _unblocked,
    "VoteCast": _voted,
    "VoteWithdrawn": _withdrawn,
    "VoteDelegated": _delegated,
    "ApprovalReminded": _reminded,
    "FallbackCalled": _fallback,
    "PeopleExcluded": _exclusions,
    "ApprovalEdited": _edited,
    "StageGranted": _stage_granted,
    "ApprovalGranted": _ended(GRANTED),
    "ApprovalRefused": _ended(REFUSED),
    "ApprovalExpired": _ended(EXPIRED),
    "ApprovalRecalled": _ended(RECALLED),
}
"""Every type of fact an approval can hold, with what it changes."""


def mermaid() -> str:
    """The statuses of an approval and the facts between them, as a mermaid state diagram."""
    edges: dict[tuple[str, str], list[str]] = {}
    for fact, moves in MOVES.items():
        for source, goal in moves.items():
            if goal != source or fact == "ApprovalEdited":
                edges.setdefault(("[*]" if source == NONE else source, goal), []).append(fact)
    return "\n".join(
        ["stateDiagram-v2", *(f"    {source} --> {goal}: {', '.join(by)}" for (source, goal), by in edges.items())]
    )
