"""What a person may do to a ticket, as forms: the decider's actions, with choices and what was typed before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Action
from longwatch.store.tables import Ci, Person, Team
from longwatch.store.tickets import Found
from web.action_kinds import schemas
from web.commands import draft_of
from web.console.fields import Options
from web.console.people import Viewer
from web.console.ticket_inputs import inputs_of
from web.console.view_models import Asking, Refusal

MOST_CHOICES = 500


@dataclass(frozen=True)
class Composer:
    """Where messages are written. `text` is what was typed before it was refused."""

    internal: bool
    public: bool
    can_wait: bool
    placeholder: str
    text: str = ""
    error: str = ""


def allowed(session: Session, found: Found, who: Viewer) -> list[Action]:
    """What the person may do once everything that waits is decided, as far as the pages can ask for it."""
    state = draft_of(session, found).state
    known = schemas(found.kind)
    return [action for action in found.rules.allowed(state, who.actor) if action.name in known]


def options(session: Session) -> dict[str, Options]:
    """The choices of fields that depend on who there is."""
    active = select(Person.login, Person.name).where(Person.active).order_by(Person.name)
    people = session.execute(active.limit(MOST_CHOICES))
    teams = session.execute(select(Team.id, Team.name).order_by(Team.name))
    cis = session.execute(select(Ci.id, Ci.name).order_by(Ci.name).limit(MOST_CHOICES))
    return {"person": [(f"user:{login}", name) for login, name in people], "team": list(teams), "ci": list(cis)}


def current(state: Any) -> dict[str, Any]:
    """What the fields of the actions begin with."""
    stated = {"impact": state.impact, "urgency": state.urgency, "team": state.team}
    return {**stated, "ci": state.ci, "tags": " ".join(state.tags)}


def asking_of(session: Session, found: Found, refused: Refusal | None) -> Asking:
    """What the forms of a ticket's actions are drawn from."""
    choices = options(session)
    return Asking(choices, current(found.state), refused, inputs_of(session, found, choices), kind=found.kind)


def composer(actions: Sequence[Action], refused: Refusal | None, *, internal: bool) -> Composer | None:
    """The composer, if the person may write; a refused message is kept in it."""
    names = {action.name for action in actions}
    if "message" not in names:
        return None
    mine = refused if refused is not None and refused.action == "message" else None
    typed = mine.typed if mine else {}
    return Composer(
        internal=internal,
        public=typed.get("audience", "public") != "internal",
        can_wait=internal and "hold" in names,
        placeholder="Write to the requester, or a note for the desk" if internal else "Write to us",
        text=typed.get("text", ""),
        error=mine.reason if mine else "",
    )
