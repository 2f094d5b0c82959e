"""The course of a change: judged, put before its authority, scheduled, begun, and what follows of itself."""

from typing import Any

from longwatch.domain import approval, tasks
from longwatch.domain.approval import Excluded, Policy
from longwatch.domain.case_draft import TIMER, Draft
from longwatch.domain.change_state import EMERGENCY_AUTHORITY, State
from longwatch.domain.clocks import CLOCKS, RESOLUTION, RESPONSE
from longwatch.domain.risk import authority_of
from longwatch.domain.risk_questionnaire import LEVELS, read_questionnaire
from longwatch.domain.tasks_plan import plan_of
from longwatch.domain.ticket import Actor, Command, Fact, stamp

MANAGERS = "role:change-manager"


def change_of(draft: Draft) -> State:
    """The change as the draft has made it so far."""
    assert isinstance(draft.state, State)
    return draft.state


def content(state: State) -> str:
    """The hash of all that is voted on."""
    return approval.content_of(voted_on(state))


def voted_on(state: State) -> dict[str, Any]:
    """What the authority agrees to: an edit of any of it voids the votes."""
    return {
        "title": state.title,
        "description": state.description,
        "type": state.type,
        "begin": stamp(state.begin) if state.begin else None,
        "end": stamp(state.end) if state.end else None,
        "cis": list(state.cis),
        "texts": {name: state.texts[name] for name in sorted(state.texts)},
        "answers": dict(sorted(state.answers.items())),
        "steps": state.steps,
        "model": state.model,
    }


def kept_out(state: State) -> list[Excluded]:
    """Nobody votes on their own work: the author, the requester, and whoever implements it."""
    found = [(state.author, "the author"), (state.requester, "the requester"), (state.assignee, "the implementer")]
    people = [step["person"] for step in (state.steps or {}).get("tasks", []) if step.get("person")]
    found += [(person, "an implementer") for person in people]
    named = [(person, reason) for person, reason in found if person is not None and person.startswith("user:")]
    return [Excluded(person, reason) for person, reason in dict(reversed(named)).items()]


def owners(state: State) -> tuple[str, ...]:
    """Who answers for it, and may recall its approval: the author and the change managers."""
    people = (name for name in (state.author, MANAGERS) if name is not None and not name.startswith("process:"))
    return tuple(dict.fromkeys(people))


def ask_guard(draft: Draft, purpose: str) -> None:
    """Have it judged what stands in the way: to plan | schedule | authorise | start."""
    draft.record("GuardAsked", purpose=purpose)


def go_on(draft: Draft, purpose: str) -> None:
    """Nothing stands in the way of it now."""
    state = change_of(draft)
    if purpose == "authorise" and state.status in ("draft", "assessment"):
        draft.record("AuthorityAsked", policy=authority(state))
    if purpose == "start" and state.status == "scheduled":
        begin_work(draft)
    if purpose == "schedule" and state.status == "draft" and state.fits == ():
        draft.record("Scheduled", model=state.model, status=draft.status_after("model covers it"))


def authority(state: State) -> str:
    """The approval policy of its change authority: by its risk; an emergency is not kept waiting for an assessment."""
    if state.risk is not None:
        return str(state.risk["authority"])
    if state.basis is None:
        return EMERGENCY_AUTHORITY
    table = read_questionnaire(state.basis["questionnaire"]).authorities
    return authority_of(table, state.type, LEVELS[-1])


def put_before(draft: Draft, policy: Policy) -> None:
    """The approval begins. Of work that is under way already it is the ratification."""
    state = change_of(draft)
    begun = approval.begin(
        state.approval, draft.command, policy, content=content(state), excluded=kept_out(state), owners=owners(state)
    )
    draft.add(begun)
    if state.status != "implementation":
        draft.record("AuthorizationOpened", status=draft.status_after("approval begins"))


def begin_work(draft: Draft, **first: Any) -> None:
    """Implementation begins; with a plan of tasks, by its first stage. The first step of people is a response."""
    action = "implement_first" if first else "work begins"
    draft.record("ImplementationStarted", **first, status=draft.status_after(action), responds=True)
    draft.end_clock(RESPONSE, "started")
    state = change_of(draft)
    if state.steps is None:
        return
    draft.add(tasks.plan(state.tasks, draft.command, plan_of(state.steps)))
    with_ = [name for name in (state.assignee, f"team:{state.team}" if state.team else None, *owners(state)) if name]
    draft.add(tasks.begin(change_of(draft).tasks, draft.command, owners=with_))


def recall_for(draft: Draft, state: State) -> list[Fact]:
    """Its approval is taken back, with it or because of time."""
    return approval.recall(state.approval, draft.command)


def recall_of_time(draft: Draft) -> None:
    """Its approval is taken back because its time has passed."""
    state = change_of(draft)
    if state.approval.under_way or state.approval.status == "granted":
        command = Command("", "recall", draft.at, Actor(TIMER, "system"))
        draft.add(approval.recall(state.approval, command))


def after(draft: Draft) -> None:
    """What follows of itself from what was decided: of the votes, of the tasks, and at the end."""
    _voted(draft)
    _worked(draft)
    _kept_from_voting(draft)
    _ended(draft)


def _voted(draft: Draft) -> None:
    state = change_of(draft)
    came = approval.outcome(state.approval)
    if state.status == "authorization" and came != "none":
        _authorization(draft, came)
    if state.ratified == "pending" and came == "granted":
        draft.record("Ratified")
    if state.ratified == "pending" and came in ("refused", "expired", "recalled"):
        draft.record("RatificationMissed", why=came)


def _authorization(draft: Draft, came: str) -> None:
    state = change_of(draft)
    if came == "granted":
        draft.record("Authorised", status=draft.status_after("authorised"))
    elif came == "refused":
        draft.record("Rejected", reason=state.approval.reason, status=draft.status_after("refused"))
    elif came in ("expired", "recalled"):
        wanted = "draft" if state.emergency else "assessment"
        draft.record("AuthorizationLapsed", why=came, status=draft.status_after("approval lapsed", wanted))


def _worked(draft: Draft) -> None:
    state = change_of(draft)
    came = tasks.outcome(state.tasks)
    if state.status == "implementation" and came in ("backing_out", "back_out_failed", "backed_out"):
        draft.record("BackingOut", reason=state.tasks.reason, status=draft.status_after("backing out"))
    if draft.state.status in ("implementation", "backing_out") and came in ("done", "backed_out"):
        implemented(draft, "successful" if came == "done" else "backed_out", "tasks done")


def implemented(draft: Draft, proposed: str, action: str, text: Any = None) -> None:
    """The work is over, one way or the other; it is to be reviewed."""
    draft.record("Implemented", proposed=proposed, text=text, status=draft.status_after(action))
    draft.end_clock(RESOLUTION, "implemented")
    draft.call_off(CLOCKS, "implemented")


def _kept_from_voting(draft: Draft) -> None:
    state = change_of(draft)
    if state.approval.under_way:
        draft.add(approval.exclude(state.approval, draft.command, kept_out(state)))


def _ended(draft: Draft) -> None:
    """Reviewed, and no incident that it caused is open any more."""
    state = change_of(draft)
    if state.status == "review" and state.outcome is not None and not any(state.caused.values()):
        draft.record("Closed", automatic=False, due=None, status=draft.status_after("nothing in the way"))
