"""The risk of a change (ITIL change enablement): a score with its reasons, a level, and who may authorise it.

Points are added up line by line, whole numbers all, and capped at 100; the lines are the explanation:

    the questionnaire      each answer brings the points the questionnaire gives it
    the impact closure     so many points per item affected beside the first, up to a most, and for the gravest of them
    the experience         how often changes of this kind succeeded, in per mille; points too when there is none

The level follows from the score by thresholds, the change authority (the name of an approval policy) from the level
and the type of change by a table. All of it is data, versioned, and pinned in the ticket (`risk_questionnaire`):

    assess(questionnaire, answers, closure, experience, type)   -> Risk, or Refused naming `answers.<question>`
    risk_data(risk), risk_of(data)                              the assessment as facts hold it
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longwatch.domain.risk_questionnaire import Answer, Authority, Question, Questionnaire
from longwatch.domain.ticket import Json, Refused

HIGHEST = 100


@dataclass(frozen=True)
class Closure:
    """What a change touches: how many items are affected, itself included, and how grave the gravest is (1 high)."""

    affected: int
    gravest: int | None = None


@dataclass(frozen=True)
class Experience:
    """How many closed changes of this kind there were, and how many of a thousand of them succeeded."""

    closed: int = 0
    per_mille: int = 0


@dataclass(frozen=True)
class Reason:
    """A line of the explanation: what was looked at, what was found, and the points it brings."""

    what: str
    found: str
    points: int


@dataclass(frozen=True)
class Risk:
    """The assessment. The points of the reasons add up to the score; `authority` names an approval policy."""

    score: int
    level: str
    authority: str
    reasons: tuple[Reason, ...]
    questionnaire: str
    version: int


def assess(
    questionnaire: Questionnaire, answers: Mapping[str, Any], closure: Closure, experience: Experience, type_: str
) -> Risk:
    """The risk of a change of a type. Raises Refused for an answer that is missing, or not one of those offered."""
    unknown = sorted(set(answers) - {question.id for question in questionnaire.questions})
    if unknown:
        raise Refused("The questionnaire asks no such question.", f"answers.{unknown[0][:100]}")
    reasons = [_asked(question, answers.get(question.id)) for question in questionnaire.questions]
    reasons += [_reach(questionnaire, closure), _gravity(questionnaire, closure), _past(questionnaire, experience)]
    total = sum(reason.points for reason in reasons)
    if total > HIGHEST:
        reasons.append(Reason("In all", f"{total} points, and {HIGHEST} is the most", HIGHEST - total))
    score = min(total, HIGHEST)
    level = level_of(questionnaire, score)
    authority = authority_of(questionnaire.authorities, type_, level)
    return Risk(score, level, authority, tuple(reasons), questionnaire.name, questionnaire.version)


def level_of(questionnaire: Questionnaire, score: int) -> str:
    """The highest level whose threshold the score reaches."""
    return next(level for level, least in reversed(questionnaire.levels) if score >= least)


def authority_of(authorities: tuple[Authority, ...], type_: str, level: str) -> str:
    """The first line of the table that fits the type and the level; reading it made sure that there is one."""
    fits = (one for one in authorities if one.type in (None, type_) and one.level in (None, level))
    return next(fits).policy


def _asked(question: Question, given: Any) -> Reason:
    answer = _answer(question, given)
    return Reason(question.text, answer.text, answer.points)


def _answer(question: Question, given: Any) -> Answer:
    if given is None or given == "":
        raise Refused(f"Please answer: {question.text}", f"answers.{question.id}")
    for answer in question.answers:
        if answer.id == given:
            return answer
    offered = ", ".join(answer.id for answer in question.answers)
    raise Refused(f"This is answered by one of {offered}.", f"answers.{question.id}")


def _reach(questionnaire: Questionnaire, closure: Closure) -> Reason:
    others = max(0, closure.affected - 1)
    points = min(others * questionnaire.per_item, questionnaire.most_items)
    return Reason("Items affected", f"{closure.affected}", points)


def _gravity(questionnaire: Questionnaire, closure: Closure) -> Reason:
    names = {1: "high", 2: "medium", 3: "low"}
    points = questionnaire.criticality.get(closure.gravest or 0, 0)
    return Reason("Gravest criticality among them", names.get(closure.gravest or 0, "not judged"), points)


def _past(questionnaire: Questionnaire, experience: Experience) -> Reason:
    what = "Changes of this kind so far"
    if experience.closed < questionnaire.few:
        return Reason(what, f"{experience.closed}, too few to tell", questionnaire.unknown)
    points = next((step.points for step in questionnaire.success if experience.per_mille < step.below), 0)
    return Reason(what, f"{experience.per_mille} of 1000 succeeded, of {experience.closed} closed", points)


def risk_data(risk: Risk) -> dict[str, Json]:
    """The assessment as facts hold it."""
    return {
        "score": risk.score,
        "level": risk.level,
        "authority": risk.authority,
        "reasons": [{"what": one.what, "found": one.found, "points": one.points} for one in risk.reasons],
        "questionnaire": risk.questionnaire,
        "version": risk.version,
    }


def risk_of(data: Mapping[str, Any]) -> Risk:
    """The assessment a fact holds, `risk_data`'s inverse."""
    reasons = tuple(Reason(one["what"], one["found"], one["points"]) for one in data["reasons"])
    named = (data["questionnaire"], data["version"])
    return Risk(data["score"], data["level"], data["authority"], reasons, *named)


def read_experience(data: Mapping[str, Any]) -> Experience:
    """The experience an answer to a `risk` question tells."""
    return Experience(int(data["closed"]), int(data["per_mille"]))


def read_closure(data: Mapping[str, Any]) -> Closure:
    """The closure an answer to a `risk` question tells."""
    gravest = data["gravest"]
    return Closure(int(data["affected"]), None if gravest is None else int(gravest))
