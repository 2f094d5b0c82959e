"""What screens show of an alert group."""

from typing import Any

from longwatch.domain.alerts_order import SEVERITIES, Row, from_milliseconds
from longwatch.domain.alerts_state import State
from longwatch.domain.ticket import stamp


def summary(state: State) -> dict[str, Any]:
    """Counts, first and last seen, and one row per fingerprint: firing before resolved, the worst first."""
    order = sorted(state.rows, key=lambda key: (not state.rows[key].firing, state.rows[key].severity, key))
    return {
        "group": state.group,
        "source": state.source,
        "key": state.key,
        "ci": state.ci,
        "rule": state.rule,
        "reason": state.reason,
        "link": state.link,
        "since": None if state.since is None else stamp(state.since),
        "until": None if state.until is None else stamp(state.until),
        "episode": state.episode,
        "incident": state.incident,
        "engaged": state.engaged,
        "ended": state.ended,
        "touched": state.touched,
        "severity": None if state.severity is None else SEVERITIES[state.severity],
        "first_seen": None if state.first_seen is None else stamp(state.first_seen),
        "last_seen": None if state.last_seen is None else stamp(state.last_seen),
        "parked": _parked(state),
        "asking": state.asking or None,
        "held": list(state.held),
        "flaps": state.flaps,
        "remarks": dict(sorted(state.remarks.items())),
        "counts": _counts(state),
        "alerts": [_row(state, key) for key in order],
    }


def _counts(state: State) -> dict[str, int]:
    firing = state.firing()
    return {
        "firing": firing,
        "resolved": len(state.rows) - firing,
        "alerts": state.alerts,
        "again": state.again,
        "late": state.late,
        "unknown": state.unknown,
        "overflow": state.overflow,
        "transients": state.transients,
    }


def _parked(state: State) -> dict[str, Any] | None:
    """By what, why and until when nothing of it is asked for; None where it is not parked."""
    if state.link != "parked":
        return None
    until = None if state.until is None else stamp(state.until)
    return {"by": state.parked_by, "text": state.parked_text, "until": until, "snoozed": state.snoozed}


def _state(state: State, row: Row) -> str:
    """A transient is shown as suspended: it ended before it became an incident."""
    if row.firing:
        return "firing"
    return "resolved" if state.engaged or state.ended or state.sealed else "suspended"


def _row(state: State, key: str) -> dict[str, Any]:
    row = state.rows[key]
    return {
        "fingerprint": key,
        "title": state.titles.get(key, ""),
        "state": _state(state, row),
        "planned": key in state.planned,
        "severity": SEVERITIES[row.severity],
        "starts_at": _stamp(row.starts),
        "ends_at": _stamp(row.ends),
        "seen_at": _stamp(row.seen),
        "fired": row.fired,
    }


def _stamp(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else stamp(from_milliseconds(milliseconds))
