"""The state is plain, is stored and read back the same, and stays small however long the incident lives."""

from datetime import timedelta

from pydantic import TypeAdapter

from longwatch.domain.case_links_rules import MOST_TOLD
from longwatch.domain.case_merge import MOST_FOLLOWERS
from longwatch.domain.incident import incident
from tests.domain.incident_desk import AGENT, AGENT2, LADDER, REQUESTER, TIMER, Desk, policy, ref

STATE = TypeAdapter(incident.State)
LARGEST = 200_000


def stored(state: incident.State) -> bytes:
    return STATE.dump_json(state)


def test_an_empty_state_is_stored_and_read_back() -> None:
    assert STATE.validate_json(stored(incident.State())) == incident.State()


def test_a_state_in_the_middle_of_everything_is_stored_and_read_back() -> None:
    desk = Desk().open_by_alert("critical", links=[{"type": "follows", "ticket": "INC-000007"}], tags=["a"])
    desk.send(AGENT, "start")
    desk.wait(hours=2)
    desk.send(AGENT, "hold", reason="planned_until", until="2026-12-01T09:00:00Z")

    assert STATE.validate_json(stored(desk.state)) == desk.state


def test_a_state_read_back_decides_as_the_one_that_was_stored() -> None:
    desk = Desk().open().wait(minutes=20)
    twin = Desk(desk.at)
    twin.state = STATE.validate_json(stored(desk.state))

    assert twin.send(AGENT, "take") == desk.send(AGENT, "take")
    assert incident.next_alarm(twin.state) == incident.next_alarm(desk.state)


def test_an_ordinary_incident_is_a_few_kilobytes() -> None:
    desk = Desk().open()
    desk.send(AGENT, "start")

    assert len(stored(desk.state)) < 12_000


def test_an_incident_that_lives_771_days_and_123_events_stays_small() -> None:
    desk = Desk().open(tags=[f"tag{n}" for n in range(20)])
    desk.send(AGENT, "start")
    for n in range(120):
        desk.wait(days=6, hours=10)
        step = n % 6
        if step == 0:
            desk.send(AGENT, "hold", reason="awaiting_requester")
        elif step == 1:
            desk.send(REQUESTER, "message", public=True, body=ref())
        elif step == 2:
            desk.send(AGENT, "assign", team="l2" if desk.state.team == "l1" else "l1", person="user:agent")
        elif step == 3:
            desk.send(AGENT2, "message", public=True, body=ref())
        elif step == 4:
            desk.send(AGENT, "prioritise", impact=1 + n % 3, urgency=1 + n // 6 % 3)
        else:
            desk.send(AGENT, "link", type="related", ticket=f"INC-{n:06}")
        desk.answer()

    assert desk.at - desk.facts[0].at > timedelta(days=760)
    assert len(stored(desk.state)) < LARGEST / 4
    assert STATE.validate_json(stored(desk.state)) == desk.state


def test_the_largest_incident_the_rules_admit_stays_under_200_kilobytes() -> None:
    rungs = [
        {
            "id": f"rung-{n}",
            "clock": "resolution",
            "share": n + 1,
            "do": [{"notify": ["assignee", "team", "role:lead"]}, {"page": ["role:lead"]}, {"level": 1}],
            "repeat": {"every": 600, "times": 5},
        }
        for n in range(50)
    ]
    big = {"ladder": {**LADDER, "rungs": rungs}}
    desk = Desk(
        impact={
            "ci": "x",
            "name": "n" * 200,
            "criticality": 1,
            "owner_team": "t",
            "service": "s",
            "affected": [f"configuration-item-{n:06}" for n in range(2000)],
        },
        policy=lambda _, since, until: policy(since, until + timedelta(days=300), **big),
    ).open(tags=["t" * 38 + f"{n:02}" for n in range(20)])
    for n in range(200):
        desk.send(AGENT, "link", type="has_duplicate", ticket=f"INC-{n + 10:06}")
        desk.send(AGENT, "hold", reason="awaiting_requester")
        desk.wait(minutes=1)
        desk.send(REQUESTER, "message", public=True, body=ref())
    for n in range(400):
        desk.send(TIMER, "linked", type="parent_of", ticket=f"INC-{n + 1000:06}", marks=[f"INC-{n + 1000:06}:1"])
    for n in range(120):
        desk.send(TIMER, "told", event="merge", ticket=f"INC-{n + 5000:06}", title=ref(), messages=[])

    assert len(desk.state.links) == MOST_TOLD + MOST_FOLLOWERS
    assert len(stored(desk.state)) < LARGEST
