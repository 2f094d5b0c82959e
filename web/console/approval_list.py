"""The list of what waits for a person's vote, and of what they voted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor
from longwatch.store import voice_lists
from longwatch.store.voice_lists import Heard
from longwatch.store.voices import CLOSED, VOTED, WAITS
from web.console.approval_view import DECISIONS
from web.console.names import names_of
from web.console.people import Face, Names, Viewer
from web.console.times import Chip, Moment, deadline, moment
from web.console.views import Empty, shown
from web.console.words import Badge, readable

ROWS = 50
MOST_WAITING = 99
"""The count in the navigation stops here."""

TABS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "waiting": ("Waiting for me", (WAITS,)),
    "done": ("Voted or over", (VOTED, CLOSED)),
}
"""Per tab its label, and the voices it shows."""

NOTHING: Mapping[str, Empty] = {
    "waiting": Empty(
        "Nothing waits for your approval",
        "When somebody needs your vote, it appears here and you are told.",
        icon="circle-check",
    ),
    "done": Empty("You have not been asked yet", "What you voted on stays here to be looked up.", icon="history"),
}


@dataclass(frozen=True)
class Asked:
    """A line of the list."""

    number: str
    title: str
    kind: str
    stage: str
    requester: Face | None
    why: str
    due: Chip | None
    asked: Moment
    voted: Badge | None


@dataclass(frozen=True)
class ApprovalList:
    """A page of the list."""

    tab: str
    rows: Sequence[Asked]
    empty: Empty
    next_href: str
    first_href: str


def approval_list(session: Session, who: Viewer, asked: Mapping[str, str]) -> ApprovalList:
    """The tab that was asked for. Raises BadCursor."""
    tab = asked["tab"] if asked.get("tab") in TABS else "waiting"
    listed = voice_lists.page(session, who.actor, TABS[tab][1], ROWS, asked.get("after"))
    people = [one.ticket.requester for one in listed.items] + [one.voice.holder for one in listed.items]
    names = names_of(session, people)
    base = "/approvals" if tab == "waiting" else f"/approvals?tab={tab}"
    beyond = {**({"tab": tab} if tab != "waiting" else {}), "after": listed.next}
    return ApprovalList(
        tab=tab,
        rows=[_line(one, names, who) for one in listed.items],
        empty=NOTHING[tab],
        next_href=f"/approvals?{urlencode(beyond)}" if listed.next else "",
        first_href=base if asked.get("after") else "",
    )


def _line(one: Heard, names: Names, who: Viewer) -> Asked:
    voice = one.voice
    stands_in = names.face(voice.holder) if voice.holder != voice.person else None
    waits = voice.status == WAITS
    return Asked(
        number=voice.ticket,
        title=one.title or "(no title)",
        kind=readable(one.ticket.kind),
        stage=voice.stage_title,
        requester=names.face(one.ticket.requester),
        why=f"for {stands_in.name}" if stands_in else "",
        due=deadline(voice.due_at, voice.asked_at, who.now, who.zone) if waits else None,
        asked=moment(voice.asked_at, who.now, who.zone),
        voted=DECISIONS.get(voice.decision or ""),
    )


def votes_owed(session: Session, actor: Actor) -> str:
    """How many votes wait for the person, capped, as text; empty for none."""
    count = voice_lists.waiting(session, actor, MOST_WAITING)
    return f"{MOST_WAITING}+" if count > MOST_WAITING else shown(count) if count else ""
