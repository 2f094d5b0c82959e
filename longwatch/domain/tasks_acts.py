"""What people do to tasks, and what tools answer."""

from collections.abc import Callable, Mapping
from typing import Any

from longwatch.domain.tasks_course import back_out, follow, open_
from longwatch.domain.tasks_draft import Draft
from longwatch.domain.tasks_gate import obstacle, task_meant
from longwatch.domain.tasks_state import BACK_OUT_FAILED, Ref, Run
from longwatch.domain.ticket import Command, Refused

Data = Mapping[str, Any]

LONGEST_NAME, LONGEST_RESULT = 100, 500


def act(draft: Draft, command: Command) -> None:
    """The action, judged by its gate. Raises Refused."""
    reason = obstacle(draft.tasks, command.actor, command.action, command.data)
    run = task_meant(draft.tasks, command.data)
    if reason is not None:
        unknown = run is None and command.action != "back_out" and draft.tasks.under_way
        raise Refused(reason, "task" if unknown else None)
    if run is None or command.action == "back_out":
        back_out(draft, "It was backed out by command.", text=_text(command.data, "why it is backed out"))
    else:
        _ACTS[command.action](draft, run, command)
    follow(draft)


def _text(data: Data, words: str) -> Ref:
    """A text that must be there; `words` say what it is. Raises Refused."""
    found = _optional_text(data)
    if found is None:
        raise Refused(f"Please write {words}.", "text")
    return found


def _optional_text(data: Data) -> Ref | None:
    value = data.get("text")
    if value is None:
        return None
    if not isinstance(value, Mapping) or not isinstance(value.get("sha256"), str) or value.get("body") is None:
        raise Refused("text must be a stored text.", "text")
    return {"body": value["body"], "sha256": value["sha256"]}


def _take(draft: Draft, run: Run, command: Command) -> None:
    draft.record("TaskTaken", task=run.id, person=command.actor.id, before=run.person)


def _complete(draft: Draft, run: Run, command: Command) -> None:
    text = _optional_text(command.data)
    _resume(draft, run)
    draft.record("TaskDone", task=run.id, text=text, result=run.result if run.live else None)


def _resume(draft: Draft, run: Run) -> None:
    """Backing out goes on when somebody sees to what stopped it."""
    if draft.tasks.status == BACK_OUT_FAILED:
        draft.record("BackOutResumed", task=run.id)


def _fail(draft: Draft, run: Run, command: Command) -> None:
    draft.record("TaskFailed", task=run.id, text=_text(command.data, "what went wrong"), result=run.result)


def _retry(draft: Draft, run: Run, _: Command) -> None:
    _resume(draft, run)
    open_(draft, run)


def _skip(draft: Draft, run: Run, command: Command) -> None:
    draft.record("TaskSkipped", task=run.id, text=_text(command.data, "why it is skipped"))


def _assign(draft: Draft, run: Run, command: Command) -> None:
    """To a team, a person, or a person in a team. A team not named stays; a person not named no longer has it."""
    team, person = _name(command.data, "team"), _name(command.data, "person")
    if team is None and person is None:
        raise Refused("Please name a team or a person.", "team")
    if person is not None and not person.startswith("user:"):
        raise Refused("Please name a person such as user:kim.", "person")
    team = run.team if team is None else team
    if (team, person) == (run.team, run.person):
        raise Refused("It is with them already.", "team" if person is None else "person")
    draft.record(
        "TaskReassigned",
        task=run.id,
        team=team,
        person=person,
        before={"team": run.team, "person": run.person},
        text=_optional_text(command.data),
    )


def _name(data: Data, field: str) -> str | None:
    value = data.get(field)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > LONGEST_NAME or not value.isprintable():
        raise Refused(f"{field} must be a printable text of at most {LONGEST_NAME} characters.", field)
    return value


_ACTS: dict[str, Callable[[Draft, Run, Command], None]] = {
    "take_task": _take,
    "complete_task": _complete,
    "fail_task": _fail,
    "retry_task": _retry,
    "skip_task": _skip,
    "assign_task": _assign,
}


def called(draft: Draft, command: Command) -> None:
    """A tool's answer to a call: it is done (`ok`), it failed, or it was taken on and will be told of later (None).

    The answer to an attempt that is no longer waited for changes nothing. Raises Refused for one that is none.
    """
    if command.actor.kind != "system":
        raise Refused("Only the desk's own parts may send task_called.")
    data, run = command.data, task_meant(draft.tasks, command.data)
    ok = data.get("ok")
    if not (ok is None or isinstance(ok, bool)):
        raise Refused("ok must be true, false or nothing.", "ok")
    if run is None or not run.live or data.get("attempt") != run.attempt or draft.tasks.manual(run.id):
        return
    result = _result(data.get("text"))
    if ok is not None:
        draft.record("TaskDone" if ok else "TaskFailed", task=run.id, text=None, result=result)
        follow(draft)
    elif run.status == "open":
        draft.record("TaskAccepted", task=run.id, attempt=run.attempt, result=result)


def _result(value: Any) -> str | None:
    """What a tool said, as one line."""
    if not isinstance(value, str) or not value.strip():
        return None
    line = "".join(letter if letter.isprintable() else " " for letter in value[: 4 * LONGEST_RESULT])
    return " ".join(line.split())[:LONGEST_RESULT] or None
