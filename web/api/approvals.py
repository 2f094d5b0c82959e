"""Approvals: how a ticket's stands, voting in a stage, and what waits for one's vote."""

from typing import Any

from flask import Response, jsonify
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from longwatch.domain import approval as engine
from longwatch.domain.approval import Approval
from longwatch.domain.ticket import Actor, Json, stamp
from longwatch.store import tickets, voice_lists
from longwatch.store.tickets import Found
from longwatch.store.voice_lists import Heard, VoicePage
from longwatch.store.voices import STATUSES, WAITS
from web import actions, commands, policies
from web.actions import Vote
from web.api.answers import absent, done, found_or_404
from web.api.approval_schemas import ApprovalOut, VoicesOut
from web.api.doors import ONCE, SEEN, Door, body, expected_version, idempotency_key
from web.api.schemas import AcceptedOut, TicketOut
from web.auth.identity import the_actor
from web.commands import Absent
from web.desk import desk
from web.fields import Line, Strict, Whole
from web.ticket_json import person, text_of

blueprint = Door("approvals", __name__, description="Approvals and votes")

EVERY = "all"


class StageVote(Vote):
    """A vote; its stage is named by the address."""

    class Meta(Vote.Meta):
        """Everything but the stage."""

        exclude = ("stage",)


class Listing(Strict):
    """Whose voices are listed. Those who see every ticket are shown everybody's, unless they ask for `mine`."""

    mine = fields.String(validate=validate.Length(max=20), metadata={"description": "the asker's own; any value"})
    status = Line(validate=validate.OneOf([*STATUSES, EVERY]), load_default=WAITS)
    limit = Whole(1, voice_lists.LARGEST_PAGE, load_default=50)
    after = Line(1000, metadata={"description": "the `next` of the page before"})


_VOTE = StageVote()


@blueprint.route("/tickets/<number>/approvals", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=ApprovalOut, description="Every stage: votes, who is missing, and by which rule")
def standing(number: str) -> Response:
    """Read how a ticket's approval stands."""
    actor = the_actor()
    with desk().store.reading() as session:
        return jsonify(approval_json(session, found_or_404(session, actor, number), actor))


def approval_json(session: Session, found: Found, actor: Actor) -> dict[str, Any]:
    """The approval with the words of its comments, and what the actor may do about it."""
    approval: Approval = getattr(found.state, "approval", None) or Approval()
    said = engine.standing(approval)
    texts = tickets.texts(session, tickets.bodies_in(said))
    stages = [_stage_json(stage, texts) for stage in said["stages"]]
    excluded = [_by_login(one, "person") for one in said.get("excluded", [])]
    return {
        **said,
        "ticket": found.number,
        "excluded": excluded,
        "stages": stages,
        "allowed_actions": _allowed(found, actor),
    }


def _allowed(found: Found, actor: Actor) -> list[str]:
    names = [action.name for action in found.rules.allowed(found.state, actor)]
    return [name for name in names if name in engine.ACTION_NAMES]


def _stage_json(stage: dict[str, Json], texts: Any) -> dict[str, Any]:
    votes = [{**_by_login(vote, "person", "by"), "comment": text_of(vote["comment"], texts)} for vote in stage["votes"]]
    silent = [_by_login(one, "person", "delegate") for one in stage["silent"]]
    left_out = [_by_login(one, "person") for one in stage["left_out"]]
    return {**stage, "votes": votes, "silent": silent, "left_out": left_out}


def _by_login(one: dict[str, Json], *names: str) -> dict[str, Json]:
    return {**one, **{name: person(one[name]) for name in names}}


@blueprint.route("/tickets/<number>/approvals/<stage>/votes", methods=["POST"], parameters=[ONCE, SEEN])
@policies.signed_in
@blueprint.takes(_VOTE)
@blueprint.alt_response(200, schema=TicketOut, description="The vote counts")
@blueprint.alt_response(202, schema=AcceptedOut, description="Saved, and being processed")
@blueprint.alt_response(409, schema="Error", description="Refused, with the reason: no voice, nothing to vote on")
@blueprint.alt_response(
    422, schema="Error", description="A closed stage, a text edited since, a refusal without reason"
)
def vote(number: str, stage: str) -> Response:
    """Vote in a stage. `content` is the hash of what you read: that of the approval when you read it."""
    actor, key, version = the_actor(), idempotency_key(), expected_version()
    raw = body()
    with desk().store.reading() as session:
        asked = actions.read(session, _VOTE, raw)
    data = {**asked.data, "stage": stage}
    try:
        result = commands.ask(actor, number, "vote", data, asked.texts, key=key, expected_version=version)
    except Absent:
        raise absent(number) from None
    return done(result, actor)


@blueprint.route("/approvals", methods=["GET"])
@policies.signed_in
@blueprint.arguments(Listing, location="query")
@blueprint.alt_response(200, schema=VoicesOut, description="Open ones by deadline, others the latest first")
def listing(asked: dict[str, Any]) -> Response:
    """List votes that are waited for, or were."""
    actor = the_actor()
    with desk().store.reading() as session:
        page = _page(session, actor, asked)
        return jsonify({"items": [_voice_json(one) for one in page.items], "next": page.next})


def _page(session: Session, actor: Actor, asked: dict[str, Any]) -> VoicePage:
    statuses = STATUSES if asked["status"] == EVERY else (asked["status"],)
    everybody = "mine" not in asked
    return voice_lists.page(session, actor, statuses, asked["limit"], asked.get("after"), everybody=everybody)


def _voice_json(one: Heard) -> dict[str, Any]:
    voice = one.voice
    return {
        "ticket": voice.ticket,
        "kind": one.ticket.kind,
        "title": one.title,
        "stage": voice.stage,
        "stage_title": voice.stage_title,
        "round": voice.round,
        "person": person(voice.person),
        "for": person(voice.holder),
        "why": voice.why,
        "status": voice.status,
        "decision": voice.decision,
        "voted_by": person(voice.voted_by),
        "asked_at": stamp(voice.asked_at),
        "due": stamp(voice.due_at),
    }
