"""Monitoring tools that may send. A tool proves itself by its key, of which only the digest is kept."""

import secrets
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store.database import Store
from longwatch.store.people import secret_digest
from longwatch.store.tables import Source


class BadSource(ValueError):  # noqa: N818 - named for who reads it
    """A source cannot be recorded like this; the text says why."""


def add(store: Store, session: Session, kind: str, name: str, settings: Mapping[str, int] | None = None) -> str:
    """Lets a tool send; returns its key, which is shown this once. `settings` are its alert groups', in seconds.

    Raises BadSource when the name is taken or unusable.
    """
    if not name or len(name) > 80 or not name.replace("-", "").replace(".", "").replace("_", "").isalnum():  # noqa: PLR2004
        raise BadSource(f"{name!r} cannot name a source: use letters, digits, dots and dashes, at most 80.")
    if session.get(Source, name) is not None:
        raise BadSource(f"There is a source called {name} already: choose another name.")
    key = secrets.token_urlsafe(24)
    session.add(
        Source(
            name=name,
            kind=kind,
            key_sha256=secret_digest(key),
            settings=dict(settings or {}),
            created_at=store.now(session),
        )
    )
    session.flush()
    return key


def every(session: Session) -> list[Source]:
    """All sources, by name."""
    return list(session.scalars(select(Source).order_by(Source.name)))
