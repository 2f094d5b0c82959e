"""The risk questionnaire as data: questions, points, levels, and the table that picks the change authority.

It has versions; a ticket pins the one it was assessed by. Points come from answers, reach and experience:

    {"name": "change", "version": 1,
     "questions": [{"id": "rehearsed", "text": "Was it rehearsed?",
                    "answers": [{"id": "yes", "text": "Yes", "points": 0}, {"id": "no", "text": "No", "points": 20}]}],
     "closure": {"per_item": 2, "most_items": 20, "criticality": {"1": 15, "2": 5}},
     "experience": {"few": 3, "unknown": 10, "success": [{"below": 700, "points": 20}, {"below": 900, "points": 10}]},
     "levels": {"medium": 25, "high": 50, "very_high": 75},
     "authority": [{"type": "emergency", "policy": "ecab"}, {"level": "low", "policy": "peer"}, {"policy": "cab"}]}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from longwatch.domain.entries import Entries, Fault, top
from longwatch.domain.ticket import Json

LEVELS = ("low", "medium", "high", "very_high")
TYPES = ("normal", "standard", "emergency")
MOST_QUESTIONS, MOST_ANSWERS, MOST_LINES = 40, 12, 30
MOST_POINTS = 100
ALL_OF_THEM = 1000
"""Per mille."""


class RiskFault(Fault):
    """The questionnaire would not do what it says. `reason` is a sentence, `field` names the entry at fault."""


@dataclass(frozen=True)
class Answer:
    """One answer offered, and the points it brings."""

    id: str
    text: str
    points: int


@dataclass(frozen=True)
class Question:
    """What is asked; one of the answers must be given."""

    id: str
    text: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Step:
    """The points when fewer than `below` of a thousand succeeded."""

    below: int
    points: int


@dataclass(frozen=True)
class Authority:
    """A line of the table: which approval policy decides changes of this type and level; None fits all."""

    policy: str
    type: str | None = None
    level: str | None = None


@dataclass(frozen=True)
class Questionnaire:
    """All of it. `levels` are (level, least score), rising; fewer than `few` closed changes are no experience."""

    name: str
    version: int
    questions: tuple[Question, ...]
    per_item: int
    most_items: int
    criticality: Mapping[int, int]
    few: int
    unknown: int
    success: tuple[Step, ...]
    levels: tuple[tuple[str, int], ...]
    authorities: tuple[Authority, ...]


def read_questionnaire(data: Mapping[str, Any]) -> Questionnaire:
    """The questionnaire that plain data describes. Raises RiskFault naming the entry at fault."""
    entries = top(data, RiskFault, "questionnaire")
    entries.only("name", "version", "questions", "closure", "experience", "levels", "authority")
    closure, experience = entries.part("closure"), entries.part("experience")
    closure.only("per_item", "most_items", "criticality")
    experience.only("few", "unknown", "success")
    return Questionnaire(
        entries.text("name"),
        entries.number("version", 1, 10**9),
        _questions(entries),
        closure.number("per_item", 0, MOST_POINTS),
        closure.number("most_items", 0, MOST_POINTS),
        _criticality(closure.part("criticality")),
        experience.number("few", 1, 1000),
        experience.number("unknown", 0, MOST_POINTS),
        _success(experience),
        _levels(entries.part("levels")),
        _authorities(entries),
    )


def _questions(entries: Entries) -> tuple[Question, ...]:
    read = tuple(_question(one) for one in entries.parts("questions", 1, MOST_QUESTIONS))
    _apart([question.id for question in read], entries, "questions")
    return read


def _question(entries: Entries) -> Question:
    entries.only("id", "text", "answers")
    answers = tuple(_answer(one) for one in entries.parts("answers", 2, MOST_ANSWERS))
    _apart([answer.id for answer in answers], entries, "answers")
    return Question(entries.text("id"), entries.text("text"), answers)


def _answer(entries: Entries) -> Answer:
    entries.only("id", "text", "points")
    return Answer(entries.text("id"), entries.text("text"), entries.number("points", 0, MOST_POINTS))


def _apart(ids: list[str], entries: Entries, name: str) -> None:
    if len(dict.fromkeys(ids)) < len(ids):
        raise RiskFault("Each id stands here once.", entries.path(name))


def _criticality(entries: Entries) -> dict[int, int]:
    entries.only("1", "2", "3")
    return {int(level): entries.number(level, 0, MOST_POINTS) for level in ("1", "2", "3") if level in entries.data}


def _success(entries: Entries) -> tuple[Step, ...]:
    parts = entries.parts("success", 0, MOST_LINES)
    for part in parts:
        part.only("below", "points")
    steps = tuple(Step(one.number("below", 1, ALL_OF_THEM), one.number("points", 0, MOST_POINTS)) for one in parts)
    if any(later.below <= earlier.below for earlier, later in pairwise(steps)):
        raise RiskFault("The steps must rise: the worst success first.", entries.path("success"))
    return steps


def _levels(entries: Entries) -> tuple[tuple[str, int], ...]:
    entries.only(*LEVELS[1:])
    levels = (("low", 0), *((level, entries.number(level, 1, MOST_POINTS)) for level in LEVELS[1:]))
    if any(later <= earlier for (_, earlier), (_, later) in pairwise(levels)):
        raise RiskFault("The thresholds must rise from level to level.", entries.at)
    return levels


def _authorities(entries: Entries) -> tuple[Authority, ...]:
    lines = tuple(_authority(one) for one in entries.parts("authority", 1, MOST_LINES))
    for type_, level in product(TYPES, LEVELS):
        if not any(one.type in (None, type_) and one.level in (None, level) for one in lines):
            raise RiskFault(f"Nobody may decide a {type_} change of {level} risk.", entries.path("authority"))
    return lines


def _authority(entries: Entries) -> Authority:
    entries.only("policy", "type", "level")
    type_ = None if entries.data.get("type") is None else entries.choice("type", TYPES)
    level = None if entries.data.get("level") is None else entries.choice("level", LEVELS)
    return Authority(entries.text("policy"), type_, level)


def questionnaire_data(one: Questionnaire) -> dict[str, Json]:
    """The questionnaire as facts and screens hold it, `read_questionnaire`'s inverse."""
    return {
        "name": one.name,
        "version": one.version,
        "questions": [_question_data(question) for question in one.questions],
        "closure": {
            "per_item": one.per_item,
            "most_items": one.most_items,
            "criticality": {str(level): points for level, points in one.criticality.items()},
        },
        "experience": {
            "few": one.few,
            "unknown": one.unknown,
            "success": [{"below": step.below, "points": step.points} for step in one.success],
        },
        "levels": {level: least for level, least in one.levels if level != "low"},
        "authority": [{"policy": line.policy, "type": line.type, "level": line.level} for line in one.authorities],
    }


def _question_data(question: Question) -> dict[str, Json]:
    answers = [{"id": answer.id, "text": answer.text, "points": answer.points} for answer in question.answers]
    return {"id": question.id, "text": question.text, "answers": answers}
