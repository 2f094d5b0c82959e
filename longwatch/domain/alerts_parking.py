"""Parking: what fires during planned work, or while a person has snoozed the group, asks for no incident yet.

Before an incident is asked for, the desk is asked whether work is planned on the item at that instant. If it is, the
group is parked until the work is to end, and then it is asked again: work that overruns parks on. What still fires when
nothing is planned any more becomes an incident at that instant; what ended meanwhile was a transient.
"""

from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.alerts_draft import Draft
from longwatch.domain.alerts_flapping import flaps, starts_flapping
from longwatch.domain.alerts_order import SEVERITIES
from longwatch.domain.alerts_state import PLANNED, TRUSTED, State
from longwatch.domain.alerts_words import cut
from longwatch.domain.ticket import Question, instant, stamp

PATIENCE = timedelta(seconds=300)
"""So long an answer is waited for. Whether work is planned is then taken for no; missing heartbeats are asked again."""
TEXT = 300
"""Bytes of the sentence that says why a group is parked."""


def questions(state: State) -> tuple[Question, ...]:
    """What the group waits to be told."""
    if not state.asking or state.asked_for is None:
        return ()
    about: dict[str, dict[str, Any]] = {
        PLANNED: {"ci": state.ci, "source": state.source, "at": stamp(state.asked_for)},
        TRUSTED: {"source": state.source, "group": state.group},
    }
    return (Question(f"{state.asking}:{state.inquiries}", state.asking, about[state.asking]),)


def lasted(draft: Draft, since: datetime) -> None:
    """It fires for long enough, or often enough: an incident is asked for, unless work may be planned."""
    if draft.state.settings.ask_planned:
        draft.note("PlannedAsked", since=stamp(since), until=stamp(max(since, draft.at) + PATIENCE))
    else:
        request(draft, since)


def answered(draft: Draft, answer: Any) -> None:
    """Planned until an instant after the one asked about, and by what; else, or when nobody can say, it is not."""
    state = draft.state
    if not isinstance(answer, dict) or "error" in answer:
        draft.note("PlannedUnknown", text=cut(answer["error"] if isinstance(answer, dict) else "No answer.", TEXT))
    until = answer.get("until") if isinstance(answer, dict) else None
    if until is None or state.asked_for is None or instant(until) <= state.asked_for:
        not_planned(draft)
        return
    by, text = str(answer.get("by") or PLANNED), cut(answer.get("text") or "", TEXT)
    draft.note("Parked", since=stamp(state.asked_for), until=until, by=by, text=text)
    if not state.firing() and _rested(state) < instant(until):
        draft.move("TransientSeen", _rested(state), state.settings.reopen, planned=by)


def not_planned(draft: Draft) -> None:
    """The incident is asked for as of the instant that the question was about."""
    state = draft.state
    assert state.asked_for is not None
    rested = _rested(state)
    request(draft, state.asked_for)
    if not draft.state.firing():
        draft.move("WentQuiet", rested, state.settings.quiet, "quiet")


def _rested(state: State) -> datetime:
    """Since when nothing fires, while the answer was waited for."""
    assert state.asked_for is not None
    return max(state.asked_for, state.rested or state.asked_for)


def request(draft: Draft, since: datetime) -> None:
    """Asks for the episode's incident; what was found flapping before it had one is told at once."""
    state = draft.state
    worst = state.lead.severity if state.lead is not None and not state.firing() else state.worst()
    draft.note(
        "IncidentRequested",
        since=stamp(since),
        episode=state.episode + 1,
        severity=SEVERITIES[worst],
        count=state.firing(),
    )
    if draft.state.firing() and flaps(draft.state):
        starts_flapping(draft, since)


def park(draft: Draft, until: datetime, by: str, text: str) -> None:
    """A person, or the tool itself, wants to hear nothing of it until then."""
    draft.note("Parked", since=stamp(draft.at), until=stamp(until), by=by, text=cut(text, TEXT))


def ends(draft: Draft, due: datetime) -> None:
    """The parking is over: what still fires is judged as of now."""
    state = draft.state
    fires = state.settings.opens and (state.firing() > 0 or (state.rested is not None and state.rested > due))
    if state.engaged:
        _told_again(draft, due)
    elif fires and (state.stirred or not state.ended):
        lasted(draft, due)
    elif fires:  # what people cancelled the incident of
        draft.move("ParkingEnded", due, None, link="firing")
    else:
        draft.move("ParkingEnded", due, state.settings.reopen, link="idle")


def _told_again(draft: Draft, due: datetime) -> None:
    """The open incident of a snoozed group hears what still fires; or the quiet time begins."""
    state = draft.state
    rested = state.before in {"quiet", "cleared"}
    if state.firing():
        draft.move("ParkingEnded", due, None, "refired" if rested else "firing", link="firing")
    elif state.before == "cleared":
        draft.move("ParkingEnded", due, state.settings.reopen, link="cleared")
    else:
        draft.move("ParkingEnded", due, state.settings.quiet, None if rested else "quiet", link="quiet")
