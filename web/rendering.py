"""One template, two answers: the full page to a browser, one named block of it to htmx."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app, render_template, request

STATIC = Path(__file__).parent / "static"


def render(template: str, block: str, **context: Any) -> str:
    """The page, or to an htmx request only `block` of it. A history restore gets the page: nothing of it is cached."""
    if not wants_block():
        return render_template(template, **context)
    current_app.update_template_context(context)
    loaded = current_app.jinja_env.get_template(template)
    return "".join(loaded.blocks[block](loaded.new_context(context)))


def wants_block() -> bool:
    """Whether htmx asks, and not for a whole page."""
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers and "HX-Boosted" not in headers


@cache
def asset(path: str) -> str:
    """The address of an own static file; it changes with the content, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def keeps_for_ever(path: str, query: str) -> bool:
    """Whether a static address names its content: by the version in the vendor path, or by the digest in the query."""
    return path.startswith("/static/vendor/") or (path.startswith("/static/") and query.startswith("v="))
