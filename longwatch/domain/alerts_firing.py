"""What follows when something in a group fires, or when nothing does any more."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from longwatch.domain.alerts_draft import Draft, event_of
from longwatch.domain.alerts_flapping import flaps, often, starts_flapping
from longwatch.domain.alerts_order import Delivery
from longwatch.domain.alerts_parking import lasted
from longwatch.domain.alerts_state import PLANNED, TOOL, State
from longwatch.domain.ticket import stamp

GATHERING = 5
"""Seconds, at least, in which further alerts are gathered into one word to the incident: storms come by the hundred."""


def fires(draft: Draft, now: datetime, fresh: Mapping[str, Delivery]) -> None:
    """Something fires. The incident hears of alerts that join, too: people may have resolved it for another one."""
    state = draft.state
    if state.link == "parked" and (state.asking or not fresh or state.parked_by != TOOL):
        return
    if draft.state.engaged:
        _goes_on(draft, now, fresh=bool(fresh))
    else:
        _begins(draft, now, fresh=bool(fresh))


def _begins(draft: Draft, now: datetime, *, fresh: bool) -> None:
    if not draft.state.settings.opens:
        return
    if fresh and draft.state.link != "pending":
        draft.move("HoldDownStarted", now, draft.state.settings.lasting)
    if draft.state.link == "pending" and draft.state.asking != PLANNED and _is_enough(draft.state):
        lasted(draft, now)


def _is_enough(state: State) -> bool:
    """Whether the hold-down is over before its time."""
    if state.settings.lasting == 0 or state.firing() >= state.settings.open_after > 1:
        return True
    return often(state) or flaps(state)


def _goes_on(draft: Draft, now: datetime, *, fresh: bool) -> None:
    state = draft.state
    flapping = fresh and state.link != "flapping" and flaps(state)
    if state.link == "cleared" or (state.link == "quiet" and not flapping):
        draft.move("FiredAgain", now, None, "refired")
    elif state.worst() < state.last_told():
        told = "flapping" if state.link == "flapping" else "firing"
        draft.note("SeverityRose", event=event_of(state, told))
    elif state.link == "firing" and state.until is None and not flapping:
        _tell_later(draft, now, fresh=fresh)
    if flapping:
        starts_flapping(draft, now)


def _tell_later(draft: Draft, now: datetime, *, fresh: bool) -> None:
    """More alerts, or a lesser severity than the incident knows: worth a word, but not one for each."""
    soon = stamp(now + timedelta(seconds=max(draft.state.settings.hold_down, GATHERING)))
    if fresh:
        draft.note("MoreFiring", until=soon)
    elif draft.state.worst() > draft.state.last_told():
        draft.note("SeverityFell", until=soon)


def rests(draft: Draft, now: datetime) -> None:
    """Nothing fires. What was parked as planned work was a transient; what a person snoozed stays so."""
    state = draft.state
    if state.link == "pending" and state.asking != PLANNED:
        draft.move("TransientSeen", now, state.settings.reopen)
    elif state.link == "parked" and not (state.snoozed or state.asking):
        draft.move("TransientSeen", now, state.settings.reopen, planned=state.parked_by)
    elif state.link == "firing":
        draft.move("WentQuiet", now, state.settings.quiet, "quiet")
