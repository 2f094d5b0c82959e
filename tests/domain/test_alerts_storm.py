"""The incident of a storm says what it is, and is proposed as a major incident; what never opens never asks for one."""

from datetime import UTC, datetime
from typing import Any

from longwatch.domain import alerts
from longwatch.domain.alerts_react import react
from longwatch.domain.incident import incident
from longwatch.domain.ticket import Actor, Command, Fact, Json, Open, stamp

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def told(settings: dict[str, Json], firing: int = 3) -> Command:
    received = stamp(NOON)
    some = [
        {
            "fingerprint": f"a{n}",
            "state": "firing",
            "title": f"a{n} fails",
            "severity": "critical",
            "text": "",
            "starts_at": received,
            "ends_at": None,
            "links": [],
            "at": received,
        }
        for n in range(firing)
    ]
    about = {"group": "alerts-1", "source": "prom", "key": "prom/storm/x", "ci": None, "settings": settings}
    return Command("c1", "alerts", NOON, Actor("source:prom", "monitoring"), {**about, "alerts": some})


def follows(command: Command) -> tuple[alerts.State, list[Open]]:
    state = alerts.State()
    opened: list[Open] = []
    for fact in alerts.decide(state, command):
        state = alerts.evolve(state, fact)
        opened += [effect for effect in react(state, fact) if isinstance(effect, Open)]
    return state, opened


def test_a_storm_says_so_and_is_tagged() -> None:
    _, [opened] = follows(told({"hold_down": 0, "storm": 300}))

    assert opened.texts["title"] == "Alert storm from prom: 3 alerts firing"
    assert "more than 300 new groups of alerts a minute" in opened.texts["description"]
    assert "critical: a1 fails" in opened.texts["description"]
    assert opened.data["tags"] == ["storm"]


def test_other_groups_are_no_storm() -> None:
    _, [opened] = follows(told({"hold_down": 0}))

    assert (opened.texts["title"], opened.data["tags"]) == ("a0 fails (and 2 more)", [])
    assert "storm" not in opened.data["alert"]


def test_the_incident_of_a_storm_is_proposed_as_a_major_one() -> None:
    _, [opened] = follows(told({"hold_down": 0, "storm": 300}))
    data: dict[str, Any] = {**opened.data, "number": "INC-000001", "rules": 1}
    for name in opened.texts:
        data[name] = {"body": name, "sha256": "0" * 64}
    opening = Command("c2", "open", NOON, Actor("process:alerts-1", "system"), data)

    facts = incident.decide(incident.process.state(), opening)

    assert "MajorProposed" in [fact.type for fact in facts]
    [proposed] = [fact for fact in facts if fact.type == "MajorProposed"]
    assert proposed == Fact("MajorProposed", NOON, proposed.actor, {"reason": None, "automatic": True, "storm": True})


def test_what_never_opens_is_counted_and_asks_for_nothing() -> None:
    state, opened = follows(told({"hold_down": 0, "opens": False}))

    assert opened == []
    assert (state.firing(), state.alerts, state.link) == (3, 3, "idle")
    assert state.settings.opens is False
