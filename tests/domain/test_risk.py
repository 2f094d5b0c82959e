"""The risk of a change: every line brings its points, they add up, and the score picks who authorises."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain.risk import Closure, Experience, Risk, assess, read_closure, read_experience, risk_data, risk_of
from longwatch.domain.risk_questionnaire import LEVELS, TYPES, read_questionnaire
from longwatch.domain.ticket import Refused
from tests.domain.risk_examples import questionnaire

QUESTIONS = read_questionnaire(questionnaire())
SAFE = {"rehearsed": "yes", "outage": "none"}
RISKY = {"rehearsed": "no", "outage": "long"}
ALONE, KNOWN = Closure(1), Experience(10, 1000)


def risk(
    answers: dict[str, str], closure: Closure = ALONE, experience: Experience = KNOWN, type_: str = "normal"
) -> Risk:
    return assess(QUESTIONS, answers, closure, experience, type_)


def test_a_rehearsed_change_of_one_item_that_always_succeeds_is_no_risk() -> None:
    found = risk(SAFE)

    assert (found.score, found.level, found.authority) == (0, "low", "peer")
    assert (found.questionnaire, found.version) == ("change", 2)


def test_each_line_says_what_was_found_and_what_it_brings() -> None:
    found = risk(RISKY, Closure(4, 2), Experience(20, 850))

    assert [(one.what, one.found, one.points) for one in found.reasons] == [
        ("Was it rehearsed?", "No", 20),
        ("Is there an outage?", "Long", 40),
        ("Items affected", "4", 9),
        ("Gravest criticality among them", "medium", 5),
        ("Changes of this kind so far", "850 of 1000 succeeded, of 20 closed", 10),
    ]
    assert found.score == 84
    assert found.level == "very_high"
    assert found.authority == "board"


def test_the_points_for_reach_have_a_most() -> None:
    assert risk(SAFE, Closure(500)).score == 15


def test_too_little_experience_brings_points_of_its_own() -> None:
    found = risk(SAFE, experience=Experience(2, 1000))

    assert found.score == 10
    assert found.reasons[-1].found == "2, too few to tell"


@pytest.mark.parametrize(("per_mille", "points"), [(699, 30), (700, 10), (899, 10), (900, 0)])
def test_experience_brings_the_points_of_the_first_step_above_it(per_mille: int, points: int) -> None:
    assert risk(SAFE, experience=Experience(10, per_mille)).score == points


@pytest.mark.parametrize(
    ("score", "level"), [(0, "low"), (20, "low"), (25, "medium"), (50, "high"), (74, "high"), (75, "very_high")]
)
def test_a_level_begins_at_its_threshold(score: int, level: str) -> None:
    data = questionnaire()
    data["questions"] = [
        {"id": "q", "text": "?", "answers": [{"id": "a", "text": "A", "points": score}, dict(_OTHER)]},
    ]

    assert assess(read_questionnaire(data), {"q": "a"}, ALONE, KNOWN, "normal").level == level


_OTHER = {"id": "b", "text": "B", "points": 0}


def test_a_score_has_a_most_and_the_lines_still_add_up() -> None:
    found = risk(RISKY, Closure(90, 1), Experience(9, 100))

    assert found.score == 100
    assert found.reasons[-1].points == -20
    assert sum(one.points for one in found.reasons) == 100


def test_an_emergency_has_its_own_authority_whatever_the_level() -> None:
    assert {risk(answers, type_="emergency").authority for answers in (SAFE, RISKY)} == {"ecab"}


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        ({"rehearsed": "yes"}, "answers.outage", "Please answer: Is there an outage?"),
        ({**SAFE, "outage": ""}, "answers.outage", "Please answer"),
        ({**SAFE, "outage": "maybe"}, "answers.outage", "one of none, short, long"),
        ({**SAFE, "outage": 3}, "answers.outage", "one of none"),
        ({**SAFE, "mood": "good"}, "answers.mood", "no such question"),
    ],
)
def test_a_wrong_answer_is_refused_by_its_question(answers: dict[str, str], field: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        risk(answers)

    assert refusal.value.field == field


given_answers = st.fixed_dictionaries(
    {"rehearsed": st.sampled_from(["yes", "no"]), "outage": st.sampled_from(["none", "short", "long"])}
)
closures = st.builds(Closure, st.integers(0, 60), st.sampled_from([None, 1, 2, 3]))
experiences = st.builds(Experience, st.integers(0, 9), st.integers(0, 1000))


@given(given_answers, closures, experiences, st.sampled_from(TYPES))
def test_every_assessment_adds_up_and_survives_being_recorded(
    answers: dict[str, str], closure: Closure, experience: Experience, type_: str
) -> None:
    found = risk(answers, closure, experience, type_)

    assert 0 <= found.score <= 100
    assert sum(one.points for one in found.reasons) == found.score
    assert found.level in LEVELS
    assert risk_of(json.loads(json.dumps(risk_data(found)))) == found


@given(given_answers, closures, experiences)
def test_a_wider_reach_never_lowers_the_score(
    answers: dict[str, str], closure: Closure, experience: Experience
) -> None:
    wider = Closure(closure.affected + 1, closure.gravest)

    assert risk(answers, wider, experience).score >= risk(answers, closure, experience).score


def test_what_the_desk_answers_is_read() -> None:
    answer = {"affected": 4, "gravest": None, "closed": 7, "per_mille": 857}

    assert read_closure(answer) == Closure(4)
    assert read_experience(answer) == Experience(7, 857)
