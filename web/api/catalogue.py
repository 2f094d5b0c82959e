"""What may be asked for: the catalogue's items, their forms, and the JSON Schema of the answers."""

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields

from longwatch.domain.catalogue import Item, item_data, schema_of
from web import ordering, policies
from web.api.doors import Door
from web.auth.identity import the_actor
from web.desk import desk
from web.errors import Problem

blueprint = Door("catalogue", __name__, description="What may be asked for")


class ItemOut(Schema):
    """An item of the catalogue."""

    name = fields.String()
    version = fields.Integer()
    title = fields.String()
    description = fields.String()
    category = fields.String()
    icon = fields.String()


class FormOut(ItemOut):
    """An item with its form, and what its answers must look like."""

    form = fields.List(fields.Dict())
    schema = fields.Dict(metadata={"description": "JSON Schema of `answers`"})
    approval = fields.Boolean(metadata={"description": "whether somebody may have to agree"})


class ItemsOut(Schema):
    """The catalogue."""

    items = fields.List(fields.Nested(ItemOut))
    next = fields.String(allow_none=True)


@blueprint.route("/catalogue", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=ItemsOut, description="By category and title")
def listing() -> Response:
    """List what may be asked for."""
    with desk().store.reading() as session:
        items = [_line(item) for item in ordering.offered(session, the_actor())]
    return jsonify({"items": items, "next": None})


@blueprint.route("/catalogue/<name>", methods=["GET"])
@policies.signed_in
@blueprint.alt_response(200, schema=FormOut, description="The item; its version is the ETag")
def one(name: str) -> Response:
    """Read an item with its form."""
    with desk().store.reading() as session:
        item = ordering.offer(session, the_actor(), name)
    if item is None:
        raise Problem(404, f"The catalogue offers no {name[:40]} to you.")
    response = jsonify(
        {
            **_line(item),
            "form": item_data(item)["form"],
            "schema": schema_of(item),
            "approval": item.approval is not None,
        }
    )
    response.set_etag(str(item.version))
    return response


def _line(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in ("name", "version", "title", "description", "category", "icon")}
