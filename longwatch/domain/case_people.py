"""What people ask of any ticket, and what follows from it. The gate has been passed when these are called."""

from collections.abc import Callable
from typing import Any

from longwatch.domain import case_input as given
from longwatch.domain import roles
from longwatch.domain.case_answers import judge_priority
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_links_rules import LIFTS, kind_of, way_to
from longwatch.domain.case_moves import HOLD_REASONS, MOST_LEVEL, MOST_TAGS
from longwatch.domain.clocks import RESOLUTION, RESPONSE, UPDATE
from longwatch.domain.ticket import Refused, stamp


def take(draft: Draft) -> None:
    """Make it mine. The first human take is a response."""
    team = _own_team(draft)
    _assign(draft, "take", team, draft.command.actor.id, responds=True)


def _own_team(draft: Draft) -> str | None:
    """The team stays if the taker is in it or in none; otherwise it moves to the taker's first."""
    team, teams = draft.state.team, draft.command.actor.teams
    return team if team in teams or not teams else teams[0]


def assign(draft: Draft) -> None:
    """To a team, a person, or both (functional escalation). Naming a team alone leaves the person to it."""
    data, state = draft.command.data, draft.state
    team, person = given.optional_name(data, "team"), given.optional_name(data, "person")
    if team is None and person is None:
        raise Refused("Please name a team or a person.", "team")
    team = team or state.team
    if (team, person) == (state.team, state.assignee):
        raise Refused("It is with them already. Choose another team or person.", "person" if person else "team")
    _assign(draft, "assign", team, person, responds=False)


def _assign(draft: Draft, action: str, team: str | None, person: str | None, *, responds: bool) -> None:
    draft.record(
        "Assigned",
        team=team,
        person=person,
        automatic=False,
        reasons=[],
        status=draft.status_after(action),
        responds=responds,
    )
    if responds:
        draft.end_clock(RESPONSE, "taken")


def start(draft: Draft) -> None:
    """Begin work. A ticket that is nobody's becomes the starter's."""
    begin_work(draft, "start")


def begin_work(draft: Draft, action: str) -> None:
    """Work begins by this action, which is a response."""
    if draft.state.assignee is None:
        _assign(draft, "take", _own_team(draft), draft.command.actor.id, responds=True)
    draft.record("Started", status=draft.status_after(action), responds=True)
    draft.end_clock(RESPONSE, "started")


def hold(draft: Draft) -> None:
    """Stop work for a reason; where a date is given the hold ends by itself then."""
    data = draft.command.data
    reason = given.choice(data, "reason", tuple(HOLD_REASONS))
    until = given.optional_instant(data, "until")
    if until is None and reason == "planned_until":
        raise Refused("Please say until when work is planned to wait.", "until")
    if until is not None and until <= draft.at:
        raise Refused("That date has passed. Choose one in the future.", "until")
    ticket = _waited_for(draft, reason)
    draft.record(
        "Held",
        reason=reason,
        until=stamp(until) if until else None,
        text=given.optional_ref(data, "text"),
        status=draft.status_after("hold"),
        **({"ticket": ticket} if ticket else {}),
    )
    if ticket is not None and all(link.ticket != ticket for link in draft.state.links):
        draft.record("Linked", type=way_to(draft.state, ticket), ticket=ticket)


def _waited_for(draft: Draft, reason: str) -> str | None:
    """The one record whose end lifts the hold, if it is named."""
    data = draft.command.data
    if not data.get("ticket"):
        return None
    ticket, wanted = given.number(data, "ticket"), LIFTS.get(reason)
    if wanted is None:
        raise Refused("Only a hold that waits for a problem or a change names its ticket.", "ticket")
    if kind_of(ticket) != wanted or ticket == draft.state.number:
        raise Refused(f"{ticket} is no {wanted} to wait for.", "ticket")
    return ticket


def resume(draft: Draft) -> None:
    """Go on with the work, back to the status it had before; a person who resumes is at work."""
    assert draft.state.hold is not None
    lift(draft, "resume", "resumed")


def lift(draft: Draft, action: str, why: str) -> None:
    """End the hold now."""
    hold = draft.state.hold
    if hold is None:
        return
    draft.record(
        "Resumed",
        reason=hold.reason,
        why=why,
        since=stamp(draft.at),
        status=draft.status_after(action, hold.before),
    )


def prioritise(draft: Draft) -> None:
    """A person's judgement of impact and urgency: what was not said stays. It is final until a person changes it."""
    data, state = draft.command.data, draft.state
    impact, urgency = given.optional_scale(data, "impact"), given.optional_scale(data, "urgency")
    if impact is None and urgency is None:
        raise Refused("Please say impact or urgency, from 1 (high) to 3 (low).", "impact")
    if state.judged == "person" and (impact or state.impact, urgency or state.urgency) == (state.impact, state.urgency):
        raise Refused("Impact and urgency are so already.", "impact")
    judge_priority(draft, "person", impact, urgency)


def escalate(draft: Draft) -> None:
    """Hierarchic escalation: one level up, or to the level named."""
    data, level = draft.command.data, draft.state.level
    wanted = given.optional_number(data, "level", 0, MOST_LEVEL)
    reason = given.ref(data, "reason", "why it must go up")
    if wanted is not None and wanted <= level:
        raise Refused(f"Level {level} is reached already. Escalation goes up: name a level above {level}.", "level")
    draft.record("Escalated", level=level + 1 if wanted is None else wanted, reason=reason, automatic=False)


def close_work(draft: Draft, action: str, *, code: str, text: Any, automatic: bool, **why: Any) -> None:
    """Resolved: the clocks stop; a human resolution is also a response, monitoring's is not."""
    draft.record(
        "Resolved",
        code=code,
        text=text,
        automatic=automatic,
        status=draft.status_after(action),
        responds=not automatic,
        **why,
    )
    draft.end_clock(RESOLUTION, "resolved")
    if not automatic:
        draft.end_clock(RESPONSE, "resolved")
    draft.call_off((RESPONSE, UPDATE), "resolved")


def confirm(draft: Draft) -> None:
    """The service is back, says who asked for it (or the desk on their word)."""
    draft.record("Closed", automatic=False, due=None, status=draft.status_after("confirm"))


def reopen(draft: Draft) -> None:
    """It is not fixed. The number stays and the reopening counts."""
    reason = given.ref(draft.command.data, "reason", "what is still wrong")
    again(draft, "reopen", reason)


def again(draft: Draft, action: str, reason: Any, wanted: str | None = None) -> None:
    """Open again, with those who had it; in the status `wanted` where the moves allow it."""
    state = draft.state
    owned = state.assignee is not None or state.team is not None
    status = draft.status_after(action, wanted or ("assigned" if owned else "new"))
    draft.record("Reopened", reason=reason, why=action, status=status)


def cancel(draft: Draft) -> None:
    """Withdrawn: raised in error, or no longer needed. Not to be reopened."""
    reason = given.ref(draft.command.data, "reason", "why it is withdrawn")
    draft.call_off((RESPONSE, UPDATE, RESOLUTION), "cancelled")
    draft.record("Cancelled", reason=reason, status=draft.status_after("cancel"))


def message(draft: Draft) -> None:
    """A message, public or internal. Its writer's part in the ticket decides what else it does."""
    data = draft.command.data
    body, public = given.ref(data, "body", "a message"), given.public(data)
    by = _writer(draft, public=public)
    if by == "requester" and not public:
        raise Refused("Internal notes are for the desk. Send it as a public message.", "public")
    from_staff = public and by == "staff"
    draft.record("MessageAdded", public=public, body=body, by=by, responds=from_staff)
    if from_staff:
        draft.end_clock(RESPONSE, "replied")
        _restart_update(draft)
    if public and by == "requester":
        _requester_replied(draft, body)


def staff_update(draft: Draft, body: Any) -> None:
    """A public message of the desk, whoever of its people writes it."""
    draft.record("MessageAdded", public=True, body=body, by="staff", responds=True)
    draft.end_clock(RESPONSE, "replied")
    _restart_update(draft)


def _writer(draft: Draft, *, public: bool) -> str:
    """In what part the actor writes. Staff write internal notes as staff even on a ticket of their own."""
    actor = draft.command.actor
    if roles.owns(actor, draft.state.requester) and (public or not roles.works(actor, "message", draft.process.rights)):
        return "requester"
    return "staff" if roles.is_person(actor) else actor.kind


def _restart_update(draft: Draft) -> None:
    clock = draft.state.clock(UPDATE)
    if clock is None or draft.state.resolved_at is not None or draft.state.status == "cancelled":
        return
    draft.call_off((UPDATE,), "updated", only_due=True)
    draft.record("ClockRestarted", clock=UPDATE)


def _requester_replied(draft: Draft, body: Any) -> None:
    """The answer lifts a hold that waited for it, and what was thought done is open again."""
    state = draft.state
    if state.hold is not None and state.hold.reason == "awaiting_requester":
        lift(draft, "reply lifts the hold", "replied")
    elif draft.possible("reply reopens") and not state.merging.merged:
        again(draft, "reply reopens", body)


def tag(draft: Draft) -> None:
    """The tags are those given; the ones before are gone."""
    tags = given.tags(draft.command.data, MOST_TAGS)
    if tuple(tags) == draft.state.tags:
        raise Refused("It carries these tags already.", "tags")
    draft.record("Tagged", tags=tags)


def relate_ci(draft: Draft) -> None:
    """What is broken: the configuration item. Its criticality is asked for and may raise the impact."""
    ci = given.name(draft.command.data, "ci", "which configuration item it is about")
    if ci == draft.state.ci:
        raise Refused("It is about this configuration item already.", "ci")
    draft.record("CiRelated", ci=ci)


DOES: dict[str, Callable[[Draft], None]] = {
    "take": take,
    "assign": assign,
    "start": start,
    "hold": hold,
    "resume": resume,
    "prioritise": prioritise,
    "escalate": escalate,
    "confirm": confirm,
    "reopen": reopen,
    "cancel": cancel,
    "message": message,
    "tag": tag,
    "relate_ci": relate_ci,
}
"""By the names that all processes use; each offers those of them that its moves have."""
