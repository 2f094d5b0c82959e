"""Priority: impact x urgency."""

import pytest

from longwatch.domain.priority import Matrix, judge_impact, judge_urgency, read_matrix


def test_high_impact_and_high_urgency_make_p1_and_low_both_p5() -> None:
    assert Matrix().priority(1, 1) == 1
    assert Matrix().priority(3, 3) == 5
    assert Matrix().priority(1, 3) == 3


def test_rows_are_impact_and_columns_urgency() -> None:
    matrix = read_matrix(4, [[1, 1, 2], [2, 3, 4], [4, 5, 5]])

    assert matrix.priority(3, 1) == 4
    assert matrix.priority(1, 3) == 2
    assert matrix.version == 4


@pytest.mark.parametrize("cells", [[], [[1, 2, 3]], [[1, 2], [2, 3], [3, 4]], [[0, 2, 3], [2, 3, 4], [3, 4, 5]]])
def test_a_matrix_of_another_shape_is_not_read(cells: list[list[int]]) -> None:
    with pytest.raises(ValueError, match="priority"):
        read_matrix(1, cells)


def test_a_critical_item_raises_the_impact_and_never_lowers_it() -> None:
    assert judge_impact(3, 1) == 1
    assert judge_impact(1, 3) == 1
    assert judge_impact(None, 3) == 3
    assert judge_impact(None, None) == 2


@pytest.mark.parametrize(("users", "impact"), [(0, 2), (1, 3), (99, 3), (100, 2), (999, 2), (1_000, 1), (90_000, 1)])
def test_the_more_people_are_hit_the_higher_the_impact(users: int, impact: int) -> None:
    assert judge_impact(None, None, users) == impact


def test_of_criticality_and_people_hit_the_graver_counts() -> None:
    assert judge_impact(None, 1, 5) == 1
    assert judge_impact(None, 3, 5_000) == 1
    assert judge_impact(2, 3, 5) == 2


def test_an_alerts_severity_is_the_urgency_nobody_stated() -> None:
    assert judge_urgency(None, "critical") == 1
    assert judge_urgency(None, "info") == 3
    assert judge_urgency(3, "critical") == 3
    assert judge_urgency(None, None) == 2
