"""Tasks that wait for somebody: one's own, a team's, or all that one may see."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from longwatch.domain.roles import SEES_ALL
from longwatch.domain.ticket import Actor, stamp
from longwatch.store import task_lists
from longwatch.store.task_lists import Shown, TaskPage
from longwatch.store.tasks import NEVER
from web import policies
from web.api.doors import Door
from web.auth.identity import the_actor
from web.desk import desk
from web.fields import Line, Strict, Whole
from web.ticket_json import person

blueprint = Door("tasks", __name__, description="Tasks that wait")


class Listing(Strict):
    """Whose tasks are listed: without either, all of those who see every ticket, else one's own and one's teams'."""

    mine = fields.String(validate=validate.Length(max=20), metadata={"description": "the asker's own; any value"})
    team = Line(metadata={"description": "those of a team"})
    limit = Whole(1, task_lists.LARGEST_PAGE, load_default=50)
    after = Line(1000, metadata={"description": "the `next` of the page before"})


class TaskOut(Schema):
    """A task or back-out, and the ticket it belongs to."""

    ticket = fields.String()
    kind = fields.String()
    ticket_title = fields.String(allow_none=True)
    id = fields.String()
    title = fields.String()
    stage = fields.Integer()
    back_out = fields.Boolean()
    status = fields.String()
    team = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    hook = fields.String(allow_none=True)
    due = fields.String(allow_none=True)
    overdue = fields.Boolean()


class TasksOut(Schema):
    """A page of tasks."""

    items = fields.List(fields.Nested(TaskOut))
    next = fields.String(allow_none=True)


@blueprint.route("/tasks", methods=["GET"])
@policies.signed_in
@blueprint.arguments(Listing, location="query")
@blueprint.alt_response(200, schema=TasksOut, description="By deadline, those without one last")
def listing(asked: dict[str, Any]) -> Response:
    """List tasks that somebody must see to."""
    actor = the_actor()
    with desk().store.reading() as session:
        page = _page(session, actor, asked)
        return jsonify({"items": [_task_json(one) for one in page.items], "next": page.next})


def _page(session: Session, actor: Actor, asked: dict[str, Any]) -> TaskPage:
    """Of teams one does not belong to, only those who see every ticket read the tasks."""
    if not actor.roles:
        return TaskPage([], None)
    everything = any(role in SEES_ALL for role in actor.roles)
    whose: dict[str, Any] = {} if everything else {"person": actor.id, "teams": actor.teams}
    if "team" in asked:
        whose = {"teams": (asked["team"],) if everything or asked["team"] in actor.teams else ()}
    if "mine" in asked:
        whose = {"person": actor.id}
    return task_lists.page(session, **whose, limit=asked["limit"], after=asked.get("after"))


def _task_json(one: Shown) -> dict[str, Any]:
    task = one.task
    return {
        "ticket": task.ticket,
        "kind": one.ticket.kind,
        "ticket_title": one.ticket_title,
        "id": task.id,
        "title": task.title,
        "stage": task.stage,
        "back_out": task.back_out,
        "status": task.status,
        "team": task.team,
        "person": person(task.person),
        "hook": task.hook,
        "due": None if task.due_at == NEVER else stamp(task.due_at),
        "overdue": task.overdue,
    }
