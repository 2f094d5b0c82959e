"""Whom an approval's facts are told to: those asked and reminded; the owners when it is decided or stuck."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from longwatch.domain.approval_state import Approval
from longwatch.domain.ticket import Effect, Fact, Notify, stamp

Follow = Callable[[Approval, Fact], list[Notify]]

TEMPLATES = (
    "approval_asked",
    "approval_reminded",
    "approval_overdue",
    "approval_blocked",
    "approval_voided",
    "approval_decided",
    "approval_recalled",
)
"""The wordings the notices need."""


def react(approval: Approval, fact: Fact, about: Mapping[str, Any]) -> list[Effect]:
    """What must follow from the fact; `approval` is the one after it, `about` what notices say of the ticket."""
    follow = _FOLLOWS.get(fact.type)
    if follow is None:
        return []
    notes = follow(approval, fact)
    return [Notify(note.to, note.template, {**about, **note.data}) for note in notes if note.to]


def _note(approval: Approval, to: Iterable[str], template: str, **data: Any) -> Notify:
    stage = approval.stage
    due = {} if approval.run.due is None else {"due": stamp(approval.run.due)}
    everyone = tuple(dict.fromkeys(to))
    return Notify(everyone, template, {"stage": stage.id, "stage_title": stage.title, **due, **data})


def _asked(approval: Approval, fact: Fact) -> list[Notify]:
    """Each with the reason they have a voice: the approver, and who stands in for them."""
    notes = []
    for seat in fact.data["seats"]:
        why = [f"by {name}" for name in seat["names"]]
        notes.append(_note(approval, (seat["person"],), "approval_asked", why=why))
        if seat["delegate"]:
            why = [f"delegate of {seat['person']}"]
            notes.append(_note(approval, (seat["delegate"],), "approval_asked", why=why))
    return notes if approval.under_way else []


def _delegated(approval: Approval, fact: Fact) -> list[Notify]:
    why = [f"delegate of {fact.data['person']}"]
    return [_note(approval, (fact.data["to"],), "approval_asked", why=why, text=fact.data["text"])]


def _reminded(approval: Approval, fact: Fact) -> list[Notify]:
    """Nobody left to remind: then somebody must see to the approval itself."""
    return [_note(approval, fact.data["people"] or approval.owners, "approval_reminded")]


def _fallback(approval: Approval, fact: Fact) -> list[Notify]:
    return [_note(approval, approval.owners, "approval_overdue", how=fact.data["how"], names=fact.data["names"])]


def _blocked(approval: Approval, fact: Fact) -> list[Notify]:
    return [_note(approval, approval.owners, "approval_blocked", reason=fact.data["reason"])]


def _not_found(approval: Approval, fact: Fact) -> list[Notify]:
    """Once: the later tries say nothing new."""
    if fact.data["tries"] > 1:
        return []
    return [_note(approval, approval.owners, "approval_blocked", reason=fact.data["error"])]


def _voided(approval: Approval, fact: Fact) -> list[Notify]:
    voters = [vote["by"] for vote in fact.data["votes"]]
    return [_note(approval, voters, "approval_voided")]


def _decided(approval: Approval, fact: Fact) -> list[Notify]:
    outcome = {"outcome": approval.status, "reason": fact.data.get("reason")}
    return [_note(approval, approval.owners, "approval_decided", **outcome)]


def _recalled(approval: Approval, fact: Fact) -> list[Notify]:
    """Those who were asked in the last stage need not look at it any more."""
    people = [seat.person for seat in approval.run.seats] + [seat.delegate for seat in approval.run.seats]
    asked = [person for person in people if person is not None and person != fact.actor]
    return [_note(approval, asked, "approval_recalled", text=fact.data["text"])]


_FOLLOWS: dict[str, Follow] = {
    "ApproversFound": _asked,
    "ApproversNotFound": _not_found,
    "VoteDelegated": _delegated,
    "ApprovalReminded": _reminded,
    "FallbackCalled": _fallback,
    "ApprovalBlocked": _blocked,
    "ApprovalEdited": _voided,
    "ApprovalGranted": _decided,
    "ApprovalRefused": _decided,
    "ApprovalExpired": _decided,
    "ApprovalRecalled": _recalled,
}
