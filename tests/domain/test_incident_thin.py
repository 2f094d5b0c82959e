from datetime import UTC, datetime, timedelta

from pydantic import TypeAdapter

from longwatch.domain import incident
from longwatch.domain.ticket import Actor, Command, fold

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_an_incident_is_opened_escalated_and_resolved():
    agent = Actor("user:agent", roles=("agent",))
    state, at = incident.State(), MONDAY
    ref = {"body": "b1", "sha256": "0" * 64}
    policy = {
        "policy": "gold",
        "targets": [{"clock": "response", "work": 600}],
        "ladder": {"rungs": [{"clock": "response", "share": 50}]},
    }
    steps = [
        ("open", {"number": "INC-000001", "title": ref, "source": "portal", "tags": []}),
        ("answered", {"question": "policy:1", "kind": "policy", "answer": policy}),
        ("alarm", {"name": "rung:r50"}),
        ("take", {}),
        ("start", {}),
        ("resolve", {"code": "fixed", "text": ref}),
    ]
    for action, data in steps:
        facts = incident.decide(state, Command("c", action, at, agent, data))
        assert facts
        state = fold(incident, facts, state)
        at += timedelta(minutes=5)
        types = TypeAdapter(incident.State)
        assert types.validate_json(types.dump_json(state)) == state

    assert state.status == "resolved"
