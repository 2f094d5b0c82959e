"""The inputs of the actions: which question each field asks, and with what kind of control."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from longwatch.domain.case_moves import LINK_TYPES
from longwatch.domain.incident_moves import RESOLUTION_CODES
from web.console.words import HOLD_REASONS, readable

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Field:
    """One input. `kind`: text | textarea | select | moment | number | check."""

    name: str
    label: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    value: str = ""
    required: bool = False
    error: str = ""


SCALE: Mapping[int | None, str] = {1: "High", 2: "Medium", 3: "Low"}
IMPACTS = (("1", "High: a whole service or many people"), ("2", "Medium: a team"), ("3", "Low: one person"))
URGENCIES = (("1", "High: I cannot work"), ("2", "Medium: it slows me"), ("3", "Low: it can wait"))
CODES = tuple((code, readable(code)) for code in RESOLUTION_CODES)
RELATIONS = tuple((name, readable(name)) for name in LINK_TYPES)

KNOWN: Mapping[str, Field] = {
    "impact": Field("impact", "Impact", "select", IMPACTS),
    "urgency": Field("urgency", "Urgency", "select", URGENCIES),
    "code": Field("code", "How was it resolved?", "select", CODES),
    "text": Field("text", "What was done?", "textarea", hint="The requester reads this."),
    "reason": Field("reason", "Why?", "textarea"),
    "until": Field("until", "Until", "moment", hint="In your time zone. It resumes by itself then."),
    "level": Field("level", "Level", "number"),
    "team": Field("team", "Team", "select"),
    "person": Field("person", "Person", "select"),
    "ci": Field("ci", "Configuration item", "select"),
    "tags": Field("tags", "Tags", hint="Words apart by blanks; these replace the ones it has."),
    "type": Field("type", "How are they related?", "select", RELATIONS),
    "ticket": Field("ticket", "Number of the other ticket"),
}

PER_ACTION: Mapping[tuple[str, str], Field] = {
    ("hold", "reason"): Field("reason", "What are we waiting for?", "select", tuple(HOLD_REASONS.items())),
    ("hold", "text"): Field("text", "A word about it", "textarea"),
    ("recall", "text"): Field("text", "Why is it taken back?", "textarea", hint="Those who were asked read this."),
    ("cancel", "reason"): Field("reason", "Why is this not needed any more?", "textarea"),
    ("reopen", "reason"): Field("reason", "What is still wrong?", "textarea"),
    ("escalate", "reason"): Field("reason", "Why does this need more attention?", "textarea"),
}


def field_for(action: str, name: str, options: Mapping[str, Options], *, required: bool) -> Field:
    """The input of an action's field; a field we have no words for is asked as text under its own name."""
    field = PER_ACTION.get((action, name)) or KNOWN.get(name) or Field(name, readable(name))
    if name in options and field.kind == "select" and not field.options:
        field = replace(field, options=tuple(options[name]))
    return replace(field, required=required)


def filled(field: Field, value: Any, error: str = "") -> Field:
    """The input with what was typed and what is wrong with it."""
    return replace(field, value="" if value is None else str(value), error=error)
