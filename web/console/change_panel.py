"""A change on its page: plan in words, model, window, risk, obstacles, ratification, outcome and what it caused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain.change_state import TEXTS
from longwatch.messages import CHANGE
from longwatch.store.tickets import Found
from web.console.badges import Badge
from web.console.change_brief import ChangeBrief, brief_of
from web.console.conversation import Reader
from web.console.process_words import OUTCOMES, RATIFICATIONS
from web.console.times import Moment, moment

TITLES = {"plan": "Plan", "backout": "Back-out plan", "test": "Test", "communication": "Communication"}


@dataclass(frozen=True)
class Said:
    """A part of the plan in words; `by_model`: it is the model's."""

    title: str
    text: str
    by_model: bool = False


@dataclass(frozen=True)
class Caused:
    """An incident the change caused."""

    number: str
    open: bool


@dataclass(frozen=True)
class ChangePanel:
    """What is known of a change beyond what every ticket has."""

    brief: ChangeBrief
    words: Sequence[Said]
    missing: Sequence[str]
    model: str
    misfits: Sequence[str]
    waits_to: str
    again: Moment | None
    auto_start: bool
    authority: str
    ratified: Badge | None
    ratify_by: Moment | None
    started: Moment | None
    implemented: Moment | None
    outcome: Badge | None
    proposed: Badge | None
    review: str
    caused: Sequence[Caused]


WANTS = {
    "schedule": "be scheduled by its model",
    "authorise": "go before its authority",
    "start": "start",
}


def change_panel(session: Session, found: Found, reader: Reader) -> ChangePanel | None:
    """The panel of a change; none for other tickets."""
    if found.kind != CHANGE:
        return None
    state = found.state
    words = _words(state, reader)
    named = {said.title for said in words}
    return ChangePanel(
        brief=brief_of(session, reader.who, state),
        words=words,
        missing=[title.lower() for title in TITLES.values() if title not in named],
        model=_model(state),
        misfits=state.fits or (),
        waits_to=WANTS.get(state.wants, ""),
        again=_at(state.again_at, reader) if state.wants else None,
        auto_start=state.auto_start,
        authority=state.authority or (state.risk or {}).get("authority", ""),
        ratified=RATIFICATIONS.get(state.ratified),
        ratify_by=_at(state.ratify_by, reader) if state.ratified == "pending" else None,
        started=_at(state.started_at, reader),
        implemented=_at(state.implemented_at, reader),
        outcome=OUTCOMES.get(state.outcome),
        proposed=OUTCOMES.get(state.proposed) if state.outcome is None else None,
        review=reader.text(state.review) if state.review else "",
        caused=[Caused(number, is_open) for number, is_open in sorted(state.caused.items())],
    )


def _words(state: Any, reader: Reader) -> list[Said]:
    """What people wrote goes before what the model says."""
    terms = state.terms or {}
    found = []
    for name in TEXTS:
        if name in state.texts:
            found.append(Said(TITLES[name], reader.text(state.texts[name])))
        elif terms.get(name):
            found.append(Said(TITLES[name], terms[name], by_model=True))
    return found


def _model(state: Any) -> str:
    if state.model is None:
        return ""
    terms = state.terms
    return f"{terms['title']}, version {terms['version']}" if terms else state.model


def _at(at: Any, reader: Reader) -> Moment | None:
    return moment(at, reader.who.now, reader.who.zone) if at is not None else None
