"""A questionnaire is data: what would not do what it says is refused by the entry's name."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain.risk_questionnaire import RiskFault, questionnaire_data, read_questionnaire
from tests.domain.risk_examples import questionnaire


def test_a_questionnaire_is_read_and_written_alike() -> None:
    read = read_questionnaire(questionnaire())

    assert read_questionnaire(questionnaire_data(read)) == read


FAULTS: list[tuple[list[Any], Any, str]] = [
    (["name"], "", "name"),
    (["version"], True, "version"),
    (["questions"], [], "questions"),
    (["questions"], "all", "questions"),
    (["questions", 0], "rehearsed?", "questions[0]"),
    (["questions", 1, "id"], "rehearsed", "questions"),
    (["questions", 0, "answers", 1, "id"], "yes", "questions[0].answers"),
    (["questions", 0, "answers", 1, "points"], 101, "questions[0].answers[1].points"),
    (["questions", 0, "answers", 1, "points"], 1.5, "questions[0].answers[1].points"),
    (["questions", 0, "weight"], 1, "questions[0].weight"),
    (["closure", "per_item"], -1, "closure.per_item"),
    (["closure", "criticality", "4"], 1, "closure.criticality.4"),
    (["closure", "criticality", "1"], "much", "closure.criticality.1"),
    (["experience", "few"], 0, "experience.few"),
    (["experience", "success", 1, "below"], 700, "experience.success"),
    (["experience", "success", 0, "below"], 1001, "experience.success[0].below"),
    (["levels", "high"], 25, "levels"),
    (["levels", "low"], 0, "levels.low"),
    (["authority"], [{"level": "low", "policy": "peer"}], "authority"),
    (["authority", 1, "level"], "tiny", "authority[1].level"),
    (["authority", 1, "type"], "urgent", "authority[1].type"),
    (["authority", 3, "policy"], None, "authority[3].policy"),
    (["colour"], "red", "colour"),
]


@pytest.mark.parametrize(("path", "value", "field"), FAULTS)
def test_a_fault_is_refused_by_the_entrys_name(path: list[Any], value: Any, field: str) -> None:
    data = deepcopy(questionnaire())
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    with pytest.raises(RiskFault) as fault:
        read_questionnaire(data)

    assert fault.value.field == field
    assert fault.value.reason.endswith(".")


def test_what_is_no_document_at_all_is_refused() -> None:
    with pytest.raises(RiskFault, match="questionnaire"):
        read_questionnaire([])  # type: ignore[arg-type] # what a file may hold


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(questionnaire())), anything)
@settings(max_examples=150)
def test_nonsense_in_any_entry_is_refused_or_read_and_written_alike(name: str, value: Any) -> None:
    data = questionnaire(**{name: value})
    try:
        read = read_questionnaire(data)
    except RiskFault as fault:
        named = fault.field
    else:
        named = name
        assert read_questionnaire(questionnaire_data(read)) == read

    assert named.startswith(name)
