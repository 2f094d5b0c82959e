"""How an approval stands, for screens: per stage who said what, who is missing, how many are needed still."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from longwatch.domain.approval_count import Count, approved_by, count, people_needed
from longwatch.domain.approval_policy import ALL, ANY, N_OF, PERCENT, WEIGHTED, Stage
from longwatch.domain.approval_state import BLOCKED, NONE, Approval, Run, Seat
from longwatch.domain.approval_time import silent
from longwatch.domain.ticket import stamp

RULE_WORDS: dict[str, tuple[str, str, str]] = {
    ANY: ("One approval is enough.", "somebody approves", "nobody is left who could approve"),
    ALL: (
        "Everybody votes and nobody refuses.",
        "everybody voted, nobody refused, and at least one approved (abstaining is no objection)",
        "somebody refuses, or everybody abstained",
    ),
    N_OF: ("A stated number of approvals, the N of N of M.", "N people approved", "fewer than N could still approve"),
    PERCENT: (
        "A share of those entitled, not of those who voted; rounded up to whole people.",
        "that share of all who may vote approved",
        "the share can no longer be reached",
    ),
    WEIGHTED: (
        "The weights of those who approve add up to a threshold.",
        "the sum reached the threshold",
        "the sum can no longer reach it",
    ),
}
"""Per rule: what it means, when the stage is granted, when it is refused (a veto aside)."""

_IN_SHORT: dict[str, Callable[[int], str]] = {
    ANY: lambda _: "any one of them",
    ALL: lambda _: "all of them",
    N_OF: lambda need: f"{need} of them",
    PERCENT: lambda need: f"{need} % of them",
    WEIGHTED: lambda need: f"a weight of {need}",
}


def standing(approval: Approval) -> dict[str, Any]:
    """The whole approval as JSON-clean data."""
    policy = approval.policy
    if policy is None:
        return {"status": NONE, "stage": None, "stages": []}
    stages = zip(policy.stages, approval.runs, strict=True)
    return {
        "status": approval.status,
        "stage": approval.run.stage if approval.under_way else None,
        "policy": policy.name,
        "version": policy.version,
        "round": approval.rounds,
        "content": approval.content,
        "reason": approval.reason or None,
        "emergency": policy.emergency,
        "people": {"have": len(approved_by(approval)), "need": people_needed(approval)},
        "excluded": [{"person": one.person, "reason": one.reason} for one in approval.excluded],
        "stages": [_stage(approval, stage, run) for stage, run in stages],
    }


def _stage(approval: Approval, stage: Stage, run: Run) -> dict[str, Any]:
    counted = count(stage, run.seats)
    status = BLOCKED if approval.status == BLOCKED and run is approval.run else run.status
    return {
        "id": stage.id,
        "title": stage.title,
        "status": status,
        "rule": stage.rule,
        "of": _IN_SHORT[stage.rule](stage.need),
        "approvers": [one.name for one in (*stage.approvers, *(stage.fallback if run.fallback else ()))],
        "have": counted.have,
        "need": counted.need if run.found else None,
        "missing": max(0, counted.need - counted.have) if run.found else None,
        "text": _text(stage, run, counted),
        "due": _stamp(run.due) if run.status == "open" else None,
        "fallback_called": run.fallback,
        "votes": [_voted(seat) for seat in run.seats if seat.vote is not None],
        "silent": [_silent(seat) for seat in run.seats if seat.vote is None],
        "left_out": [{"person": one.person, "name": one.name, "reason": one.reason} for one in run.left_out],
    }


def _text(stage: Stage, run: Run, counted: Count) -> str:
    if run.status == "waiting":
        return "not open yet"
    if not run.found:
        return "its approvers are being looked for"
    if stage.rule == WEIGHTED:
        return f"a weight of {counted.have} of {counted.need}"
    return f"{counted.have} of {counted.need} approval{'s' if counted.need != 1 else ''}"


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)


def _voted(seat: Seat) -> dict[str, Any]:
    vote = seat.vote
    assert vote is not None
    return {
        "person": seat.person,
        "by": vote.by,
        "decision": vote.decision,
        "at": stamp(vote.at),
        "comment": vote.comment,
        "content": vote.content,
        "weight": seat.weight,
        "veto": seat.veto,
        "entitled": _why(seat),
    }


def _silent(seat: Seat) -> dict[str, Any]:
    return {
        "person": seat.person,
        "delegate": seat.delegate,
        "absent": seat.absent,
        "until": _stamp(seat.until),
        "weight": seat.weight,
        "veto": seat.veto,
        "entitled": _why(seat),
    }


def _why(seat: Seat) -> list[str]:
    return [f"by {name}" for name in seat.names]


def waiting_for(approval: Approval) -> list[dict[str, Any]]:
    """What an approval under way waits for, until when, and for whom; the deadline is the end of the wait."""
    if not approval.under_way:
        return []
    title, until = approval.stage.title, _stamp(approval.run.due)
    if approval.status == BLOCKED:
        who = ", ".join(approval.owners) or "role:admin"
        return [{"what": f"The approval {title} is blocked: {approval.reason}", "until": until, "who": who}]
    if approval.failure is not None:
        again = stamp(approval.failure.at)
        error = approval.failure.error.rstrip(".")
        return [{"what": f"The approvers of {title} could not be found: {error}.", "until": again, "who": "system"}]
    if approval.question is not None:
        return [{"what": f"Waits to be told who approves {title}.", "until": until, "who": "system"}]
    counted = _text(approval.stage, approval.run, count(approval.stage, approval.run.seats))
    return [{"what": f"Waits for the approval {title}: {counted}.", "until": until, "who": ", ".join(silent(approval))}]


def rule_table() -> str:
    """The rules as a table for the page that explains them."""
    rows = (f"| `{rule}` | {' | '.join(words)} |" for rule, words in RULE_WORDS.items())
    return "\n".join(
        [
            "| rule | means | the stage is granted when | the approval is refused when |",
            "| --- | --- | --- | --- |",
            *rows,
        ]
    )
