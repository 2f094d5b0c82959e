"""The web: pages for people, an API for programs, hooks for monitoring tools."""

import logging
import secrets
from functools import partial
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, abort, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from longwatch.settings import Settings
from longwatch.store import inbox
from longwatch.store.database import Store, open_engine
from longwatch.store.together import Together
from longwatch.temporal import Bridge
from web import api, console, errors, health, hooks, policies
from web.auth import guard, identity, sign_in
from web.desk import Desk, Loops
from workflows.client import Tickets

LARGEST_BODY = 33 * 1024 * 1024
"""Bytes of a request; the doors set their own, lower limits."""


def create_app(
    settings: Settings, store: Store | None = None, bridge: Bridge | None = None, loops: Loops | None = None
) -> Flask:
    """The web application. `loops` replaces the way to the engine; only tests set it.

    Raises NoPolicy when a route does not say who may come in.
    """
    app = Flask(__name__)
    _configure(app, settings)
    held = store or Store(open_engine(settings.database_url))
    way = bridge if loops is not None else bridge or Bridge(settings)
    calls = Together(held, partial(inbox.keep, held))
    app.extensions["longwatch"] = Desk(settings, held, loops or Tickets(cast("Bridge", way)), calls, way)
    if settings.proxies:
        trusted = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)
        app.wsgi_app = trusted  # type: ignore[method-assign] # as Werkzeug's documentation does it
    app.before_request(_identify_request)
    app.before_request(policies.enforce)
    for part in (identity, guard, sign_in):
        part.register(app)
    _doors(app)
    policies.state(app, "static", policies.ANYONE)
    errors.register(app)
    policies.check(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secure = urlsplit(settings.base_url).scheme == "https"
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        SESSION_COOKIE_NAME="__Host-longwatch" if secure else f"longwatch-{settings.port}",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        RATELIMIT_HEADERS_ENABLED=False,
    )


def _doors(app: Flask) -> None:
    """Every part that brings routes."""
    for door in (health, hooks, api, console):
        door.register(app)


def _identify_request() -> None:
    """A mark that error pages show and logs carry, so that the two can be brought together."""
    g.request_id = secrets.token_hex(6)
    if not request.path.isprintable():
        abort(404)  # no address of ours holds control characters, and no database takes them
    logging.getLogger("web").debug("%s %s %s", g.request_id, request.method, request.path)
