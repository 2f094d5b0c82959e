"""Lists of voices: what waits for a person's vote, by deadline; what they voted on; paged by keyset."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from longwatch.domain.roles import SEES_ALL
from longwatch.domain.ticket import Actor, instant, stamp
from longwatch.store.tables import Body, Ticket
from longwatch.store.tables_approvals import Voice
from longwatch.store.ticket_lists import BadCursor
from longwatch.store.voices import WAITS

LARGEST_PAGE = 200
_KEYS = (Voice.due_at, Voice.ticket, Voice.stage, Voice.person)


@dataclass(frozen=True)
class Heard:
    """A voice, with the ticket it is about; `title` is none when the words were erased."""

    voice: Voice
    ticket: Ticket
    title: str | None


@dataclass(frozen=True)
class VoicePage:
    """A page of voices, and the cursor of the next one."""

    items: list[Heard]
    next: str | None


def page(
    session: Session,
    actor: Actor,
    statuses: Sequence[str] = (WAITS,),
    limit: int = 50,
    after: str | None = None,
    *,
    everybody: bool = False,
) -> VoicePage:
    """The actor's voices, or `everybody`'s for those who see every ticket: open ones by deadline, others latest first.

    Whoever holds no role any more sees nothing, their own included. Raises BadCursor.
    """
    if not actor.roles:
        return VoicePage([], None)
    limit = max(1, min(limit, LARGEST_PAGE))
    backwards = tuple(statuses) != (WAITS,)
    query = (
        select(Voice, Ticket, Body.text)
        .join(Ticket, Ticket.number == Voice.ticket)
        .outerjoin(Body, Body.id == Ticket.title_body)
        .where(Voice.status == statuses[0] if len(statuses) == 1 else Voice.status.in_(statuses))
    )
    if not (everybody and any(role in SEES_ALL for role in actor.roles)):
        query = query.where(Voice.person == actor.id)
    if after:
        query = query.where(_beyond(_read_cursor(after), backwards=backwards))
    keys = [key.desc() if backwards else key for key in _KEYS]
    rows = [Heard(*row) for row in session.execute(query.order_by(*keys).limit(limit + 1))]
    more, rows = len(rows) > limit, rows[:limit]
    return VoicePage(rows, _cursor(rows[-1].voice) if more else None)


def waiting(session: Session, actor: Actor, most: int) -> int:
    """How many votes wait for the actor; one more than `most` stands for all beyond."""
    if not actor.roles:
        return 0
    mine = select(literal(1).label("one")).where(Voice.person == actor.id, Voice.status == WAITS).limit(most + 1)
    return session.scalar(select(func.count()).select_from(mine.subquery())) or 0


def _beyond(values: list[Any], *, backwards: bool) -> ColumnElement[bool]:
    first, edge = _KEYS[0], values[0]
    steps = []
    for place, key in enumerate(_KEYS):
        equal = [earlier == value for earlier, value in zip(_KEYS[:place], values[:place], strict=True)]
        steps.append(and_(*equal, key < values[place] if backwards else key > values[place]))
    return and_(first <= edge if backwards else first >= edge, or_(*steps))


def _cursor(voice: Voice) -> str:
    plain = [stamp(voice.due_at), voice.ticket, voice.stage, voice.person]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read_cursor(text: str) -> list[datetime | str]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        due, *names = plain
        if len(names) != len(_KEYS) - 1 or not all(isinstance(name, str) for name in names):
            raise BadCursor("This cursor belongs to another list.")
        return [instant(due), *names]
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise BadCursor("This cursor was not made by this list.") from error
