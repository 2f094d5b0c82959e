"""Titles are alike by their words; numbers only count things."""

from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain.correlating_text import likeness, words_of

TITLES = st.text(alphabet="ab 01-", max_size=20)


def alike(one: str, other: str) -> int:
    return likeness(words_of(one), words_of(other))


def test_the_same_trouble_on_another_host_is_the_same_title() -> None:
    assert alike("Disk 3 of web-1 is nearly full", "Disk 5 of web-12 is nearly full") == 100


def test_titles_without_a_word_in_common_are_not_alike() -> None:
    assert alike("Disk is full", "Certificate expired") == 0


@given(TITLES, TITLES)
def test_likeness_goes_both_ways_and_stays_within_bounds(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)
    assert 0 <= alike(one, other) <= 100


@given(TITLES)
def test_a_title_with_words_is_wholly_like_itself(title: str) -> None:
    assert alike(title, title) == (100 if words_of(title) else 0)
