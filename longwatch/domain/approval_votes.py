"""What people do to an approval: vote, withdraw the vote, delegate, recall, have approvers looked for again."""

from collections.abc import Callable

from longwatch.domain.approval_course import judge, recall
from longwatch.domain.approval_draft import Draft
from longwatch.domain.approval_gate import obstacle
from longwatch.domain.approval_policy import TAKE_OVER
from longwatch.domain.approval_state import DECISIONS, REFUSE, Approval, Run, login, seat_of
from longwatch.domain.case_input import choice, name, optional_ref, ref
from longwatch.domain.ticket import Command, Refused


def act(draft: Draft, command: Command) -> None:
    """The action, judged by its gate. Raises Refused."""
    if command.action == "vote":
        _check_stage(draft.approval, command)
        if _said_already(draft.approval, command):
            return
    reason = obstacle(draft.approval, command.actor, command.action)
    if reason is not None:
        raise Refused(reason)
    _ACTS[command.action](draft, command)


def _check_stage(approval: Approval, command: Command) -> None:
    """A vote says which stage it is for, so that a second click never falls into the next one."""
    stages = [run.stage for run in approval.runs]
    wanted = command.data.get("stage")
    if wanted is None and len(stages) > 1:
        raise Refused(f"Please say which stage you vote on: {', '.join(stages)}.", "stage")
    if wanted is not None and stages and wanted not in stages:
        raise Refused(f"There is no stage {str(wanted)[:40]!r}; there is {', '.join(stages)}.", "stage")


def _run_meant(approval: Approval, command: Command) -> Run:
    wanted = command.data.get("stage") or approval.runs[0].stage
    return next(run for run in approval.runs if run.stage == wanted)


def _said_already(approval: Approval, command: Command) -> bool:
    """The same vote twice is one vote, also when the first has ended the stage."""
    if not approval.runs:
        return False
    seat = seat_of(_run_meant(approval, command), command.actor.id)
    vote = seat.vote if seat is not None else None
    said = (command.actor.id, command.data.get("decision"), command.data.get("content"))
    return vote is not None and (vote.by, vote.decision, vote.content) == said


def _vote(draft: Draft, command: Command) -> None:
    approval, data = draft.approval, command.data
    run = _run_meant(approval, command)
    if run.stage != approval.run.stage:
        state = "decided already" if run.ended_at else "not open yet"
        raise Refused(f"The stage {run.stage} is {state}; {approval.run.stage} is open.", "stage")
    decision = choice(data, "decision", DECISIONS)
    comment = ref(data, "comment", "why you refuse") if decision == REFUSE else optional_ref(data, "comment")
    _check_content(approval, name(data, "content", "what you have seen (the content's hash)"))
    seat = seat_of(run, command.actor.id)
    assert seat is not None
    draft.record(
        "VoteCast",
        stage=run.stage,
        person=seat.person,
        by=command.actor.id,
        decision=decision,
        comment=comment,
        content=approval.content,
        before={"by": seat.vote.by, "decision": seat.vote.decision} if seat.vote else None,
    )
    judge(draft)


def _check_content(approval: Approval, content: str) -> None:
    if content != approval.content:
        raise Refused("It has been edited since you saw it. Read it again and vote on what it says now.", "content")


def _withdraw(draft: Draft, command: Command) -> None:
    run = draft.approval.run
    seat = seat_of(run, command.actor.id)
    assert seat is not None
    assert seat.vote is not None
    draft.record("VoteWithdrawn", stage=run.stage, person=seat.person, by=command.actor.id, decision=seat.vote.decision)
    judge(draft)


def _delegate(draft: Draft, command: Command) -> None:
    approval, person = draft.approval, command.actor.id
    to = name(command.data, "to", "who is to stand in for you")
    text = optional_ref(command.data, "text")
    reason = _unfit(approval, person, to)
    if reason is not None:
        raise Refused(reason, "to")
    draft.record("VoteDelegated", stage=approval.run.stage, person=person, to=to, text=text)


def _unfit(approval: Approval, person: str, to: str) -> str | None:
    """Why somebody cannot stand in."""
    if not to.startswith("user:") or to == person:
        return "Please name another person, such as user:kim."
    kept = approval.excluded_as(to)
    if kept is not None:
        return f"{login(to)} is {kept} and never votes on it. Name somebody else."
    if seat_of(approval.run, to) is not None:
        return f"{login(to)} has a voice in this stage already, and nobody has two. Name somebody else."
    return None


def _recall(draft: Draft, command: Command) -> None:
    for fact in recall(draft.approval, command, optional_ref(command.data, "text")):
        draft.record(fact.type, **fact.data)


def _ask(draft: Draft, _: Command) -> None:
    """Everyone the stage may have: its approvers unless they were replaced, and the fallback once it was called."""
    stage, run = draft.approval.stage, draft.approval.run
    replaced = run.fallback and stage.at_deadline == TAKE_OVER
    names = [] if replaced else [one.name for one in stage.approvers]
    names += [one.name for one in stage.fallback if run.fallback and one.name not in names]
    draft.record("ApproversAsked", stage=stage.id, names=names, tries=0)


_ACTS: dict[str, Callable[[Draft, Command], None]] = {
    "vote": _vote,
    "withdraw_vote": _withdraw,
    "delegate": _delegate,
    "recall": _recall,
    "ask_approvers": _ask,
}
