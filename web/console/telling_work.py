"""The facts of changes, problems, requests and their tasks as sentences, told after somebody's name."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from longwatch.domain.tasks_state import SUFFIX
from longwatch.domain.ticket import instant
from web.console.process_words import OUTCOMES
from web.console.times import short

if TYPE_CHECKING:
    from web.console.telling import Teller

Data = Mapping[str, Any]
Phrase = Callable[[Data, "Teller"], str]

PARTS = {
    "title": "the title",
    "description": "the description",
    "begin": "the window",
    "end": "the window",
    "cis": "the items",
    "texts": "the words of the plan",
    "answers": "the answers about its risk",
    "steps": "the tasks",
    "auto_start": "how it starts",
}
CAME = {
    "edited": "its plan was edited",
    "expired": "its time passed",
    "recalled": "it was recalled",
    "refused": "it was refused",
}
PURPOSES = {"plan": "planned", "schedule": "to be scheduled", "authorise": "to be authorised", "start": "to start"}


def _quoted(data: Data, name: str, teller: "Teller") -> str:
    text = teller.text(data.get(name))
    return f": “{text}”" if text else ""


def _because(verb: str, name: str = "text") -> Phrase:
    return lambda data, teller: f"{verb}{_quoted(data, name, teller)}"


def _reason(verb: str) -> Phrase:
    """A reason that the desk gave in words, or a person."""

    def told(data: Data, teller: "Teller") -> str:
        said = data.get("words") or data.get("reason")
        return f"{verb}: {said}" if isinstance(said, str) and said else f"{verb}{_quoted(data, 'reason', teller)}"

    return told


def _edited(data: Data, _: "Teller") -> str:
    parts = list(dict.fromkeys(words for name, words in PARTS.items() if name in data))
    return f"edited the plan: {', '.join(parts)}" if parts else "edited the plan"


def _assessed(data: Data, _: "Teller") -> str:
    risk = data.get("risk") or {}
    level = str(risk.get("level") or "").replace("_", " ")
    return f"weighed its risk: {level}, {risk.get('score')} of 100" if risk else "weighed its risk"


def _judged(data: Data, _: "Teller") -> str:
    found = (data.get("verdict") or {}).get("obstacles") or ()
    blocking = [str(one.get("reason")) for one in found if one.get("blocking")]
    when = PURPOSES.get(str(data.get("purpose")), "planned")
    if blocking:
        return f"judged it as {when}; in its way: {' '.join(blocking)}"
    return f"judged it as {when}: nothing blocks it" + (f", {len(found)} to look at" if found else "")


def _misfits(data: Data, _: "Teller") -> str:
    return f"found that its model does not cover it: {' '.join(data.get('reasons') or ())}"


def _came(verb: str) -> Phrase:
    return lambda data, _: f"{verb}: {CAME.get(str(data.get('why')), data.get('why'))}" if data.get("why") else verb


def _due(verb: str) -> Phrase:
    def told(data: Data, teller: "Teller") -> str:
        return f"{verb}, {short(instant(data['due']), teller.who.zone)}" if data.get("due") else verb

    return told


def _started(data: Data, teller: "Teller") -> str:
    if data.get("ratify_by"):
        until = short(instant(data["ratify_by"]), teller.who.zone)
        return f"began it before it was authorised, to be ratified until {until}{_quoted(data, 'reason', teller)}"
    return "started the implementation"


def _outcome(verb: str, name: str) -> Phrase:
    def told(data: Data, teller: "Teller") -> str:
        badge = OUTCOMES.get(data.get(name))
        return f"{verb}{f' ({badge.label.lower()})' if badge else ''}{_quoted(data, 'text', teller)}"

    return told


def _caused(data: Data, _: "Teller") -> str:
    if data.get("open"):
        return f"learnt of an incident it caused: {data.get('ticket')}"
    return f"learnt that {data.get('ticket')}, which it caused, is done"


def _task(verb: str, name: str = "text") -> Phrase:
    def told(data: Data, teller: "Teller") -> str:
        said = _quoted(data, name, teller) or (f": {data['result']}" if data.get("result") else "")
        return f"{verb} {_named(data, teller)}{said}"

    return told


def _named(data: Data, teller: "Teller") -> str:
    """The task by its title; a back-out says so."""
    task = str(data.get("task") or data.get("of") or "")
    title = teller.titles.get(task) or task.removesuffix(SUFFIX)
    kind = "the back-out" if task.endswith(SUFFIX) else "the task"
    return f"{kind} “{title}”" if title else "a task"


def _reassigned(data: Data, teller: "Teller") -> str:
    face, team = teller.names.face(data.get("person")), teller.names.team(data.get("team"))
    to = ", ".join(name for name in (face.name if face else "", team) if name)
    return f"gave {_named(data, teller)} to {to or 'nobody'}{_quoted(data, 'text', teller)}"


def _backed_out(data: Data, teller: "Teller") -> str:
    said = _quoted(data, "text", teller)
    return f"began to back it out{said}" if said else f"began to back it out: {data.get('reason')}"


def _kept(data: Data, teller: "Teller") -> str:
    kept = ", ".join(teller.titles.get(one, one) for one in data.get("kept") or () if isinstance(one, str))
    return f"saw it backed out; nothing takes back: {kept}" if kept else "saw it backed out"


def _known_error(data: Data, teller: "Teller") -> str:
    cis = ", ".join(teller.names.ci(ci) for ci in data.get("cis") or () if isinstance(ci, str))
    return f"recorded a known error{f' on {cis}' if cis else ''}{_quoted(data, 'symptom', teller)}"


def _change_failed(data: Data, _: "Teller") -> str:
    outcome = str(data.get("outcome") or "failed").replace("_", " ")
    return f"learnt that {data.get('ticket')} did not solve it ({outcome})"


def _accepted(data: Data, teller: "Teller") -> str:
    if not data.get("review_at"):
        return "accepted the risk"
    return f"accepted the risk, to be looked at again {short(instant(data['review_at']), teller.who.zone)}"


def _with(verb: str, name: str) -> Phrase:
    """With a word about it, if there is one."""
    return lambda data, _: f"{verb}: {data[name]}" if data.get(name) else verb


PHRASES: Mapping[str, Phrase] = {
    "Edited": _edited,
    "RiskAssessed": _assessed,
    "GuardJudged": _judged,
    "ModelMisfits": _misfits,
    "AuthorizationLapsed": _came("saw its authorisation lapse"),
    "Rejected": _reason("saw it rejected"),
    "WindowMissed": _due("saw its window pass unused"),
    "WindowOverrun": _due("saw it overrun its window"),
    "RatificationMissed": _came("saw nobody ratify it"),
    "ImplementationStarted": _started,
    "BackingOut": _reason("is being backed out"),
    "Implemented": _outcome("finished the implementation", "proposed"),
    "Reviewed": _outcome("reviewed it", "outcome"),
    "IncidentCaused": _caused,
    "TaskTaken": _task("took"),
    "TaskDone": _task("completed"),
    "TaskFailed": _task("says it failed:"),
    "TaskSkipped": _task("skipped"),
    "TaskOverdue": _task("saw overdue"),
    "TaskCancelled": _task("called off"),
    "TaskReassigned": _reassigned,
    "BackOutStarted": _backed_out,
    "BackOutFailed": _task("cannot go on backing out before somebody sees to"),
    "BackOutResumed": _task("goes on backing out with"),
    "TasksBackedOut": _kept,
    "TasksCancelled": _because("called off its tasks"),
    "Assessed": _with("assessed it", "category"),
    "CauseRecorded": _because("recorded the root cause"),
    "WorkaroundPublished": _because("published a workaround"),
    "KnownErrorRecorded": _known_error,
    "ChangeRaised": _with("raised a change", "ticket"),
    "ChangeOpened": lambda data, _: f"is to be solved by {data.get('ticket') or 'a change'}",
    "ChangeFailed": _change_failed,
    "RiskAcceptanceAsked": _because("asked to accept the risk", "reason"),
    "RiskAccepted": lambda data, teller: _due("accepted the risk, looked at again")(
        {"due": data.get("review_at")}, teller
    ),
    "RiskNotAccepted": _reason("does not accept the risk"),
    "ReviewRecorded": _because("recorded the review"),
    "RecurrenceSeen": lambda data, _: f"saw it come back in {data.get('ticket')}",
}
