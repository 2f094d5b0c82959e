"""Where the tool behind a source is told of incidents: set by administrators, its credentials sealed and never shown.

Which kinds of tools there are is not known here; whoever offers a form judges what a kind needs.
"""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store.database import Store
from longwatch.store.sealing import seal, unseal
from longwatch.store.sources import BadSource, found
from longwatch.store.tables_back_channel import SourceBack

LEAST_HOURS, USUAL_HOURS, MOST_HOURS = 1, 4, 168
LONGEST = 2_000
"""Characters of an address, a user's name and a secret."""
LONGEST_AUTHORITY = 100_000


@dataclass(frozen=True)
class Wish:
    """What somebody wants a back channel to be. An empty `secret` keeps the one that is set."""

    kind: str
    address: str
    user: str = ""
    secret: str = ""
    authority: str = ""
    tells: tuple[str, ...] = ()
    hours: int = USUAL_HOURS
    options: Mapping[str, bool] = field(default_factory=dict)


def set_back(store: Store, session: Session, keys: Sequence[str], source: str, wish: Wish) -> SourceBack:
    """From now on the tool is told like this. `keys` are the installation's.

    A secret stays with the host it was given for: for another host, or another kind, it must be given again, so that
    nobody can have it sent where it does not belong. Raises BadSource saying what cannot be.
    """
    found(session, source)
    _judge(wish)
    row = session.get(SourceBack, source)
    moved = row is not None and (row.kind, _host(row.address)) != (wish.kind, _host(wish.address))
    if moved and row is not None and row.secret and not wish.secret:
        raise BadSource("Its kind or host is another one: please give the credentials again.")
    row = row or SourceBack(source=source, active=True)
    row.kind, row.address, row.user, row.hours = wish.kind, wish.address, wish.user, wish.hours
    row.tells, row.options, row.authority = list(wish.tells), dict(wish.options), wish.authority or None
    row.secret = seal(keys, wish.secret) if wish.secret else row.secret
    row.active, row.changed_at = True, store.now(session)
    session.add(row)
    session.flush()
    return row


def switch_off(store: Store, session: Session, source: str) -> None:
    """The tool hears nothing more; where it is stays known. Raises BadSource for a source that tells nobody."""
    row = back_of(session, source)
    row.active, row.changed_at = False, store.now(session)


def back_of(session: Session, source: str) -> SourceBack:
    """Where the tool behind a source is told. Raises BadSource where nothing was set."""
    row = session.get(SourceBack, found(session, source).name)
    if row is None:
        raise BadSource(f"{source} has no back channel: nothing was set.")
    return row


def secret_of(keys: Sequence[str], row: SourceBack) -> str:
    """Its secret in clear; empty for none. Raises Unsealable when the key it was sealed with is gone."""
    return unseal(keys, row.secret) if row.secret else ""


def active_backs(session: Session, sources: Sequence[str]) -> dict[str, SourceBack]:
    """Those of the sources that have a back channel switched on, by name."""
    rows = select(SourceBack).where(SourceBack.active, SourceBack.source.in_(sources))
    return {row.source: row for row in session.scalars(rows)}


def _judge(wish: Wish) -> None:
    parts = urlsplit(_line(wish.address, "The address"))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadSource("The address must be a web address such as https://alertmanager.example:9093.")
    if parts.username is not None or parts.password is not None:
        raise BadSource("Credentials have fields of their own: leave them out of the address.")
    if parts.query or parts.fragment:
        raise BadSource("The address has neither a question mark nor a hash sign.")
    _line(wish.user, "The user")
    _line(wish.secret, "The secret")
    if ":" in wish.user:
        raise BadSource("A user's name cannot hold a colon.")
    if not LEAST_HOURS <= wish.hours <= MOST_HOURS:
        raise BadSource(f"A silence stands for {LEAST_HOURS} to {MOST_HOURS} hours.")
    if wish.authority:
        _certificates(wish.authority)


def _line(text: str, what: str) -> str:
    if len(text) > LONGEST or not text.isprintable() or text != text.strip():
        raise BadSource(f"{what} must be one line without blanks around it, of at most {LONGEST} characters.")
    try:
        urlsplit(text).port  # noqa: B018 - reading it is the check
    except ValueError:
        raise BadSource(f"{what} cannot be read: look at its port and brackets.") from None
    return text


def _certificates(text: str) -> None:
    try:
        ssl.create_default_context().load_verify_locations(cadata=text[:LONGEST_AUTHORITY])
    except (ValueError, ssl.SSLError):
        raise BadSource("The authority is no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----.") from None


def _host(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port
