"""AWS CloudWatch alarms through Amazon SNS: a JSON text in a signed JSON message. The door checks the signature.

Identity is the alarm's ARN. OK ends an alarm; INSUFFICIENT_DATA neither begins nor ends one. CloudWatch knows no
severity: a word such as `critical` in brackets or after a slash in the alarm's name is taken as one.
"""

import re
from typing import Any

from integrations import envelope, sns, strict_json, words
from integrations.alert import About, Alert, AlertState, NotEnvelope, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="AWS CloudWatch (SNS)",
    setup="""
# SNS > Topics > your topic > Create subscription: protocol HTTPS, raw message delivery off, endpoint:
{hook}
# The desk confirms the subscription by itself within a minute; then use the topic in the alarms' actions,
# for "In alarm" and for "OK".
""",
)

_STATES: dict[str, tuple[AlertState, About]] = {
    "ALARM": ("firing", "state"),
    "OK": ("resolved", "state"),
    "INSUFFICIENT_DATA": ("firing", "note"),
}
_RANK = re.compile(r"[\[/(: ](critical|error|warning|info|sev[0-4]|p[1-5])\b", re.IGNORECASE)


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one notification of a call; none in a confirmation. Raises NotEnvelope."""
    message = sns.checked(strict_json.read(raw))
    return [envelope.member(dict(message), {})] if message["Type"] == sns.NOTIFICATION else []


def alert(member: dict[str, Any]) -> Alert:
    """The alarm that a notification carries. Raises Untranslatable."""
    said = Said(_alarm(Said(member).needed("Message")))
    word = said.text("NewStateValue")
    if word not in _STATES:
        raise Untranslatable(f"NewStateValue is {words.line(word, 40)!r}, which is no state of an alarm.")
    state, about = _STATES[word]
    name = said.text("AlarmName")
    rank = _RANK.search(name)
    at = said.moment("StateChangeTime")
    dimensions = _dimensions(said)
    return built(
        said.needed("AlarmArn", "AlarmName"),
        state,
        name,
        words.severity(rank.group(1)) if rank else "error",
        text="\n\n".join(part for part in (said.text("AlarmDescription"), said.text("NewStateReason")) if part),
        starts_at=at if state == "firing" else None,
        ends_at=at if state == "resolved" else None,
        hints=dimensions.values(),
        labels={**dimensions, **said.labels(), "metric": said.text("Trigger.MetricName")},
        about=about,
    )


def _alarm(text: str) -> Any:
    try:
        return strict_json.read(text.encode(errors="replace"))
    except NotEnvelope:
        raise Untranslatable("Message is not the JSON of a CloudWatch alarm.") from None


def _dimensions(said: Said) -> dict[str, str]:
    """Which instance, database or queue it is about, by the names Amazon gives."""
    pairs = [Said(each) for each in said.part("Trigger").each("Dimensions")]
    return {pair.text("name", "Name"): pair.text("value", "Value") for pair in pairs if pair.text("name", "Name")}
