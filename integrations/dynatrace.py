"""Dynatrace, problem notifications by a custom template. ProblemSeverity is a kind of problem, not a rank.

A problem that was merged into another one neither begins nor ends.
"""

from typing import Any

from integrations import envelope, words
from integrations.alert import About, Alert, AlertState, Severity, Untranslatable
from integrations.building import built
from integrations.said import Said
from integrations.tool import Tool

TOOL = Tool(
    label="Dynatrace",
    setup="""
# Settings > Integration > Problem notifications > Add: Custom integration
# Webhook URL:
{hook}
# Custom payload:
{
  "PID": "{PID}", "ProblemID": "{ProblemID}", "State": "{State}", "ProblemSeverity": "{ProblemSeverity}",
  "ProblemTitle": "{ProblemTitle}", "ProblemURL": "{ProblemURL}", "ImpactedEntityNames": "{ImpactedEntityNames}",
  "ImpactedEntities": {ImpactedEntities}, "ProblemImpact": "{ProblemImpact}", "Tags": "{Tags}"
}
""",
)

UNSET = words.placeholder(r"\{[A-Za-z]+\}")
_SEVERITIES: dict[str, Severity] = {
    "AVAILABILITY": "critical",
    "ERROR": "error",
    "PERFORMANCE": "warning",
    "RESOURCE_CONTENTION": "warning",
    "CUSTOM_ALERT": "warning",
    "MONITORING_UNAVAILABLE": "warning",
    "INFO": "info",
}
_MEANING: dict[str, tuple[AlertState, About]] = {
    "OPEN": ("firing", "state"),
    "RESOLVED": ("resolved", "state"),
    "MERGED": ("firing", "note"),
}
_TEST = "99999"
"""The problem that "Send test notification" sends."""


def members(raw: bytes) -> list[dict[str, Any]]:
    """The one problem of a call. Raises NotEnvelope."""
    return [envelope.member(envelope.one(raw, "PID", "State"), {})]


def alert(member: dict[str, Any]) -> Alert:
    """The alert that a problem is. Raises Untranslatable."""
    said = Said(member, UNSET)
    word = said.text("State").strip().upper()
    if word not in _MEANING:
        raise Untranslatable(f"State is {words.line(word, 40)!r}, which is neither a beginning nor an end.")
    state, about = _MEANING[word]
    entities = [Said(each).text("name", "entity") for each in _entities(said)]
    title = said.text("ProblemTitle")
    return built(
        said.needed("PID", "ProblemID"),
        state,
        title or f"Problem {said.text('ProblemID')}",
        _SEVERITIES.get(said.text("ProblemSeverity").strip().upper(), "warning"),
        text=said.text("ProblemDetailsText"),
        hints=(*entities, *said.text("ImpactedEntityNames").split(", ")),
        labels=said.labels(),
        links=(said.at("ProblemURL"),),
        test=said.text("PID") == _TEST or "test notification" in title.lower(),
        about=about,
    )


def _entities(said: Said) -> list[Any]:
    found = said.at("ImpactedEntities")
    return found if isinstance(found, list) else words.json_list(found)
