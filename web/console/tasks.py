"""The page of tasks: what waits for the person, for their teams, and for those who see everything all of it."""

from flask import Blueprint, request

from web import policies
from web.console.frame import frame, viewer
from web.console.tasks_list import task_list
from web.desk import desk
from web.rendering import render

blueprint = Blueprint("tasks", __name__)


@blueprint.get("/tasks")
@policies.signed_in
def index() -> str:
    """One list, by deadline."""
    with desk().store.reading() as session:
        who = viewer(session)
        page = task_list(session, who, request.args)
        return render("tasks.html", "rows", page=page, **frame(session, who, "/tasks"))
