"""How an approval stands, for pages: the stages with who voted what and why, who is missing, and by what rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from longwatch.domain import approval as engine
from longwatch.domain.approval import Approval
from longwatch.domain.approval_policy import ALL, ANY, N_OF, PERCENT, WEIGHTED
from longwatch.domain.ticket import Json, instant
from web.console.conversation import Reader
from web.console.people import Face
from web.console.times import Chip, Moment, deadline, moment
from web.console.words import Badge, readable

STATUSES: Mapping[str, Badge] = {
    "open": Badge("Votes are awaited", "blue", icon="hourglass"),
    "blocked": Badge("Stuck", "red", icon="triangle-alert"),
    "granted": Badge("Approved", "green", icon="circle-check"),
    "refused": Badge("Refused", "red", icon="x"),
    "expired": Badge("Expired", "amber", icon="alarm-clock"),
    "recalled": Badge("Recalled", "grey", icon="undo"),
    "waiting": Badge("Not open yet", "grey", icon="circle-dashed"),
}
DECISIONS: Mapping[str, Badge] = {
    "approve": Badge("Approves", "green", icon="check"),
    "refuse": Badge("Refuses", "red", icon="x"),
    "abstain": Badge("Abstains", "grey", icon="circle-dashed"),
}

RULES: Mapping[str, str] = {
    ANY: "one approval is enough.",
    ALL: "all of them vote, and nobody refuses.",
    N_OF: "{of} must approve.",
    PERCENT: "{of} must approve.",
    WEIGHTED: "approvals must come to {of}.",
}
"""The rules in short, with what is needed of those asked."""


@dataclass(frozen=True)
class VoteRow:
    """What somebody said. `by` is the delegate who said it, if one did."""

    person: Face | None
    by: Face | None
    badge: Badge
    at: Moment
    comment: str
    why: str
    outdated: bool


@dataclass(frozen=True)
class SilentRow:
    """Somebody who has not voted, who may do so in their place, and what to know of them."""

    person: Face | None
    delegate: Face | None
    note: str
    why: str


@dataclass(frozen=True)
class LeftOutRow:
    """Somebody who has no voice, and why."""

    person: Face | None
    reason: str


@dataclass(frozen=True)
class StageView:
    """A stage. `due` runs only while it is open."""

    id: str
    title: str
    badge: Badge
    rule: str
    text: str
    due: Chip | None
    due_at: Moment | None
    votes: Sequence[VoteRow]
    silent: Sequence[SilentRow]
    left_out: Sequence[LeftOutRow]
    open: bool
    fallback: bool


@dataclass(frozen=True)
class ApprovalPanel:
    """An approval beside its ticket. `mine`: the viewer has a voice in the open stage, and `owes` a vote there."""

    number: str
    badge: Badge
    policy: str
    round: int
    reason: str
    people: str
    stages: Sequence[StageView]
    excluded: Sequence[LeftOutRow]
    mine: str
    owes: bool


def approval_panel(number: str, approval: Approval, reader: Reader) -> ApprovalPanel | None:
    """The panel; none where nothing was ever put up for approval."""
    said = engine.standing(approval)
    if approval.policy is None:
        return None
    me = reader.who.actor
    may = engine.obstacle(approval, me, "vote") is None
    need = said["people"]["need"]
    return ApprovalPanel(
        number=number,
        badge=STATUSES.get(said["status"]) or Badge(readable(said["status"]), "grey", icon="circle-dot"),
        policy=f"{said['policy']}, version {said['version']}",
        round=said["round"],
        reason=said["reason"] or "",
        people=f"{said['people']['have']} of at least {need} different people approved" if need > 1 else "",
        stages=_stages(approval, said["stages"], reader),
        excluded=[LeftOutRow(reader.names.face(one["person"]), one["reason"]) for one in said["excluded"]],
        mine=", ".join(reasons(engine.entitled(approval, me.id), reader)) if approval.under_way else "",
        owes=may and own_vote(approval, me.id) is None,
    )


def own_vote(approval: Approval, person: str) -> str | None:
    """What the voice that this person may raise has said in the current stage."""
    seats = approval.run.seats if approval.runs else ()
    mine = next((seat for seat in seats if person in (seat.person, seat.delegate)), None)
    return mine.vote.decision if mine is not None and mine.vote is not None else None


def people_in(approval: Approval) -> list[str]:
    """Everybody that the approval names, for their names to be looked up."""
    seats = [seat for run in approval.runs for seat in run.seats]
    votes = [seat.vote.by for seat in seats if seat.vote is not None]
    left = [one.person for run in approval.runs for one in run.left_out]
    people = [seat.person for seat in seats] + [seat.delegate for seat in seats if seat.delegate is not None]
    stages = approval.policy.stages if approval.policy is not None else ()
    people += [one.name for stage in stages for one in (*stage.approvers, *stage.fallback)]
    return [*people, *votes, *left, *(one.person for one in approval.excluded), *approval.owners]


def comments_in(approval: Approval) -> list[str]:
    """The bodies of the comments of all votes."""
    votes = [seat.vote for run in approval.runs for seat in run.seats]
    return [vote.comment["body"] for vote in votes if vote is not None and vote.comment is not None]


def _stages(approval: Approval, stages: Iterable[Mapping[str, Json]], reader: Reader) -> list[StageView]:
    runs = {run.stage: run for run in approval.runs}
    return [_stage(stage, runs[stage["id"]].opened_at, approval.content, reader) for stage in stages]


def _stage(stage: Mapping[str, Any], opened: Any, content: str, reader: Reader) -> StageView:
    who = reader.who
    due = instant(stage["due"]) if stage["due"] else None
    return StageView(
        id=stage["id"],
        title=stage["title"],
        badge=STATUSES.get(stage["status"]) or Badge(readable(stage["status"]), "grey", icon="circle-dot"),
        rule=_rule(stage, reader),
        text=stage["text"] if stage["status"] != "waiting" else "",
        due=deadline(due, opened, who.now, who.zone) if due else None,
        due_at=moment(due, who.now, who.zone) if due else None,
        votes=[_vote(vote, content, reader) for vote in stage["votes"]],
        silent=[_silent(one, reader) for one in stage["silent"]],
        left_out=[LeftOutRow(reader.names.face(one["person"]), one["reason"]) for one in stage["left_out"]],
        open=stage["status"] in ("open", "blocked"),
        fallback=stage["fallback_called"],
    )


def _rule(stage: Mapping[str, Any], reader: Reader) -> str:
    """The rule in words: who is asked, and how many must approve."""
    asked = ", ".join(_name(name, reader) for name in stage["approvers"])
    return f"{asked}: {RULES[stage['rule']].format(of=stage['of'])}"


def _name(name: str, reader: Reader) -> str:
    face = reader.names.face(name)
    return face.name if face else name


def _vote(vote: Mapping[str, Any], content: str, reader: Reader) -> VoteRow:
    by = reader.names.face(vote["by"]) if vote["by"] != vote["person"] else None
    return VoteRow(
        person=reader.names.face(vote["person"]),
        by=by,
        badge=DECISIONS[vote["decision"]],
        at=moment(instant(vote["at"]), reader.who.now, reader.who.zone),
        comment=reader.text(vote["comment"]),
        why=_because(vote, reader),
        outdated=vote["content"] != content,
    )


def _silent(one: Mapping[str, Any], reader: Reader) -> SilentRow:
    until = moment(instant(one["until"]), reader.who.now, reader.who.zone) if one["until"] else None
    note = "away" if one["absent"] else ""
    if note and until is not None:
        note = f"away until {until.short}"
    return SilentRow(reader.names.face(one["person"]), reader.names.face(one["delegate"]), note, _because(one, reader))


def _because(one: Mapping[str, Any], reader: Reader) -> str:
    notes = reasons(one["entitled"], reader)
    notes += [f"weight {one['weight']}"] if one["weight"] > 1 else []
    notes += ["a refusal alone ends it"] if one["veto"] else []
    return ", ".join(notes)


def reasons(entitled: Iterable[str], reader: Reader) -> list[str]:
    """Why somebody has a voice: `by role:approver` is said `as approver`, `delegate of user:kim` is `for Kim`."""
    return [_reason(one.removeprefix("by ").removeprefix("delegate of "), reader, one) for one in entitled]


def _reason(name: str, reader: Reader, entitled: str) -> str:
    kind, _, rest = name.partition(":")
    if kind == "role":
        return f"as {rest}"
    if kind == "team":
        return f"of the team {reader.names.team(rest)}"
    return "by name" if entitled.startswith("by ") else f"for {_name(name, reader)}"
