"""Several tickets that exchange words: each word waits until it is delivered, in order from each to each other."""

from collections import deque
from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.incident import incident
from longwatch.domain.ticket import Actor, Command, Fact, Notify, Open, Refused, Send, stamp
from tests.domain.incident_desk import AGENT, MATRIX, MONDAY, REQUESTER, UNKNOWN_CI, policy, ref

A, B, C = "INC-000001", "INC-000002", "INC-000003"


class Between:
    """A small world of incidents. Nothing is delivered before `deliver` or `settle`; questions are answered at once."""

    def __init__(self, *numbers: str) -> None:
        self.at: datetime = MONDAY
        self.states: dict[str, Any] = {}
        self.facts: dict[str, list[Fact]] = {}
        self.told: list[tuple[str, Notify]] = []
        self.elsewhere: list[Send] = []
        self.opened: dict[str, str] = {}
        self.waiting: dict[tuple[str, str], deque[Send]] = {}
        for number in numbers:
            self.open(number, requester=f"user:requester-of-{number[-1]}")

    def open(self, number: str, /, actor: Actor = AGENT, **data: Any) -> None:
        self.states[number], self.facts[number] = incident.State(), []
        opening = {"number": number, "title": ref(number), "source": "portal", "rules": incident.RULES, **data}
        self.send(actor, number, "open", **opening)

    def send(self, actor: Actor, number: str, action: str, /, **data: Any) -> list[Fact]:
        command = Command(f"{number}-{len(self.facts[number])}", action, self.at, actor, data)
        facts = incident.decide(self.states[number], command)
        for fact in facts:
            self.states[number] = incident.evolve(self.states[number], fact)
            self.facts[number].append(fact)
            for effect in incident.react(self.states[number], fact):
                self._carry_out(number, effect)
        self._answer(number)
        return facts

    def tries(self, actor: Actor, number: str, action: str, /, **data: Any) -> str | None:
        """The refusal, if it was refused."""
        try:
            self.send(actor, number, action, **data)
        except Refused as refused:
            return refused.reason
        return None

    def _carry_out(self, number: str, effect: Any) -> None:
        if isinstance(effect, Send) and effect.ticket in self.states:
            self.waiting.setdefault((number, effect.ticket), deque()).append(effect)
        elif isinstance(effect, Send):
            self.elsewhere.append(effect)
        elif isinstance(effect, Notify):
            self.told.append((number, effect))
        elif isinstance(effect, Open) and effect.key not in self.opened:
            fresh = self.opened[effect.key] = f"INC-{900 + len(self.opened):06}"
            if effect.kind == "incident":
                self.open(fresh, Actor(f"process:{number}", "system"), **effect.data)

    def _answer(self, number: str) -> None:
        while questions := [
            one for one in incident.questions(self.states[number]) if self._to(number, one) is not None
        ]:
            data = {"question": questions[0].id, "answer": self._to(number, questions[0])}
            self.send(Actor("system:desk", "system"), number, "answered", **data)

    def _to(self, number: str, question: Any) -> Any:
        match question.kind:
            case "impact":
                return UNKNOWN_CI
            case "matrix":
                return MATRIX
            case "policy":
                return policy(MONDAY, self.at + timedelta(days=90))
            case "routing":
                return {"team": "l1", "person": None, "reasons": []}
            case "merge_words" | "split_words":
                return {"messages": self._words(number, question.data.get("lines"))}
            case _:
                return None

    def _words(self, number: str, lines: list[int] | None) -> list[dict[str, Any]]:
        return [
            {"line": line, "body": fact.data["body"], "public": True, "by": fact.data["by"], "writer": fact.actor}
            | {"at": stamp(fact.at)}
            for line, fact in enumerate(self.facts[number], 1)
            if fact.type == "MessageAdded" and (lines is None or line in lines)
        ]

    def pairs(self) -> list[tuple[str, str]]:
        """Who has undelivered words for whom."""
        return sorted(pair for pair, words in self.waiting.items() if words)

    def deliver(self, pair: tuple[str, str]) -> None:
        """The next word from one ticket to another arrives."""
        word = self.waiting[pair].popleft()
        self.tries(Actor(f"process:{pair[0]}", "system"), pair[1], word.action, **word.data)

    def settle(self) -> "Between":
        for _ in range(2000):
            if not self.pairs():
                return self
            self.deliver(self.pairs()[0])
        raise AssertionError("the tickets never stop talking")

    def wait(self, **span: int) -> "Between":
        """Time passes; every alarm on the way rings, and what follows is delivered."""
        until = self.at + timedelta(**span)
        for _ in range(500):
            alarms = [(alarm.at, number) for number, state in self.states.items() if (alarm := _alarm(state))]
            if not alarms or min(alarms)[0] > until:
                self.at = until
                return self.settle()
            self.at = max(self.at, min(alarms)[0])
            self.send(Actor("system:timer", "system"), min(alarms)[1], "alarm", name="any")
            self.settle()
        raise AssertionError("the alarms never stop")

    def types(self, number: str) -> list[str]:
        return [fact.type for fact in self.facts[number]]

    def last(self, number: str, type_: str) -> Fact:
        return next(fact for fact in reversed(self.facts[number]) if fact.type == type_)

    def links(self, number: str) -> list[tuple[str, str]]:
        return sorted((link.type, link.ticket) for link in self.states[number].links)

    def notices(self, number: str, template: str) -> list[tuple[str, ...]]:
        return [note.to for ticket, note in self.told if (ticket, note.template) == (number, template)]


def _alarm(state: Any) -> Any:
    return incident.next_alarm(state)


def requester_of(number: str) -> Actor:
    """Who asked for help on this ticket."""
    return Actor(f"user:requester-of-{number[-1]}", roles=REQUESTER.roles)
