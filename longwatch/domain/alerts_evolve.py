"""The fold of an alert group: what each of its facts makes of the state. No rule is decided here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.alerts_order import SEVERITIES, Row
from longwatch.domain.alerts_sift import lead_of
from longwatch.domain.alerts_state import MOST_WAITING, Settings, State
from longwatch.domain.ticket import Fact, instant

COUNTERS = ("alerts", "again", "late", "unknown", "overflow")


def evolve(state: State, fact: Fact) -> State:
    """The state after the fact. Raises KeyError on a fact that no alert group has."""
    return _FOLDS[fact.type](state, fact)


def _alerts_seen(state: State, fact: Fact) -> State:
    data = fact.data
    dropped = frozenset(data.get("dropped", ()))
    rows, titles = _without(state.rows, dropped), _without(state.titles, dropped)
    rows.update((key, Row(*values)) for key, values in data.get("rows", {}).items())
    titles.update(data.get("titles", {}))
    counts = data["counts"]
    known = _introduced(state, data.get("about"))
    return replace(
        known,
        **{name: getattr(state, name) + counts.get(name, 0) for name in COUNTERS},
        rows=rows,
        titles=titles,
        lead=lead_of(data["lead"]) if "lead" in data else state.lead,
        first_seen=instant(data["first"]) if "first" in data else state.first_seen,
        last_seen=_later(state.last_seen, instant(data["last"])),
        until=fact.at + timedelta(seconds=known.settings.reopen) if state.link == "idle" else state.until,
        since=fact.at if state.since is None else state.since,
        sealed=False,
    )


def _introduced(state: State, about: Mapping[str, Any] | None) -> State:
    if about is None:
        return state
    return replace(
        state,
        group=about["group"],
        source=about["source"],
        key=about["key"],
        ci=about["ci"],
        settings=Settings(**about["settings"]),
    )


def _hold_down_started(state: State, fact: Fact) -> State:
    return _moved(state, fact, "pending")


def _transient_seen(state: State, fact: Fact) -> State:
    return replace(_moved(state, fact, "idle"), transients=state.transients + 1, lead=None)


def _incident_requested(state: State, fact: Fact) -> State:
    return replace(
        _moved(state, fact, "firing"),
        episode=fact.data["episode"],
        severity=SEVERITIES.index(fact.data["severity"]),
        engaged=True,
        incident=None,
        touched=False,
        ended="",
    )


def _incident_opened(state: State, fact: Fact) -> State:
    return replace(state, incident=fact.data["number"], waiting=(), lead=None)


def _went_quiet(state: State, fact: Fact) -> State:
    return _moved(state, fact, "quiet")


def _cleared(state: State, fact: Fact) -> State:
    return _moved(state, fact, "cleared")


def _fired_again(state: State, fact: Fact) -> State:
    return _told(_moved(state, fact, "firing"), fact)


def _more_firing(state: State, fact: Fact) -> State:
    return replace(state, until=instant(fact.data["until"]))


def _joined(state: State, fact: Fact) -> State:
    return _told(_waiting(replace(state, until=None), fact), fact)


def _told(state: State, fact: Fact) -> State:
    return replace(state, severity=SEVERITIES.index(fact.data["event"]["severity"]))


def _incident_ended(state: State, fact: Fact) -> State:
    ended = replace(state, engaged=False, touched=False, ended=fact.data["status"], waiting=())
    return replace(ended, until=None) if state.link == "firing" else ended


def _human_took_over(state: State, _fact: Fact) -> State:
    return replace(state, touched=True)


def _sealed(state: State, fact: Fact) -> State:
    ended = replace(_moved(state, fact, "idle"), engaged=False, touched=False, ended="", severity=None, lead=None)
    return replace(ended, waiting=(), rows={}, titles={}, overflow=0, sealed=True)


def _moved(state: State, fact: Fact, link: str) -> State:
    until = fact.data.get("until")
    since = fact.data.get("since")
    moved = replace(
        state,
        link=link,
        since=fact.at if since is None else instant(since),
        until=None if until is None else instant(until),
    )
    return _waiting(moved, fact)


def _waiting(state: State, fact: Fact) -> State:
    """Keeps what the incident must hear for when its number is known."""
    if "event" not in fact.data or not state.asked():
        return state
    return replace(state, waiting=(*state.waiting, fact.data["event"])[-MOST_WAITING:])


def _without(known: Mapping[str, Any], dropped: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in known.items() if key not in dropped} if dropped else dict(known)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)


_FOLDS: dict[str, Callable[[State, Fact], State]] = {
    "AlertsSeen": _alerts_seen,
    "HoldDownStarted": _hold_down_started,
    "TransientSeen": _transient_seen,
    "IncidentRequested": _incident_requested,
    "IncidentOpened": _incident_opened,
    "WentQuiet": _went_quiet,
    "Cleared": _cleared,
    "FiredAgain": _fired_again,
    "MoreFiring": _more_firing,
    "AlertsJoined": _joined,
    "SeverityRose": _joined,
    "IncidentEnded": _incident_ended,
    "HumanTookOver": _human_took_over,
    "Sealed": _sealed,
}
