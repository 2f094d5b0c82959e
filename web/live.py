"""What changed, told to open pages as server-sent events: hints only, each page fetches what it shows by itself.

One thread per process looks at the database twice a second while anybody listens. A page that lost its stream fetches
everything once when it is back, so an event that nobody heard is never missed.
"""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask, Response, current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from activities.commands import actor_of
from longwatch.domain import roles
from longwatch.domain.ticket import Actor
from longwatch.store import people, task_holders, voices
from longwatch.store.database import Store
from longwatch.store.tables import Command, Delivery, Ticket
from longwatch.store.tables_alerts import GroupLine
from web import policies
from web.auth.identity import signed_in
from web.desk import desk

LOOKS_EVERY = 0.5
"""Seconds between looks; an update shows at most this long after its commit."""

WINDOW = timedelta(minutes=2)
"""Facts are dated by acceptance: rows this young may still change without a newer date. Older ones show by their
commands, which leave the list of those that wait."""

HEARTBEAT = 15.0
LIFE = 600.0
"""Seconds after which a stream ends by itself; the browser comes back."""

MOST_STREAMS = 300
"""Streams a process serves at once. A browser that finds none free asks every 20 s instead."""

MOST_GROUPS = 200
"""Alert groups of which a change is told by name, the last changed ones. In a storm the list changes anyhow."""

MOST_CHANGES = 500
"""More than this at once is told as "everything"."""

blueprint = Blueprint("live", __name__)


@dataclass(frozen=True)
class Change:
    """A ticket that changed, and what decides who may know of it: `voices` are approvers and who holds a task."""

    number: str
    requester: str | None
    team: str | None
    voices: frozenset[str] = frozenset()


@dataclass(frozen=True)
class News:
    """What one look found. `everything`: too much to name. `told`: people who got a notification."""

    changes: tuple[Change, ...] = ()
    told: frozenset[str] = frozenset()
    everything: bool = False

    def message(self, actor: Actor) -> dict[str, Any] | None:
        """What this actor may know of it; none when that is nothing."""
        mine = [one.number for one in self.changes if _visible(actor, one)]
        mail = actor.id in self.told
        if not mine and not mail and not self.everything:
            return None
        return {"tickets": mine, "people": mail, "all": self.everything}


def _visible(actor: Actor, one: Change) -> bool:
    voice = any(name in one.voices for name in (actor.id, *(f"team:{team}" for team in actor.teams)))
    return roles.visible(actor, one.requester, one.team, voice=voice)


@dataclass
class Watch:
    """What the looks have seen so far."""

    versions: dict[str, int] = field(default_factory=dict)
    waiting: dict[int, str] = field(default_factory=dict)
    delivery: int = 0
    begun: bool = False

    def look(self, session: Session, store: Store) -> News:
        """What is new since the last look; the first one only takes stock."""
        versions = self._young(session, store)
        waiting = dict(session.execute(_WAITING).all())
        told = self._told(session)
        moved = {number for number, version in versions.items() if self.versions.get(number) != version}
        moved |= {ticket for row, ticket in (waiting.items() ^ self.waiting.items())}
        first, self.begun = not self.begun, True
        self.versions, self.waiting = versions, waiting
        if first or not (moved or told):
            return News()
        return News(_changes(session, moved), told, everything=len(moved) > MOST_CHANGES)

    def _young(self, session: Session, store: Store) -> dict[str, int]:
        since = store.now(session) - WINDOW
        young = select(Ticket.number, Ticket.version).where(Ticket.updated_at > since)
        groups = select(GroupLine.group, GroupLine.version).where(GroupLine.changed_at > since)
        latest = groups.order_by(GroupLine.changed_at.desc()).limit(MOST_GROUPS)
        return dict([*session.execute(young).all(), *session.execute(latest).all()])

    def _told(self, session: Session) -> frozenset[str]:
        if not self.begun:
            self.delivery = session.scalar(select(func.max(Delivery.row))) or 0
        fresh = select(Delivery.row, Delivery.recipient).where(Delivery.row > self.delivery).order_by(Delivery.row)
        rows = session.execute(fresh).all()
        self.delivery = rows[-1][0] if rows else self.delivery
        return frozenset(recipient for _, recipient in rows)


_WAITING = (
    select(Command.row, Command.ticket).where(Command.outcome.is_(None)).order_by(Command.row).limit(MOST_CHANGES)
)


def _changes(session: Session, numbers: set[str]) -> tuple[Change, ...]:
    named = sorted(numbers)[:MOST_CHANGES]
    found = select(Ticket.number, Ticket.requester, Ticket.team).where(Ticket.number.in_(named))
    heard, held = voices.people_of(session, named), task_holders.holders_of(session, named)
    known = {
        number: Change(number, requester, team, heard.get(number, frozenset()) | held.get(number, frozenset()))
        for number, requester, team in session.execute(found)
    }
    return tuple(known.get(number, Change(number, None, None)) for number in named)


class Feed:
    """Looks for everybody who listens, and hands what it finds to each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._listeners: list[queue.SimpleQueue[News]] = []
        self._running = False

    def join(self) -> "queue.SimpleQueue[News] | None":
        """A place to hear from; none when all are taken."""
        with self._lock:
            if len(self._listeners) >= MOST_STREAMS:
                return None
            mine: queue.SimpleQueue[News] = queue.SimpleQueue()
            self._listeners.append(mine)
            if not self._running:
                self._running = True
                threading.Thread(target=self._run, name="live-feed", daemon=True).start()
            return mine

    def leave(self, mine: "queue.SimpleQueue[News]") -> None:
        """Gives the place back."""
        with self._lock:
            self._listeners.remove(mine)

    def _run(self) -> None:
        watch = Watch()
        while True:
            with self._lock:
                if not self._listeners:
                    self._running = False
                    return
                listeners = list(self._listeners)
            news = self._look(watch)
            if news != News():
                for listener in listeners:
                    listener.put(news)
            time.sleep(LOOKS_EVERY)

    def _look(self, watch: Watch) -> News:
        try:
            with self._store.reading() as session:
                return watch.look(session, self._store)
        except SQLAlchemyError:  # the database is away: pages say so themselves; a later look finds what changed
            return News()


def register(app: Flask) -> None:
    """Adds the stream's route and this process's feed."""
    app.extensions["longwatch_feed"] = Feed(desk_store(app))
    app.register_blueprint(blueprint)


def desk_store(app: Flask) -> Store:
    """The store of the installation the app serves."""
    store: Store = app.extensions["longwatch"].store
    return store


@blueprint.get("/live")
@policies.signed_in
def live() -> Response:
    """The stream of the person who asks; 204 when no more streams can be served."""
    feed: Feed = current_app.extensions["longwatch_feed"]
    person, mine = signed_in(), feed.join()
    assert person is not None
    if mine is None:
        return Response(status=204)
    who = rights_of(desk().store, person.secret)
    response = Response(stream(feed, mine, who), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


def rights_of(store: Store, secret: str) -> Callable[[], Actor | None]:
    """The listener's rights as of now: who signed out hears nothing more. Listening does not keep a session alive."""

    def now() -> Actor | None:
        with store.reading() as session:
            found = people.sign_in_of(session, secret, store.now(session))
            return actor_of(session, found[1].actor) if found else None

    return now


def stream(feed: Feed, mine: "queue.SimpleQueue[News]", who: Callable[[], Actor | None]) -> Iterator[str]:
    """Events for one browser, until its time is over or the person may not listen any more."""
    end = time.monotonic() + LIFE
    try:
        yield "retry: 3000\n\n"
        while time.monotonic() < end:
            news = _next(mine)
            actor = who()
            if actor is None:
                return
            message = news.message(actor) if news else None
            yield f"event: changed\ndata: {json.dumps(message)}\n\n" if message else ": still here\n\n"
    finally:
        feed.leave(mine)


def _next(mine: "queue.SimpleQueue[News]") -> News | None:
    try:
        return mine.get(timeout=HEARTBEAT)
    except queue.Empty:
        return None
