"""What fails with an item, set against the plainest walk there is."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cmdb.impact_graph import Link, hits, path
from tests.cmdb.graphs import NODES, graphs, naive


@given(graphs(), st.sampled_from(NODES))
def test_the_closure_is_that_of_a_naive_walk_over_cycles_and_redundancy(links: list[Link], start: str) -> None:
    assert set(hits(start, links)) == naive(start, links)


@given(graphs(), st.sampled_from(NODES))
def test_every_path_begins_where_it_failed_and_follows_links(links: list[Link], start: str) -> None:
    found = hits(start, links)

    for item, hit in found.items():
        steps = path(found, item)
        assert (steps[0], steps[-1][0], len(steps)) == ((start, None), item, hit.distance + 1)
        pairs = pairwise(steps)
        assert all(any((one.cause, one.victim, one.type) == (a, b, by) for one in links) for (a, _), (b, by) in pairs)


@given(graphs(), st.sampled_from(NODES), st.randoms())
def test_the_order_of_the_links_does_not_matter(links: list[Link], start: str, dice: object) -> None:
    shuffled = list(links)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]

    assert list(hits(start, shuffled)) == list(hits(start, links))


def test_two_of_three_members_suffice_until_two_fail() -> None:
    members = [Link(f"m{number}", "cluster", "member_of", 2, 3) for number in range(3)]
    rack = [Link("rack", "m0", "located_in"), Link("rack", "m1", "located_in")]

    assert set(hits("m0", members)) == {"m0"}
    assert set(hits("rack", [*members, *rack])) == {"rack", "m0", "m1", "cluster"}


def test_a_need_for_more_than_there_are_is_one_for_all() -> None:
    assert set(hits("a", [Link("a", "b", "runs_on", 9, 2)])) == {"a", "b"}


def test_a_need_for_none_is_never_missed() -> None:
    assert set(hits("a", [Link("a", "b", "runs_on", 0, 1)])) == {"a"}
