"""What people ask of a problem, and what follows from it. The gate has been passed when these are called."""

from collections.abc import Callable, Mapping
from typing import Any

from longwatch.domain import case_input as given
from longwatch.domain import case_people
from longwatch.domain.case_answers import judge_priority
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_opening import open_case
from longwatch.domain.case_state import Ref
from longwatch.domain.problem_end import DEMANDS as ENDING
from longwatch.domain.problem_end import DOES as ENDS
from longwatch.domain.problem_end import problem_of
from longwatch.domain.problem_fix import raise_change
from longwatch.domain.problem_state import State
from longwatch.domain.ticket import Actor, Refused

MOST_WHYS, MOST_CONTRIBUTING, MOST_CIS = 5, 10, 50


def open_(draft: Draft) -> None:
    """Log a problem. One that a major incident left behind owes a review before it closes."""
    open_case(draft, major_review=given.flag(draft.command.data, "major_review"))


def assess(draft: Draft) -> None:
    """What it does to the service and how soon it must be solved; of which sort it is."""
    data, state = draft.command.data, draft.state
    impact, urgency = given.optional_scale(data, "impact"), given.optional_scale(data, "urgency")
    if impact is None or urgency is None:
        raise Refused("Please say impact and urgency, from 1 (high) to 3 (low).", "urgency" if impact else "impact")
    category = given.optional_name(data, "category") or state.category
    judge_priority(draft, "person", impact, urgency)
    draft.record("Assessed", category=category, status=draft.status_after("assess"))


def investigate(draft: Draft) -> None:
    """Look for the cause; whoever begins has it, if nobody had. A change that was to solve it is waited for no more."""
    move_on(draft)
    case_people.begin_work(draft, "investigate")


def move_on(draft: Draft) -> None:
    """Whoever goes on with it ends its hold."""
    case_people.lift(draft, "resume", "moved_on")


def numbered(data: Mapping[str, Any], name: str, most: int) -> list[Ref]:
    """Texts that belong together, `name:1` and on; those left out are skipped. Raises Refused for one too many."""
    known = [f"{name}:{n}" for n in range(1, most + 1)]
    strange = next((key for key in sorted(data) if key.startswith(f"{name}:") and key not in known), None)
    if strange is not None or data.get(name) is not None:
        raise Refused(f"There are at most {most}: {name}:1 to {name}:{most}.", name)
    found = (given.optional_ref(data, key) for key in known)
    return [one for one in found if one is not None]


def record_cause(draft: Draft) -> None:
    """The root cause, the whys that lead to it, and what contributed; in place of what was recorded before."""
    data = draft.command.data
    draft.record(
        "CauseRecorded",
        text=given.ref(data, "text", "what the cause is"),
        why=numbered(data, "why", MOST_WHYS),
        contributing=numbered(data, "contributing", MOST_CONTRIBUTING),
    )


def publish_workaround(draft: Draft) -> None:
    """How people can go on meanwhile: every linked incident is told, also those linked later."""
    text = given.ref(draft.command.data, "text", "how people can go on meanwhile")
    _publish(draft, text)


def _publish(draft: Draft, text: Ref) -> None:
    if text == problem_of(draft).workaround:
        raise Refused("This workaround is published already.", "text")
    draft.record("WorkaroundPublished", text=text)


def known_error(draft: Draft) -> None:
    """The cause is known: how it shows, on what, and what helps meanwhile."""
    data, state = draft.command.data, problem_of(draft)
    symptom = given.ref(data, "symptom", "how it shows")
    cause = given.optional_ref(data, "cause")
    if cause is None and state.cause is None:
        raise Refused("Please write what the cause is.", "cause")
    workaround = given.optional_ref(data, "workaround")
    move_on(draft)
    status = draft.status_after("known_error")
    draft.record("KnownErrorRecorded", symptom=symptom, cause=cause, cis=_items(data, state), status=status)
    if workaround is not None:
        _publish(draft, workaround)


def _items(data: Mapping[str, Any], state: State) -> list[str]:
    cis = data.get("cis")
    if cis is None:
        return [state.ci] if state.ci else []
    named = isinstance(cis, list) and len(cis) <= MOST_CIS and all(isinstance(ci, str) for ci in cis)
    if not named or not all(given.optional_name({"cis": ci}, "cis") for ci in cis):
        raise Refused(f"cis must be a list of at most {MOST_CIS} configuration items.", "cis")
    return list(dict.fromkeys(cis))


def _raise(draft: Draft) -> None:
    move_on(draft)
    raise_change(draft)


def _resume(state: State, _: Actor) -> str | None:
    return None if state.hold is not None else "It is not on hold."


DEMANDS: dict[str, Callable[[Any, Actor], str | None]] = {**ENDING, "resume": _resume}

DOES: dict[str, Callable[[Draft], None]] = {
    **ENDS,
    "open": open_,
    "assess": assess,
    "investigate": investigate,
    "record_cause": record_cause,
    "publish_workaround": publish_workaround,
    "known_error": known_error,
    "raise_change": _raise,
}
