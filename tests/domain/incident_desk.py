"""A desk in miniature: sends commands to one incident, answers its questions, rings its alarms, keeps its journal."""

from datetime import UTC, datetime, timedelta
from typing import Any

from longwatch.domain.calendar import OpenHours
from longwatch.domain.case_moves import LINK_TYPES
from longwatch.domain.incident import incident
from longwatch.domain.ticket import Actor, Command, Fact, Refused, instant, stamp

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)

AGENT = Actor("user:agent", roles=("agent",), teams=("l1",))
AGENT2 = Actor("user:agent2", roles=("agent",), teams=("l2",))
LEAD = Actor("user:lead", roles=("lead", "agent"), teams=("l1",))
DISPATCHER = Actor("user:dispatcher", roles=("dispatcher",))
REQUESTER = Actor("user:requester", roles=("requester",))
STRANGER = Actor("user:stranger", roles=("requester",))
AUDITOR = Actor("user:auditor", roles=("auditor",))
TIMER = Actor("system:timer", kind="system")
DESK = Actor("system:answers", kind="system")
MONITORING = Actor("source:alertmanager", kind="monitoring")

LADDER = {
    "version": 1,
    "rungs": [
        {"id": "r50", "clock": "response", "share": 50, "do": [{"notify": ["assignee"]}]},
        {"id": "r100", "clock": "response", "share": 100, "do": [{"page": ["role:lead"]}, {"level": 1}]},
        {"id": "s75", "clock": "resolution", "share": 75, "do": [{"notify": ["assignee", "role:lead"]}]},
        {"id": "s100", "clock": "resolution", "share": 100, "do": [{"team": "l2"}, {"level": 2}]},
        {
            "id": "s-after",
            "clock": "resolution",
            "after": 20000,
            "do": [{"page": ["role:lead"]}],
            "repeat": {"every": 600, "times": 2},
        },
        {"id": "u100", "clock": "update", "share": 100, "do": [{"notify": ["assignee"]}]},
    ],
}

TARGETS = [
    {"clock": "response", "work": 900, "calendar": "office"},
    {"clock": "update", "work": 7200, "calendar": "office"},
    {"clock": "resolution", "work": 14400, "calendar": "office"},
]

MATRIX = {"version": 1, "cells": [[1, 2, 3], [2, 3, 4], [3, 4, 5]]}
UNKNOWN_CI = {"ci": None, "name": None, "criticality": None, "owner_team": None, "service": None, "affected": []}


def ref(name: str = "b1") -> dict[str, str]:
    return {"body": name, "sha256": "0" * 64}


def said(line: int, body: str = "b1") -> dict[str, Any]:
    """A message as the desk tells it, by reference."""
    at = stamp(MONDAY)
    return {"line": line, "body": ref(body), "public": True, "writer": "user:requester", "by": "requester", "at": at}


def office(since: datetime, until: datetime, version: int = 1, calendar: str = "office") -> dict[str, Any]:
    """Monday to Friday, 09:00 to 17:00 UTC."""
    first = since.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (first + timedelta(days=n) for n in range((until - first).days + 1))
    opened = [(day.replace(hour=9), day.replace(hour=17)) for day in days if day.weekday() < 5]
    hours = OpenHours(calendar, version, first, max(until, first), tuple(opened)).clip(since, until)
    return {
        "version": version,
        "since": stamp(since),
        "until": stamp(until),
        "intervals": [[stamp(begin), stamp(end)] for begin, end in hours.intervals if begin < end],
    }


def policy(since: datetime, until: datetime, **changes: Any) -> dict[str, Any]:
    answer = {
        "policy": "standard",
        "version": 1,
        "targets": TARGETS,
        "ladder": LADDER,
        "calendars": {"office": office(since, until)},
        "close_after": {"work": 3 * 8 * 3600, "calendar": "office"},
        "reopen_window": 10 * 24 * 3600,
    }
    return {**answer, **changes}


class Desk:
    """Time passes only when told to; what is due by then is done on the way, as the engine would."""

    rules: Any = incident
    """The process it is a desk for."""

    def __init__(self, at: datetime = MONDAY, **answers: Any) -> None:
        self.at = at
        self.state: Any = self.rules.State()
        self.facts: list[Fact] = []
        self.effects: list[Any] = []
        self.answers: dict[str, Any] = {
            "impact": UNKNOWN_CI,
            "matrix": MATRIX,
            "routing": {"team": "l1", "person": None, "reasons": ["category"]},
            **answers,
        }

    def send(self, actor: Actor, action: str, at: datetime | None = None, **data: Any) -> list[Fact]:
        command = Command(f"c{len(self.facts)}", action, at or self.at, actor, data)
        facts = self.rules.decide(self.state, command)
        for fact in facts:
            self.state = self.rules.evolve(self.state, fact)
            self.effects += self.rules.react(self.state, fact)
        self.facts += facts
        return facts

    def refusal(self, actor: Actor, action: str, **data: Any) -> Refused:
        before = self.state
        try:
            self.send(actor, action, **data)
        except Refused as refused:
            assert self.state == before
            return refused
        raise AssertionError(f"{action} was not refused")

    def open(self, actor: Actor = REQUESTER, *, answer: bool = True, **data: Any) -> "Desk":
        self.send(
            actor,
            "open",
            **{"number": "INC-000001", "title": ref(), "source": "portal", "rules": self.rules.RULES, **data},
        )
        if answer:
            self.answer()
        return self

    def open_by_alert(self, severity: str = "error", **data: Any) -> "Desk":
        alert = {"group": "ALG-1", "episode": 1, "severity": severity}
        return self.open(MONITORING, source="monitoring", alert=alert, **data)

    def answer(self) -> None:
        """Answers every question there is, until there are none (an answer of None leaves it open)."""
        for _ in range(30):
            open_questions = [one for one in self.rules.questions(self.state) if self._to(one) is not None]
            if not open_questions:
                return
            one = open_questions[0]
            self.send(DESK, "answered", question=one.id, kind=one.kind, answer=self._to(one))
        raise AssertionError("it never stops asking")

    def _to(self, question: Any) -> Any:
        about = question.data
        match question.kind:
            case "policy" if "policy" not in self.answers:
                return policy(instant(about["since"]), self.at + timedelta(days=90))
            case "policy" if callable(self.answers["policy"]):
                return self.answers["policy"](about, instant(about["since"]), self.at + timedelta(days=90))
            case "calendar" if "calendar" not in self.answers:
                return office(instant(about["since"]), instant(about["until"]), version=2, calendar=about["calendar"])
            case "merge_words":
                return self.answers.get("merge_words", {"messages": [said(3)]})
            case "split_words":
                return self.answers.get("split_words", {"messages": [said(line) for line in about["lines"]]})
            case kind:
                return self.answers[kind]

    def wait(self, **span: int) -> "Desk":
        return self.wait_until(self.at + timedelta(**span))

    def wait_until(self, at: datetime) -> "Desk":
        for _ in range(2000):
            alarm = self.rules.next_alarm(self.state)
            if alarm is None or alarm.at > at:
                self.at = at
                return self
            self.at = max(self.at, alarm.at)
            self.send(TIMER, "alarm", name=alarm.name)
            self.answer()
        raise AssertionError("the alarm never stops")

    def types(self) -> list[str]:
        return [fact.type for fact in self.facts]

    def last(self, type_: str) -> Fact:
        return next(fact for fact in reversed(self.facts) if fact.type == type_)

    def all(self, type_: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.type == type_]

    def clock(self, name: str) -> Any:
        clock = self.state.clock(name)
        assert clock is not None
        return clock


def fitting(state: incident.State, action: str, at: datetime) -> dict[str, Any]:
    """The least that makes sense to send with an action, whatever state the incident is in."""
    impact = 1 if state.impact != 1 else 2
    return {
        "open": {"number": "INC-000001", "title": ref(), "source": "portal"},
        "message": {"public": True, "body": ref()},
        "resolve": {"code": "fixed", "text": ref()},
        "reopen": {"reason": ref()},
        "hold": {"reason": "planned_until", "until": stamp(at + timedelta(days=1))},
        "assign": {"team": "l1" if state.team != "l1" else "l2"},
        "prioritise": {"impact": impact},
        "escalate": {"reason": ref()},
        "relate_ci": {"ci": "db-1" if state.ci != "db-1" else "db-2"},
        "tag": {"tags": ["a"] if state.tags != ("a",) else ["b"]},
        "link": {"type": "related", "ticket": f"PRB-{len(state.links) + 1:06}"},
        "cancel": {"reason": ref()},
        "unlink": _first_link(state),
        "merge": {"into": "INC-000009"},
        "split": {"title": ref(), "messages": [1]},
        **major(state),
    }.get(action, {})


def _first_link(state: incident.State) -> dict[str, Any]:
    by_hand = [link for link in state.links if link.type in LINK_TYPES]
    return {"type": by_hand[0].type, "ticket": by_hand[0].ticket} if by_hand else {}


def major(state: incident.State) -> dict[str, dict[str, Any]]:
    """The least that makes sense to send with the actions of a major incident."""
    words: dict[str, Any] = {"text": ref()}
    team = state.major_team
    room, cadence = (team.war_room, team.cadence) if team else (None, 0)
    staff = {"manager": "user:lead", "communications": "user:agent2", "technical_lead": "user:agent"}
    return {
        "propose_major": {"reason": ref()},
        "decline_major": {"reason": ref()},
        "declare_major": staff,
        "staff_major": {"cadence": 600 if cadence != 600 else 900},
        "set_war_room": {"war_room": "https://meet.example.com/1" if room is None else None},
        **dict.fromkeys(("mitigate", "stand_down", "stakeholder_update", "review_major"), words),
    }


def taken() -> Desk:
    desk = Desk().open()
    desk.send(AGENT, "take")
    return desk


def started() -> Desk:
    desk = taken()
    desk.send(AGENT, "start")
    return desk


def resolved() -> Desk:
    desk = started()
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    return desk


def closed() -> Desk:
    desk = resolved()
    desk.send(REQUESTER, "confirm")
    return desk


def worked_on() -> Desk:
    desk = Desk().open()
    desk.send(AGENT, "start")
    return desk


def rungs(desk: Desk, type_: str = "RungRun") -> list[str]:
    return [fact.data["rung"] for fact in desk.all(type_)]
