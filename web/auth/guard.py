"""Guards every answer and every change: security headers, forged requests, guesses at passwords."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

from web.desk import desk
from web.rendering import keeps_for_ever

CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FOR_EVER = "public, max-age=31536000, immutable"

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://")
"""Counts per process: with several web processes an address has as many tries in each."""


def register(app: Flask) -> None:
    """Switches the guards on for the whole app; doors without cookies exempt themselves from the forgery guard."""
    csrf.init_app(app)
    limiter.init_app(app)
    app.before_request(same_origin)
    app.after_request(harden)


def same_origin() -> None:
    """A change asked by another site's page is refused, whatever cookies come with it."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    origin = request.headers.get("Origin")
    if origin is None or request.path.startswith(("/api/", "/hooks/")):
        return
    own = {request.host, urlsplit(desk().settings.base_url).netloc}
    if urlsplit(origin).netloc not in own:
        abort(403, "This request came from another site's page.")


def harden(response: Response) -> Response:
    """The headers of every answer; nothing but static files may be kept by anyone."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if desk().settings.base_url.startswith("https:"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if keeps_for_ever(request.path, request.query_string.decode("latin-1")):
        response.headers["Cache-Control"] = FOR_EVER
    elif not request.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
