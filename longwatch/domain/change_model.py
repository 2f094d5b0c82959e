"""Change models (ITIL: standard change): pre-authorised ways of making a change that is made again and again.

A model says how the change is made (plan, test, tasks), how it is taken back, and under which conditions it needs no
authorisation of its own: on which items, by which teams, how long, at which times. A change pins the version it was
made from. A model whose change failed is *demoted*: no change starts from it until its owner publishes a new version.

    read_model(data)                          the model, or ModelFault(reason, field)
    misfits(model, use)                       why a use of it is not covered, each by reason and field; none: it is
    check_use(model, use)                     the same, as Refused for the first of them
    demoted(data, ticket, at, outcome)        the data of the version that replaces a model whose change failed

`tasks` is carried as plain data, as `tasks_plan` reads it: here only its shape is judged, what it means is the business
of the engine that runs the tasks. A change keeps what it needs of the model in its own facts: reading a stored model
again judges it by the rules of today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.change_model_terms import Conditions, read_conditions, read_tasks
from longwatch.domain.entries import LONGEST_TEXT, Entries, Fault, top
from longwatch.domain.schedule import Window, in_words
from longwatch.domain.schedule_scope import Subject
from longwatch.domain.ticket import Json, Refused, stamp

TEXTS = ("plan", "test", "backout", "communication")
"""What every change must say before it is made."""

FAILED = ("failed", "backed_out", "unauthorised")
"""Outcomes of a change after which its model is demoted."""


class ModelFault(Fault):
    """The model would not do what it says. `reason` is a sentence, `field` names the entry at fault."""


@dataclass(frozen=True)
class Demotion:
    """Why a model may not be used: the change that went wrong, how, and when it was known (UTC)."""

    ticket: str
    outcome: str
    at: datetime


@dataclass(frozen=True)
class Model:
    """A pre-authorised way of making a change. `tasks` is the plan of tasks, if it has one."""

    name: str
    version: int
    title: str
    texts: Mapping[str, str]
    tasks: Mapping[str, Json] | None
    conditions: Conditions
    expires_at: datetime | None = None
    enabled: bool = True
    demotion: Demotion | None = None


@dataclass(frozen=True)
class Use:
    """A change about to be made from a model. `open_times`: when the model's times admit work, as the desk unfolds it.

    `open_times` None: the model names no times.
    """

    window: Window
    subjects: tuple[Subject, ...]
    team: str | None
    now: datetime
    open_times: tuple[Window, ...] | None = None


@dataclass(frozen=True)
class Misfit:
    """Why a model does not cover a change: a sentence, and the input at fault."""

    reason: str
    field: str


def read_model(data: Mapping[str, Any]) -> Model:
    """The model that plain data describes. Raises ModelFault naming the entry at fault."""
    entries = top(data, ModelFault, "model")
    entries.only("name", "version", "title", *TEXTS, "tasks", "conditions", "expires_at", "enabled", "demotion")
    return Model(
        entries.text("name"),
        entries.number("version", 1, 10**9),
        entries.text("title"),
        {name: entries.text(name, LONGEST_TEXT) for name in TEXTS},
        read_tasks(entries),
        read_conditions(entries.part("conditions")),
        entries.moment_or_none("expires_at"),
        entries.flag("enabled", default=True),
        _demotion(entries),
    )


def _demotion(entries: Entries) -> Demotion | None:
    if entries.data.get("demotion") is None:
        return None
    part = entries.part("demotion")
    part.only("ticket", "outcome", "at")
    return Demotion(part.text("ticket"), part.choice("outcome", FAILED), part.moment("at"))


def model_data(model: Model) -> dict[str, Json]:
    """The model as facts and screens hold it, `read_model`'s inverse."""
    fallen = model.demotion
    return {
        "name": model.name,
        "version": model.version,
        "title": model.title,
        **dict(model.texts),
        "tasks": dict(model.tasks) if model.tasks else None,
        "conditions": model.conditions.data(),
        "expires_at": stamp(model.expires_at) if model.expires_at else None,
        "enabled": model.enabled,
        "demotion": {"ticket": fallen.ticket, "outcome": fallen.outcome, "at": stamp(fallen.at)} if fallen else None,
    }


def demoted(data: Mapping[str, Any], ticket: str, at: datetime, outcome: str) -> dict[str, Json]:
    """The data that replaces a model after a change from it failed. Raises ValueError when it did not fail."""
    if outcome not in FAILED:
        raise ValueError(f"{outcome!r} is no failure")
    return {**data, "demotion": {"ticket": ticket, "outcome": outcome, "at": stamp(at)}}


def usable(model: Model, now: datetime) -> Misfit | None:
    """Why no change may be made from the model now; None when one may."""
    if not model.enabled:
        return Misfit(f"The model {model.name} is switched off.", "model")
    if model.demotion is not None:
        fallen = model.demotion
        return Misfit(f"The model {model.name} was demoted after {fallen.ticket} ({fallen.outcome}).", "model")
    if model.expires_at is not None and model.expires_at <= now:
        return Misfit(f"The authorisation of the model {model.name} has expired.", "model")
    return None


def misfits(model: Model, use: Use) -> tuple[Misfit, ...]:
    """Why the model does not cover this change; none when it does."""
    terms = model.conditions
    found = [usable(model, use.now), _length(terms, use.window), _team(terms, use.team), *_items(terms, use.subjects)]
    if model.expires_at is not None and use.window.end > model.expires_at > use.now:
        found.append(Misfit(f"The authorisation of the model {model.name} ends before the window does.", "end"))
    if use.open_times is not None and not any(_holds(one, use.window) for one in use.open_times):
        found.append(Misfit("The window is not within the times the model allows.", "begin"))
    return tuple(one for one in found if one is not None)


def check_use(model: Model, use: Use) -> None:
    """Raises Refused, naming the field, for the first thing that does not fit."""
    for one in misfits(model, use):
        raise Refused(one.reason, one.field)


def _length(terms: Conditions, window: Window) -> Misfit | None:
    longest = timedelta(seconds=terms.longest)
    if window.length <= longest:
        return None
    return Misfit(f"The model allows a window of at most {in_words(longest)}.", "end")


def _team(terms: Conditions, team: str | None) -> Misfit | None:
    if not terms.teams or team in terms.teams:
        return None
    return Misfit(f"The model is for {', '.join(terms.teams)} alone.", "team")


def _items(terms: Conditions, subjects: tuple[Subject, ...]) -> list[Misfit]:
    """Only what is changed itself counts: what else is affected is a matter of risk."""
    own = [subject for subject in subjects if not subject.related]
    if not own:
        return [Misfit("Name the items that are changed.", "cis")]
    if len(own) > terms.most_items:
        return [Misfit(f"The model allows {terms.most_items} items at a time.", "cis")]
    return [Misfit(f"The model does not cover {one.ci}.", "cis") for one in own if not terms.admits(one)]


def _holds(outer: Window, inner: Window) -> bool:
    return outer.begin <= inner.begin and inner.end <= outer.end
