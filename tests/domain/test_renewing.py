"""Lead times are read strictly: what would not work is named by its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain.renewing import LeadTimesFault, read_lead_times


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.integers(0, 3650), max_size=10))
def test_days_by_class_are_read_as_they_stand(days: dict[str, int]) -> None:
    assert read_lead_times({"days": days}) == days


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (None, "lead times"),
        ({"days": []}, "days"),
        ({"weeks": {}}, "weeks"),
        ({"days": {"certificate": 4000}}, "days.certificate"),
        ({"days": {"certificate": True}}, "days.certificate"),
        ({"days": {str(number): 1 for number in range(201)}}, "days"),
    ],
)
def test_what_would_not_work_is_named(data: Any, place: str) -> None:
    with pytest.raises(LeadTimesFault) as caught:
        read_lead_times(data)

    assert caught.value.field == place


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(ANYTHING | st.fixed_dictionaries({"days": ANYTHING}))
def test_anything_is_read_or_refused_with_a_reason(data: Any) -> None:
    try:
        read = read_lead_times(data)
    except LeadTimesFault as fault:
        read, said = {}, fault.reason
    else:
        said = "read"

    assert said
    assert all(0 <= lead <= 3650 for lead in read.values())
