"""A desk with one alert group, for tests: gives it commands, keeps its facts and what followed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from longwatch.domain import alerts
from longwatch.domain.ticket import Actor, Command, Effect, Fact, Open, Question, Send, canonical, fold, later_of, stamp

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOOL = Actor("source:prometheus", "monitoring")
ENGINE = Actor("system:timer", "system")
PERSON = Actor("user:ada", "person", ("agent",))
PARTS = Actor("system:desk", "system")
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
    """`answers` are the desk's own parts: by kind of question, what they say at so many seconds after the start."""

    settings: dict[str, Any] = field(default_factory=dict)
    state: alerts.State = field(default_factory=alerts.State)
    facts: list[Fact] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    answers: dict[str, Callable[[Question], Any]] = field(default_factory=dict)

    def do(self, seconds: float, action: str, actor: Actor = ENGINE, **data: Any) -> list[Fact]:
        """One command at so many seconds after the start, then what is asked is answered; returns all facts."""
        facts = self.decide(seconds, action, actor, **data)
        return facts + self.answer(seconds)

    def answer(self, seconds: float) -> list[Fact]:
        """Each question once, as the loop asks them."""
        facts: list[Fact] = []
        asked: set[str] = set()
        for _ in range(20):
            waiting = [one for one in alerts.questions(self.state) if one.id not in asked and one.kind in self.answers]
            if not waiting:
                return facts
            asked.add(waiting[0].id)
            said = {
                "question": waiting[0].id,
                "kind": waiting[0].kind,
                "answer": self.answers[waiting[0].kind](waiting[0]),
            }
            facts += self.decide(seconds, "answered", PARTS, **said)
        raise AssertionError("it never stops asking")

    def decide(self, seconds: float, action: str, actor: Actor = ENGINE, **data: Any) -> list[Fact]:
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
        return self.do(seconds, "alerts", TOOL, **self.about(ci), alerts=list(delivered))

    def about(self, ci: str | None = "db1") -> dict[str, Any]:
        """What every command of the intake says of the group."""
        return {"group": GROUP, "source": "prometheus", "key": "prometheus/ci/db1", "ci": ci, "settings": self.settings}

    def remark(self, seconds: float, about: str, fingerprint: str = "a", text: str = "Known.") -> list[Fact]:
        """The tool says something of an alert."""
        said = {"about": about, "fingerprint": fingerprint, "author": "ben", "text": text, "at": when(seconds)}
        return self.do(seconds, "remark", TOOL, **self.about(), **said)

    def snooze(self, seconds: float, until: float, actor: Actor = PERSON) -> list[Fact]:
        """A person wants to hear nothing of it for a while."""
        return self.do(seconds, "snooze", actor, until=when(until), reason="The disk comes tomorrow.")

    def wake(self, seconds: float) -> list[Fact]:
        """What the loop does: an alarm for every deadline up to then, at its time."""
        facts: list[Fact] = []
        while (due := alerts.next_alarm(self.state)) and due.at <= clock(seconds):
            # what was asked before is asked again in every round, before the alarm is decided
            facts += self.answer((due.at - START).total_seconds())
            if alerts.next_alarm(self.state) != due:
                continue
            facts += self.do((due.at - START).total_seconds(), "alarm", name=due.name)
        return facts

    def number(self, seconds: float, number: str = "INC-000001") -> list[Fact]:
        return self.do(seconds, "opened", key=f"{GROUP}:{self.state.episode}", number=number)

    def opened(self) -> list[Open]:
        return [effect for effect in self.effects if isinstance(effect, Open)]

    def told(self) -> list[str]:
        return [event["event"] for event in self.sent()]

    def sent(self) -> list[dict[str, Any]]:
        """What the incident was told, in order."""
        return [dict(effect.data) for effect in self.effects if isinstance(effect, Send)]


def said(until: float | None, by: str = "CHG-000001") -> Callable[[Question], Any]:
    """What the desk answers: planned until so many seconds after the start, for questions about an instant before."""

    def answer(question: Question) -> dict[str, Any]:
        if until is None or question.data["at"] >= when(until):
            return {"until": None, "by": None, "text": "Nothing is planned."}
        return {"until": when(until), "by": by, "text": "Change CHG-000001 is scheduled."}

    return answer


def desk_with_incident(**settings: Any) -> Desk:
    """A group with an open incident, firing since second 0, known by its number since second 6."""
    desk = Desk(settings)
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    desk.number(6)
    return desk


def types(facts: list[Fact]) -> list[str]:
    return [fact.type for fact in facts]
