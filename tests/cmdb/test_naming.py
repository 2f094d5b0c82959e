"""Names that several items have: whom they mean depends on whose word it is, never on what was recorded first."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmdb.hints import ci_named
from cmdb.impact import find, find_all
from cmdb.items import BadItem, NewItem, add_item, change_item
from cmdb.merging import merge
from cmdb.naming import contested, foremost
from cmdb.reconcile import preview, stage
from longwatch.store.database import Store
from longwatch.store.tables import Ci
from tests.cmdb.sources import EDITOR, deliver, empty, trusting

EDITING = "user:cmdb-editor"


def server(number: int, *aliases: str, **values: Any) -> dict[str, Any]:
    attributes = {"name": f"server {number}", "serial": f"S{number}", **values}
    return {"class": "server", "source_key": str(number), "attributes": attributes, "aliases": list(aliases)}


def named(store: Store, name: str) -> str | None:
    """The name of the item that a name means."""
    with store.reading() as session:
        found = find(session, [name])
        return session.get_one(Ci, found).name if found else None


def test_whatever_came_first_the_most_trusted_source_names_an_item(either_store: Store) -> None:
    trusting(either_store, "desk", "netbox", "scanner")
    said = {
        "scanner": [server(1, "front")],
        "netbox": [server(2, "front")],
        "unheard-of": [server(3, "front")],
    }
    for order in permutations(said):
        empty(either_store)
        for source in order:
            deliver(either_store, source, said[source])

        assert named(either_store, "front") == "server 2", order


def test_a_name_with_equal_claims_means_neither_and_both_are_told(either_store: Store) -> None:
    deliver(either_store, "netbox", [server(1, "front"), server(2, "front")])

    with either_store.reading() as session:
        one, other = find_all(session, [["S1"], ["S2"]])
        assert one is not None
        assert find(session, ["front"]) is None
        assert ci_named(session, ["front-1 is down, front too", "front"]) is None
        assert contested(session, one, ["front", "s1"]) == {
            "front": f"front is a name of {other} as well: it means neither."
        }


def test_an_address_of_its_own_goes_before_a_name_that_is_stated(either_store: Store) -> None:
    mentions = {"class": "document", "source_key": "d", "attributes": {"name": "Plan"}, "aliases": ["10.9.9.9"]}
    deliver(either_store, "netbox", [mentions, server(1, ip="10.9.9.9")])

    assert named(either_store, "10.9.9.9") == "server 1"


def test_the_name_of_what_ended_goes_to_what_is_in_use(either_store: Store) -> None:
    deliver(either_store, "netbox", [server(1, ip="10.9.9.9", state="retired"), server(2, ip="10.9.9.9")])

    assert named(either_store, "10.9.9.9") == "server 2"


def test_a_source_that_reports_an_item_no_more_loses_its_claim_to_the_name(either_store: Store) -> None:
    both = [server(1, "front"), server(2, "front")]
    deliver(either_store, "netbox", both, complete=True)
    before = named(either_store, "front")
    deliver(either_store, "netbox", both[1:], complete=True)
    gone = named(either_store, "front")
    deliver(either_store, "netbox", both, complete=True)

    assert (before, gone, named(either_store, "front")) == (None, "server 2", None)


def test_people_say_whom_a_contested_name_means(either_store: Store) -> None:
    deliver(either_store, "netbox", [server(1, "front"), server(2, "front")])
    with either_store.writing() as session:
        ci = find(session, ["S1"])
        assert ci is not None
        change_item(either_store, session, ci, {}, EDITING, aliases=["front"])

    deliver(either_store, "netbox", [server(2, "front"), server(1, "front")])

    assert named(either_store, "front") == "server 1"


def test_people_do_not_take_a_name_from_another_item_unseen(either_store: Store) -> None:
    with either_store.writing() as session, pytest.raises(BadItem, match="means db-1 already"):
        add_item(either_store, session, NewItem("new-1", "New", aliases=("10.0.0.11",)))


def test_a_contested_name_does_not_hinder_people_from_changing_something_else(either_store: Store) -> None:
    deliver(either_store, "netbox", [server(1, "front"), server(2, "front")])
    with either_store.writing() as session:
        ci = find(session, ["S1"])
        assert ci is not None
        change_item(either_store, session, ci, {"os": "Debian 13"}, EDITING)

        assert session.get_one(Ci, ci).attributes["os"] == "Debian 13"


def test_a_relation_to_a_name_that_two_items_have_is_told_and_left_out(either_store: Store) -> None:
    uses = {**server(3), "relations": [{"type": "uses", "to": {"alias": "front"}}]}
    run = stage(either_store, "netbox", [server(1, "front"), server(2, "front"), uses], EDITOR)

    with either_store.reading() as session:
        told = preview(session, run).rows[2].reasons

    assert told == ["alias front may be new 1 or new 2."]


def test_what_was_merged_is_found_by_its_id_for_ever(either_store: Store) -> None:
    deliver(either_store, "netbox", [server(1, "front"), server(2, "front")])
    with either_store.writing() as session:
        keep, drop = find_all(session, [["S1"], ["S2"]])
        assert keep is not None
        assert drop is not None
        merge(either_store, session, keep, drop, EDITING)
    deliver(either_store, "netbox", [server(1, "front", os="Debian 13")])
    deliver(either_store, "ansible", [server(1)])

    with either_store.reading() as session:
        assert find(session, [drop]) == keep
        assert find(session, ["front"]) == keep


def test_a_name_that_everything_has_finds_nothing_and_holds_nothing_up(either_store: Store) -> None:
    many = [server(number, ip="127.0.0.1") for number in range(30)]
    deliver(either_store, "ansible", many)

    counts = deliver(either_store, "scanner", [{**server(99), "aliases": ["127.0.0.1"]}])

    assert counts == {"new": 1}
    assert named(either_store, "127.0.0.1") is None


CLAIMS = st.dictionaries(st.sampled_from("abcd"), st.tuples(st.booleans(), st.integers(0, 3)))


@given(CLAIMS, st.randoms())
def test_the_foremost_claim_does_not_depend_on_order(claimed: dict[str, Any], dice: Any) -> None:
    shuffled = list(claimed.items())
    dice.shuffle(shuffled)

    best = foremost(dict(shuffled))

    assert best == foremost(claimed)
    assert bool(best) == bool(claimed)
    assert all(claimed[one] <= claimed[other] for one in best for other in claimed)
