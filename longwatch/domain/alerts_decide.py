"""The rules of an alert group: hold-down, one incident per episode, quiet time, reopen window.

What falls due falls due at its own time: before a command is judged, every deadline before it is settled, so that the
outcome is the same however late the engine woke.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from longwatch.domain import alerts_parking as parking
from longwatch.domain import alerts_people as people
from longwatch.domain import alerts_trust as trust
from longwatch.domain.alerts_draft import Draft, event_of
from longwatch.domain.alerts_firing import fires, rests
from longwatch.domain.alerts_flapping import goes_on, over
from longwatch.domain.alerts_order import delivery
from longwatch.domain.alerts_remarks import remark
from longwatch.domain.alerts_settings import Settings, read_settings, settings_data
from longwatch.domain.alerts_sift import seen, sift
from longwatch.domain.alerts_state import PLANNED, TRUSTED, State
from longwatch.domain.alerts_words import cut
from longwatch.domain.ticket import Alarm, Command, Fact, Json, Refused, instant, stamp

_NAMES = {
    "pending": "hold-down",
    "parked": "end of parking",
    "firing": "more alerts",
    "flapping": "flapping",
    "quiet": "quiet time",
    "cleared": "reopen window",
    "idle": "end of watch",
}
_ASKED = {PLANNED: "whether it is planned", TRUSTED: "missing heartbeats"}
REASON = 300
"""Bytes of the sentence that says why alerts belong together."""


def decide(state: State, command: Command) -> list[Fact]:
    """What follows from the command. Raises Refused where a person asks, or for an action that no group knows."""
    if command.action not in _ACTIONS:
        raise Refused(f"An alert group does not know the action {command.action!r}.")
    draft = Draft(state, command)
    if command.action != "answered":  # what is answered was asked before anything else fell due
        settle(draft, _heard(command), patience_ends=command.action == "alarm")
    people.judge(draft.state, command)
    _ACTIONS[command.action](draft, command)
    return draft.facts


def next_alarm(state: State) -> Alarm | None:
    """The end of the hold-down, of the quiet time or of the reopen window; the last waits for the incident's number."""
    if state.until is None or (state.asked() and state.link in {"cleared", "idle"}):
        return None
    return Alarm(state.until, _ASKED.get(state.asking) or _NAMES[state.link])


def _heard(command: Command) -> datetime:
    """When we first heard of it: alerts may have waited in the inbox while a deadline of the group went by."""
    if command.action == "alerts":
        return min([*(instant(alert["at"]) for alert in command.data["alerts"]), command.at])
    return min(instant(command.data["at"]), command.at) if command.action == "remark" else command.at


def settle(draft: Draft, now: datetime, *, patience_ends: bool = False) -> None:
    """Everything that fell due until then, each at its own time.

    What waits for an answer waits for it, through however many commands; only the alarm itself ends the patience.
    """
    while (alarm := next_alarm(draft.state)) and alarm.at <= now and not (draft.state.asking and not patience_ends):
        _due(draft, alarm.at)
        patience_ends = False


def _due(draft: Draft, at: datetime) -> None:
    state = draft.state
    if state.asking == PLANNED:
        parking.not_planned(draft)
    elif state.link == "pending":
        parking.lasted(draft, at)
    elif state.link == "parked":
        parking.ends(draft, at)
    elif state.link == "firing":
        draft.note("AlertsJoined", event=event_of(state, "firing"))
    elif state.link == "flapping":
        over(draft, at)
    elif state.link == "quiet":
        trust.quiet_is_over(draft, at)
    elif state.link == "cleared" and state.left_open:
        draft.note("KeptOpen", since=stamp(at))
    else:
        draft.note("Sealed", since=stamp(at))


def _alerts(draft: Draft, command: Command) -> None:
    """Alerts that were delivered: one fact for what they change, then the move of the link that follows."""
    said = [delivery(alert) for alert in command.data["alerts"]]
    if not said:
        return
    state, settings = draft.state, read_settings(command.data.get("settings") or {})
    about = _about(state, command.data, settings)
    found = sift(state, said)
    data = seen(state, said, found, settings)
    draft.note("AlertsSeen", **data, **goes_on(state, found, command.at), **({"about": about} if about else {}))
    if draft.state.firing():
        fires(draft, command.at, found.fresh)
    else:
        rests(draft, command.at)


def _opened(draft: Draft, command: Command) -> None:
    """The number of the incident that the present episode asked for; an answer to anything else changes nothing."""
    state = draft.state
    if state.asked() and command.data["key"] == f"{state.group}:{state.episode}":
        draft.note("IncidentOpened", number=command.data["number"], events=list(state.waiting))


def _incident_ended(draft: Draft, command: Command) -> None:
    """The incident was cancelled or sealed: the next firing opens another one."""
    if draft.state.engaged and command.data["number"] == draft.state.incident:
        draft.note("IncidentEnded", number=command.data["number"], status=command.data["status"])


def _touched(draft: Draft, command: Command) -> None:
    """A person took the incident: monitoring resolves it no more."""
    state = draft.state
    if state.engaged and not state.touched and command.data["number"] == state.incident:
        draft.note("HumanTookOver", number=command.data["number"])


def _incident_resolved(draft: Draft, command: Command) -> None:
    """What people kept open is over now; so is the watch, where the reopen window has passed meanwhile."""
    state = draft.state
    if state.engaged and not state.resolved and command.data["number"] == state.incident:
        draft.note("IncidentResolved", number=command.data["number"])
        settle(draft, command.at)


def _incident_reopened(draft: Draft, command: Command) -> None:
    """It is not over: what fires belongs to it, also after the watch had ended, unless another episode has begun."""
    state = draft.state
    begins = not state.engaged and not state.ended and state.link == "idle"
    if command.data["number"] == state.incident and (begins or (state.engaged and state.resolved)):
        draft.note("IncidentReopened", number=command.data["number"])


def _alarm(_draft: Draft, _command: Command) -> None:
    """Whatever is due has been settled already."""


def _answered(draft: Draft, command: Command) -> None:
    """What the desk's own parts say; to a question that nobody asks any more, nothing. Then what fell due meanwhile."""
    answers = {PLANNED: parking.answered, TRUSTED: trust.answered}
    if any(command.data.get("question") == asked.id for asked in parking.questions(draft.state)):
        answers[draft.state.asking](draft, command.data.get("answer"))
    settle(draft, command.at)


def _about(state: State, data: Mapping[str, Json], settings: Settings) -> dict[str, Json] | None:
    """What the group is and how it is treated, where that is new. A known configuration item is not forgotten."""
    told = (data["group"], data["source"], data["key"], data.get("ci") or state.ci, settings)
    known = (state.group, state.source, state.key, state.ci, state.settings)
    why = _why(state, data)
    if told == known and not why:
        return None
    return {
        "group": told[0],
        "source": told[1],
        "key": told[2],
        "ci": told[3],
        "settings": settings_data(settings),
        **why,
    }


def _why(state: State, data: Mapping[str, Json]) -> dict[str, Json]:
    """The rule and the reason for which these alerts belong together, where they are told and new."""
    reason = cut(data["reason"], REASON) if data.get("reason") else state.reason
    told = {"rule": data.get("rule") or state.rule, "reason": reason}
    return {} if told == {"rule": state.rule, "reason": state.reason} else told


_ACTIONS: dict[str, Callable[[Draft, Command], None]] = {
    "alerts": _alerts,
    "remark": remark,
    "opened": _opened,
    "incident_ended": _incident_ended,
    "incident_resolved": _incident_resolved,
    "incident_reopened": _incident_reopened,
    "touched": _touched,
    "snooze": people.snooze,
    "unsnooze": people.unsnooze,
    "alarm": _alarm,
    "answered": _answered,
}
