"""What the facts of an incident alone make of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from longwatch.domain import case_fold
from longwatch.domain import incident_major_fold as major
from longwatch.domain.case_fold import Change
from longwatch.domain.incident_state import AlertLink, State
from longwatch.domain.priority import SEVERITIES
from longwatch.domain.ticket import Fact


def _opened(state: State, fact: Fact) -> State:
    alert = fact.data["alert"]
    link = _link(alert) if alert else None
    return case_fold.opened(state, fact, alert=link)


def _link(alert: Mapping[str, Any]) -> AlertLink:
    return AlertLink(alert["group"], alert["episode"], "firing", alert["severity"], gravest=alert["severity"])


def _alert_changed(state: State, fact: Fact) -> State:
    data, alert = fact.data, state.alert
    assert alert is not None
    gravest = min(alert.gravest or alert.severity, data["severity"], key=SEVERITIES.index)
    changed = replace(alert, link=data["link"], severity=data["severity"], count=data["count"], gravest=gravest)
    return replace(state, alert=changed)


def _workaround(state: State, fact: Fact) -> State:
    return replace(state, workaround=dict(fact.data["text"]), workaround_of=fact.data["ticket"])


CHANGES: dict[str, Change] = {
    "Opened": _opened,
    "AlertChanged": _alert_changed,
    "AlertRemarked": lambda state, _: state,
    "WorkaroundOffered": _workaround,
    **major.CHANGES,
}
