"""What the desk finds out by itself: a sign of life that is missing, an alert of which a tool never told the end.

It goes the one way in, as a call of the source concerned, so that it is split, grouped and journalled like any other.
No tool may send this: there is no door for it.
"""

import json
from collections.abc import Iterable
from typing import Any

from integrations import envelope
from integrations.alert import Alert, NotEnvelope, Untranslatable
from integrations.tool import Tool

KIND = "desk"
TOOL = Tool(label="The desk itself", setup="")


def body(alerts: Iterable[Alert]) -> str:
    """A call with these alerts, as it is kept in the inbox."""
    return json.dumps({"alerts": [alert.to_data() for alert in alerts]}, ensure_ascii=False)


def members(raw: bytes) -> list[dict[str, Any]]:
    """The alerts of one call. Raises NotEnvelope."""
    alerts = envelope.one(raw, "alerts")["alerts"]
    if not isinstance(alerts, list):
        raise NotEnvelope("alerts: Not a list.", "alerts")
    return [envelope.member(alert, {}) for alert in alerts]


def alert(member: dict[str, Any]) -> Alert:
    """The alert as it was written. Raises Untranslatable."""
    try:
        return Alert.from_data(member)
    except (KeyError, ValueError, TypeError, AttributeError) as problem:
        raise Untranslatable(f"The desk did not write this: {type(problem).__name__} {problem}.") from None
