"""Monitoring tools that may send. A tool proves itself by its key, of which only the digest is kept.

A key is rotated with an overlap: the old one opens until then, so that nobody must change two machines at once.
"""

import ipaddress
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from longwatch.store.database import Store
from longwatch.store.people import secret_digest
from longwatch.store.tables import Source
from longwatch.store.tables_intake import SourceOldKey, SourceSetup
from longwatch.store.writing import changed

OVERLAP = timedelta(days=7)
"""How long the old key opens after a rotation, unless somebody says otherwise."""
MOST_NETWORKS = 50
_SENDER = (
    select(Source, SourceSetup).join(SourceSetup, SourceSetup.source == Source.name, isouter=True).where(Source.active)
)
LONGEST_NAME = 80
_BY_KEY = _SENDER.where(Source.key_sha256 == bindparam("key"))
# Made once: making a statement takes longer than carrying it out.


class BadSource(ValueError):  # noqa: N818 - named for who reads it
    """A source cannot be recorded like this; the text says why."""


@dataclass(frozen=True)
class Sender:
    """A monitoring tool that may send, and what it must show. `secret` is sealed."""

    name: str
    kind: str
    key_sha256: str
    networks: tuple[str, ...] = ()
    signature: str | None = None
    secret: str | None = None
    mapping: Mapping[str, Any] | None = None

    def admits(self, address: str) -> bool:
        """Whether calls may come from this address; from any where no network is named."""
        if not self.networks:
            return True
        try:
            caller = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = getattr(caller, "ipv4_mapped", None) or caller
        return any(mapped in ipaddress.ip_network(network) for network in self.networks)


def add(store: Store, session: Session, kind: str, name: str, settings: Mapping[str, int] | None = None) -> str:
    """Lets a tool send; returns its key, which is shown this once. `settings` are its alert groups', in seconds.

    Raises BadSource when the name is taken or unusable.
    """
    if not name or len(name) > LONGEST_NAME or not name.replace("-", "").replace(".", "").replace("_", "").isalnum():
        raise BadSource(f"{name!r} cannot name a source: use letters, digits, dots and dashes, at most {LONGEST_NAME}.")
    if session.get(Source, name) is not None:
        raise BadSource(f"There is a source called {name} already: choose another name.")
    key = _new_key()
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


def sender(store: Store, session: Session, key_sha256: str) -> Sender | None:
    """Whose key has this digest: the present one, or one before it whose overlap is not over.

    None for a source that is switched off.
    """
    known = session.execute(_BY_KEY, {"key": key_sha256}).first()
    if known is None:
        now = store.now(session)
        old = select(SourceOldKey.source).where(SourceOldKey.sha256 == key_sha256, SourceOldKey.until > now)
        known = session.execute(_SENDER.where(Source.name.in_(old))).first()
    if known is None:
        return None
    source, setup = known
    if setup is None:
        return Sender(source.name, source.kind, key_sha256)
    return Sender(
        source.name, source.kind, key_sha256, tuple(setup.networks), setup.signature, setup.secret, setup.mapping
    )


def rotate(store: Store, session: Session, name: str, overlap: timedelta = OVERLAP) -> str:
    """A new key, shown this once; the old one opens until the overlap is over. Raises BadSource for no such source."""
    source = found(session, name)
    now = store.now(session)
    changed(session, delete(SourceOldKey).where(SourceOldKey.until <= now))
    session.merge(SourceOldKey(sha256=source.key_sha256, source=name, until=now + overlap))
    key = _new_key()
    source.key_sha256 = secret_digest(key)
    session.flush()
    return key


def forget_old_keys(session: Session, name: str) -> int:
    """Ends every overlap at once, as after a key was lost; returns how many old keys open no more."""
    return changed(session, delete(SourceOldKey).where(SourceOldKey.source == name))


def old_keys(session: Session, name: str, now: datetime) -> list[datetime]:
    """Until when the old keys of a source still open, the last first."""
    living = select(SourceOldKey.until).where(SourceOldKey.source == name, SourceOldKey.until > now)
    return list(session.scalars(living.order_by(SourceOldKey.until.desc())))


def switch(session: Session, name: str, *, active: bool) -> None:
    """Lets a source send again, or no more. Raises BadSource for no such source."""
    found(session, name).active = active


def found(session: Session, name: str) -> Source:
    """The source of this name. Raises BadSource for no such source."""
    source = session.get(Source, name)
    if source is None:
        raise BadSource(f"There is no source called {name}.")
    return source


def setup(session: Session, name: str) -> SourceSetup:
    """What the source asks beyond its key, to be read and changed. Raises BadSource for no such source."""
    known = session.get(SourceSetup, found(session, name).name)
    if known is None:
        known = SourceSetup(source=name, networks=[])
        session.add(known)
    return known


def networks(given: Sequence[str]) -> list[str]:
    """The networks in their usual spelling, each once. Raises BadSource for what is none."""
    read = []
    for each in given:
        try:
            read.append(str(ipaddress.ip_network(each.strip(), strict=False)))
        except ValueError:
            raise BadSource(f"{each[:60]!r} is no address or network: write 192.0.2.7 or 10.0.0.0/8.") from None
    if len(read) > MOST_NETWORKS:
        raise BadSource(f"At most {MOST_NETWORKS} networks.")
    return sorted(set(read))


def test_alert(name: str, *, over: bool) -> dict[str, str]:
    """The alert that proves a source's way, in the desk's own JSON: it opens a real incident, and ends it."""
    return {
        "id": f"longwatch-test-{name}",
        "title": f"Test alert of {name}",
        "state": "resolved" if over else "firing",
        "severity": "info",
        "text": "Sent by hand. It opens a real incident; end it the same way.",
        "group": f"Test of {name}",
    }


def _new_key() -> str:
    """32 characters, as some tools insist."""
    return secrets.token_urlsafe(24)
