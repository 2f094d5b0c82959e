"""The incident of a storm: one for all that a source began to tell above its rate, proposed as a major incident."""

from longwatch.domain.alerts_state import State

TAG = "storm"


def title(state: State, count: int) -> str:
    """What it is called: by its source and how much fires."""
    return f"Alert storm from {state.source}: {count} alerts firing"


def description(state: State) -> str:
    """What happened, and what the counts are, before the alerts themselves are listed."""
    bound, firing = state.settings.storm, state.firing()
    said = f"{state.source} began more than {bound} new groups of alerts a minute. All that was new from then on is"
    parts = [f"{said} gathered in this one incident: {firing} alerts fire now, {state.alerts} deliveries were counted."]
    if state.overflow:
        parts.append(f"{state.overflow} more found no room in the group's list; they stand in the list of alerts.")
    parts.append("Groups that fired before the storm keep incidents of their own.")
    return " ".join(parts)
