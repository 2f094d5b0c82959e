"""Alerts of the past under rules that are only thought of: the real placing, the real decider, and virtual time.

Nobody takes an incident here, and no work is planned: what is compared is what rules alone make of the same alerts.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any, cast

from activities.correlation import Group, group_of, local
from activities.correlation_memory import Memory
from activities.intake_telling import about, told_of
from integrations.alert import Alert, Severity
from longwatch.domain import alerts
from longwatch.domain.correlating import Seen
from longwatch.domain.correlating_place import Correlator, Living, Placing
from longwatch.domain.correlating_rules import Rule
from longwatch.domain.ticket import Actor, Command, Open, stamp

MONITORING, TIMER = Actor("source:preview", "monitoring"), Actor("system:timer", "system")


@dataclass(frozen=True)
class Heard:
    """One alert of the past, with what the rules are told of it."""

    alert: Alert
    seen: Seen


@dataclass
class Made:
    """A group that the rules made: how many alerts came to it, and how many incidents it asked for."""

    living: Living
    state: alerts.State
    reasons: dict[str, int] = field(default_factory=dict)
    alerts: int = 0
    incidents: int = 0
    title: str = ""


class Replay:
    """One set of rules at work. `settings` are those of each source, `bounds` its new groups a minute."""

    def __init__(
        self, rules: Sequence[Rule], memory: Memory, settings: dict[str, dict[str, Any]], bounds: dict[str, int]
    ) -> None:
        self.made: dict[str, Made] = {}
        self._rules = rules
        self._severities = {rule.name: rule.severity for rule in rules}
        self._memory = memory
        self._settings = settings
        self._bounds = bounds
        self._correlators: dict[str, Correlator] = {}
        self._routes: dict[tuple[str, str], Placing] = {}
        self._marks: dict[str, set[tuple[str, str]]] = {}
        self._alarms: list[tuple[datetime, str]] = []

    def hear(self, heard: Iterable[Heard], until: datetime) -> None:
        """Takes the alerts in the order in which they came, and lets time pass until the end."""
        for at, call in groupby(heard, key=lambda each: each.seen.at):
            self._pass(at)
            self._tell(at, call)
        self._pass(until)

    def _tell(self, at: datetime, call: Iterable[Heard]) -> None:
        """What came at one time: one command for each group, as in earnest."""
        told: dict[str, list[dict[str, Any]]] = {}
        for heard in call:
            placing = self._placing(heard)
            made = self.made.setdefault(placing.group.id, Made(placing.group, alerts.State(), title=heard.seen.title))
            made.alerts += 1
            made.reasons[placing.reason] = made.reasons.get(placing.reason, 0) + 1
            told.setdefault(placing.group.id, []).append(self._told(heard, placing))
        for group, some in told.items():
            made = self.made[group]
            known = group_of(made.living)
            said = {**about(known, self._treated(known)), "alerts": some}
            self._decide(made, Command("alerts", "alerts", at, MONITORING, said))

    def _told(self, heard: Heard, placing: Placing) -> dict[str, Any]:
        severity = self._severities.get(placing.rule or "")
        alert = replace(heard.alert, severity=cast("Severity", severity)) if severity else heard.alert
        told = told_of(alert, stamp(heard.seen.at))
        return {**told, "fingerprint": group_of(placing.group).named(heard.seen.source, alert.fingerprint)}

    def _placing(self, heard: Heard) -> Placing:
        seen, firing = heard.seen, heard.alert.state == "firing"
        mark = (seen.source, seen.fingerprint)
        if mark not in self._routes:
            placing = self._correlator(seen.source).place(seen, firing=firing)
            if not firing:
                return placing
            self._routes[mark] = placing
            self._marks.setdefault(placing.group.id, set()).add(mark)
        return self._routes[mark]

    def _correlator(self, source: str) -> Correlator:
        if source not in self._correlators:
            bound = self._bounds.get(source, 0)
            self._correlators[source] = Correlator(source, self._rules, self._memory, local, bound)
        return self._correlators[source]

    def _treated(self, group: Group) -> dict[str, Any]:
        return {**self._settings.get(group.source, {}), **group.treat, "ask_planned": False, "ask_trusted": False}

    def _pass(self, until: datetime) -> None:
        """What falls due until then falls due at its own time."""
        while self._alarms and self._alarms[0][0] <= until:
            at, group = heapq.heappop(self._alarms)
            made = self.made[group]
            due = alerts.next_alarm(made.state)
            if due is not None and due.at <= at:
                self._decide(made, Command("alarm", "alarm", at, TIMER, {}))

    def _decide(self, made: Made, command: Command) -> None:
        asked: list[Open] = []
        for fact in alerts.decide(made.state, command):
            made.state = alerts.evolve(made.state, fact)
            asked += [effect for effect in alerts.react(made.state, fact) if isinstance(effect, Open)]
        for effect in asked:
            made.incidents += 1
            opened = {"key": effect.key, "number": f"INC-{made.incidents:06d}"}
            self._decide(made, Command("opened", "opened", command.at, TIMER, opened))
        self._follow(made, command.at)

    def _follow(self, made: Made, at: datetime) -> None:
        group = made.living
        if made.state.sealed:
            self._memory.forget(group)
            for mark in self._marks.pop(group.id, ()):
                del self._routes[mark]
        elif made.state.firing():
            self._memory.alive.setdefault(group.id, group)
        else:
            self._memory.alive.pop(group.id, None)
        due = alerts.next_alarm(made.state)
        if due is not None and due.at > at:
            heapq.heappush(self._alarms, (due.at, group.id))
