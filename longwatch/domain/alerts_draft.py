"""One decision on an alert group in the making: the facts written so far, and the state they lead to."""

from datetime import datetime, timedelta

from longwatch.domain.alerts_evolve import evolve
from longwatch.domain.alerts_order import SEVERITIES
from longwatch.domain.alerts_settings import ALWAYS, NEVER
from longwatch.domain.alerts_state import State
from longwatch.domain.ticket import Command, Fact, Json, stamp


class Draft:
    """The facts decided so far and the state they make."""

    def __init__(self, state: State, command: Command) -> None:
        self.state = state
        self.facts: list[Fact] = []
        self.at = command.at
        self.actor = command.actor.id

    def note(self, what: str, **data: Json) -> None:
        """One more fact."""
        fact = Fact(what, self.at, self.actor, data)
        self.facts.append(fact)
        self.state = evolve(self.state, fact)

    def move(self, what: str, since: datetime, seconds: int | None, event: str | None = None, **more: Json) -> None:
        """A move of the link at `since`, with the deadline it sets and the event its incident must hear of."""
        data: dict[str, Json] = {"since": stamp(since)}
        if seconds is not None:
            data["until"] = stamp(since + timedelta(seconds=seconds))
        if event is not None and self.state.engaged:
            data["event"] = event_of(self.state, event)
        self.note(what, **data, **more)


def event_of(state: State, event: str) -> dict[str, Json]:
    """What the incident is told. `resolve` says whether monitoring asks to resolve it.

    Not where a person has taken it, unless the policy resolves `always` (it says so: a person may have taken it
    meanwhile); and not where alerts found no room in the group: they may still be firing.
    """
    data: dict[str, Json] = {"event": event, "severity": SEVERITIES[state.worst()], "count": state.firing()}
    if event != "cleared":
        return data
    policy = state.settings.auto_resolve
    data["resolve"] = state.overflow == 0 and policy != NEVER and (policy == ALWAYS or not state.touched)
    return {**data, "always": True} if policy == ALWAYS else data
