"""Making a change, and what is asked once it is made."""

from collections.abc import Callable

from longwatch.domain import approval, tasks
from longwatch.domain import case_input as given
from longwatch.domain.case_draft import Draft
from longwatch.domain.change_course import ask_guard, authority, begin_work, change_of, implemented
from longwatch.domain.change_moves import OUTCOMES
from longwatch.domain.change_state import RATIFICATION, State
from longwatch.domain.ticket import Actor, Refused, stamp


def start(draft: Draft) -> None:
    """Begin the work, in its window, once it has been judged again what stands in the way."""
    state = change_of(draft)
    assert state.begin is not None
    if draft.at < state.begin:
        raise Refused(f"Its window begins {stamp(state.begin)[:16].replace('T', ' at ')} UTC. Start it then.")
    ask_guard(draft, "start")


def implement_first(draft: Draft) -> None:
    """An emergency is made at once; whoever should have been asked ratifies it afterwards, within a day."""
    state = change_of(draft)
    reason = given.ref(draft.command.data, "reason", "why it cannot wait to be authorised")
    if not state.cis:
        raise Refused("Please name the configuration items that are changed.", "cis")
    asked = state.approval.under_way
    begin_work(draft, reason=reason, ratify_by=stamp(draft.at + RATIFICATION))
    if not asked:
        draft.record("AuthorityAsked", policy=authority(state))


def complete(draft: Draft) -> None:
    """It is made, says who made it."""
    implemented(draft, "successful", "complete", given.optional_ref(draft.command.data, "text"))


def fail(draft: Draft) -> None:
    """It could not be made."""
    implemented(draft, "failed", "fail", given.ref(draft.command.data, "text", "what went wrong"))


def review(draft: Draft) -> None:
    """The post-implementation review: how it went. Words are needed of emergencies and of all that did not go well."""
    data, state = draft.command.data, change_of(draft)
    outcome = given.choice(data, "outcome", OUTCOMES)
    if state.ratified == "missed" and outcome != "unauthorised":
        raise Refused("It was never ratified: its outcome is unauthorised.", "outcome")
    if state.ratified == "pending":
        raise Refused("It is not ratified yet. Wait for the vote.")
    if state.ratified != "missed" and outcome == "unauthorised":
        raise Refused("It was authorised. Choose how it went.", "outcome")
    text = given.optional_ref(data, "text")
    if text is None and (state.emergency or outcome != "successful"):
        raise Refused("Please write what happened and what is learnt from it.", "text")
    draft.record("Reviewed", outcome=outcome, text=text)


def demand_tasks(state: State, _: Actor) -> str | None:
    """What has tasks is done when its tasks are."""
    return None if tasks.outcome(state.tasks) == "none" else "It is carried out by its tasks: complete or fail those."


def demand_emergency(state: State, _: Actor) -> str | None:
    """Only emergencies are made before they are authorised."""
    return None if state.emergency else "Only an emergency change is made before it is authorised."


def demand_start(state: State, actor: Actor) -> str | None:
    """By those it is with, or a change manager; not by who approved it."""
    if actor.kind != "person":
        return None
    if actor.id in approval.approved_by(state.approval):
        return "You approved this change and cannot implement it. Somebody else must."
    if state.wants == "start":
        return "It is started as soon as nothing stands in its way."
    mine = actor.id in (state.assignee, state.author) or (state.team is not None and state.team in actor.teams)
    if mine or any(role in ("change-manager", "admin") for role in actor.roles):
        return None
    return "It is not yours to make. Take it first, if you do."


def demand_review(state: State, _: Actor) -> str | None:
    """Once."""
    if state.outcome is None:
        return None
    caused = ", ".join(sorted(number for number, is_open in state.caused.items() if is_open))
    return f"It is reviewed already, and closes when the incidents it caused are done: {caused}."


def demand_authorization(state: State, _: Actor) -> str | None:
    """Not twice."""
    return "It is put before its authority as soon as nothing stands in its way." if state.wants else None


DEMANDS: dict[str, Callable[[State, Actor], str | None]] = {
    "start": demand_start,
    "implement_first": demand_emergency,
    "complete": demand_tasks,
    "fail": demand_tasks,
    "review": demand_review,
    "submit": demand_authorization,
    "request_authorization": demand_authorization,
}

DOES: dict[str, Callable[[Draft], None]] = {
    "start": start,
    "implement_first": implement_first,
    "complete": complete,
    "fail": fail,
    "review": review,
}
