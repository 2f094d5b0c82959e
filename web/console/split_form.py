"""Splitting a ticket on a page of its own: which of its messages are about something else."""

import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from longwatch.store import tickets
from longwatch.store.tickets import Found
from web.console.offers import allowed
from web.console.people import Viewer
from web.console.ticket_inputs import of_split
from web.console.view_models import ActionForm, Asking, Refusal, action_form


@dataclass(frozen=True)
class SplitForm:
    """What ticket_split.html draws, under the names that forms of actions know a ticket by."""

    number: str
    version: int
    token: str
    form: ActionForm
    query: str = ""


def split_form(session: Session, who: Viewer, found: Found, refused: Refusal | None) -> SplitForm | None:
    """The form; none when this person may not split the ticket now."""
    action = next((action for action in allowed(session, found, who) if action.name == "split"), None)
    if action is None:
        return None
    instead = of_split(session, tickets.journal(session, found.number))
    form = action_form(action, Asking(refused=refused, instead=instead))
    return SplitForm(found.number, found.version, secrets.token_urlsafe(12), form)
