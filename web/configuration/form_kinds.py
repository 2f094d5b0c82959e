"""The settings that have forms: approval policies and catalogue items; the others are edited as text."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.cmdb_import_settings import read_import
from cmdb.model import model
from integrations.cmdb_mapping import read_mapping
from longwatch.domain.approval_policy import AT_DEADLINE, RULES, read_policy
from longwatch.domain.catalogue import ICONS, TYPES, read_item
from longwatch.domain.catalogue_condition import SIGNS
from longwatch.domain.catalogue_field import BOOLEAN, DATE, DECIMAL, INTEGER
from longwatch.domain.correlating_rules import read_rules
from longwatch.domain.renewing import read_lead_times
from longwatch.store import configuration
from longwatch.store.configuration import (
    ALERT_RULES,
    APPROVAL_POLICY,
    CALENDAR,
    CATALOGUE,
    CI_EXPIRY,
    CI_IMPORT,
    CI_MAPPING,
)
from longwatch.store.tables import Team
from web.configuration import alert_forms, ci_forms
from web.configuration.ci_words import bare
from web.configuration.entries import CODECS, NO, YES
from web.configuration.forms import Form, Group, Options, Question, data_of, rows_of
from web.configuration.words import named

_SPAN = "For example 30 min, 4 h, 2 d."
_VOICES = "A line each: role:approver, team:servers, user:anna. With a weight: role:lead = 2."
_AUDIENCE = "A line each: role:requester or team:servers. Empty: for everybody."
_WHEN = f"A line each, all must hold: cost above 1000; kind equals laptop. Signs: {', '.join(SIGNS)}."

_STAGE = Group(
    "stages",
    "stage",
    (
        Question("id", "Id", required=True, hint="A word; votes name it."),
        Question("title", "Title"),
        Question("approvers", "Who is asked", "voices", "textarea", _VOICES, required=True),
        Question("rule", "How many must approve", control="select", options="rules", required=True),
        Question("need", "Number, percentage or weight", "whole", hint="For the rules that count."),
        Question("veto", "Whose refusal ends it", "veto", hint="none, all, or names apart by blanks."),
        Question("deadline", "Time to decide", "span", hint=_SPAN, required=True),
        Question("reminder", "Reminder before the end", "span", hint=_SPAN),
        Question("at_deadline", "When undecided", control="select", options="at_deadline"),
        Question("fallback", "Who joins or takes over", "voices", "textarea", "A line each."),
    ),
)  # fmt: skip

APPROVAL = Form(
    (Question("emergency", "For emergencies: two different people must approve", "flag", "select", options="flags"),),
    (_STAGE,),
)

_QUESTION = Group(
    "form",
    "question",
    (
        Question("id", "Id", required=True, hint="A word; answers are kept under it."),
        Question("label", "Question", required=True),
        Question("type", "Kind of answer", control="select", options="types", required=True),
        Question("required", "Must be answered", "flag", "select", options="flags"),
        Question("help", "Help"),
        Question("least", "At least", hint="A number, a date, characters, or how many are chosen."),
        Question("most", "At most"),
        Question("pattern", "Pattern", hint=r"For one line of text, such as LW-\d{4}."),
        Question("options", "Choices", "options", "textarea", "A line each: value, or value = what people read."),
        Question("shown_if", "Only when", hint="An earlier question and its answer: kind = laptop."),
    ),
)  # fmt: skip

_TASK = Group(
    "tasks",
    "task",
    (
        Question("id", "Id", required=True),
        Question("title", "What is to be done", required=True),
        Question("team", "Team", control="select", options="teams"),
        Question("person", "Person", hint="user:login, instead of a team."),
        Question("limit", "Within", "span", hint=_SPAN),
        Question("stage", "Stage", "whole", hint="Tasks of one stage run side by side."),
        Question("skippable", "May be skipped", "flag", "select", options="flags"),
        Question("instructions", "Instructions", "prose", "textarea"),
    ),
)


def _conditions(text: Any, types: Mapping[str, str]) -> Any:
    """`cost above 1000`, a line each, as the reader wants them."""
    if not isinstance(text, str):
        return text
    lines = [line.split(maxsplit=2) for line in text.splitlines() if line.strip()]
    return [
        {"field": line[0], "sign": line[1], "value": _typed(line[2], types.get(line[0], ""))}
        if len(line) == 3  # noqa: PLR2004 - field, sign, value
        else " ".join(line)
        for line in lines
    ]


def _typed(text: str, type_: str) -> Any:
    if type_ == BOOLEAN:
        return {YES: True, NO: False, "true": True, "false": False}.get(text.lower(), text)
    return CODECS["whole"].decode(text) if type_ == INTEGER else text


def _bound(text: Any, type_: str) -> Any:
    """Bounds are numbers, but for decimals and dates, which are texts."""
    if not isinstance(text, str) or type_ in (DECIMAL, DATE):
        return text
    return _typed(text, INTEGER)


def _as_text(answer: Any) -> str:
    return (YES if answer else NO) if isinstance(answer, bool) else str(answer)


def _item_given(data: dict[str, Any]) -> dict[str, Any]:
    approval, audience = data.get("approval"), data.get("visible_to")
    approval = {"policy": approval} if isinstance(approval, str) else dict(approval or {})
    when = approval.get("when") or []
    approval["when"] = "\n".join(f"{one['field']} {one['sign']} {_as_text(one['value'])}" for one in when)
    names = [] if not isinstance(audience, Mapping) else [f"role:{one}" for one in audience.get("roles") or ()]
    names += [] if not isinstance(audience, Mapping) else [f"team:{one}" for one in audience.get("teams") or ()]
    tasks = data.get("tasks")
    tasks = tasks.get("tasks") if isinstance(tasks, Mapping) else tasks
    form = [
        {**field, "shown_if": f"{shown['field']} = {_as_text(shown['equals'])}"}
        if (shown := field.get("shown_if"))
        else field
        for field in data.get("form") or ()
    ]
    return {**data, "approval": approval, "visible_to": "\n".join(names), "tasks": tasks, "form": form}


def _item_taken(data: dict[str, Any]) -> dict[str, Any]:
    fields = data.get("form", [])
    types = {field.get("id", ""): str(field.get("type", "")) for field in fields}
    for field in fields:
        for bound in ("least", "most"):
            if bound in field:
                field[bound] = _bound(field[bound], types.get(field.get("id", ""), ""))
        if "shown_if" in field:
            name, _, answer = str(field["shown_if"]).partition("=")
            field["shown_if"] = {"field": name.strip(), "equals": _typed(answer.strip(), types.get(name.strip(), ""))}
    approval = data.get("approval")
    if isinstance(approval, dict) and "when" in approval:
        approval["when"] = _conditions(approval["when"], types)
    names = str(data.get("visible_to") or "").split()
    roles = [name.removeprefix("role:") for name in names if not name.startswith("team:")]
    teams = [name.removeprefix("team:") for name in names if name.startswith("team:")]
    audience = {"roles": roles, "teams": teams} if names else "all"
    return {**data, "visible_to": audience, "tasks": data.get("tasks") or None}


ITEM = Form(
    (
        Question("title", "Title", required=True),
        Question("description", "What it is", "prose", "textarea"),
        Question("category", "Category"),
        Question("icon", "Icon", control="select", options="icons"),
        Question("visible_to", "For whom", "prose", "textarea", _AUDIENCE),
        Question("approval.policy", "Who must agree", control="select", options="policies"),
        Question("approval.when", "Only when", "prose", "textarea", _WHEN),
        Question("team", "Team that has it", control="select", options="teams"),
        Question("target.work", "Fulfilled within (working time)", "span", hint=_SPAN),
        Question("target.calendar", "Calendar of that time", control="select", options="calendars"),
        Question("texts.submitted", "What the requester reads when it was asked for", "prose", "textarea"),
        Question("texts.fulfilled", "What the requester reads when it is done", "prose", "textarea"),
    ),
    (_QUESTION, _TASK),
    _item_given,
    _item_taken,
)  # fmt: skip

FORMS: Mapping[str, Form] = {
    APPROVAL_POLICY: APPROVAL,
    CATALOGUE: ITEM,
    CI_MAPPING: ci_forms.MAPPING,
    CI_IMPORT: ci_forms.IMPORT,
    CI_EXPIRY: ci_forms.EXPIRY,
    ALERT_RULES: alert_forms.RULES,
}
_READ: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    APPROVAL_POLICY: read_policy,
    CATALOGUE: read_item,
    CI_MAPPING: lambda data: read_mapping(bare(data)),
    CI_IMPORT: lambda data: read_import("source", bare(data)),
    CI_EXPIRY: lambda data: read_lead_times(bare(data)),
    ALERT_RULES: lambda data: read_rules(bare(data)),
}


def holds(kind: str, data: Mapping[str, Any]) -> bool:
    """Whether the form of a kind can hold all of a setting: what it gives back does the same."""
    form = FORMS.get(kind)
    if form is None:
        return False
    try:
        return bool(_READ[kind](named(data_of(form, rows_of(form, data)))) == _READ[kind](named(data)))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return False


def options_of(session: Session) -> Options:
    """The choices of the forms' selects."""
    teams, known = select(Team.id, Team.name).order_by(Team.name), model(session)
    return {
        "flags": [(YES, "Yes"), (NO, "No")],
        "rules": _same(RULES),
        "at_deadline": _same(AT_DEADLINE),
        "types": _same(TYPES),
        "icons": _same(ICONS),
        "mappings": [(row.name, row.name) for row in configuration.all_in_force(session, CI_MAPPING)],
        "classes": sorted((one.id, one.label) for one in known.tree),
        "relations": sorted((one.id, one.label) for one in known.types.values()),
        **ci_forms.SELECTS,
        **alert_forms.SELECTS,
        "policies": [(row.name, row.name) for row in configuration.all_in_force(session, APPROVAL_POLICY)],
        "calendars": [(row.name, row.name) for row in configuration.all_in_force(session, CALENDAR)],
        "teams": [(identity, name) for identity, name in session.execute(teams)],
    }


def _same(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in names]
