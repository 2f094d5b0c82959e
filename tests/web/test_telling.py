"""Facts told as sentences: every fact an incident can make has words, and none of them breaks."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from longwatch.domain.ticket import Actor
from tests.web.test_times import NOON, WARSAW
from web.console import words
from web.console.conversation import Reader
from web.console.people import Names, Viewer, initials
from web.console.telling import tell

DOMAIN = Path(__file__).parents[2] / "longwatch" / "domain"
RECORDED = re.compile(r'record(?:_of_time)?\(\s*"([A-Z][A-Za-z]+)"')
WHO = Viewer(Actor("user:anna", roles=("agent",)), "Anna Agent", NOON, WARSAW)
NAMES = Names(people={"anna": "Anna Agent", "bob": "Bob"}, teams={"net": "Network"}, cis={"sw": "Core switch"})
TITLES = {"drain": "Drain it", "drain.back-out": "Fill it"}
READER = Reader(WHO, NAMES, {"b1": "It smokes.", "gone": None}, TITLES)


def told(fact: str, actor: str = "user:anna", **data: Any) -> str:
    return tell({"type": fact, "actor": actor, "data": data}, READER)


def test_every_fact_of_a_ticket_has_words_or_stays_in_the_journal() -> None:
    parts = ("case", "incident", "change", "problem", "request", "tasks", "approval")
    files = (path for part in parts for path in DOMAIN.glob(f"{part}_*.py"))
    sources = "".join(path.read_text(encoding="utf-8") for path in files)
    facts = set(RECORDED.findall(sources))

    assert {"Opened", "Assigned", "ClockBreached", "RiskAssessed", "CauseRecorded", "TaskDone"} <= facts
    assert facts - set(words.EVENTS) - words.BACKGROUND == set()


@pytest.mark.parametrize(
    ("sentence", "fact", "data"),
    [
        ("opened it (portal)", "Opened", {"source": "portal"}),
        ("took it, Network", "Assigned", {"person": "user:anna", "team": "net"}),
        (
            "assigned it to Bob, Network. Rule 1.",
            "Assigned",
            {"person": "user:bob", "team": "net", "reasons": ["Rule 1."]},
        ),
        ("assigned it to nobody", "Assigned", {"person": None, "team": None}),
        ("set priority P1, critical (impact 1, urgency 1)", "PrioritySet", {"priority": 1, "impact": 1, "urgency": 1}),
        (
            "put it on hold: waiting for the supplier until Sun 22 Nov, 13:00 CET: “It smokes.”",
            "Held",
            {"reason": "awaiting_supplier", "until": "2026-11-22T12:00:00.000000Z", "text": {"body": "b1"}},
        ),
        ("resumed it: the requester replied", "Resumed", {"why": "replied"}),
        ("resolved it (fixed): “It smokes.”", "Resolved", {"code": "fixed", "text": {"body": "b1"}}),
        ("cancelled it: “(These words were erased.)”", "Cancelled", {"reason": {"body": "gone"}}),
        ("closed it: nobody objected in time", "Closed", {"automatic": True}),
        ("confirmed that it is fixed", "Closed", {"automatic": False}),
        (
            "saw a target missed: first response, due Sun 22 Nov, 13:00 CET",
            "ClockBreached",
            {"clock": "response", "due": "2026-11-22T12:00:00.000000Z"},
        ),
        ("passed over escalation step a, overtaken by b", "RungOvertaken", {"rung": "a", "by": "b"}),
        (
            "says the alert is firing (critical, 3 in all)",
            "AlertChanged",
            {"link": "firing", "severity": "critical", "count": 3},
        ),
        (
            "says the alert was acknowledged there by ben: “Mine.”",
            "AlertRemarked",
            {"event": "acknowledged", "about": "acknowledged", "author": "ben", "text": "Mine.", "source": "icinga"},
        ),
        ("passed on a note", "AlertRemarked", {"event": "noted", "about": "note", "author": "", "text": ""}),
        (
            "set priority P1, critical (impact 1, urgency 1); 350 people hit",
            "PrioritySet",
            {"priority": 1, "impact": 1, "urgency": 1, "users": 350},
        ),
        ("says it is about Core switch", "CiRelated", {"ci": "sw"}),
        ("linked it: duplicate of INC-000001", "Linked", {"type": "duplicate_of", "ticket": "INC-000001"}),
        ("set the tags: none", "Tagged", {"tags": []}),
        ("Something new", "SomethingNew", {}),
        ("edited the plan: the window, the items", "Edited", {"begin": None, "end": None, "cis": []}),
        ("weighed its risk: very high, 80 of 100", "RiskAssessed", {"risk": {"level": "very_high", "score": 80}}),
        (
            "judged it as to start; in its way: A freeze.",
            "GuardJudged",
            {"purpose": "start", "verdict": {"obstacles": [{"reason": "A freeze.", "blocking": True}]}},
        ),
        ("judged it as planned: nothing blocks it", "GuardJudged", {"purpose": "plan", "verdict": {"obstacles": []}}),
        ("saw its authorisation lapse: its plan was edited", "AuthorizationLapsed", {"why": "edited"}),
        ("reviewed it (backed out): “It smokes.”", "Reviewed", {"outcome": "backed_out", "text": {"body": "b1"}}),
        ("completed the task “Drain it”: “It smokes.”", "TaskDone", {"task": "drain", "text": {"body": "b1"}}),
        ("took the back-out “Fill it”", "TaskTaken", {"task": "drain.back-out"}),
        (
            "gave the task “Drain it” to Bob, Network",
            "TaskReassigned",
            {"task": "drain", "person": "user:bob", "team": "net"},
        ),
        ("says it failed: the task “gone”: timed out", "TaskFailed", {"task": "gone", "result": "timed out"}),
        (
            "recorded a known error on Core switch: “It smokes.”",
            "KnownErrorRecorded",
            {"symptom": {"body": "b1"}, "cis": ["sw"]},
        ),
        ("is to be solved by CHG-000001", "ChangeOpened", {"ticket": "CHG-000001"}),
        ("saw it rejected: “It smokes.”", "Rejected", {"reason": {"body": "b1"}}),
        ("saw it rejected: Ben refused it.", "Rejected", {"reason": "Ben refused it."}),
    ],
)
def test_facts_are_told_as_sentences(sentence: str, fact: str, data: dict[str, Any]) -> None:
    assert told(fact, **data) == sentence


@given(some.sampled_from(sorted(words.EVENTS)), some.dictionaries(some.text(max_size=8), some.integers() | some.text()))
def test_unforeseen_fields_break_no_sentence(fact: str, data: dict[str, Any]) -> None:
    assert told(fact, **{"due": "2026-11-22T12:00:00.000000Z", **{f"x_{name}": value for name, value in data.items()}})


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        ("user:bob", "Bob"),
        ("user:left", "left"),
        ("team:net", "Network"),
        ("team:gone", "Team gone"),
        ("role:lead", "Everyone who is lead"),
        ("source:prometheus", "Monitoring: prometheus"),
        ("system:timer", "The desk"),
        ("process:alerts-1", "The desk"),
    ],
)
def test_everybody_has_a_name(actor: str, name: str) -> None:
    face = NAMES.face(actor)

    assert face is not None
    assert face.name == name


def test_nobody_has_no_face() -> None:
    assert NAMES.face(None) is None


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Anna Agent", "AA"), ("Jean-Luc van Damme", "JD"), ("anna", "AN"), ("", ""), ("(x) Y", "Y")],
)
def test_initials_are_of_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("status", "hold", "label"),
    [
        ("new", None, "We have received it"),
        ("in_progress", None, "We are working on it"),
        ("on_hold", "awaiting_requester", "Waiting for you"),
        ("on_hold", "awaiting_supplier", "We are waiting for somebody else"),
        ("resolved", None, "Done, please confirm"),
        ("melted", None, "Melted"),
    ],
)
def test_requesters_read_plain_states(status: str, hold: str | None, label: str) -> None:
    assert words.plain_status(status, hold).label == label
