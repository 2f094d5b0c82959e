"""The REST API, version 1: bearer tokens, strict schemas, one error shape. No cookie opens this door."""

from flask import Flask
from flask_smorest import Api

from web import policies
from web.api import (
    acting,
    alerts,
    approvals,
    back_calls,
    calendar,
    calendar_windows,
    catalogue,
    cis,
    commands,
    configuration,
    docs,
    inbox,
    opening,
    records,
    tasks,
    tickets,
)
from web.auth.guard import csrf

PREFIX = "/api/v1"

DESCRIPTION = """Everything the desk can be asked by a program. Send a bearer token, and an `Idempotency-Key` with every
POST that must happen once. `ETag` is a ticket's version; send it as `If-Match` to act only on what you saw."""


def register(app: Flask) -> None:
    """Adds all routes and their description."""
    app.config.update(
        API_TITLE="Longwatch",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION},
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )
    api = Api(app)
    for part in (
        opening,
        acting,
        alerts,
        tickets,
        records,
        commands,
        inbox,
        back_calls,
        cis,
        approvals,
        tasks,
        calendar,
        calendar_windows,
        catalogue,
        configuration,
    ):
        csrf.exempt(part.blueprint)
        api.register_blueprint(part.blueprint, url_prefix=PREFIX)
    policies.state(app, "api-docs.openapi_json", policies.ANYONE)
    docs.register(app, api)
