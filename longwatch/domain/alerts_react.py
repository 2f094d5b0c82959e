"""What must follow from an alert group's facts: an incident is opened once per episode, and told what changes."""

from longwatch.domain import alerts_storm
from longwatch.domain.alerts_order import SEVERITIES
from longwatch.domain.alerts_state import Lead, State
from longwatch.domain.ticket import Effect, Fact, Open, Send

MOST_LISTED = 20
"""Titles of further alerts in an incident's description."""


def react(state: State, fact: Fact) -> list[Effect]:
    """The effects of the fact; `state` is the one after it."""
    if fact.type == "IncidentRequested":
        return [_open(state, fact)]
    if fact.type == "IncidentOpened":
        number = fact.data["number"]
        return [Send(number, "alert", event) for event in fact.data["events"]]
    if "event" in fact.data and state.engaged and state.incident is not None:
        return [Send(state.incident, "alert", fact.data["event"])]
    return []


def _open(state: State, fact: Fact) -> Open:
    severity, episode = fact.data["severity"], fact.data["episode"]
    storm = state.settings.storm
    behind = {"group": state.group, "episode": episode, "severity": severity}
    return Open(
        key=f"{state.group}:{episode}",
        kind="incident",
        data={
            "source": "monitoring",
            "ci": state.ci,
            "urgency": None,
            "impact": None,
            "alert": {**behind, "storm": storm} if storm else behind,
            "tags": [alerts_storm.TAG] if storm else [],
            "category": "monitoring",
        },
        texts={"title": _title(state, fact.data["count"]), "description": _description(state)},
    )


def _title(state: State, count: int) -> str:
    if state.settings.storm:
        return alerts_storm.title(state, count)
    lead = _lead(state)
    title = lead.title if lead else next((state.titles[key] for key in _others(state)), "Alerts")
    return title if count <= 1 else f"{title} (and {count - 1} more)"


def _description(state: State) -> str:
    """The lead's text and links, then the titles of the alerts that fire with it, the worst first."""
    lead = _lead(state)
    parts = [alerts_storm.description(state)] if state.settings.storm else []
    parts += [*([lead.title] if parts else []), lead.text, *lead.links] if lead else []
    others = [f"- {SEVERITIES[state.rows[key].severity]}: {state.titles[key]}" for key in _others(state)]
    if others:
        parts.append("Also firing:\n" + "\n".join(others))
    return "\n\n".join(part for part in parts if part)


def _lead(state: State) -> Lead | None:
    """The lead, unless it has ended while others fire on: parked alerts may wait for hours."""
    row = state.rows.get(state.lead.key) if state.lead else None
    return None if row is not None and not row.firing and state.firing() else state.lead


def _others(state: State) -> list[str]:
    lead = state.lead.key if state.lead else None
    firing = [key for key in state.titles if key != lead and key in state.rows and state.rows[key].firing]
    firing.sort(key=lambda key: state.rows[key].severity)
    return firing[:MOST_LISTED]
