"""What changes are judged by, to begin with: a risk questionnaire; and, for a demo, windows and a standard change.

basics(store)    the questionnaire that risk is assessed by; what is there already stays as it is
demo(store)      a freeze at the end of the year, two maintenance windows, and a pre-authorised change model
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from longwatch.domain.ticket import Actor, stamp
from longwatch.store import agreed_windows
from longwatch.store.change_rules import CHANGE_MODEL, QUESTIONNAIRE, RISK, publish_model, publish_questionnaire
from longwatch.store.configuration import in_force
from longwatch.store.database import Store
from longwatch.store.tables_schedule import AgreedWindow

SEED = Actor("system:seed", "system")

HOUR = 3600


def _question(id_: str, text: str, *answers: tuple[str, str, int]) -> dict[str, Any]:
    offered = [{"id": answer, "text": words, "points": points} for answer, words, points in answers]
    return {"id": id_, "text": text, "answers": offered}


QUESTIONS: dict[str, Any] = {
    "questions": [
        _question(
            "outage",
            "Is the service interrupted?",
            ("none", "No", 0),
            ("short", "For less than 15 minutes", 10),
            ("long", "For longer", 25),
        ),
        _question(
            "rehearsed",
            "Was exactly this rehearsed?",
            ("yes", "Yes, on a system like it", 0),
            ("partly", "Partly", 8),
            ("no", "No", 16),
        ),
        _question(
            "backout",
            "How is it taken back?",
            ("quick", "In minutes, tried out", 0),
            ("slow", "It takes hours, or was not tried out", 10),
            ("impossible", "It cannot be taken back", 25),
        ),
        _question("people", "How many people may notice?", ("few", "A team", 0), ("many", "Many or customers", 10)),
    ],
    "closure": {"per_item": 2, "most_items": 14, "criticality": {"1": 10, "2": 4}},
    "experience": {"few": 5, "unknown": 5, "success": [{"below": 800, "points": 15}, {"below": 950, "points": 5}]},
    "levels": {"medium": 25, "high": 50, "very_high": 75},
    "authority": [
        {"type": "emergency", "policy": "ecab"},
        {"level": "low", "policy": "change-manager"},
        {"policy": "cab"},
    ],
}
"""Points add up to a score from 0 to 100; the authorities are approval policies by their names."""

RESTART: dict[str, Any] = {
    "title": "Restart a shop front",
    "plan": "Take it out of the load balancer, restart it, wait until it answers, put it back.",
    "test": "The front page answers within a second.",
    "backout": "Leave it out of the load balancer and start the one beside it.",
    "communication": "None: nobody notices.",
    "tasks": {
        "on_failure": "back_out",
        "tasks": [
            {
                "id": "drain",
                "title": "Take it out of the load balancer",
                "team": "servers",
                "back_out": {"title": "Put it back", "team": "servers"},
            },
            {"id": "restart", "title": "Restart it and wait until it answers", "team": "servers"},
            {"id": "return", "title": "Put it back into the load balancer", "team": "servers"},
        ],
    },
    "conditions": {"cis": ["web-1", "web-2"], "teams": ["servers"], "longest": 2 * HOUR, "most_items": 1},
}


def basics(store: Store) -> None:
    """The questionnaire, unless there is one."""
    with store.writing() as session:
        if in_force(session, RISK, QUESTIONNAIRE) is None:
            publish_questionnaire(store, session, QUESTIONS)


def demo(store: Store) -> None:
    """Windows and a model for the demo company; needs its items. What is there already stays as it is."""
    basics(store)
    with store.writing() as session:
        if in_force(session, CHANGE_MODEL, "restart-front") is None:
            publish_model(store, session, "restart-front", RESTART)
        if not session.scalar(select(func.count()).select_from(AgreedWindow)):
            for window in windows(store.now(session)):
                agreed_windows.add(store, session, SEED, window)


def windows(now: datetime) -> list[dict[str, Any]]:
    """The demo's windows: the year's end in which `now` lies, and two nights a week that never end."""
    year_end = {
        "kind": "freeze",
        "name": "Year end",
        "reason": "The shop earns most of its year now.",
        "scope": {"kind": "services", "names": ["Web shop"]},
        "begin": stamp(datetime(now.year, 12, 20, tzinfo=UTC)),
        "end": stamp(datetime(now.year + 1, 1, 4, 6, tzinfo=UTC)),
    }
    network = _night("Network nights", "network", {"5": [["22:00", "04:00"]]}, now)
    databases = _night("Database nights", "databases", {"6": [["02:00", "05:00"]]}, now)
    return [year_end, network, databases]


def _night(name: str, team: str, weekly: dict[str, list[list[str]]], now: datetime) -> dict[str, Any]:
    """A maintenance window that only warns of work outside it."""
    return {
        "kind": "maintenance",
        "name": name,
        "reason": "Agreed with all departments: few people work then.",
        "scope": {"kind": "teams", "names": [team]},
        "begin": stamp(now),
        "end": None,
        "times": {"zone": "Europe/Warsaw", "weekly": weekly},
        "blocking": False,
    }
