"""The description of the API as a page of our own: no script, no asset from anywhere else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, render_template
from flask_smorest import Api

from web import policies

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Parameter:
    """Something a route takes."""

    name: str
    place: str
    type: str
    required: bool
    about: str


@dataclass(frozen=True)
class Operation:
    """A route of the API."""

    method: str
    path: str
    group: str
    summary: str
    parameters: tuple[Parameter, ...]
    fields: tuple[Parameter, ...]
    answers: tuple[tuple[str, str], ...]


def register(app: Flask, api: Api) -> None:
    """Adds the page."""
    blueprint = Blueprint("api_page", __name__)

    @blueprint.get("/api/v1/docs")
    @policies.anyone
    def page() -> str:
        """What the API can be asked."""
        spec = api.spec.to_dict()
        return render_template("api_docs.html", spec=spec, operations=list(operations(spec)))

    app.register_blueprint(blueprint)


def operations(spec: dict[str, Any]) -> Iterator[Operation]:
    """The routes that a description names, in its order."""
    for path, methods in spec["paths"].items():
        shared = methods.get("parameters", [])
        for method in METHODS:
            if method in methods:
                yield _operation(spec, path, method, methods[method], shared)


def _operation(spec: dict[str, Any], path: str, method: str, said: dict[str, Any], shared: list[Any]) -> Operation:
    return Operation(
        method.upper(),
        path,
        (said.get("tags") or [""])[0],
        said.get("summary", ""),
        tuple(_parameter(found) for found in [*shared, *said.get("parameters", [])]),
        tuple(_fields(spec, said.get("requestBody", {}))),
        tuple((code, _about(spec, answer)) for code, answer in said.get("responses", {}).items()),
    )


def _parameter(said: dict[str, Any]) -> Parameter:
    about = said.get("description", "") or said.get("schema", {}).get("description", "")
    return Parameter(said["name"], said["in"], _type(said.get("schema", {})), said.get("required", False), about)


def _fields(spec: dict[str, Any], body: dict[str, Any]) -> Iterator[Parameter]:
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    for one in schema.get("anyOf", [schema]):
        name, found = _resolved(spec, one)
        for field, said in found.get("properties", {}).items():
            place = name if "anyOf" in schema else "body"
            yield Parameter(field, place, _type(said), field in found.get("required", []), said.get("description", ""))


def _resolved(spec: dict[str, Any], schema: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = spec["components"]["schemas"].get(name, schema) if name else schema
    return name, found


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    return str(schema.get("format") or schema.get("type") or schema.get("$ref", "").rpartition("/")[2])


def _about(spec: dict[str, Any], answer: dict[str, Any]) -> str:
    name = answer.get("$ref", "").rpartition("/")[2]
    said = spec["components"].get("responses", {}).get(name, answer) if name else answer
    return str(said.get("description", ""))
