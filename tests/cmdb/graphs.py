"""Graphs to try impact on, and the plainest way to walk them."""

from hypothesis import strategies as st

from cmdb.impact_graph import Link

NODES = [f"n{number}" for number in range(7)]
TYPES = ("runs_on", "powered_by")


@st.composite
def graphs(draw: st.DrawFn) -> list[Link]:
    """Links between a few items, in circles too; some victims need only so many of their causes of a type."""
    pairs = draw(
        st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from(TYPES)), max_size=18)
    )
    edges = sorted({pair for pair in pairs if pair[0] != pair[1]})
    groups = sorted({(victim, type_) for _, victim, type_ in edges})
    needs = {group: draw(st.none() | st.integers(0, 4)) for group in groups}
    causes = {group: {c for c, v, t in edges if (v, t) == group} for group in groups}
    return [Link(c, v, t, needs[v, t], len(causes[v, t])) for c, v, t in edges]


def naive(start: str, links: list[Link]) -> set[str]:
    """What fails with `start`: looked through again and again until nothing more does."""
    failed = {start}
    while True:
        more = {link.victim for link in links if link.victim not in failed and _falls(link, links, failed)}
        if not more:
            return failed
        failed |= more


def _falls(link: Link, links: list[Link], failed: set[str]) -> bool:
    causes = {one.cause for one in links if (one.victim, one.type) == (link.victim, link.type)}
    dead = causes & failed
    needed = len(causes) if link.needed is None else min(link.needed, len(causes))
    return len(causes) - len(dead) < needed
