"""The course of an approval: it begins, its stages open in order, are judged, and it ends; or it begins again.

Every function returns the facts that follow, for the process that holds the approval to record among its own.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from longwatch.domain.approval_count import approved_by, count, verdict
from longwatch.domain.approval_draft import Draft
from longwatch.domain.approval_policy import Policy, policy_data
from longwatch.domain.approval_state import (
    BLOCKED,
    GRANTED,
    REFUSED,
    Approval,
    Excluded,
    Ref,
    Seat,
    login,
)
from longwatch.domain.ticket import Command, Fact, Refused, stamp


def begin(
    approval: Approval,
    command: Command,
    policy: Policy,
    *,
    content: str,
    excluded: Iterable[Excluded] = (),
    owners: Iterable[str] = (),
) -> list[Fact]:
    """The approval begins at stage one. `content` is the hash of what is up for approval.

    `excluded` never vote (requester, implementer ...); `owners` may recall it. What was refused, has expired or was
    recalled may be put up again, as another round. Raises Refused while one is under way or granted.
    """
    if approval.under_way:
        raise Refused("Its approval is under way. Recall it before you ask for another.")
    if approval.status == GRANTED:
        raise Refused("It is approved already. Recall the approval before you ask for another.")
    draft = Draft(approval, command.at, command.actor.id)
    draft.record(
        "ApprovalStarted",
        policy=policy_data(policy),
        content=_checked(content),
        excluded=_listed(excluded),
        owners=list(dict.fromkeys(owners)),
        round=approval.rounds + 1,
    )
    open_stage(draft, 0)
    return draft.facts


def _checked(content: str) -> str:
    if not content:
        raise ValueError("an approval needs the hash of what is voted on")
    return content


def _listed(excluded: Iterable[Excluded]) -> list[dict[str, str]]:
    """Each person once, with the first reason given."""
    once: dict[str, str] = {}
    for one in excluded:
        once.setdefault(one.person, one.reason)
    return [{"person": person, "reason": reason} for person, reason in once.items()]


def open_stage(draft: Draft, at: int) -> None:
    """The stage opens: its time runs, and its approvers are asked for."""
    policy = draft.approval.policy
    assert policy is not None
    stage = policy.stages[at]
    names = [one.name for one in stage.approvers]
    draft.record("StageOpened", stage=stage.id, names=names, **times(draft, stage.deadline, stage.reminder))


def times(draft: Draft, deadline: int, reminder: int | None) -> dict[str, str | None]:
    """Deadline and reminder of a stage whose time begins now, as stamps."""
    due = draft.at + timedelta(seconds=deadline)
    remind = None if reminder is None else stamp(due - timedelta(seconds=reminder))
    return {"due": stamp(due), "remind": remind}


def judge(draft: Draft) -> None:
    """What the open stage has come to by the votes and the people there are."""
    word, reason = verdict(draft.approval)
    if draft.approval.status == BLOCKED and word != BLOCKED:
        draft.record("ApprovalUnblocked", stage=draft.approval.stage.id)
    if word == BLOCKED and (word, reason) != (draft.approval.status, draft.approval.reason):
        draft.record("ApprovalBlocked", stage=draft.approval.stage.id, reason=reason)
    if word == REFUSED:
        draft.record("ApprovalRefused", stage=draft.approval.stage.id, reason=reason)
    if word == GRANTED:
        _grant(draft)


def _grant(draft: Draft) -> None:
    approval = draft.approval
    counted = count(approval.stage, approval.run.seats)
    draft.record("StageGranted", stage=approval.stage.id, have=counted.have, need=counted.need)
    if approval.last:
        draft.record("ApprovalGranted", people=list(approved_by(approval)), content=approval.content)
    else:
        open_stage(draft, approval.current + 1)


def edited(approval: Approval, command: Command, content: str) -> list[Fact]:
    """What is up for approval was edited. A new hash voids every vote of every stage; it begins again at stage one.

    Nothing follows where nothing is under way or granted, nor from an edit that leaves the hash as it was.
    """
    if content == approval.content or not (approval.under_way or approval.status == GRANTED):
        return []
    draft = Draft(approval, command.at, command.actor.id)
    draft.record("ApprovalEdited", content=_checked(content), before=approval.content, votes=_votes(approval))
    open_stage(draft, 0)
    return draft.facts


def _votes(approval: Approval) -> list[dict[str, Any]]:
    return [_fallen(run.stage, seat) for run in approval.runs for seat in run.seats if seat.vote is not None]


def _fallen(stage: str, seat: Seat) -> dict[str, Any]:
    assert seat.vote is not None
    return {"stage": stage, "person": seat.person, "by": seat.vote.by, "decision": seat.vote.decision}


def exclude(approval: Approval, command: Command, excluded: Iterable[Excluded]) -> list[Fact]:
    """Who never votes has changed (another implementer, say): the whole new list.

    Those on it lose voice and vote in the stage that is open. A stage already granted stays granted: a process that
    must not have that asks `approved_by` before it lets an approver become the implementer.
    """
    listed = _listed(excluded)
    if listed == _listed(approval.excluded) or not (approval.under_way or approval.status == GRANTED):
        return []
    draft = Draft(approval, command.at, command.actor.id)
    people = [one["person"] for one in listed]
    draft.record("PeopleExcluded", excluded=listed, votes=_falling(approval, people))
    if draft.approval.under_way:
        judge(draft)
    return draft.facts


def _falling(approval: Approval, people: list[str]) -> list[dict[str, Any]]:
    if not approval.under_way:
        return []
    seats = (seat for seat in approval.run.seats if seat.vote is not None)
    return [
        _fallen(approval.run.stage, seat)
        for seat in seats
        if seat.person in people or (seat.vote is not None and seat.vote.by in people)
    ]


def recall(approval: Approval, command: Command, text: Ref | None = None) -> list[Fact]:
    """It is taken back, also when it was granted; nobody votes on it any more. Raises Refused when there is none."""
    if not approval.under_way and approval.status != GRANTED:
        raise Refused("There is no approval to recall.")
    draft = Draft(approval, command.at, command.actor.id)
    draft.record("ApprovalRecalled", by=command.actor.id, text=text, reason=f"{login(command.actor.id)} recalled it.")
    return draft.facts
