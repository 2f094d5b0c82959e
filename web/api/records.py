"""What stands behind a ticket: its journal, messages, clocks, links, what it waits for, and its proof."""

import json
from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session

from longwatch.domain.roles import is_staff
from longwatch.domain.ticket import Actor, Line, read_line, stamp
from longwatch.store import tickets
from longwatch.store.tickets import Found
from web import policies
from web.api.answers import found_or_404
from web.api.commands import command_json
from web.api.doors import Door
from web.api.schemas import ClocksOut, JournalOut, LinksOut, MessagesOut, ProofOut, TicketWaitingOut
from web.auth.identity import the_actor
from web.clocks import clocks_of
from web.desk import desk
from web.fields import Strict, Whole
from web.proof import prove
from web.ticket_json import person, text_of, waiting_for

blueprint = Door("records", __name__, description="What stands behind a ticket")

LARGEST_PAGE = 1000


class Lines(Strict):
    """A stretch of a journal."""

    after = Whole(0, 2**31 - 1, load_default=0, metadata={"description": "lines after this one"})
    limit = Whole(1, LARGEST_PAGE, load_default=200)


@blueprint.route("/tickets/<number>/journal", methods=["GET"])
@policies.staff
@blueprint.arguments(Lines, location="query")
@blueprint.alt_response(200, schema=JournalOut, description="Facts in order, with their hashes")
def journal(asked: dict[str, Any], number: str) -> Response:
    """Read a journal."""
    actor = the_actor()
    with desk().store.reading() as session:
        found_or_404(session, actor, number)
        lines = tickets.journal(session, number, asked["after"], asked["limit"] + 1)
        more, lines = len(lines) > asked["limit"], lines[: asked["limit"]]
        items = [_line(line) for line in lines]
        said = tickets.texts(session, tickets.bodies_in([item["data"] for item in items]))
    return jsonify({"items": items, "texts": said, "next": str(lines[-1].seq) if more else None})


def _line(line: Line) -> dict[str, Any]:
    return {**json.loads(line.text), "text": line.text, "prev": line.prev, "hash": line.hash}


@blueprint.route("/tickets/<number>/messages", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=MessagesOut, description="The conversation, in order")
def messages(number: str) -> Response:
    """Read the messages: all of them at the desk, the public ones elsewhere."""
    actor = the_actor()
    with desk().store.reading() as session:
        found_or_404(session, actor, number)
        return jsonify({"items": messages_of(session, actor, number)})


def messages_of(session: Session, actor: Actor, number: str) -> list[dict[str, Any]]:
    """The messages of a ticket that the actor may read, in order."""
    internal = is_staff(actor) or "auditor" in actor.roles
    written = []
    for line in tickets.journal(session, number):
        fact = read_line(line)
        own = fact.type == "MessageAdded" and (internal or fact.data["public"])
        if own or (fact.type == "MessageForwarded" and (internal or fact.data["by"] == "staff")):
            written.append((line.seq, fact))
    said = tickets.texts(session, [fact.data["body"]["body"] for _, fact in written])
    return [
        {
            "seq": seq,
            "at": stamp(fact.at),
            "author": person(fact.data.get("writer", fact.actor)),
            "origin": fact.data.get("origin", number),
            "public": fact.data["public"],
            "text": text_of(fact.data["body"], said),
        }
        for seq, fact in written
    ]


@blueprint.route("/tickets/<number>/clocks", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=ClocksOut, description="Each clock, with the reasons behind its deadline")
def clocks(number: str) -> Response:
    """Read the clocks, and why they stand as they do."""
    actor, store = the_actor(), desk().store
    with store.reading() as session:
        found = found_or_404(session, actor, number)
        return jsonify({"items": clocks_of(found.state, store.now(session))})


@blueprint.route("/tickets/<number>/links", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=LinksOut, description="Relations to other tickets")
def links(number: str) -> Response:
    """Read the links. Of tickets that are not for these eyes only the number is told."""
    actor = the_actor()
    with desk().store.reading() as session:
        found = found_or_404(session, actor, number)
        return jsonify({"items": [_link(session, actor, link) for link in getattr(found.state, "links", ())]})


def _link(session: Session, actor: Actor, link: Any) -> dict[str, Any]:
    other = tickets.find(session, actor, link.ticket)
    said = tickets.texts(session, [other.state.title["body"]]) if other and other.state.title else {}
    return {
        "type": link.type,
        "ticket": link.ticket,
        "status": other.state.status if other else None,
        "title": text_of(other.state.title, said) if other else None,
    }


@blueprint.route("/tickets/<number>/waiting", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=TicketWaitingOut, description="What it waits for, and what was asked of it")
def waiting(number: str) -> Response:
    """Read what the ticket waits for."""
    actor = the_actor()
    with desk().store.reading() as session:
        found = found_or_404(session, actor, number)
        return jsonify(
            {
                "items": waiting_for(found),
                "questions": _questions(found),
                "commands": [command_json(row, actor) for row in found.pending],
            }
        )


def _questions(found: Found) -> list[dict[str, Any]]:
    if found.opening is not None:
        return []
    return [{"id": asked.id, "kind": asked.kind} for asked in found.rules.questions(found.state)]


@blueprint.route("/tickets/<number>/proof", methods=["GET"])
@policies.staff
@blueprint.alt_response(200, schema=ProofOut, description="What was checked, and everything that is wrong")
def proof(number: str) -> Response:
    """Prove the ticket: its chain, its recorded state, its texts, and its replayed history."""
    actor = the_actor()
    with desk().store.reading() as session:
        found = found_or_404(session, actor, number)
    return jsonify({"number": number, "version": found.version, "head": found.head, **prove(number)})
