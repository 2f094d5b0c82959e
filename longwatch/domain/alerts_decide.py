"""The rules of an alert group: hold-down, one incident per episode, quiet time, reopen window.

What falls due falls due at its own time: before a command is judged, every deadline before it is settled, so that the
outcome is the same however late the engine woke.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.alerts_evolve import evolve
from longwatch.domain.alerts_order import SEVERITIES, delivery
from longwatch.domain.alerts_sift import seen, sift
from longwatch.domain.alerts_state import Settings, State
from longwatch.domain.ticket import Alarm, Command, Fact, Json, Refused, instant, stamp

_NAMES = {
    "pending": "hold-down",
    "firing": "more alerts",
    "quiet": "quiet time",
    "cleared": "reopen window",
    "idle": "end of watch",
}
GATHERING = 5
"""Seconds, at least, in which further alerts are gathered into one word to the incident: storms come by the hundred."""


class _Draft:
    """The facts decided so far and the state they make."""

    def __init__(self, state: State, command: Command) -> None:
        self.state = state
        self.facts: list[Fact] = []
        self._at = command.at
        self._actor = command.actor.id

    def note(self, what: str, **data: Json) -> None:
        fact = Fact(what, self._at, self._actor, data)
        self.facts.append(fact)
        self.state = evolve(self.state, fact)

    def move(self, what: str, since: datetime, seconds: int | None, event: str | None = None) -> None:
        """A move of the link at `since`, with the deadline it sets and the event its incident must hear of."""
        data: dict[str, Json] = {"since": stamp(since)}
        if seconds is not None:
            data["until"] = stamp(since + timedelta(seconds=seconds))
        if event is not None and self.state.engaged:
            data["event"] = _event(self.state, event)
        self.note(what, **data)


def decide(state: State, command: Command) -> list[Fact]:
    """What follows from the command. Raises Refused where a person asks, or for an action that no group knows."""
    if command.actor.kind == "person":
        raise Refused("Alert groups follow the monitoring; people act on the incident.")
    if command.action not in _ACTIONS:
        raise Refused(f"An alert group does not know the action {command.action!r}.")
    draft = _Draft(state, command)
    _settle(draft, _heard(command))
    _ACTIONS[command.action](draft, command)
    return draft.facts


def next_alarm(state: State) -> Alarm | None:
    """The end of the hold-down, of the quiet time or of the reopen window; the last waits for the incident's number."""
    if state.until is None or (state.asked() and state.link in {"cleared", "idle"}):
        return None
    return Alarm(state.until, _NAMES[state.link])


def _heard(command: Command) -> datetime:
    """When we first heard of it: alerts may have waited in the inbox while a deadline of the group went by."""
    received = [instant(alert["at"]) for alert in command.data["alerts"]] if command.action == "alerts" else []
    return min([*received, command.at])


def _settle(draft: _Draft, now: datetime) -> None:
    while (alarm := next_alarm(draft.state)) and alarm.at <= now:
        settings = draft.state.settings
        if draft.state.link == "pending":
            _request(draft, alarm.at)
        elif draft.state.link == "firing":
            draft.note("AlertsJoined", event=_event(draft.state, "firing"))
        elif draft.state.link == "quiet":
            draft.move("Cleared", alarm.at, settings.reopen, "cleared")
        else:
            draft.note("Sealed", since=stamp(alarm.at))


def _alerts(draft: _Draft, command: Command) -> None:
    """Alerts that were delivered: one fact for what they change, then the move of the link that follows."""
    said = [delivery(alert) for alert in command.data["alerts"]]
    if not said:
        return
    about = _about(draft.state, command.data)
    found = sift(draft.state, said)
    data = seen(draft.state, said, found)
    draft.note("AlertsSeen", **data, **({"about": about} if about else {}))
    if draft.state.firing():
        _fires(draft, command.at, fresh=bool(found.fresh))
    else:
        _rests(draft, command.at)


def _fires(draft: _Draft, now: datetime, *, fresh: bool) -> None:
    """Something fires. The incident hears of alerts that join, too: people may have resolved it for another one."""
    state, settings = draft.state, draft.state.settings
    if not state.engaged:
        if fresh and state.link != "pending":
            draft.move("HoldDownStarted", now, settings.hold_down)
        if draft.state.link == "pending" and _is_enough(draft.state):
            _request(draft, now)
    elif state.link in {"quiet", "cleared"}:
        draft.move("FiredAgain", now, None, "refired")
    elif state.worst() < state.last_told():
        draft.note("SeverityRose", event=_event(state, "firing"))
    elif fresh and state.until is None:
        draft.note("MoreFiring", until=stamp(now + timedelta(seconds=max(settings.hold_down, GATHERING))))


def _rests(draft: _Draft, now: datetime) -> None:
    if draft.state.link == "pending":
        draft.move("TransientSeen", now, draft.state.settings.reopen)
    elif draft.state.link == "firing":
        draft.move("WentQuiet", now, draft.state.settings.quiet, "quiet")


def _is_enough(state: State) -> bool:
    return state.settings.hold_down == 0 or state.firing() >= state.settings.open_after > 1


def _request(draft: _Draft, since: datetime) -> None:
    state = draft.state
    worst = SEVERITIES[state.worst()]
    draft.note("IncidentRequested", since=stamp(since), episode=state.episode + 1, severity=worst, count=state.firing())


def _opened(draft: _Draft, command: Command) -> None:
    """The number of the incident that the present episode asked for; an answer to anything else changes nothing."""
    state = draft.state
    if state.asked() and command.data["key"] == f"{state.group}:{state.episode}":
        draft.note("IncidentOpened", number=command.data["number"], events=list(state.waiting))


def _incident_ended(draft: _Draft, command: Command) -> None:
    """The incident was cancelled or sealed: the next firing opens another one."""
    if draft.state.engaged and command.data["number"] == draft.state.incident:
        draft.note("IncidentEnded", number=command.data["number"], status=command.data["status"])


def _touched(draft: _Draft, command: Command) -> None:
    """A person took the incident: monitoring resolves it no more."""
    state = draft.state
    if state.engaged and not state.touched and command.data["number"] == state.incident:
        draft.note("HumanTookOver", number=command.data["number"])


def _alarm(_draft: _Draft, _command: Command) -> None:
    """Whatever is due has been settled already."""


def _event(state: State, event: str) -> dict[str, Json]:
    """What the incident is told. `resolve` says whether monitoring asks to resolve it.

    Not where a person has taken it, and not where alerts found no room in the group: they may still be firing.
    """
    data: dict[str, Json] = {"event": event, "severity": SEVERITIES[state.worst()], "count": state.firing()}
    if event == "cleared":
        data["resolve"] = not state.touched and state.overflow == 0
    return data


def _about(state: State, data: Mapping[str, Json]) -> dict[str, Json] | None:
    """What the group is and how it is treated, where that is new. A known configuration item is not forgotten."""
    settings = _settings(data.get("settings") or {})
    told = (data["group"], data["source"], data["key"], data.get("ci") or state.ci, settings)
    if told == (state.group, state.source, state.key, state.ci, state.settings):
        return None
    return {
        "group": told[0],
        "source": told[1],
        "key": told[2],
        "ci": told[3],
        "settings": {
            "hold_down": settings.hold_down,
            "quiet": settings.quiet,
            "reopen": settings.reopen,
            "open_after": settings.open_after,
        },
    }


def _settings(given: Mapping[str, Any]) -> Settings:
    known = Settings()
    return Settings(
        hold_down=given.get("hold_down", known.hold_down),
        quiet=given.get("quiet", known.quiet),
        reopen=given.get("reopen", known.reopen),
        open_after=given.get("open_after", known.open_after),
    )


_ACTIONS: dict[str, Callable[[_Draft, Command], None]] = {
    "alerts": _alerts,
    "opened": _opened,
    "incident_ended": _incident_ended,
    "touched": _touched,
    "alarm": _alarm,
}
