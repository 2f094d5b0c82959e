"""What the facts of an incident alone make of it."""

from dataclasses import replace

from longwatch.domain import case_fold
from longwatch.domain import incident_major_fold as major
from longwatch.domain.case_fold import Change
from longwatch.domain.incident_state import AlertLink, State
from longwatch.domain.ticket import Fact


def _opened(state: State, fact: Fact) -> State:
    alert = fact.data["alert"]
    link = AlertLink(alert["group"], alert["episode"], "firing", alert["severity"]) if alert else None
    return case_fold.opened(state, fact, alert=link)


def _alert_changed(state: State, fact: Fact) -> State:
    data, alert = fact.data, state.alert
    assert alert is not None
    changed = replace(alert, link=data["link"], severity=data["severity"], count=data["count"])
    return replace(state, alert=changed)


def _workaround(state: State, fact: Fact) -> State:
    return replace(state, workaround=dict(fact.data["text"]), workaround_of=fact.data["ticket"])


CHANGES: dict[str, Change] = {
    "Opened": _opened,
    "AlertChanged": _alert_changed,
    "WorkaroundOffered": _workaround,
    **major.CHANGES,
}
