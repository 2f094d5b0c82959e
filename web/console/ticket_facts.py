"""What is known of a ticket, for its page: the head that says where it stands, and the facts beside the story."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from longwatch.store.projection import columns
from longwatch.store.tables import Ticket
from longwatch.store.tickets import Found
from web.console import words
from web.console.clock_cards import ClockCard, clock_cards
from web.console.conversation import Reader
from web.console.fields import SCALE
from web.console.links_panel import LinksPanel, links_panel
from web.console.major_panel import MajorPanel, major_panel
from web.console.people import Face
from web.console.times import Chip, Moment, moment
from web.console.view_models import time_left
from web.console.words import Badge


@dataclass(frozen=True)
class Head:
    """Where the ticket stands."""

    status: Badge
    priority: Badge
    priority_name: str
    left: Chip
    owner: Face | None
    team: str
    level: int


@dataclass(frozen=True)
class Facts:
    """What stands beside the story."""

    clocks: Sequence[ClockCard]
    requester: Face | None
    impact: str
    urgency: str
    category: str
    source: str
    policy: str
    expected_result: str
    nobody: str
    tags: Sequence[str]
    opened: Moment
    updated: Moment
    around: LinksPanel
    major: MajorPanel | None


def head_of(found: Found, reader: Reader) -> Head:
    """The head of a ticket."""
    state, names = found.state, reader.names
    return Head(
        status=words.status(state.status),
        priority=words.priority(state.priority),
        priority_name=words.PRIORITY_NAMES.get(state.priority, ""),
        left=time_left(Ticket(**columns(found.kind, state, found.version)), reader.who),
        owner=names.face(state.assignee),
        team=names.team(state.team),
        level=state.level,
    )


def facts_of(session: Session, found: Found, reader: Reader) -> Facts:
    """The facts of a ticket."""
    state, who = found.state, reader.who
    return Facts(
        clocks=clock_cards(state, who),
        requester=reader.names.face(state.requester),
        impact=SCALE.get(state.impact, ""),
        urgency=SCALE.get(state.urgency, ""),
        category=state.category or "",
        source=state.source,
        policy=_policy(state),
        expected_result=reader.text(state.expected_result),
        nobody="Monitoring" if getattr(state, "alert", None) else "Nobody",
        tags=state.tags,
        opened=moment(state.opened_at, who.now, who.zone),
        updated=moment(state.updated_at, who.now, who.zone),
        around=links_panel(session, state, reader),
        major=major_panel(state, reader),
    )


def _policy(state: Any) -> str:
    policy = state.policy
    return f"{policy.name}, version {policy.version}" if hasattr(policy, "name") else policy or ""
