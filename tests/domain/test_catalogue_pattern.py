"""Patterns of forms: what may be written, and that none can take for ever."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain.catalogue_pattern import LONGEST_TEXT, BadPattern, checked, fits
from tests.domain.catalogue_desk import attempt


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"LW-\d{4}", "LW-0042", "LW-42"),
        (r"[A-Z]{2,3}-[0-9]+", "INC-12", "I-12"),
        (r"(?:north|south)(-\d+)?", "south-3", "south-"),
        (r".+@.+", "anna@example.net", "anna"),
        (r"\\\\[a-z]+\\[a-z]+", r"\\files\sales", "files"),
        (r"[^\]]", "x", "]"),
        (r"a\.b", "a.b", "axb"),
    ],
)
def test_a_pattern_judges_the_whole_text(pattern: str, good: str, bad: str) -> None:
    assert fits(checked(pattern), good)
    assert not fits(checked(pattern), bad)
    assert not fits(checked(pattern), good + "\n")


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|a)*b",
        "(a|aa){1,50}c",
        ".*.*.*.*x",
        "a?" * 24 + "a" * 24,
        "a{0,90}a{0,90}a{0,90}a{0,90}b",
        r"(a)\1",
        "(?=a)b",
        "(?P<n>a)",
        "(?i)a",
        "a**",
        "a+?",
        "a++",
        "^a$",
        "(a",
        "a)",
        "[a",
        "[[a]",
        "[a--b]",
        "[z-a]",
        "a{3,1}",
        "{3}",
        "\\",
        "\\b",
        "",
        "a" * 201,
    ],
)
def test_what_could_take_for_ever_or_means_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(BadPattern):
        checked(pattern)


@settings(max_examples=300)
@given(
    pattern=st.text(st.sampled_from(list("ab1.-()[]{}?*+|\\dws,39^$")), max_size=12), text=st.text("ab1-", max_size=40)
)
def test_what_is_let_through_is_a_pattern_that_ends(pattern: str, text: str) -> None:
    found, said = attempt(lambda: checked(pattern), BadPattern)

    assert (found is None) is (said is not None and str(said).endswith("."))
    assert found is None or fits(found, text) is (re.fullmatch(pattern, text) is not None)


def test_a_text_longer_than_any_pattern_judges_does_not_fit() -> None:
    assert fits(".*", "a" * LONGEST_TEXT)
    assert not fits(".*", "a" * (LONGEST_TEXT + 1))
