"""Who the names of a stage stand for: the answer to its question becomes voices, each with its reason.

The answer is `{"people": {name: [{"person", "absent", "delegate", "until"}, ...]}}`. A team or role without an entry
stands for nobody; a `user:` without one is there in person. Those excluded have no voice by any way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from longwatch.domain.approval_course import judge
from longwatch.domain.approval_draft import Draft
from longwatch.domain.approval_policy import Approver
from longwatch.domain.approval_state import MOST_PEOPLE, Approval, login, named, seat_of
from longwatch.domain.ticket import Command, Question, instant, stamp

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=5), timedelta(days=1)


class Unusable(Exception):  # noqa: N818 - says what the answer is
    """The answer is not one; the sentence says why."""


@dataclass
class _Found:
    """The voices being gathered, and who has none."""

    seats: dict[str, dict[str, Any]] = field(default_factory=dict)
    left_out: list[dict[str, str]] = field(default_factory=list)
    substitutes: dict[str, str] = field(default_factory=dict)

    def leave_out(self, person: str, name: str, reason: str) -> None:
        """Somebody has no voice, for this reason."""
        self.left_out.append({"person": person, "name": name, "reason": reason})


def answered(draft: Draft, command: Command) -> None:
    """The people are known, or could not be found. An answer nobody waits for any more changes nothing."""
    question = draft.approval.question
    if question is None or question.id != command.data.get("question"):
        return
    try:
        found = _understood(draft.approval, question, command.data.get("answer"))
    except Unusable as trouble:
        _failed(draft, question, str(trouble))
        return
    seats = list(found.seats.values())
    stage = draft.approval.stage.id
    draft.record("ApproversFound", question=question.id, stage=stage, seats=seats, left_out=found.left_out)
    judge(draft)


def _failed(draft: Draft, question: Question, error: str) -> None:
    """Asked again later, each time after a longer while, until the stage's deadline."""
    tries = draft.approval.tries + 1
    wait = min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)
    draft.record(
        "ApproversNotFound",
        question=question.id,
        stage=draft.approval.stage.id,
        names=list(question.data["names"]),
        error=error[:500],
        tries=tries,
        again=stamp(draft.at + wait),
    )


def _understood(approval: Approval, question: Question, answer: Any) -> _Found:
    if not isinstance(answer, Mapping):
        raise Unusable("There was no answer.")
    if "error" in answer:
        raise Unusable(str(answer["error"]))
    try:
        return _seated(approval, question, answer["people"])
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise Unusable(f"The answer is malformed: {trouble!r}") from trouble


def _seated(approval: Approval, question: Question, people: Mapping[str, Any]) -> _Found:
    """First every voice, then who stands in for whom: nobody stands in who has a voice of their own."""
    found = _Found()
    for approver in named(approval.stage, question.data["names"]):
        for person, entry in _entries(approver.name, people):
            _take_seat(approval, found, approver, person, entry)
    if len(approval.run.seats) + len(found.seats) > MOST_PEOPLE:
        raise Unusable(f"The names stand for more than {MOST_PEOPLE} people. Name a smaller group.")
    for seat in found.seats.values():
        _stand_in(approval, found, seat)
    return found


def _entries(name: str, people: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    given = people.get(name, [name] if name.startswith("user:") else [])
    entries = [{"person": one} if isinstance(one, str) else dict(one) for one in given]
    return sorted(((_person(entry["person"]), entry) for entry in entries), key=lambda pair: pair[0])


def _person(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith("user:"):
        raise Unusable(f"{value!r} is not a person.")
    return value


def _take_seat(approval: Approval, found: _Found, approver: Approver, person: str, entry: dict[str, Any]) -> None:
    reason, held = approval.excluded_as(person), seat_of(approval.run, person)
    if reason is not None:
        found.leave_out(person, approver.name, reason)
    elif held is not None:
        if held.person != person:
            found.leave_out(person, approver.name, f"stands in for {login(held.person)} already")
    elif person in found.seats:
        seat = found.seats[person]
        seat["names"] = list(dict.fromkeys([*seat["names"], approver.name]))
        seat["weight"], seat["veto"] = max(seat["weight"], approver.weight), seat["veto"] or approver.veto
    else:
        found.seats[person] = {
            "person": person,
            "names": [approver.name],
            "weight": approver.weight,
            "veto": approver.veto,
            "absent": bool(entry.get("absent")),
            "until": stamp(instant(entry["until"])) if entry.get("until") else None,
            "delegate": None,
        }
        if entry.get("absent") and entry.get("delegate"):
            found.substitutes[person] = _person(entry["delegate"])


def _stand_in(approval: Approval, found: _Found, seat: dict[str, Any]) -> None:
    delegate = found.substitutes.get(seat["person"])
    if delegate is None:
        return
    others = [one["delegate"] for one in found.seats.values()]
    reason = approval.excluded_as(delegate)
    if reason is None and (delegate in found.seats or delegate in others or seat_of(approval.run, delegate)):
        reason = "has a voice in this stage already"
    if reason is None:
        seat["delegate"] = delegate
    else:
        found.leave_out(delegate, f"delegate of {seat['person']}", reason)
