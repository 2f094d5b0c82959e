"""Impact read from the database, on both of them, equals the naive walk over the same relations."""

import random

from sqlalchemy import delete, select

from cmdb import edges
from cmdb.closure import down, up
from cmdb.impact import impact
from cmdb.impact_graph import Link
from cmdb.model import model
from longwatch.store.database import Store
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiEdge, CiRelation
from tests.cmdb.graphs import naive

ITEMS = [f"x{number}" for number in range(8)]
TYPES = ("depends_on", "powered_by", "member_of")


def lay(store: Store, seed: int) -> None:
    """Eight items related at random, some of them needing only so many."""
    dice = random.Random(seed)
    with store.writing() as session:
        session.execute(delete(CiRelation))
        now = store.now(session)
        for one in ITEMS:
            ci = session.get(Ci, one) or Ci(id=one, name=one, class_="ups" if one < "x4" else "cluster", created_at=now)
            ci.needs = {type_: dice.randint(0, 3) for type_ in TYPES if dice.random() < 0.4}
            session.add(ci)
        session.flush()
        made = {(dice.choice(TYPES), dice.choice(ITEMS), dice.choice(ITEMS)) for _ in range(16)}
        session.add_all(
            CiRelation(type=type_, source=begin, target=end, created_at=now)
            for type_, begin, end in sorted(made)
            if begin != end
        )
        edges.redraw_all(session, model(session))


def links_of(store: Store) -> list[Link]:
    """The edges as they stand, with the size of each group and the strictest need in it."""
    with store.reading() as session:
        rows = session.execute(select(CiEdge.cause, CiEdge.victim, CiEdge.type, CiEdge.needed)).all()
    groups: dict[tuple[str, str], set[str]] = {}
    for cause, victim, type_, _ in rows:
        groups.setdefault((victim, type_), set()).add(cause)
    strictest = {
        group: max((n for _, v, t, n in rows if (v, t) == group and n is not None), default=0) for group in groups
    }
    return [Link(c, v, t, None if n is None else strictest[v, t], len(groups[v, t])) for c, v, t, n in rows]


def test_the_closure_of_the_database_is_the_naive_one(either_store: Store) -> None:
    for seed in range(12):
        lay(either_store, seed)
        links = links_of(either_store)

        with either_store.reading() as session:
            found = {one: set(down(session, one)) for one in ITEMS}
            back = {one: set(up(session, one)) for one in ITEMS}

        reversed_ = [Link(link.victim, link.cause, link.type) for link in links]
        assert found == {one: naive(one, links) for one in ITEMS}, seed
        assert back == {one: naive(one, reversed_) for one in ITEMS}, seed


def test_what_ended_fails_nothing_and_is_hit_by_nothing(either_store: Store) -> None:
    with either_store.writing() as session:
        ci = session.get(Ci, "web-1")
        assert ci is not None
        ci.ended_at = either_store.now(session)
        edges.redraw_items(session, model(session), ["web-1"])

        found = down(session, "db-1")

    assert set(found) == {"db-1", "web-2", "svc-shop"}


def test_a_ticket_is_told_the_criticality_of_the_worst_that_falls(either_store: Store) -> None:
    with either_store.writing() as session:
        switch = session.get(Ci, "sw-core")
        assert switch is not None
        switch.criticality = 3

    with either_store.reading() as session:
        told = impact(session, "sw-core")

    assert (told["criticality"], told["own_criticality"]) == (1, 3)
    assert set(told["services"]) == {"Mail", "Remote work", "Web shop"}
    assert told["users"] == 12000 + 350 + 120


def test_nothing_is_told_of_no_item(either_store: Store) -> None:
    with either_store.reading() as session:
        told = impact(session, "nothing")

    assert told == {"ci": None, "name": None, "criticality": None, "owner_team": None, "service": None, "affected": []}
