"""Healthchecks.io, by a webhook with our template: a check is up or down.

Healthchecks writes a check's name into the template as it is, quotes and all, so the body may be broken JSON. The
template keeps the name last; then what comes can be read all the same.
"""

import re
from typing import Any

from integrations import envelope, words
from integrations.alert import Alert, NotEnvelope
from integrations.building import built, state_of
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Healthchecks.io",
    setup="""
# Integrations > Add > Webhook, method POST, the same for "goes down" and "goes up". URL:
{hook}
# Request body, in one line:
{"code": "$CODE", "status": "$STATUS", "now": "$NOW", "tags": "$TAGS", "name": "$NAME"}
# Request header: Content-Type: application/json
""",
)

UNSET = words.placeholder(r"\$[A-Z0-9]+")
_BROKEN = re.compile(
    r'\s*\{"code": "(?P<code>[^"]*)", "status": "(?P<status>[^"]*)", "now": "(?P<now>[^"]*)", '
    r'"tags": "(?P<tags>.*?)", "name": "(?P<name>.*)"\}\s*',
    re.DOTALL,
)


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one change of a call, by our template. Raises NotEnvelope."""
    try:
        body = envelope.one(raw, "code", "status")
    except NotEnvelope:
        found = _BROKEN.fullmatch(raw[: 4 * words.TEXT].decode(errors="replace"))
        if found is None:
            raise
        body = dict(found.groupdict())
    return [envelope.member(body, {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a check is. Raises Untranslatable."""
    said = Said(member, UNSET)
    state = state_of(said.text("status"), ("down",), ("up",), "status")
    name, at = said.text("name"), said.moment("now")
    return built(
        said.needed("code"),
        state,
        f"{name or 'A check'} is {'up' if state == 'resolved' else 'down'}",
        "error",
        starts_at=at if state == "firing" else None,
        ends_at=at if state == "resolved" else None,
        hints=(name, *said.text("tags").split()),
        labels={"name": name, "tags": said.text("tags")},
        links=(said.at("url"),),
    )
