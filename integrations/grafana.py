"""Grafana alerting: Alertmanager's call with more beside it, so Alertmanager's translator reads it.

Two organisations may use one source, so the organisation is part of the identity. DatasourceNoData and DatasourceError
are alerts of their own, as Grafana means them.
"""

from dataclasses import replace
from typing import Any

from integrations import alertmanager, words
from integrations.alert import Alert
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Grafana alerting",
    setup="""
# Alerting > Contact points > Add: integration Webhook
# URL:
{hook}
# HTTP method: POST. Leave "Disable resolved message" off.
# Optional: HMAC signature, with the secret that is set for this source.
""",
    signatures=("grafana", "longwatch"),
)

members = alertmanager.members


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a member is. Raises Untranslatable."""
    found = alertmanager.alert(member)
    said = Said(member)
    organisation = said.text("orgId", "_envelope.orgId")
    identity = f"{organisation}:{found.fingerprint}" if organisation not in {"", "1"} else found.fingerprint
    shown = [said.at(name) for name in ("panelURL", "dashboardURL", "silenceURL")]
    values = said.text("valueString")
    return replace(
        found,
        fingerprint=words.fingerprint(identity, {}),
        text=words.prose("\n\n".join(part for part in (found.text, values) if part)),
        links=words.links((*shown, *found.links)),
    )
