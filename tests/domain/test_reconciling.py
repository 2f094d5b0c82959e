"""What follows from asking a tool: never an end by a silence that may mean anything else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain.reconciling import SETTLES, TWICE, Asked, Found, Gone, Known, Listed, compare

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
GRACE = 180
NAMES = st.sampled_from("abcd")


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def asked(seconds: float, *, complete: bool = True, grace: int = GRACE) -> Asked:
    return Asked(after(seconds), complete, grace)


FIRES = Known("a", firing=True, last_at=NOON)


def course(*answers: Asked, known: Known = FIRES) -> list[tuple[str, ...]]:
    """What is over after each of these answers, none of which names the alert."""
    gone: dict[str, Gone] = {}
    over = []
    for each in answers:
        found = compare(each, [], [known], gone)
        gone = dict(found.gone)
        over.append(found.over)
    return over


def test_what_fires_there_and_is_unknown_here_begins() -> None:
    found = compare(asked(10), [Listed("b", tells=True)], [FIRES], {})

    assert (found.begun, found.over) == (("b",), ())


def test_what_is_silenced_there_neither_begins_nor_ends() -> None:
    found = compare(asked(10), [Listed("b", tells=False), Listed("a", tells=False)], [FIRES], {"a": Gone(NOON, 5)})

    assert found == Found()


def test_an_end_that_was_told_a_moment_ago_may_be_newer_than_the_answer() -> None:
    ended = Known("a", firing=False, last_at=NOON)

    soon = compare(Asked(NOON + SETTLES / 2, complete=True, grace=GRACE), [Listed("a", tells=True)], [ended], {})
    later = compare(Asked(NOON + SETTLES, complete=True, grace=GRACE), [Listed("a", tells=True)], [ended], {})

    assert (soon.begun, later.begun) == ((), ("a",))


def test_what_is_gone_from_two_complete_answers_and_for_longer_than_the_grace_is_over() -> None:
    assert course(asked(10), asked(100), asked(190)) == [(), (), ("a",)]
    assert course(asked(10), asked(500)) == [(), ("a",)]
    assert course(asked(10_000)) == [()]


def test_an_answer_that_is_not_complete_is_never_a_recovery() -> None:
    assert course(*(asked(seconds, complete=False) for seconds in range(0, 10_000, 100))) == [()] * 100
    assert course(asked(10), asked(500, complete=False), asked(1_000)) == [(), (), ("a",)]


def test_a_word_meanwhile_begins_the_waiting_anew() -> None:
    found = compare(asked(500), [], [Known("a", firing=True, last_at=after(400))], {"a": Gone(after(10), 3)})

    assert (found.over, found.gone) == ((), {"a": Gone(after(500), 1)})


def test_a_word_after_the_question_makes_the_answer_old() -> None:
    found = compare(asked(500), [], [Known("a", firing=True, last_at=after(501))], {"a": Gone(after(10), 3)})

    assert found == Found()


def test_an_alert_that_is_named_again_was_never_gone() -> None:
    found = compare(asked(500), [Listed("a", tells=True)], [FIRES], {"a": Gone(after(10), 1)})

    assert found == Found()


listings = st.lists(st.builds(Listed, NAMES, st.booleans()), max_size=4, unique_by=lambda each: each.fingerprint)
knowledge = st.lists(
    st.builds(Known, NAMES, st.booleans(), st.integers(0, 2_000).map(after)),
    max_size=4,
    unique_by=lambda each: each.fingerprint,
)
memories = st.dictionaries(NAMES, st.builds(Gone, st.integers(0, 2_000).map(after), st.integers(1, 4)))
questions = st.builds(asked, st.integers(0, 4_000), complete=st.booleans(), grace=st.integers(0, 600))


@given(questions, listings, knowledge, memories)
def test_no_answer_ends_what_it_names_or_what_nobody_thinks_fires(
    question: Asked, listed: list[Listed], known: list[Known], gone: dict[str, Gone]
) -> None:
    found = compare(question, listed, known, gone)

    there = {each.fingerprint for each in listed}
    fires = {each.fingerprint for each in known if each.firing}
    assert not set(found.over) & there
    assert set(found.over) <= fires
    assert set(found.gone) <= fires - there
    assert set(found.begun) <= {each.fingerprint for each in listed if each.tells} - fires
    assert question.complete or not found.over


@given(st.lists(st.tuples(st.integers(1, 300), st.booleans(), st.booleans()), max_size=30))
def test_an_end_always_has_two_complete_answers_without_it_and_the_grace_between(
    answers: list[tuple[int, bool, bool]],
) -> None:
    """Each answer: seconds since the one before, whether it is complete, whether it names the alert."""
    gone: dict[str, Gone] = {}
    without: list[int] = []
    now = 1
    for pause, complete, names in answers:
        now += pause
        found = compare(asked(now, complete=complete), [Listed("a", tells=True)] if names else [], [FIRES], gone)
        gone = dict(found.gone)
        without = [] if names else [*without, now] if complete else without
        assert bool(found.over) == (
            complete and not names and len(without) >= TWICE and without[-1] - without[0] >= GRACE
        )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_the_outcome_does_not_hang_on_the_order_of_what_is_listed(order: tuple[int, ...]) -> None:
    listed = [Listed("c", tells=True), Listed("b", tells=True), Listed("d", tells=False)]

    assert compare(asked(10), [listed[place] for place in order], [FIRES], {}).begun == ("b", "c")
