"""What monitoring tells an incident about the alert behind it."""

from longwatch.domain import case_input as given
from longwatch.domain.case_answers import judge_priority
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_people import again, close_work
from longwatch.domain.incident_state import State
from longwatch.domain.priority import SEVERITIES
from longwatch.domain.ticket import Refused

LINK_AFTER = {"firing": "firing", "refired": "firing", "flapping": "flapping", "quiet": "quiet", "cleared": "cleared"}
"""The alert link after each event."""

SAID = ("acknowledged", "noted")
"""What people said in the monitoring tool: passed on, and no touch of the desk's own people."""
LONGEST_WORDS, LONGEST_NAME = 2_000, 200

FIRES = ("refired", "firing")
"""What says that it is not over. Where the incident was merged into another, that one hears of it."""


def alert(draft: Draft) -> None:
    """The alert fires, goes quiet, clears, or fires again.

    Cleared resolves only what no human touched, and only if the group says so (`resolve`): not where something it had
    no room for may still fire, nor against its policy; by that policy also what was touched (`always`). Firing again,
    or another alert joining, reopens what was resolved or closed: it is not over. What was cancelled stays so, and
    monitoring must open another incident.
    """
    data, state = draft.command.data, _incident(draft)
    event = given.choice(data, "event", (*LINK_AFTER, *SAID))
    severity = given.choice(data, "severity", SEVERITIES) if data.get("severity") else None
    count = given.optional_number(data, "count", 0, 10**9)
    if state.alert is None:
        raise Refused("No alert stands behind this incident. Open one for the alert.")
    if event in SAID:
        _remarked(draft, event)
        return
    if event == "refired" and state.status == "cancelled":
        raise Refused(f"{state.number} was cancelled. Open a new incident for the alert and link it to this one.")
    before = state.alert
    draft.record(
        "AlertChanged",
        event=event,
        link=LINK_AFTER[event],
        severity=severity or before.severity,
        count=before.count if count is None else count,
    )
    _follow(draft, event, before.severity)


def _remarked(draft: Draft, event: str) -> None:
    data = draft.command.data
    said = {name: str(data.get(name) or "")[:LONGEST_NAME] for name in ("about", "author", "source")}
    draft.record("AlertRemarked", event=event, **said, text=str(data.get("text") or "")[:LONGEST_WORDS])


def _incident(draft: Draft) -> State:
    assert isinstance(draft.state, State)
    return draft.state


def _follow(draft: Draft, event: str, severity_before: str) -> None:
    state = _incident(draft)
    assert state.alert is not None
    data = draft.command.data
    over = event == "cleared" and data.get("resolve", True) is True
    if over and (not state.touched or data.get("always") is True) and draft.possible("alert cleared"):
        close_work(draft, "alert cleared", code="cleared", text=None, automatic=True)
    if event in FIRES and draft.possible("alert fires again") and not state.merging.merged:
        again(draft, "alert fires again", None)
    graver = SEVERITIES.index(state.alert.severity) < SEVERITIES.index(severity_before)
    if graver and state.judged == "desk" and draft.possible("prioritise"):
        judge_priority(draft, "desk")
