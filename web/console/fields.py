"""The inputs of the actions: which question each field asks, and with what kind of control."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from longwatch.domain.case_moves import LINK_TYPES
from longwatch.domain.change_moves import OUTCOMES
from longwatch.domain.incident_moves import RESOLUTION_CODES
from longwatch.domain.problem_moves import RESOLUTION_CODES as PROBLEM_CODES
from web.console.words import HOLD_REASONS, readable

Options = Sequence[tuple[str, str]]

MANY = ("rows", "checks", "lines")
"""Kinds of inputs that hold several values: they stand one a line in `value`."""


@dataclass(frozen=True)
class Field:
    """One input. `kind`: text | textarea | select | moment | number | check | rows | checks | lines.

    `rows` are inputs one below another that complete what is typed from `options`; `checks` are boxes to tick, `lines`
    a text of one value a line.
    """

    name: str
    label: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    value: str = ""
    required: bool = False
    error: str = ""

    @property
    def values(self) -> list[str]:
        """What an input of several values holds."""
        return [line for line in self.value.split("\n") if line]


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
    "review_at": Field("review_at", "Looked at again on", "moment", hint="In your time zone."),
    "begin": Field("begin", "From", "moment", hint="In your time zone."),
    "end": Field("end", "To", "moment", hint="In your time zone."),
    "level": Field("level", "Level", "number"),
    "team": Field("team", "Team", "select"),
    "person": Field("person", "Person", "select"),
    "ci": Field("ci", "Configuration item", "select"),
    "cis": Field("cis", "Configuration items", "rows", hint="By name, address or id."),
    "tags": Field("tags", "Tags", hint="Words apart by blanks; these replace the ones it has."),
    "type": Field("type", "How are they related?", "select", RELATIONS),
    "ticket": Field("ticket", "Number of the other ticket"),
    "of": Field("of", "Number of the problem it repeats"),
    "into": Field("into", "Number of the ticket it goes on in"),
    "title": Field("title", "Title"),
    "description": Field("description", "Description", "textarea"),
    "category": Field("category", "Category"),
    "workaround": Field("workaround", "What helps meanwhile?", "textarea"),
    "why": Field("why", "The whys that led to it", "lines", hint="One a line: why did it happen, and why that?"),
    "contributing": Field("contributing", "What contributed", "lines", hint="One a line."),
    "symptom": Field("symptom", "How does it show?", "textarea"),
    "cause": Field("cause", "What is the cause?", "textarea"),
    "outcome": Field("outcome", "How did it go?", "select", tuple((name, readable(name)) for name in OUTCOMES)),
    "manager": Field("manager", "Incident manager", "select"),
    "communications": Field("communications", "Communications", "select"),
    "technical_lead": Field("technical_lead", "Technical lead", "select"),
    "cadence": Field("cadence", "Stakeholders are told every … seconds", "number"),
    "war_room": Field("war_room", "Where the response meets", hint="An address; left open, nowhere."),
    "problem": Field("problem", "A problem record is to find the cause", "check"),
}

PER_ACTION: Mapping[tuple[str, str], Field] = {
    ("hold", "reason"): Field("reason", "What are we waiting for?", "select", tuple(HOLD_REASONS.items())),
    ("hold", "text"): Field("text", "A word about it", "textarea"),
    ("hold", "ticket"): Field("ticket", "Number of the ticket it waits for"),
    ("recall", "text"): Field("text", "Why is it taken back?", "textarea", hint="Those who were asked read this."),
    ("cancel", "reason"): Field("reason", "Why is this not needed any more?", "textarea"),
    ("reopen", "reason"): Field("reason", "What is still wrong?", "textarea"),
    ("reject", "reason"): Field("reason", "Why is it not done?", "textarea", hint="The requester reads this."),
    ("escalate", "reason"): Field("reason", "Why does this need more attention?", "textarea"),
    ("complete", "text"): Field("text", "A word about how it went", "textarea"),
    ("fail", "text"): Field("text", "What went wrong?", "textarea"),
    ("implement_first", "reason"): Field("reason", "Why can it not wait to be authorised?", "textarea"),
    ("back_out", "text"): Field("text", "Why is it taken back?", "textarea"),
    ("complete_task", "text"): Field("text", "A word about how it went", "textarea"),
    ("fail_task", "text"): Field("text", "What went wrong?", "textarea"),
    ("skip_task", "text"): Field("text", "Why is it skipped?", "textarea"),
    ("retry_task", "text"): Field("text", "What is different now?", "textarea"),
    ("assign_task", "text"): Field("text", "A word about it", "textarea"),
    ("record_cause", "text"): Field("text", "What is the root cause?", "textarea"),
    ("publish_workaround", "text"): Field(
        "text", "What helps meanwhile?", "textarea", hint="Every linked incident is told, also those to come."
    ),
    ("not_reproducible", "text"): Field("text", "What was tried?", "textarea"),
    ("request_risk_acceptance", "reason"): Field("reason", "Why is it to be left as it is?", "textarea"),
    ("raise_change", "ticket"): Field("ticket", "Number of a change there is", hint="Left open, a new one is raised."),
    ("raise_change", "title"): Field("title", "What is to be changed, in one line?"),
    ("raise_change", "description"): Field("description", "What is to be changed, and why?", "textarea"),
    ("propose_major", "reason"): Field("reason", "Why is it a major incident?", "textarea"),
    ("decline_major", "reason"): Field("reason", "Why is it none?", "textarea"),
    ("stakeholder_update", "text"): Field("text", "What do stakeholders need to know?", "textarea"),
    ("mitigate", "text"): Field("text", "How was the harm stopped?", "textarea"),
    ("stand_down", "text"): Field("text", "Why does the response end?", "textarea"),
    ("review_major", "text"): Field("text", "What was learnt?", "textarea"),
    ("review", "text"): Field("text", "What happened, and what is learnt from it?", "textarea"),
    ("resolve", "text"): Field("text", "What was done?", "textarea", hint="Those who wait for it read this."),
}

PER_KIND: Mapping[tuple[str, str, str], Field] = {
    ("problem", "resolve", "code"): Field(
        "code", "How was it solved?", "select", tuple((code, readable(code)) for code in PROBLEM_CODES)
    ),
    ("incident", "resolve", "text"): KNOWN["text"],
}

PEOPLE = ("manager", "communications", "technical_lead")


def field_for(action: str, name: str, options: Mapping[str, Options], *, required: bool, kind: str = "") -> Field:
    """The input of an action's field; a field we have no words for is asked as text under its own name."""
    own = PER_KIND.get((kind, action, name)) or PER_ACTION.get((action, name))
    field = own or KNOWN.get(name) or Field(name, readable(name))
    offered = options.get("person" if name in PEOPLE else "ci" if name == "cis" else name)
    if offered is not None and field.kind in ("select", "rows") and not field.options:
        field = replace(field, options=tuple(offered))
    return replace(field, required=required)


def filled(field: Field, value: Any, error: str = "") -> Field:
    """The input with what was typed and what is wrong with it."""
    return replace(field, value="" if value is None else str(value), error=error)
