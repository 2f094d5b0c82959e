"""Every error, mapped once: to JSON at the API, hooks and health, to a page everywhere else."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, jsonify, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateError
from markupsafe import escape
from marshmallow import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from longwatch.store.acceptance import KeyReused
from longwatch.store.ticket_lists import BadCursor

log = logging.getLogger(__name__)

RETRY_AFTER = 5
"""Seconds after which to try again while the database is away."""

JSON_DOORS = ("/api/", "/hooks/", "/healthz", "/readyz", "/metrics")

TITLES = {
    400: "That request could not be read",
    401: "Sign in first",
    403: "That is not yours to do",
    404: "There is nothing here",
    405: "That cannot be done here",
    409: "The rules say no",
    412: "Somebody was quicker",
    413: "That is too much at once",
    422: "Something is missing",
    429: "Too many tries",
    500: "That was our fault",
    503: "The database is away for a moment",
}


SENTENCES = {
    401: "Send a bearer token that is known and not revoked: Authorization: Bearer lw_...",
    403: "Your roles do not allow this.",
    404: "There is nothing at this address.",
    413: "That is larger than this address takes.",
    429: "Too many wrong passwords. Wait a minute, then try again.",
}
"""What is said where the library's own sentence says less."""


LAST_RESORT = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>{0}</title><h1>{0}</h1><p>{1}</p><pre>{2}</pre></html>'
)


class Problem(Exception):  # noqa: N818 - an answer, not a fault
    """An answer other than success. `errors` names fields and what is wrong with them."""

    def __init__(
        self, code: int, message: str, errors: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.errors = errors or {}
        self.headers = headers or {}


def register(app: Flask) -> None:
    """Takes over all error answers of the app; call it last, so that nobody else has the final word."""
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(KeyReused, _reused)
    app.register_error_handler(BadCursor, _cursor)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(InterfaceError, _database)
    app.register_error_handler(PoolTimeout, _database)
    app.register_error_handler(Exception, _unforeseen)


def answer(
    code: int, message: str, errors: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> Response:
    """The one error shape, or the error page."""
    response = _json(code, message, errors or {}) if wants_json() else _page(code, message)
    response.status_code = code
    response.headers.update(headers or {})
    return response


def wants_json() -> bool:
    """Whether a program asks."""
    return request.path.startswith(JSON_DOORS)


def _json(code: int, message: str, errors: dict[str, Any]) -> Response:
    return jsonify({"code": code, "status": _status(code), "message": message, "errors": errors})


def _status(code: int) -> str:
    return HTTPStatus(code).phrase


def _page(code: int, message: str) -> Response:
    title, kept = TITLES.get(code, _status(code)), _kept() if code >= HTTPStatus.INTERNAL_SERVER_ERROR else ""
    try:
        return Response(render_template("error.html", code=code, title=title, text=message, kept=kept))
    except (TemplateError, SQLAlchemyError):  # the page of last resort must not need what is broken
        log.warning("the error page could not be drawn either, so a plain one is sent")
    said = (escape(text) for text in (title, message, kept))
    return Response(LAST_RESORT.format(*said))


def _kept() -> str:
    """What somebody had typed, so that they need not type it again."""
    typed = {name: value for name, value in request.form.items() if name not in ("csrf_token", "password")}
    return "\n\n".join(value for value in typed.values() if value)


def _problem(problem: Problem) -> Response:
    return answer(problem.code, problem.message, problem.errors, problem.headers)


def _invalid(error: ValidationError) -> Response:
    errors = complaints(error)
    return answer(422, named(errors), errors)


def _reused(error: KeyReused) -> Response:
    return answer(422, str(error), {"Idempotency-Key": [str(error)]})


def _cursor(error: BadCursor) -> Response:
    if wants_json():
        return answer(422, str(error), {"after": [str(error)]})
    return answer(400, "This page of the list is not there any more. Begin at its first page.")


def complaints(error: ValidationError) -> dict[str, Any]:
    """What a schema complains of, by field; what concerns the whole under `_schema`."""
    found: Any = error.messages
    return found if isinstance(found, dict) else {error.field_name: found}


def named(errors: Mapping[str, Any]) -> str:
    """The first complaint of a schema as a sentence that names the field."""
    path, found = "", errors
    while isinstance(found, Mapping) and found:
        key = next(iter(found))
        path, found = f"{path}.{key}".strip("."), found[key]
    reason = found[0] if isinstance(found, list) and found else found
    return f"{path}: {reason}"[:500]


def _http(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    code = error.code or 500
    if code < 400:  # noqa: PLR2004 - redirects of the router
        return error.get_response()
    if code == 401 and "HX-Request" in request.headers:  # noqa: PLR2004
        return Response(SENTENCES[401], 401, mimetype="text/plain")  # the page stays, and what is typed in it
    if code == 401 and not wants_json():  # noqa: PLR2004
        wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(f"/sign-in?next={_quoted(wanted)}", 303)
    found = (getattr(error, "data", None) or {}).get("messages") or {}
    errors = found.get("query", found)
    message = named(errors) if errors else SENTENCES.get(code, str(error.description or ""))
    headers = {"WWW-Authenticate": "Bearer"} if code == 401 else {}  # noqa: PLR2004
    return answer(code, message, errors, headers)


def _quoted(path: str) -> str:
    return quote(path, safe="/")


def _forged(error: CSRFError) -> Response:
    return answer(400, f"The form was too old or not ours: {error.description} Go back, reload the page and try again.")


def _database(error: Exception) -> Response:
    log.error("the database is away: %s", type(error).__name__)
    message = "The database is away for a moment. Nothing was saved; please try again."
    return answer(ServiceUnavailable.code, message, headers={"Retry-After": str(RETRY_AFTER)})


def _unforeseen(error: Exception) -> Response:
    log.error("unforeseen error at %s %s", request.method, request.path, exc_info=error)
    return answer(InternalServerError.code, f"Something went wrong on our side. Request {g.get('request_id', '')}.")
