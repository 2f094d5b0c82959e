"""What change enablement begins with: the risk questionnaire, and, for a demo, change models and service levels.

Each is a first version; whoever owns the process edits it in the settings, and from then on this has no say in it.
"""

from typing import Any

from sqlalchemy.orm import Session

from longwatch.store import change_rules
from longwatch.store.configuration import newest
from longwatch.store.database import Store

HOUR = 3600


def _question(id_: str, text: str, *answers: tuple[str, str, int]) -> dict[str, Any]:
    return {"id": id_, "text": text, "answers": [{"id": name, "text": said, "points": n} for name, said, n in answers]}


QUESTIONNAIRE: dict[str, Any] = {
    "questions": [
        _question(
            "rehearsed",
            "Was it rehearsed?",
            ("yes", "Yes, on a copy of the real thing", 0),
            ("partly", "In part", 8),
            ("no", "No", 20),
        ),
        _question(
            "outage",
            "Will users notice while it is made?",
            ("none", "No", 0),
            ("short", "A few minutes", 8),
            ("long", "Longer than that", 20),
        ),
        _question(
            "backout",
            "How is it taken back?",
            ("tested", "By steps that were tried", 0),
            ("written", "By steps that were written down", 8),
            ("hard", "With difficulty, or not at all", 25),
        ),
    ],
    "closure": {"per_item": 2, "most_items": 20, "criticality": {"1": 15, "2": 5}},
    "experience": {"few": 3, "unknown": 5, "success": [{"below": 700, "points": 20}, {"below": 900, "points": 10}]},
    "levels": {"medium": 25, "high": 50, "very_high": 75},
    "authority": [
        {"type": "emergency", "policy": "ecab"},
        {"level": "low", "policy": "peer-review"},
        {"level": "medium", "policy": "cab-normal"},
        {"policy": "cab-high"},
    ],
}


def _task(id_: str, stage: int, title: str, team: str, undo: str | None = None) -> dict[str, Any]:
    task: dict[str, Any] = {"id": id_, "stage": stage, "title": title, "team": team, "limit": HOUR}
    return task if undo is None else {**task, "back_out": {"title": undo, "team": team, "limit": HOUR}}


MODELS: dict[str, dict[str, Any]] = {
    "server-reboot": {
        "title": "Reboot a server",
        "plan": "Take the server out of service, reboot it, see that it answers, put it back.",
        "test": "Its health page answers and its services run.",
        "backout": "Leave it out of service and call its owner.",
        "communication": "The service desk is told before and after.",
        "tasks": {
            "on_failure": "back_out",
            "tasks": [
                _task("drain", 1, "Take the server out of service", "servers", "Put the server back into service"),
                _task("reboot", 2, "Reboot it and see that it answers", "servers"),
                _task("restore", 3, "Put it back into service", "servers"),
            ],
        },
        "conditions": {"classes": ["server"], "longest": 2 * HOUR, "most_items": 1},
    },
    "mailbox-quota": {
        "title": "Raise a mailbox quota",
        "plan": "Raise the quota of the mailbox by the agreed step.",
        "test": "The owner receives a large mail.",
        "backout": "Set the quota back.",
        "communication": "The owner of the mailbox is told.",
        "tasks": None,
        "conditions": {"cis": ["mail-1"], "longest": HOUR, "most_items": 1},
    },
}


def basics(store: Store, session: Session) -> None:
    """The questionnaire. What is there already stays as it is."""
    if newest(session, change_rules.RISK, change_rules.QUESTIONNAIRE) is None:
        change_rules.publish_questionnaire(store, session, QUESTIONNAIRE)


def demo(store: Store, session: Session) -> None:
    """Change models of the demo company."""
    for name, data in MODELS.items():
        if newest(session, change_rules.CHANGE_MODEL, name) is None:
            change_rules.publish_model(store, session, name, data)
