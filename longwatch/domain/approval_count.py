"""How a stage is counted: what its rule needs, what it has, and what can still come.

Every rule is one comparison of whole numbers: it is met when `have >= need`, and can still be met while `most >= need`.
An abstention is a voice given up: it approves nothing. Under `all` it is no objection either; where it must not pass,
the rule is 100 percent.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from longwatch.domain.approval_policy import ALL, N_OF, PERCENT, TAKE_OVER, WEIGHTED, Stage
from longwatch.domain.approval_state import (
    ABSTAIN,
    APPROVE,
    BLOCKED,
    GRANTED,
    OPEN,
    REFUSE,
    REFUSED,
    Approval,
    Seat,
    login,
)

EMERGENCY_PEOPLE = 2
"""The least number of different people who must approve an emergency, over all stages."""


@dataclass(frozen=True)
class Count:
    """Votes (or, under `weighted`, their weight) there are, there could be at most, and there must be."""

    have: int
    most: int
    need: int


def count(stage: Stage, seats: Iterable[Seat]) -> Count:
    """The stage as it stands by its own rule."""
    voices = tuple(seats)
    weight = [seat.weight if stage.rule == WEIGHTED else 1 for seat in voices]
    have = sum(one for one, seat in zip(weight, voices, strict=True) if _says(seat, APPROVE))
    silent = sum(one for one, seat in zip(weight, voices, strict=True) if seat.vote is None)
    return Count(have, have + silent, _need(stage, voices))


def _says(seat: Seat, decision: str) -> bool:
    return seat.vote is not None and seat.vote.decision == decision


def _need(stage: Stage, voices: tuple[Seat, ...]) -> int:
    if stage.rule == ALL:
        return max(1, sum(not _says(seat, ABSTAIN) for seat in voices))
    if stage.rule == PERCENT:
        return max(1, -(-stage.need * len(voices) // 100))  # rounded up
    return stage.need if stage.rule in (N_OF, WEIGHTED) else 1


def approved_by(approval: Approval) -> tuple[str, ...]:
    """The people whose approval counts, over all stages, each once; nobody who was excluded since."""
    votes = (seat.vote for run in approval.runs for seat in run.seats)
    people = dict.fromkeys(vote.by for vote in votes if vote is not None and vote.decision == APPROVE)
    return tuple(person for person in people if approval.excluded_as(person) is None)


def people_needed(approval: Approval) -> int:
    """How many different people must approve over all stages."""
    return EMERGENCY_PEOPLE if approval.policy is not None and approval.policy.emergency else 1


def verdict(approval: Approval) -> tuple[str, str]:
    """What the current stage has come to (granted, refused, blocked or open), and why as a sentence.

    A veto comes first. While people are still being looked for nothing is taken for impossible, and where they take
    over nothing is granted either: who counts is not known yet.
    """
    stage, run = approval.stage, approval.run
    veto = next((seat for seat in run.seats if seat.veto and _says(seat, REFUSE)), None)
    if veto is not None and veto.vote is not None:
        return REFUSED, f"{login(veto.vote.by)} refused, and one refusal ends it."
    known = approval.question is None and approval.failure is None
    as_it_is = (approval.status, approval.reason)
    counted = count(stage, run.seats)
    if counted.have >= counted.need and _people(approval) >= _people_needed_now(approval):
        return (GRANTED, "") if known or stage.at_deadline != TAKE_OVER else as_it_is
    if not known:
        return as_it_is
    if counted.most >= counted.need and _people_possible(approval) >= _people_needed_now(approval):
        return OPEN, ""
    return _out_of_reach(approval, counted)


def _out_of_reach(approval: Approval, counted: Count) -> tuple[str, str]:
    """Blocked when the people there are would not do even with nothing but approvals; refused by their votes else."""
    fresh = _unvoted(approval)
    ideal = count(approval.stage, fresh.run.seats)
    if ideal.most < ideal.need:
        return (
            BLOCKED,
            f"{_amount(approval.stage, ideal.need)} needed, and at most {ideal.most} can come{_why(approval)}.",
        )
    if _people_possible(fresh) < _people_needed_now(approval):
        return BLOCKED, f"An emergency needs {EMERGENCY_PEOPLE} different people to approve{_why(approval)}."
    if counted.most < counted.need:
        return REFUSED, f"{_amount(approval.stage, counted.need)} needed, and at most {counted.most} can still come."
    return REFUSED, f"An emergency needs {EMERGENCY_PEOPLE} different people to approve, and not enough are left."


def _amount(stage: Stage, need: int) -> str:
    if stage.rule == WEIGHTED:
        return f"A weight of {need} is"
    return f"{need} approval is" if need == 1 else f"{need} approvals are"


def _why(approval: Approval) -> str:
    reasons = [f"{login(one.person)}: {one.reason}" for one in approval.run.left_out]
    return f" ({'; '.join(reasons[:5])})" if reasons else ""


def _unvoted(approval: Approval) -> Approval:
    run = approval.run
    silent = replace(run, seats=tuple(replace(seat, vote=None) for seat in run.seats))
    return replace(approval, runs=(*approval.runs[: approval.current], silent, *approval.runs[approval.current + 1 :]))


def _people_needed_now(approval: Approval) -> int:
    """The last stage answers for the whole."""
    return people_needed(approval) if approval.last else 1


def _people(approval: Approval) -> int:
    return len(approved_by(approval))


def _people_possible(approval: Approval) -> int:
    """Whoever approved, and whoever may still: the approver in person, or else the delegate."""
    had = approved_by(approval)
    fresh = sum(
        seat.vote is None and not (seat.person in had and seat.delegate in (None, *had)) for seat in approval.run.seats
    )
    return len(had) + fresh
