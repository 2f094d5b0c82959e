"""The fold of an alert group: what each of its facts makes of the state. No rule is decided here."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from longwatch.domain import alerts_fold_parking as parking
from longwatch.domain.alerts_moved import moved, told, unasked, waiting
from longwatch.domain.alerts_order import SEVERITIES, Row, to_milliseconds
from longwatch.domain.alerts_settings import MOST_COUNTED, Settings
from longwatch.domain.alerts_sift import lead_of
from longwatch.domain.alerts_state import PLANNED, Begun, State
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
    seen = replace(
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
    return _meanwhile(_counted(seen, state, data), fact)


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
        rule=about.get("rule", state.rule),
        reason=about.get("reason", state.reason),
    )


def _counted(state: State, before: State, data: Mapping[str, Any]) -> State:
    """Firings that count for k in t and for flapping, as long as they may count."""
    settings = state.settings
    if not (settings.counts or settings.flap_count) or state.last_seen is None:
        return state if not (state.recent or state.cycles) else replace(state, recent=(), cycles=())
    latest = instant(data["last"])
    since = to_milliseconds(state.last_seen - timedelta(seconds=max(settings.within, settings.flap_within)))
    began = (to_milliseconds(latest),) if state.firing() and not before.firing() else ()
    recent = sorted((*before.recent, *(Begun(*one) for one in data.get("begun", ()))), key=lambda one: one.at)
    return replace(
        state,
        recent=tuple(one for one in recent if one.at > since)[-MOST_COUNTED:],
        cycles=tuple(at for at in (*before.cycles, *began) if at > since)[-MOST_COUNTED:],
    )


def _meanwhile(state: State, fact: Fact) -> State:
    """What deliveries mean for a group that is flapping, parked, or waits for an answer."""
    if state.asking == PLANNED:
        state = replace(state, rested=None if state.firing() else state.rested or fact.at)
    if "stirred" in fact.data:
        state = replace(state, stirred=True)
    return replace(state, until=instant(fact.data["until"]), flapper=None) if "until" in fact.data else state


def _hold_down_started(state: State, fact: Fact) -> State:
    return moved(state, fact, "pending")


def _transient_seen(state: State, fact: Fact) -> State:
    return replace(moved(state, fact, "idle"), transients=state.transients + 1, lead=None, planned=())


def _incident_requested(state: State, fact: Fact) -> State:
    return replace(
        moved(state, fact, "firing"),
        episode=fact.data["episode"],
        severity=SEVERITIES.index(fact.data["severity"]),
        engaged=True,
        incident=None,
        touched=False,
        resolved=False,
        ended="",
        planned=(),
    )


def _incident_opened(state: State, fact: Fact) -> State:
    return replace(state, incident=fact.data["number"], waiting=(), lead=None)


def _went_quiet(state: State, fact: Fact) -> State:
    return moved(state, fact, "quiet")


def _cleared(state: State, fact: Fact) -> State:
    return moved(state, fact, "cleared")


def _fired_again(state: State, fact: Fact) -> State:
    return told(moved(state, fact, "firing"), fact)


def _more_firing(state: State, fact: Fact) -> State:
    return replace(state, until=instant(fact.data["until"]))


def _joined(state: State, fact: Fact) -> State:
    """Told of everything that fires now, there is nothing left to tell; flapping goes on until its own deadline."""
    settled = replace(state, until=None) if state.link == "firing" else state
    return told(waiting(settled, fact), fact)


def _incident_ended(state: State, fact: Fact) -> State:
    ended = replace(unasked(state), engaged=False, touched=False, resolved=False, ended=fact.data["status"], waiting=())
    ended = replace(ended, recent=(), cycles=(), before="", flapper=None)
    if state.link == "flapping":
        ended = replace(ended, link="firing" if state.firing() else "quiet")
    return replace(ended, until=None) if ended.link == "firing" else ended


def _incident_resolved(state: State, fact: Fact) -> State:
    """Where only the incident was waited for, the watch ends now."""
    waited = state.link == "cleared" and state.until is None
    return replace(state, resolved=True, until=fact.at if waited else state.until)


def _incident_reopened(state: State, fact: Fact) -> State:
    if state.engaged:
        return replace(state, resolved=False)
    again = replace(moved(state, fact, "cleared"), engaged=True, touched=True, resolved=False, sealed=False)
    return replace(again, planned=(), lead=None)


def _kept_open(state: State, _fact: Fact) -> State:
    return replace(state, until=None)


def _human_took_over(state: State, _fact: Fact) -> State:
    return replace(state, touched=True)


def _sealed(state: State, fact: Fact) -> State:
    ended = replace(
        moved(state, fact, "idle"), engaged=False, touched=False, resolved=False, ended="", severity=None, lead=None
    )
    forgot = replace(ended, waiting=(), rows={}, titles={}, overflow=0, planned=(), recent=(), cycles=())
    return replace(forgot, sealed=True)


def _without(known: Mapping[str, Any], dropped: frozenset[str]) -> dict[str, Any]:
    return {key: value for key, value in known.items() if key not in dropped} if dropped else dict(known)


def _later(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else max(known, at)


_FOLDS: Mapping[str, Callable[[State, Fact], State]] = {
    "AlertsSeen": _alerts_seen,
    "HoldDownStarted": _hold_down_started,
    "TransientSeen": _transient_seen,
    "IncidentRequested": _incident_requested,
    "IncidentOpened": _incident_opened,
    "WentQuiet": _went_quiet,
    "Cleared": _cleared,
    "FiredAgain": _fired_again,
    "MoreFiring": _more_firing,
    "SeverityFell": _more_firing,
    "AlertsJoined": _joined,
    "SeverityRose": _joined,
    "IncidentEnded": _incident_ended,
    "IncidentResolved": _incident_resolved,
    "IncidentReopened": _incident_reopened,
    "KeptOpen": _kept_open,
    "HumanTookOver": _human_took_over,
    "Sealed": _sealed,
    **parking.FOLDS,
}
FACTS = tuple(_FOLDS)
"""Everything that can happen to an alert group."""
