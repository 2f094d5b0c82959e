"""The plan of a change as a form, to open one and to edit it: what is typed stays, what is wrong stands beside it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from longwatch.domain.change_state import TEXTS, TYPES
from longwatch.store import change_rules, tickets
from longwatch.store.tickets import Found
from web.console.fields import IMPACTS, URGENCIES, Field, Options, filled
from web.console.form_values import from_json, in_utc, local, split, typed_in
from web.console.offers import options
from web.console.people import Viewer
from web.console.tasks_rows import Row, more, plan_of_rows, rows_of_form, rows_of_plan, with_fault
from web.console.ticket_inputs import questionnaire_of, questions
from web.console.words import readable

CONTROLS = ("csrf_token", "token", "version", "add")
PLAIN = ("title", "description", *TEXTS, "type", "model", "requester", "impact", "urgency")
LEAST_ROWS = 3

ABOUT_TYPES = {
    "normal": "Normal: weighed, then authorised by those its risk names",
    "standard": "Standard: authorised by its model",
    "emergency": "Emergency: cannot wait for the usual course",
}
FAILURES = (("back_out", "What was begun is backed out"), ("stop", "People decide"))


@dataclass(frozen=True)
class ChangeForm:
    """All that change_form.html draws. `number` is empty for a new one."""

    number: str
    version: int
    token: str
    error: str
    lead: Sequence[Field]
    kind: Sequence[Field]
    window: Sequence[Field]
    items: Field
    words: Sequence[Field]
    risk: Sequence[Field]
    more: Sequence[Field]
    auto_start: Field
    failure: Field
    rows: Sequence[Row]
    json: Field
    teams: Options
    people: Options
    by_model: str


@dataclass(frozen=True)
class Typed:
    """What the form holds: values by input, and the rows of its tasks."""

    values: Mapping[str, str]
    rows: Sequence[Row]

    @classmethod
    def of(cls, form: "MultiDict[str, str]") -> "Typed":
        """What somebody sent."""
        values = typed_in(form, CONTROLS)
        return cls({name: text for name, text in values.items() if not name.startswith("task-")}, rows_of_form(form))


def begun(session: Session, who: Viewer, found: Found) -> Typed:
    """What the form of a change begins with: its plan as it stands."""
    state = found.state
    refs = {"title": state.title, "description": state.description, **state.texts}
    said = tickets.texts(session, tickets.bodies_in(refs))
    values = {name: said.get(ref["body"]) or "" for name, ref in refs.items() if ref}
    values |= {"begin": local(state.begin, who.zone), "end": local(state.end, who.zone), "cis": "\n".join(state.cis)}
    values |= {f"answers.{name}": answer for name, answer in state.answers.items()}
    values |= {"auto_start": "true" if state.auto_start else ""}
    values |= {"on_failure": state.steps["on_failure"] if state.steps else ""}
    return Typed(values, rows_of_plan(state.steps))


def asked_for(typed: Typed, who: Viewer, before: Typed | None = None) -> dict[str, Any]:
    """The fields as the opening or the edit of a change takes them; of an edit those alone that differ from before."""
    values, old = typed.values, before.values if before is not None else {}
    raw: dict[str, Any] = {name: values[name] for name in PLAIN if values.get(name) and _differs(name, values, old)}
    for name in ("begin", "end"):
        if values.get(name) and values[name] != old.get(name):
            raw[name] = in_utc(values[name], who.zone)
    if split(values.get("cis", "")) != split(old.get("cis", "")):
        raw["cis"] = split(values.get("cis", ""))
    answers = _answers(values)
    if answers != _answers(old):
        raw["answers"] = answers
    if ("auto_start" in values) != bool(old.get("auto_start")):
        raw["auto_start"] = "auto_start" in values
    plan = _plan(typed)
    if plan != (_plan(before) if before is not None else {}):
        raw["tasks"] = plan
    return raw


def _differs(name: str, values: Mapping[str, str], old: Mapping[str, str]) -> bool:
    """Browsers send line ends in their own way."""
    return values[name].replace("\r\n", "\n").strip() != old.get(name, "").replace("\r\n", "\n").strip()


def _answers(values: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix("answers."): text for name, text in values.items() if name.startswith("answers.")}


def _plan(typed: Typed) -> Any:
    """JSON goes before the rows, for those who write it."""
    if typed.values.get("tasks"):
        return from_json(typed.values["tasks"])
    return plan_of_rows(typed.rows, typed.values.get("on_failure", ""))


def emptied(typed: Typed, before: Typed) -> dict[str, str]:
    """What was said before and is to be nothing now: a plan is replaced, not taken away."""
    names = ("title", *TEXTS, "begin", "end")
    return {
        name: "This cannot be left empty again. Write what holds now."
        for name in names
        if before.values.get(name) and not typed.values.get(name)
    }


def change_form(
    session: Session, typed: Typed, wrong: Mapping[str, str], *, found: Found | None, token: str = "", error: str = ""
) -> ChangeForm:
    """The form with what it holds and what is wrong with it."""
    drawn = _Drawn(session, typed, wrong, found)
    rows, left = drawn.rows()
    return ChangeForm(
        number=found.number if found else "",
        version=found.version if found else 0,
        token=token or secrets.token_urlsafe(16),
        error=error or "; ".join(f"{name}: {said}" if name else said for name, said in left.items()),
        lead=drawn.fields(LEAD),
        kind=drawn.fields(drawn.kinds()) if found is None else [],
        window=drawn.fields(WINDOW),
        items=drawn.fields([replace(ITEMS, options=tuple(drawn.choices["ci"]))])[0],
        words=drawn.fields(WORDS),
        risk=drawn.fields(questions(questionnaire_of(session, found.state if found else None), {})),
        more=drawn.fields(drawn.more()) if found is None else [],
        auto_start=drawn.fields([AUTO_START])[0],
        failure=drawn.fields([FAILURE])[0],
        rows=rows,
        json=drawn.fields([JSON])[0],
        teams=drawn.choices["team"],
        people=drawn.choices["person"],
        by_model=found.state.model or "" if found else "",
    )


LEAD = (
    Field("title", "What is changed, in one line?", required=True),
    Field("description", "Why, and for whom?", "textarea"),
)
WINDOW = (
    Field("begin", "From", "moment", hint="In your time zone."),
    Field("end", "To", "moment", hint="In your time zone."),
)
ITEMS = Field(
    "cis", "Which configuration items are changed?", "rows", hint="By name, address or id; what you type is completed."
)
WORDS = (
    Field("plan", "Plan", "textarea", hint="Step by step: how it is made."),
    Field("backout", "Back-out plan", "textarea", hint="How it is taken back, and until when that can be decided."),
    Field("test", "Test", "textarea", hint="How you will know that it worked."),
    Field("communication", "Communication", "textarea", hint="Who is told, and when."),
)
AUTO_START = Field("auto_start", "Start by itself when the window begins", "check")
FAILURE = Field("on_failure", "When a task fails", "select", FAILURES, value="back_out", required=True)
JSON = Field("tasks", "The plan of tasks as JSON", "textarea", hint="Goes before the rows when something stands here.")


@dataclass(frozen=True)
class _Drawn:
    session: Session
    typed: Typed
    wrong: Mapping[str, str]
    found: Found | None

    @property
    def choices(self) -> Mapping[str, Options]:
        return options(self.session)

    def fields(self, asked: Sequence[Field]) -> list[Field]:
        values = self.typed.values
        return [filled(one, values.get(one.name, one.value), self.wrong.get(one.name, "")) for one in asked]

    def kinds(self) -> list[Field]:
        """The type, and the models to choose from; one that was demoted says so."""
        models = change_rules.models(self.session)
        offered = tuple((one["name"], _named(one)) for one in models if one.get("enabled", True))
        types = tuple((name, ABOUT_TYPES.get(name, readable(name))) for name in TYPES)
        hint = "A standard change is made from a model; all others from none."
        return [
            Field("type", "Type", "select", types, value=TYPES[0], required=True),
            Field("model", "Change model", "select", offered, hint=hint),
        ]

    def more(self) -> list[Field]:
        return [
            Field("impact", "Impact", "select", IMPACTS),
            Field("urgency", "Urgency", "select", URGENCIES),
            Field("requester", "For whom?", "select", tuple(self.choices["person"])),
        ]

    def rows(self) -> tuple[list[Row], dict[str, str]]:
        """The rows with empty ones after them, and what is wrong elsewhere than in a field that is drawn."""
        written = sum(not row.empty for row in self.typed.rows)
        rows, left = more(self.typed.rows, max(LEAST_ROWS, written + 1)), {}
        for name, said in self.wrong.items():
            if name in _NAMES or name.startswith("answers."):
                continue
            rows, beside = with_fault(rows, name, said)
            if not beside:
                left[name.removeprefix("tasks.")] = said
        return rows, left


_NAMES = frozenset({*PLAIN, "begin", "end", "cis", "tasks", "auto_start", "on_failure"})


def _named(model: Mapping[str, Any]) -> str:
    return f"{model['title']} (not in use: its last change failed)" if model.get("demotion") else str(model["title"])
