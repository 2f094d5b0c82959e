"""One file per tool: what it sends becomes alerts in the desk's own words. Pure translation."""

from typing import Any, Protocol

from integrations import alertmanager, generic, opsgenie, pagerduty, servicenow
from integrations.alert import Alert
from integrations.tool import Tool


class Translator(Protocol):
    """What every tool's file offers."""

    TOOL: Tool

    def members(self, raw: bytes) -> list[dict[str, Any]]:
        """The alerts of one call, each JSON-clean and standing on its own. Raises NotEnvelope alone."""

    def alert(self, member: dict[str, Any]) -> Alert:
        """The alert that a member is. Raises Untranslatable alone."""


KINDS: dict[str, Translator] = {
    "alertmanager": alertmanager,
    "generic": generic,
    "opsgenie": opsgenie,
    "pagerduty": pagerduty,
    "servicenow": servicenow,
}
"""The kinds of sources, as they stand in the address of a hook."""
