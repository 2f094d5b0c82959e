"""What all doors for machines share: whose key it is, from where, signed how; what is refused is counted and kept.

Trouble of our own is always 503 with Retry-After: tools try again after that and hardly after anything else.
"""

import base64
import binascii
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g, request
from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from integrations import signing
from longwatch.store import sealing, source_counts, sources
from longwatch.store.people import secret_digest
from longwatch.store.source_counts import Refusal
from longwatch.store.sources import Sender
from longwatch.store.tables_intake import SeenSignature
from longwatch.store.writing import changed, insert_once
from web.desk import desk
from web.errors import Problem

log = logging.getLogger(__name__)

LARGEST = 32 * 1024 * 1024
"""Bytes of a call."""
RETRY_AFTER = {"Retry-After": "5"}
REMEMBERED = timedelta(days=1)
"""How long a signed call is known again."""
KEY_PARAMETERS = ("auth_token", "access_token", "token")
"""Where tools put the key that can set no header and no path: Google Cloud Monitoring, CloudEvents, others."""

Shape = Callable[[int, str, dict[str, Any]], Response]
"""How a door words an answer that is no success: code, sentence, complaints by field."""


def answers(blueprint: Blueprint, shape: Shape) -> None:
    """Every refusal and all trouble behind this door is answered in its own words."""

    def problem(error: Problem) -> Response:
        _note(error)
        response = shape(error.code, error.message, error.errors)
        response.headers.update(error.headers)
        return response

    def http(error: HTTPException) -> Response:
        return shape(error.code or 500, str(error.description or ""), {})

    def trouble(error: Exception) -> Response:
        if isinstance(error, SQLAlchemyError):
            log.warning("a call at %s could not be stored: %s", request.endpoint, type(error).__name__)
        else:
            log.error("a call at %s could not be taken", request.endpoint, exc_info=error)
        response = shape(503, "The desk cannot store this now. Please send it again.", {})
        response.headers.update(RETRY_AFTER)
        return response

    blueprint.register_error_handler(Problem, problem)
    blueprint.register_error_handler(HTTPException, http)
    blueprint.register_error_handler(Exception, trouble)


def presented() -> str:
    """The key that a call shows in a header or in its query: bearer, GenieKey, password of basic, or a parameter."""
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "geniekey"):
        return rest.strip()
    if scheme.lower() == "basic":
        return _password(rest)
    return next((request.args[name] for name in KEY_PARAMETERS if request.args.get(name)), "")


def _password(text: str) -> str:
    try:
        return base64.b64decode(text.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def identified(kind: str | None, key: str) -> Sender:
    """Whose key it is; it opens the doors of its own kind only, from its own networks. Raises Problem (401, 403).

    No kind: a door that is the same for all of them.
    """
    store = desk().store
    with store.reading() as session:
        sender = sources.sender(store, session, secret_digest(key)) if key else None
    if sender is None or kind not in (None, sender.kind):
        raise Problem(401, "No source of this kind has this key.")
    g.sender = sender
    if not sender.admits(request.remote_addr or ""):
        raise Problem(403, f"The source {sender.name} may not send from {request.remote_addr}.")
    return sender


def body() -> bytes:
    """The body as it came. Raises Problem (413)."""
    request.max_content_length = LARGEST
    try:
        g.raw = request.get_data()
    except RequestEntityTooLarge:
        raise Problem(413, f"At most {LARGEST} bytes in one call.") from None
    raw: bytes = g.raw
    return raw


def signature(sender: Sender, raw: bytes) -> str | None:
    """The mark of a signed call; none where the source signs nothing. Raises Problem (401)."""
    if sender.signature is None:
        return None
    store = desk().store
    with store.reading() as session:
        now = store.now(session)
    secret = sealing.unseal(desk().settings.secret_keys, sender.secret or "")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        return signing.check(sender.signature, secret, headers, raw, now)
    except signing.BadSignature as problem:
        raise Problem(401, str(problem)) from None


def known(mark: str | None) -> bool:
    """Whether a call with this mark was taken before."""
    if mark is None:
        return False
    with desk().store.reading() as session:
        return session.get(SeenSignature, mark) is not None


def remember(mark: str | None) -> None:
    """Knows a signed call again from now on, for a day. Called after it is stored: better twice than lost."""
    if mark is None:
        return
    store = desk().store
    with store.writing() as session:
        now = store.now(session)
        insert_once(session, SeenSignature, {"sha256": mark, "at": now})
        changed(session, delete(SeenSignature).where(SeenSignature.at < now - REMEMBERED))


def _note(error: Problem) -> None:
    """Writes down a refusal where the source is known, for who mends the sender."""
    sender: Sender | None = g.get("sender")
    if sender is None or error.code >= 500:  # noqa: PLR2004
        return
    text = bytes(g.get("raw") or b"")[: 4 * source_counts.BODY].decode(errors="replace").replace("\x00", "\ufffd")
    refusal = Refusal(error.code, error.message, text)
    store = desk().store
    try:
        with store.writing() as session:
            source_counts.refuse(session, sender.name, refusal, store.now(session))
    except SQLAlchemyError as trouble:
        log.warning("a refusal of %s could not be noted: %s", sender.name, type(trouble).__name__)
