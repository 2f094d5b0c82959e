"""A questionnaire for tests."""

from typing import Any


def questionnaire(**changes: Any) -> dict[str, Any]:
    """Two questions, and a table with a line for emergencies."""
    return {
        "name": "change",
        "version": 2,
        "questions": [
            {"id": "rehearsed", "text": "Was it rehearsed?", "answers": [_answer("yes", 0), _answer("no", 20)]},
            {
                "id": "outage",
                "text": "Is there an outage?",
                "answers": [_answer("none", 0), _answer("short", 10), _answer("long", 40)],
            },
        ],
        "closure": {"per_item": 3, "most_items": 15, "criticality": {"1": 15, "2": 5}},
        "experience": {
            "few": 3,
            "unknown": 10,
            "success": [{"below": 700, "points": 30}, {"below": 900, "points": 10}],
        },
        "levels": {"medium": 25, "high": 50, "very_high": 75},
        "authority": [
            {"type": "emergency", "policy": "ecab"},
            {"level": "low", "policy": "peer"},
            {"level": "very_high", "policy": "board"},
            {"policy": "cab"},
        ],
        **changes,
    }


def _answer(id_: str, points: int) -> dict[str, Any]:
    return {"id": id_, "text": id_.capitalize(), "points": points}
