"""A desk with one alert group, for tests: gives it commands, keeps its facts and what followed."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from longwatch.domain import alerts
from longwatch.domain.ticket import Actor, Command, Effect, Fact, Open, Send, canonical, fold, later_of, stamp

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOOL = Actor("source:prometheus", "monitoring")
ENGINE = Actor("system:timer", "system")
PERSON = Actor("user:ada", "person", ("agent",))
GROUP = "alerts-1a2b"


def clock(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def when(seconds: float | None) -> str | None:
    return None if seconds is None else stamp(clock(seconds))


def alert(fingerprint: str, state: str = "firing", *, at: float, **more: Any) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint,
        "state": state,
        "title": more.get("title", f"Alert {fingerprint}"),
        "text": more.get("text", "What is wrong."),
        "severity": more.get("severity", "critical"),
        "starts_at": when(more.get("starts")),
        "ends_at": when(more.get("ends")),
        "links": more.get("links", []),
        "at": when(at),
    }


def firing(fingerprint: str, starts: float, *, at: float | None = None, **more: Any) -> dict[str, Any]:
    return alert(fingerprint, at=starts if at is None else at, starts=starts, **more)


def resolved(fingerprint: str, starts: float, ends: float, *, at: float | None = None, **more: Any) -> dict[str, Any]:
    return alert(fingerprint, "resolved", at=ends if at is None else at, starts=starts, ends=ends, **more)


@dataclass
class Desk:
    settings: dict[str, int] = field(default_factory=dict)
    state: alerts.State = field(default_factory=alerts.State)
    facts: list[Fact] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    def do(self, seconds: float, action: str, actor: Actor = ENGINE, **data: Any) -> list[Fact]:
        """One command at so many seconds after the start; returns its facts."""
        command = Command("c", action, clock(seconds), actor, data)
        command = later_of(command, self.facts[-1].at if self.facts else None)
        facts = alerts.decide(self.state, command)
        for fact in facts:
            canonical(dict(fact.data))
            self.state = alerts.evolve(self.state, fact)
            self.facts.append(fact)
            self.effects += alerts.react(self.state, fact)
        assert self.state == fold(alerts, self.facts)
        return facts

    def deliver(self, seconds: float, *delivered: dict[str, Any], ci: str | None = "db1") -> list[Fact]:
        data = {"group": GROUP, "source": "prometheus", "key": "prometheus/ci/db1", "ci": ci, "settings": self.settings}
        return self.do(seconds, "alerts", TOOL, **data, alerts=list(delivered))

    def wake(self, seconds: float) -> list[Fact]:
        """What the loop does: an alarm for every deadline up to then, at its time."""
        facts: list[Fact] = []
        while (due := alerts.next_alarm(self.state)) and due.at <= clock(seconds):
            facts += self.do((due.at - START).total_seconds(), "alarm", name=due.name)
        return facts

    def number(self, seconds: float, number: str = "INC-000001") -> list[Fact]:
        return self.do(seconds, "opened", key=f"{GROUP}:{self.state.episode}", number=number)

    def opened(self) -> list[Open]:
        return [effect for effect in self.effects if isinstance(effect, Open)]

    def told(self) -> list[str]:
        return [effect.data["event"] for effect in self.effects if isinstance(effect, Send)]


def desk_with_incident(**settings: int) -> Desk:
    """A group with an open incident, firing since second 0, known by its number since second 6."""
    desk = Desk(settings)
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    desk.number(6)
    return desk


def types(facts: list[Fact]) -> list[str]:
    return [fact.type for fact in facts]
