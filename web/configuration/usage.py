"""Which versions of a setting open tickets run under; counted only where that costs next to nothing."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from longwatch.store import configuration
from longwatch.store.tables import Process, Ticket

MOST = 1_000
"""Open tickets that are looked through; of more it is not said."""

Pin = tuple[str, int]
State = Mapping[str, Any]


def _policy(state: State) -> Iterable[Pin]:
    return _pin(state.get("policy"))


def _calendars(state: State) -> Iterable[Pin]:
    return [(name, hours["version"]) for name, hours in (state.get("hours") or {}).items()]


def _approval(state: State) -> Iterable[Pin]:
    return _pin((state.get("approval") or {}).get("policy"))


def _item(state: State) -> Iterable[Pin]:
    return _pin((state.get("order") or {}).get("terms"))


def _model(state: State) -> Iterable[Pin]:
    return _pin(state.get("terms")) if state.get("model") else []


def _questionnaire(state: State) -> Iterable[Pin]:
    risk = state.get("risk") or {}
    return _pin({"name": risk.get("questionnaire"), "version": risk.get("version")})


def _pin(pinned: Any) -> Iterable[Pin]:
    fits = isinstance(pinned, Mapping) and isinstance(pinned.get("version"), int) and pinned.get("name")
    return [(pinned["name"], pinned["version"])] if fits else []


_PINS: Mapping[str, Callable[[State], Iterable[Pin]]] = {
    configuration.POLICY: _policy,
    configuration.CALENDAR: _calendars,
    configuration.APPROVAL_POLICY: _approval,
    configuration.CATALOGUE: _item,
    configuration.CHANGE_MODEL: _model,
    configuration.QUESTIONNAIRE: _questionnaire,
}


def used_by(session: Session, kind: str, name: str) -> dict[int, int] | None:
    """How many open tickets run under each version of a setting; none when they are too many, or pin no such kind."""
    pins = _PINS.get(kind)
    if pins is None or (session.scalar(select(func.count()).select_from(Ticket).where(Ticket.open)) or 0) > MOST:
        return None
    states = session.scalars(select(Process.state).join(Ticket, Ticket.number == Process.id).where(Ticket.open))
    found: Counter[int] = Counter()
    for state in states:
        found.update(version for pinned, version in pins(json.loads(state)) if pinned == name)
    return dict(found)
