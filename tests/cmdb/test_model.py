"""Keys, values and precedence: the pure rules below reconciliation; and changing the model on both databases."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cmdb.classes import Tree
from cmdb.closure import down
from cmdb.items import BadItem, NewItem, add_item, change_item
from cmdb.keys import identity_keys, unique_keys
from cmdb.listing import Wanted, by_id, by_name
from cmdb.merging import merge
from cmdb.model import model, shipped
from cmdb.modelling import BadModel, WouldMisfit, check_class, migration, put_class, put_relation
from cmdb.past import between, item_at
from cmdb.precedence import Report, settle
from cmdb.relate import relate, relations
from cmdb.values import coerced, complaints
from longwatch.store.database import Store
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiChange

TREE = Tree({one["id"]: {name: value for name, value in one.items() if name != "id"} for one in shipped("classes")})
SERVER = TREE.get("server")


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("ip", "10.0.0.1", True),
        ("ip", "2001:db8::1", True),
        ("ip", "10.0.0.256", False),
        ("fqdn", "web-1.example.net", True),
        ("fqdn", "web 1", False),
        ("cpu_count", 8, True),
        ("cpu_count", 8.5, False),
        ("cpu_count", True, False),
        ("warranty_until", "2027-02-29", False),
        ("uuid", "not one", False),
        ("criticality", 4, False),
        ("needs", {"runs_on": 2}, True),
        ("needs", {"runs_on": -1}, False),
        ("state", "live", True),
        ("state", "asleep", False),
        ("wings", 2, False),
        ("description", "\ud800", False),
    ],
)
def test_a_value_fits_its_attribute_or_is_named(name: str, value: Any, fits: object) -> None:
    wrong = [field for field, _ in complaints(SERVER, {"name": "x", name: value})]

    assert wrong == ([] if fits else [name])


def test_required_values_are_missed() -> None:
    assert [field for field, _ in complaints(TREE.get("certificate"), {"name": "x"})] == ["expires"]


def test_texts_of_tables_are_read_as_what_their_attribute_holds() -> None:
    read = coerced(SERVER, {"cpu_count": "8", "criticality": "2", "os": "13", "ip": "10.0.0.1"})

    assert read == {"cpu_count": 8, "criticality": 2, "os": "13", "ip": "10.0.0.1"}


def test_keys_come_in_the_order_of_trust_and_need_all_their_values() -> None:
    both = identity_keys(SERVER, {"name": "Web", "serial": " S1 "})

    assert both == [*identity_keys(SERVER, {"serial": "s1"}), *identity_keys(SERVER, {"name": "web"})]
    assert identity_keys(TREE.get("virtual-machine"), {"serial": "s1"}) == identity_keys(SERVER, {"serial": "S1"})
    assert identity_keys(SERVER, {}) == []
    assert list(unique_keys(SERVER, {"serial": "S1", "os": "x"}).values()) == ["serial"]


REPORTS = st.lists(
    st.builds(
        lambda source, os, missing: Report(source, source, "server", {"name": source, "os": os}, missing),
        st.sampled_from(["desk", "netbox", "ansible", "csv"]),
        st.sampled_from([None, "Debian", "RHEL"]),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda report: report.source,
)


@given(REPORTS, st.randoms())
def test_the_order_of_reports_does_not_matter(reports: list[Report], dice: Any) -> None:
    shuffled = list(reports)
    dice.shuffle(shuffled)

    assert settle(TREE, shuffled) == settle(TREE, reports)


def test_the_most_trusted_source_that_says_something_has_its_way() -> None:
    made = settle(TREE, [Report("a", "1", "server", {"os": "A"}), Report("desk", "1", "server", {"name": "x"})])

    assert (made.values["os"], made.by["os"], made.values["name"]) == ("A", "a", "x")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"label": "", "parent": "ci"}, "label"),
        ({"label": "X", "parent": "nothing"}, "parent"),
        ({"label": "X", "parent": "switch"}, "parent"),
        ({"label": "X", "parent": "ci", "wings": 1}, "wings"),
        ({"label": "X", "parent": "ci", "attributes": {"Name": {"schema": {"type": "string"}}}}, "attributes.Name"),
        ({"label": "X", "parent": "ci", "attributes": {"name": {"schema": {"type": "string"}}}}, "attributes.name"),
        ({"label": "X", "parent": "ci", "attributes": {"a": {"schema": {"$ref": "http://x"}}}}, "attributes.a"),
        ({"label": "X", "parent": "ci", "attributes": {"a": {"schema": {"type": "dragon"}}}}, "attributes.a"),
        (
            {"label": "X", "parent": "ci", "attributes": {"a": {"schema": {"type": "string", "pattern": "("}}}},
            "attributes.a",
        ),
        ({"label": "X", "parent": "ci", "states": [{"id": "a", "label": "A"}]}, "states"),
        ({"label": "X", "parent": "ci", "identify": ["name"]}, "identify"),
        ({"label": "X", "parent": "ci", "obsolete": {"after_runs": 0, "state": "x"}}, "obsolete"),
        ({"label": "X", "parent": "ci", "layer": 99}, "layer"),
    ],
)
def test_a_class_that_cannot_be_is_refused_with_its_field(data: dict[str, Any], field: str) -> None:
    with pytest.raises(BadModel) as refused:
        check_class(TREE, "network-device" if data["parent"] == "switch" else "thing", data)

    assert refused.value.field == field


def test_a_class_is_changed_and_no_item_breaks(either_store: Store) -> None:
    with either_store.reading() as session:
        own = dict(model(session).tree.get("printer").own)
    wanted = {
        **own,
        "attributes": {
            **own["attributes"],
            "toner": {"label": "Toner", "schema": {"type": "string"}, "required": True},
        },
    }
    with either_store.writing() as session, pytest.raises(WouldMisfit):
        put_class(either_store, session, "printer", wanted, "user:admin")

    with either_store.writing() as session:
        put_class(either_store, session, "printer", wanted, "user:admin", accept=True)

    with either_store.writing() as session:
        printer = session.get(Ci, "print-3")
        assert printer is not None
        assert printer.complaints == ["toner: Toner must be given."]
        assert migration(session, "printer", own).mended == ("print-3",)
        put_class(either_store, session, "printer", own, "user:admin")
        session.refresh(printer)
        assert printer.complaints is None
        assert [
            row.action
            for row in session.scalars(
                select(CiChange).where(CiChange.ci == "print-3", CiChange.relation == "").order_by(CiChange.row)
            )
        ] == ["created", "flagged", "flagged"]


def test_values_that_two_items_share_would_not_fit_a_unique_attribute(either_store: Store) -> None:
    with either_store.writing() as session:
        for name in ("doc-1", "doc-2"):
            add_item(either_store, session, NewItem(name, name, "document", values={"version": "7"}))
        own = dict(model(session).tree.get("document").own)
        unique = {**own["attributes"]["version"], "unique": True}
        found = migration(session, "document", {**own, "attributes": {**own["attributes"], "version": unique}})

    assert found.misfits == {"doc-2": ["version: 7 is doc-1's too."]}


def test_a_rule_of_impact_holds_from_the_moment_it_is_changed(either_store: Store) -> None:
    with either_store.writing() as session:
        rule = {"label": "depends on", "reverse": "is relied on by", "source": ["ci"], "target": ["ci"]}
        before = set(down(session, "db-1"))
        put_relation(either_store, session, "depends_on", {**rule, "impact": [{"travels": "forward"}]})

        assert before == {"db-1", "web-1", "web-2", "svc-shop"}
        assert set(down(session, "db-1")) == {"db-1"}
        assert "db-1" in down(session, "web-1")


def test_a_merged_item_gives_everything_to_the_other(either_store: Store) -> None:
    with either_store.writing() as session:
        begin = either_store.now(session)
        relate(either_store, session, ("uses", "db-1", "db-2"), "user:admin")
        merge(either_store, session, "db-1", "db-2", "user:admin")

        assert {(one.type, one.other.id) for one in relations(session, "db-1")} == {
            ("depends_on", "web-1"),
            ("depends_on", "web-2"),
            ("depends_on", "svc-reporting"),
        }
        assert relations(session, "db-2") == []
        past = item_at(session, "db-2", begin)
        assert past is not None
        assert past.values["merged_into"] is None
        drifted = {one.ci for one in between(session, begin, either_store.now(session))}
        assert {"db-1", "db-2", "svc-reporting"} <= drifted
        with pytest.raises(KeyError):
            change_item(either_store, session, "db-2", {"name": "X"}, "user:admin")
        with pytest.raises(BadItem):
            merge(either_store, session, "db-1", "sw-core", "user:admin")


def test_lists_are_searched_narrowed_and_paged(either_store: Store) -> None:
    with either_store.reading() as session:
        first, after = by_name(session, Wanted(), 5, None)
        rest, end = by_name(session, Wanted(), 100, after)
        names = [ci.name for ci in [*first, *rest]]

        assert names == sorted(names)
        assert end is None
        assert [ci.id for ci in by_id(session, Wanted(q="DB-1.example"), 5, None)[0]] == ["db-1"]
        assert [ci.id for ci in by_id(session, Wanted(class_="network"), 5, None)[0]] == ["sw-core", "vpn-1"]
        assert by_id(session, Wanted(q="100%_"), 5, None)[0] == []
        assert by_id(session, Wanted(flagged=True), 5, None)[0] == []
