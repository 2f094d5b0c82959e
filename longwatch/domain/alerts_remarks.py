"""What a tool says of an alert besides that it began or ended: acknowledged, a note, planned work, flapping.

Acknowledgements and notes are passed on to the incident. Planned work parks what is not an incident yet, as long as the
tool says so of everything that fires. The tool's word that an alert is flapping counts as our own finding.
"""

from typing import Any

from longwatch.domain.alerts_draft import Draft
from longwatch.domain.alerts_flapping import TOOLS_WORD, starts_flapping
from longwatch.domain.alerts_order import row_key
from longwatch.domain.alerts_parking import ends, lasted, park
from longwatch.domain.alerts_state import PLANNED, TOOL, State
from longwatch.domain.alerts_words import cut
from longwatch.domain.ticket import Command, Json

ACKNOWLEDGED, NOTE, PLANNED_WORK, PLANNED_OVER, FLAPPING = ABOUT = (
    "acknowledged",
    "note",
    "planned",
    "planned_over",
    "flapping",
)
_TOLD = {ACKNOWLEDGED: "acknowledged", NOTE: "noted", PLANNED_WORK: "noted", PLANNED_OVER: "noted"}
"""What the incident hears of each."""
TEXT, NAME = 2_000, 200
"""Bytes of the words, and of who said them."""
MOST_PLANNED = 20
"""Alerts kept that the tool calls planned."""


def remark(draft: Draft, command: Command) -> None:
    """A remark of a tool. One about what nobody here has heard of, or of a kind nobody knows, changes nothing."""
    state, data = draft.state, command.data
    about = data["about"]
    if not state.group or state.sealed or about not in ABOUT:
        return
    key = row_key(data["fingerprint"])
    said = {"about": about, "author": cut(data.get("author") or "", NAME), "text": cut(data.get("text") or "", TEXT)}
    draft.note("RemarkHeard", alert=key, **said, **_event(state, said, data))
    if about == FLAPPING:
        _flapping(draft, key)
    elif about in (PLANNED_WORK, PLANNED_OVER):
        _planned(draft, key, said["text"], over=about == PLANNED_OVER)


def _event(state: State, said: dict[str, Any], data: Any) -> dict[str, Json]:
    about = said["about"]
    if about not in _TOLD or not state.engaged:
        return {}
    return {"event": {"event": _TOLD[about], **said, "source": data["source"]}}


def _flapping(draft: Draft, key: str) -> None:
    """Where something fires and no incident is asked for yet, it has now fired long enough."""
    if draft.state.link == "pending" and draft.state.asking != PLANNED:
        lasted(draft, draft.at)
    if draft.state.engaged and draft.state.link in {"firing", "quiet"}:
        starts_flapping(draft, draft.at, key)


def _planned(draft: Draft, key: str, text: str, *, over: bool) -> None:
    state = draft.state
    row = state.rows.get(key)
    if state.engaged or row is None or not row.firing:
        return
    kept = [one for one in state.planned if one != key]
    planned = kept if over else [*kept, key][-MOST_PLANNED:]
    if planned != list(state.planned):
        draft.note("PlannedByTool", alerts=planned)
    _follow(draft, text)


def _follow(draft: Draft, text: str) -> None:
    state = draft.state
    covered = all(key in state.planned for key, row in state.rows.items() if row.firing)
    if covered and state.link == "pending" and not state.asking:
        park(draft, draft.at + TOOLS_WORD, TOOL, text)
    elif not covered and state.link == "parked" and state.parked_by == TOOL and not state.asking:
        ends(draft, draft.at)
