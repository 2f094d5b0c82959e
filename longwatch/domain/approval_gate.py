"""Who may vote, delegate, withdraw and recall now. Decisions and buttons ask the same gate.

Every refusal is a sentence for the person who asked.
"""

from collections.abc import Callable

from longwatch.domain.approval_state import (
    BLOCKED,
    EXPIRED,
    GRANTED,
    NONE,
    RECALLED,
    REFUSED,
    Approval,
    Seat,
    login,
    seat_of,
)
from longwatch.domain.ticket import Action, Actor, stamp

ACTIONS: tuple[Action, ...] = (
    Action("vote", "Vote", ("decision", "comment", "content", "stage"), ("decision", "content")),
    Action("withdraw_vote", "Withdraw my vote"),
    Action("delegate", "Delegate", ("to", "text"), ("to",)),
    Action("recall", "Recall", ("text",)),
    Action("ask_approvers", "Look for approvers again"),
)
"""What people may ask of an approval, in the order of the buttons."""


_ENDED = {GRANTED: "was granted", REFUSED: "was refused", EXPIRED: "expired", RECALLED: "was recalled"}


def entitled(approval: Approval, person: str) -> tuple[str, ...]:
    """Why the person has a voice in the current stage: `by role:r`, `delegate of user:x`. Empty: they have none."""
    if not approval.runs or approval.excluded_as(person) is not None:
        return ()
    seat = seat_of(approval.run, person)
    if seat is None:
        return ()
    return (f"delegate of {seat.person}",) if seat.person != person else tuple(f"by {name}" for name in seat.names)


def allowed(approval: Approval, actor: Actor) -> list[Action]:
    """What this actor may ask of the approval now."""
    return [action for action in ACTIONS if obstacle(approval, actor, action.name) is None]


def obstacle(approval: Approval, actor: Actor, action: str) -> str | None:
    """The sentence that says why not; None when nothing stands in the way."""
    return _DEMANDS[action](approval, actor)


def is_owner(approval: Approval, actor: Actor) -> bool:
    """Whether the approval is theirs to recall: by name, role or team; the desk's own parts may always."""
    return actor.kind == "system" or any(_holds(actor, name) for name in approval.owners)


def _holds(actor: Actor, name: str) -> bool:
    kind, _, rest = name.partition(":")
    return actor.kind == "person" and (
        (kind == "role" and rest in actor.roles) or (kind == "team" and rest in actor.teams) or name == actor.id
    )


def _vote(approval: Approval, actor: Actor) -> str | None:
    return _closed(approval) or _voiceless(approval, actor) or _spoken_for(approval, actor)


def _closed(approval: Approval) -> str | None:
    if approval.status == NONE:
        return "Nothing is up for approval here."
    if approval.status == BLOCKED:
        return f"The stage {approval.stage.title} cannot be decided as it is. {approval.reason}"
    if not approval.under_way:
        day = stamp(approval.ended_at)[:10] if approval.ended_at else ""
        return f"It {_ENDED[approval.status]} on {day}; nothing is voted on any more."
    return None


def _voiceless(approval: Approval, actor: Actor) -> str | None:
    if actor.kind != "person":
        return "Only people vote."
    kept = approval.excluded_as(actor.id)
    if kept is not None:
        return f"You are {kept}; nobody votes on their own work."
    seat = seat_of(approval.run, actor.id)
    if seat is not None:
        return _lapsed(seat, actor)
    if approval.question is not None or not approval.run.found:
        return f"The approvers of the stage {approval.stage.title} are still being looked for. Try again in a moment."
    left = next((one.reason for one in approval.run.left_out if one.person == actor.id), None)
    return f"You are not among the approvers of the stage {approval.stage.title}{f': {left}' if left else ''}."


def _lapsed(seat: Seat, actor: Actor) -> str | None:
    """A voice that came by a team or role is held as long as that is."""
    if seat.person != actor.id or any(_holds(actor, name) for name in seat.names):
        return None
    return f"You no longer hold {' or '.join(seat.names)}, which gave you a voice."


def _spoken_for(approval: Approval, actor: Actor) -> str | None:
    seat = seat_of(approval.run, actor.id)
    if seat is None or seat.person == actor.id or seat.vote is None or seat.vote.by == actor.id:
        return None
    return f"{login(seat.person)} has voted in person; you need not stand in any more."


def _withdraw(approval: Approval, actor: Actor) -> str | None:
    closed = _closed(approval)
    if closed is not None:
        return closed
    seat = seat_of(approval.run, actor.id)
    if seat is None or seat.vote is None or seat.vote.by != actor.id:
        return "You have no vote to withdraw in this stage."
    return None


def _delegate(approval: Approval, actor: Actor) -> str | None:
    hindered = _closed(approval) or _voiceless(approval, actor)
    seat = None if hindered else seat_of(approval.run, actor.id)
    if seat is None:
        return hindered
    if seat.person != actor.id:
        return f"You stand in for {login(seat.person)}; what was delegated is not passed on."
    if seat.delegate is not None:
        return f"{login(seat.delegate)} stands in for you already. You can still vote in person."
    if seat.vote is not None:
        return "You have voted. Withdraw your vote first."
    return None


def _recall(approval: Approval, actor: Actor) -> str | None:
    if not approval.under_way and approval.status != GRANTED:
        return "There is no approval to recall."
    if not is_owner(approval, actor):
        return f"Only {_owners(approval)} may recall it."
    return None


def _ask(approval: Approval, actor: Actor) -> str | None:
    if not approval.under_way:
        return "There is no approval under way."
    if not is_owner(approval, actor):
        return f"Only {_owners(approval)} may have approvers looked for again."
    if approval.question is not None or (approval.failure is None and approval.status != BLOCKED):
        return "The approvers are known or being looked for; there is nothing to do again."
    return None


def _owners(approval: Approval) -> str:
    return " or ".join(login(name) for name in approval.owners) or "the desk itself"


_DEMANDS: dict[str, Callable[[Approval, Actor], str | None]] = {
    "vote": _vote,
    "withdraw_vote": _withdraw,
    "delegate": _delegate,
    "recall": _recall,
    "ask_approvers": _ask,
}
