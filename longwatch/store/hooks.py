"""Outbound hooks: the tools that automatic tasks call. Where they are is a setting by version; what signs is sealed."""

import secrets
from collections.abc import Sequence

from sqlalchemy.orm import Session

from longwatch.domain.tasks_hook import Hook, read_hook
from longwatch.store import configuration
from longwatch.store.database import Store
from longwatch.store.sealing import seal, unseal
from longwatch.store.tables_tasks import HookSecret
from longwatch.store.writing import put

SECRET_BYTES = 32


def hook_in_force(session: Session, name: str) -> Hook | None:
    """The hook of this name as it is configured now. Raises HookFault for one that was stored but is none."""
    row = configuration.in_force(session, configuration.HOOK, name)
    return None if row is None else read_hook(row.data)


def keep_secret(store: Store, session: Session, keys: Sequence[str], name: str, secret: str) -> None:
    """From now on calls to the hook are signed with this secret. `keys` are the installation's."""
    put(session, HookSecret, {"hook": name, "sealed": seal(keys, secret), "set_at": store.now(session)})


def new_secret(store: Store, session: Session, keys: Sequence[str], name: str) -> str:
    """Makes a secret nobody knows yet, and keeps it; it is shown to the tool's administrator this once."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    keep_secret(store, session, keys, name, secret)
    return secret


def secret_of(session: Session, keys: Sequence[str], name: str) -> str | None:
    """What signs the calls to the hook. Raises Unsealable when the key it was sealed with is gone."""
    row = session.get(HookSecret, name)
    return None if row is None else unseal(keys, row.sealed)


def has_secret(session: Session, name: str) -> bool:
    """Whether calls to the hook can be signed."""
    return session.get(HookSecret, name) is not None
