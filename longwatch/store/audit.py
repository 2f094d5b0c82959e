"""The audit log: what administrators changed, outside of tickets, which have their own journals."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.store.database import Store
from longwatch.store.tables import Audit


def note(store: Store, session: Session, actor: Actor, action: str, subject: str, *, data: Mapping[str, Any]) -> None:
    """Writes what was done, by whom, to what, in the transaction that does it."""
    session.add(Audit(at=store.now(session), actor=actor.id, action=action, subject=subject, data=dict(data)))
