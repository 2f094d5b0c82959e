"""The approver's page: what is asked, who has said what, by which rule and until when, and the person's own vote."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain import approval as engine
from longwatch.domain.approval import Approval
from longwatch.domain.ticket import read_line
from longwatch.messages import CHANGE
from longwatch.store import tickets
from longwatch.store.tickets import Found
from web.console.approval_content import Changed, Part, changes, parts_of
from web.console.approval_view import (
    DECISIONS,
    ApprovalPanel,
    approval_panel,
    comments_in,
    own_vote,
    people_in,
)
from web.console.approval_words import vocabulary
from web.console.change_brief import ChangeBrief, brief_of
from web.console.conversation import Reader
from web.console.fields import Options
from web.console.names import names_of
from web.console.offers import allowed, options
from web.console.people import Face, Viewer
from web.console.reading import mentioned
from web.console.view_models import ActionForm, Refusal, action_forms
from web.console.waits import Pending, pendings, refusals
from web.console.words import Badge

BY_OWNERS = ("recall", "ask_approvers")
"""What those who put it up for approval may do here."""


@dataclass(frozen=True)
class OwnVote:
    """What the viewer may do with a voice of theirs. `why_not`: why they may not vote, as a sentence."""

    may_vote: bool
    why_not: str
    voted: Badge | None
    may_withdraw: bool
    may_delegate: bool
    may_ask: bool
    people: Options


@dataclass(frozen=True)
class ApproverPage:
    """All that approval.html draws. `stale`: it says something else than what the person had opened."""

    number: str
    title: str
    token: str
    asked_by: Face | None
    panel: ApprovalPanel
    stage: str
    content: str
    parts: Sequence[Part]
    changed: Sequence[Changed]
    stale: bool
    own: OwnVote
    owners: Sequence[ActionForm]
    pending: Sequence[Pending]
    notices: Sequence[Badge]
    refused: Refusal | None
    desk_sees: bool
    brief: ChangeBrief | None

    def typed(self, name: str) -> str:
        """What was typed into a field before it was refused."""
        return self.refused.typed.get(name, "") if self.refused is not None else ""


def approver_page(
    session: Session, who: Viewer, found: Found, seen: str | None = None, refused: Refusal | None = None
) -> ApproverPage | None:
    """The page; none where nothing was ever put up for approval. `seen`: the hash of what the person had opened."""
    approval: Approval | None = getattr(found.state, "approval", None)
    if approval is None or approval.policy is None:
        return None
    before = _state_with(session, found, seen) if seen and seen != approval.content else None
    content, then = (_content(found, state) for state in (found.state, before))
    reader = approval_reader(session, who, found, content, then)
    panel = approval_panel(found.number, approval, reader)
    assert panel is not None
    actions = allowed(session, found, who)
    owners = action_forms([action for action in actions if action.name in BY_OWNERS], {}, {}, refused)
    parts = parts_of(content, reader, vocabulary(found.state))
    return ApproverPage(
        number=found.number,
        title=reader.text(found.state.title) or "(no title)",
        token=secrets.token_urlsafe(12),
        asked_by=reader.names.face(found.state.requester or getattr(found.state, "author", None)),
        panel=panel,
        stage=approval.run.stage,
        content=approval.content,
        parts=parts,
        changed=changes(parts_of(then, reader, vocabulary(before)), parts) if before is not None else [],
        stale=bool(seen) and seen != approval.content,
        own=_own(session, approval, who, [action.name for action in actions]),
        owners=owners,
        pending=pendings(found, who),
        notices=refusals(session, found, who),
        refused=refused,
        desk_sees=who.staff,
        brief=brief_of(session, who, found.state) if found.kind == CHANGE else None,
    )


def panel_of(session: Session, who: Viewer, found: Found) -> ApprovalPanel | None:
    """The approval beside its ticket (`ticket_approval.html` draws it as `panel`); none where there never was one."""
    approval: Approval | None = getattr(found.state, "approval", None)
    if approval is None or approval.policy is None:
        return None
    return approval_panel(found.number, approval, approval_reader(session, who, found))


def approval_reader(session: Session, who: Viewer, found: Found, *contents: Any) -> Reader:
    """The names and words that an approval and what it is about refer to, looked up once."""
    state = found.state
    approval: Approval = state.approval
    named = mentioned(contents)
    people = [
        *people_in(approval),
        state.requester,
        getattr(state, "author", None),
        *(one for one in named if one.startswith("user:")),
    ]
    bodies = [*comments_in(approval), *tickets.bodies_in([*contents, state.title])]
    return Reader(who, names_of(session, people, named), tickets.texts(session, bodies))


def _content(found: Found, state: Any) -> Any:
    return found.rules.voted_on(state) if state is not None else {}


def _state_with(session: Session, found: Found, content: str) -> Any:
    """The ticket as it was when this content was put up or edited to; none if it never was."""
    state = found.rules.State()
    for line in tickets.journal(session, found.number):
        state = found.rules.evolve(state, read_line(line))
        if state.approval.content == content:
            return state
    return None


def _own(session: Session, approval: Approval, who: Viewer, names: Sequence[str]) -> OwnVote:
    voted = own_vote(approval, who.actor.id)
    delegates = "delegate" in names
    people = [one for one in options(session)["person"] if one[0] != who.actor.id] if delegates else []
    return OwnVote(
        may_vote="vote" in names,
        why_not=engine.obstacle(approval, who.actor, "vote") or "",
        voted=DECISIONS[voted] if voted is not None else None,
        may_withdraw="withdraw_vote" in names,
        may_delegate=delegates,
        may_ask="message" in names,
        people=people,
    )
