"""Where one input will not do for a field of an action: a question each, boxes to tick, what there is to choose."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain.case_moves import LINK_TYPES
from longwatch.domain.case_split import KINDS
from longwatch.domain.tasks_state import DONE, SKIPPED
from longwatch.domain.ticket import Line, read_line
from longwatch.messages import CHANGE, INCIDENT, PROBLEM, REQUEST
from longwatch.store import change_rules, tickets
from longwatch.store.tickets import Found
from web.console.fields import Field, Options
from web.console.view_models import ActionForm, Instead
from web.console.words import readable

HOUR, DAY = 3600, 86400
LIMITS = tuple(
    (str(seconds), text)
    for seconds, text in (
        (HOUR, "1 hour"),
        (4 * HOUR, "4 hours"),
        (DAY, "1 day"),
        (2 * DAY, "2 days"),
        (5 * DAY, "5 days"),
        (14 * DAY, "2 weeks"),
    )
)
LONGEST_EXCERPT = 80

PAGES: Mapping[tuple[str, str], str] = {
    (CHANGE, "edit"): "/t/{}/plan",
    (REQUEST, "edit"): "/t/{}/answers",
    **{(kind, "split"): "/t/{}/split" for kind in (INCIDENT, PROBLEM, CHANGE, REQUEST)},
}
"""Actions whose form is too large for a sheet, and the page where it stands."""


def inputs_of(session: Session, found: Found, options: Mapping[str, Options]) -> Instead:
    """The inputs that stand for single fields on this ticket."""
    instead: dict[tuple[str, str], Sequence[Field]] = {**_of_links(found.state)}
    if found.kind == CHANGE:
        instead["assess", "answers"] = questions(questionnaire_of(session, found.state), found.state.answers)
    if found.kind == REQUEST:
        instead["add_tasks", "tasks"] = _new_task(options)
        instead["redo_tasks", "tasks"] = [_done_tasks(found.state)]
    return instead


def questionnaire_of(session: Session, state: Any) -> Mapping[str, Any]:
    """The risk questionnaire that holds for a change: the one it is weighed by, else the one in force; maybe none."""
    if state is not None and state.basis is not None:
        pinned: Mapping[str, Any] = state.basis["questionnaire"]
        return pinned
    return change_rules.pinned(session, change_rules.RISK, change_rules.QUESTIONNAIRE) or {"questions": []}


def questions(questionnaire: Mapping[str, Any], answers: Mapping[str, str]) -> list[Field]:
    """The questions of the risk questionnaire, with what was answered before."""
    return [
        Field(
            f"answers.{one['id']}",
            one["text"],
            "select",
            tuple((answer["id"], answer["text"]) for answer in one["answers"]),
            value=answers.get(one["id"], ""),
        )
        for one in questionnaire["questions"]
    ]


def _of_links(state: Any) -> dict[tuple[str, str], Sequence[Field]]:
    made = [link for link in state.links if link.type in LINK_TYPES]
    types = tuple((name, readable(name)) for name in dict.fromkeys(link.type for link in made))
    others = tuple((name, name) for name in dict.fromkeys(link.ticket for link in made))
    return {
        ("unlink", "type"): [Field("type", "How are they related?", "select", types, required=True)],
        ("unlink", "ticket"): [Field("ticket", "Which ticket?", "select", others, required=True)],
    }


def of_split(session: Session, lines: Sequence[Line]) -> Instead:
    """What is asked of a split: messages by the numbers of their lines, each by how it begins."""
    facts = [(line.seq, read_line(line)) for line in lines]
    written = [(seq, fact.data["body"]["body"]) for seq, fact in facts if fact.type == "MessageAdded"]
    said = tickets.texts(session, [body for _, body in written])
    choices = tuple((str(seq), _excerpt(said.get(body) or "(erased)")) for seq, body in written)
    kinds = tuple((kind, readable(kind)) for kind in KINDS)
    return {
        ("split", "messages"): [Field("messages", "Which messages are about something else?", "checks", choices)],
        ("split", "title"): [Field("title", "What are they about, in one line?", required=True)],
        ("split", "kind"): [Field("kind", "What is it?", "select", kinds)],
    }


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXCERPT else f"{line[:LONGEST_EXCERPT]} …"


def _new_task(options: Mapping[str, Options]) -> list[Field]:
    return [
        Field("tasks.title", "What is to be done?", required=True),
        Field("tasks.team", "Team", "select", tuple(options["team"]), hint="Left open, whoever has the request."),
        Field("tasks.person", "Person", "select", tuple(options["person"])),
        Field("tasks.limit", "Within", "select", LIMITS),
        Field("tasks.instructions", "Instructions", "textarea"),
    ]


def _done_tasks(state: Any) -> Field:
    runs = [run for run in state.tasks.runs if run.status in (DONE, SKIPPED)]
    choices = tuple((run.id, state.tasks.job(run.id).title) for run in runs)
    return Field("tasks", "Which are to be done again?", "checks", choices)


def with_pages(forms: Sequence[ActionForm], found: Found) -> list[ActionForm]:
    """The buttons, those of large forms as links to their pages."""
    return [
        replace(form, fields=(), href=PAGES[found.kind, form.name].format(found.number))
        if (found.kind, form.name) in PAGES
        else form
        for form in forms
    ]
