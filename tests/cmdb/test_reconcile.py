"""Reconciliation on both databases: what is found again, what is new, what is held back, what vanishes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cmdb.closure import down
from cmdb.impact import find
from cmdb.items import change_item
from cmdb.reconcile import BadRun, apply, discard, preview, stage
from longwatch.store.database import Store
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiChange, CiRelation, CiStaged
from tests.cmdb.sources import EDITOR, contents, deliver


def server(key: str, name: str, **more: Any) -> dict[str, Any]:
    links = {"relations": more.pop("relations")} if "relations" in more else {}
    aliases = {"aliases": more.pop("aliases")} if "aliases" in more else {}
    return {"class": "server", "source_key": key, "attributes": {"name": name, **more}, **links, **aliases}


def verdicts(store: Store, records: list[Any], source: str = "netbox", *, complete: bool = False) -> list[str]:
    run = stage(store, source, records, EDITOR, complete=complete)
    with store.reading() as session:
        return [row.verdict for row in preview(session, run).rows]


def item(store: Store, name: str) -> Ci:
    with store.reading() as session:
        return session.scalars(select(Ci).where(Ci.name == name)).one()


def test_nothing_is_written_before_it_is_applied(either_store: Store) -> None:
    before = contents(either_store)

    run = stage(either_store, "netbox", [server("1", "app-1")], EDITOR)
    assert contents(either_store) == before
    discard(either_store, run)

    assert contents(either_store) == before
    with pytest.raises(BadRun):
        apply(either_store, run, EDITOR)


def test_broken_rows_are_told_by_number_and_the_good_ones_go_in(either_store: Store) -> None:
    records = [
        server("1", "app-1", cpu_count="8"),
        server("2", "app-2", cpu_count="eight"),
        {"row": 40, "problem": "This line is not UTF-8."},
        {"class": "ghost", "attributes": {"name": "boo"}},
        {"class": "compute", "attributes": {"name": "abstract"}},
        server("3", "app-3", wings=2),
        {"class": "server", "attributes": {}},
        "a text",
        server("4", "=cmd|' /C calc'!A0"),
        server("5", "nul\x00"),
        server("1", "twice"),
        server(
            "6", "loops", relations=[{"type": "uses", "to": {"source_key": "6"}}, {"type": "uses", "to": {"id": "no"}}]
        ),
    ]
    run = stage(either_store, "csv", records, EDITOR)
    with either_store.reading() as session:
        rows = {row.number: row for row in preview(session, run).rows}

    counts = apply(either_store, run, EDITOR)

    assert counts == {"duplicate": 1, "new": 3, "rejected": 8}
    assert rows[40].reasons == ["This line is not UTF-8."]
    assert rows[2].reasons == ["cpu_count: It must be a whole number."]
    assert rows[12].reasons == ["uses: an item is not related to itself.", "There is no item id no."]
    assert item(either_store, "app-1").attributes == {"cpu_count": 8}


def test_an_item_is_found_again_by_the_most_trusted_rule(either_store: Store) -> None:
    deliver(either_store, "netbox", [server("1", "app-1", serial="S1", fqdn="app-1.example.net")])

    found = deliver(either_store, "ansible", [server("x", "renamed", serial="s1 ")])
    other = deliver(either_store, "ansible", [server("y", "app-1", serial="S2")])

    assert found == {"changed": 1}
    assert other == {"new": 1}
    assert len([name for name in contents(either_store)[0] if name.endswith(("/S1", "/S2", "/s1"))]) == 2


def test_an_item_that_people_recorded_is_found_by_its_other_name(either_store: Store) -> None:
    deliver(either_store, "prometheus", [server("1", "web-1", fqdn="web-1.example.net", serial="S9")])

    web = item(either_store, "Shop front 1")
    assert web.attributes == {"fqdn": "web-1.example.net", "serial": "S9"}


def test_two_things_of_one_source_are_not_one_item(either_store: Store) -> None:
    assert verdicts(either_store, [server("1", "a", serial="S1"), server("2", "b", serial="S1")]) == [
        "new",
        "duplicate",
    ]


def test_what_may_be_two_items_is_for_a_person_to_decide(either_store: Store) -> None:
    deliver(
        either_store,
        "netbox",
        [server("1", "app", serial="S1", site="Ulm"), server("2", "app", serial="S2", site="Bonn")],
    )

    assert verdicts(either_store, [server("x", "app")], "ansible") == ["duplicate"]


def test_the_word_of_people_goes_before_that_of_a_source_until_they_take_it_back(either_store: Store) -> None:
    deliver(either_store, "netbox", [server("1", "app-1", os="Debian 12")])
    ci = item(either_store, "app-1").id
    with either_store.writing() as session:
        change_item(either_store, session, ci, {"os": "Debian 13"}, "user:cmdb-editor")
    counts = deliver(either_store, "netbox", [server("1", "app-1", os="Debian 11")])
    assert item(either_store, "app-1").attributes == {"os": "Debian 13"}

    with either_store.writing() as session:
        change_item(either_store, session, ci, {"os": None}, "user:cmdb-editor")

    assert counts == {"conflicting": 1}
    assert item(either_store, "app-1").attributes == {"os": "Debian 11"}


def test_relations_stand_as_long_as_one_source_states_them(either_store: Store) -> None:
    link = [{"type": "depends_on", "to": {"alias": "db-1"}}]
    deliver(either_store, "netbox", [server("1", "app-1", serial="S1", relations=link)])
    deliver(either_store, "ansible", [server("x", "app-1", serial="S1", relations=link)])
    app = item(either_store, "app-1").id

    deliver(either_store, "netbox", [server("1", "app-1", serial="S1", relations=[])])
    with either_store.reading() as session:
        assert app in down(session, "db-1")
    deliver(either_store, "ansible", [server("x", "app-1", serial="S1", relations=[])])

    with either_store.reading() as session:
        assert app not in down(session, "db-1")
        told = [
            row.action for row in session.scalars(select(CiChange).where(CiChange.ci == app).order_by(CiChange.row))
        ]
    assert told == ["created", "related", "unrelated"]


def test_relations_lead_to_rows_that_come_later_and_to_what_identifies_an_item(either_store: Store) -> None:
    records = [
        server("1", "app-1", relations=[{"type": "runs_on", "to": {"source_key": "2"}}]),
        {"class": "hypervisor", "source_key": "2", "attributes": {"name": "hv-1", "serial": "H1"}},
        server(
            "3", "app-3", relations=[{"type": "hosts", "to": {"class": "compute", "serial": "H1"}, "reverse": True}]
        ),
    ]

    deliver(either_store, "netbox", records)

    assert [one for one in contents(either_store)[1] if "hv-1" in one] == [
        ("hosts", "hv-1", "app-3"),
        ("runs_on", "app-1", "hv-1"),
    ]


def test_a_second_source_that_says_the_same_changes_nothing(either_store: Store) -> None:
    uses = [{"type": "uses", "to": {"source_key": "1"}}]
    said = [server("1", "app-1"), server("2", "app-2", relations=uses)]
    deliver(either_store, "netbox", said)
    before = contents(either_store)

    run = stage(either_store, "ansible", said, EDITOR)
    with either_store.reading() as session:
        rows = [(row.verdict, row.reasons) for row in preview(session, run).rows]

    assert rows == [("same", []), ("same", [])]
    assert apply(either_store, run, EDITOR) == {"same": 2}
    assert contents(either_store) == before
    deliver(either_store, "netbox", [server("2", "app-2", relations=[])])
    assert contents(either_store) == before


def test_what_vanishes_ends_after_so_many_complete_runs_and_comes_back_to_life(either_store: Store) -> None:
    both = [server("1", "app-1"), server("2", "app-2", relations=[{"type": "depends_on", "to": {"source_key": "1"}}])]
    deliver(either_store, "netbox", both, complete=True)
    for _ in range(3):
        assert item(either_store, "app-1").obsolete_at is None
        deliver(either_store, "netbox", both[1:], complete=True)
    gone = item(either_store, "app-1")
    with either_store.reading() as session:
        assert set(down(session, gone.id)) == {gone.id}

    deliver(either_store, "netbox", both, complete=True)

    back = item(either_store, "app-1")
    assert (gone.state, gone.ended_at is None, gone.obsolete_at is None) == ("retired", False, False)
    assert (back.state, back.ended_at, back.obsolete_at) == ("live", None, None)
    with either_store.reading() as session:
        assert len(down(session, back.id)) == 2
        told = [
            row.action
            for row in session.scalars(select(CiChange).where(CiChange.ci == back.id, CiChange.relation == ""))
        ]
    assert told == ["created", "obsolete", "revived"]


def test_a_part_of_a_delivery_makes_nothing_vanish(either_store: Store) -> None:
    deliver(either_store, "netbox", [server("1", "app-1"), server("2", "app-2")], complete=True)

    assert verdicts(either_store, [server("1", "app-1")]) == ["same"]
    assert verdicts(either_store, [server("1", "app-1")], complete=True) == ["same", "vanished"]


def test_a_delivery_that_would_lose_most_waits_for_a_person(either_store: Store) -> None:
    deliver(either_store, "netbox", [server(str(number), f"app-{number}") for number in range(50)], complete=True)
    run = stage(either_store, "netbox", [server("1", "app-1")], EDITOR, complete=True)

    with pytest.raises(BadRun, match="would vanish"):
        apply(either_store, run, EDITOR)

    assert apply(either_store, run, EDITOR, even_if_most_vanish=True) == {"same": 1, "vanished": 49}


class CutShort(Store):
    """A store whose power goes away at the given write."""

    writes = 0
    last = 0

    @contextmanager
    def writing(self) -> Iterator[Session]:
        self.writes += 1
        if self.writes > self.last:
            raise RuntimeError("the power went away")
        with super().writing() as session:
            yield session


def test_an_import_cut_short_is_finished_by_applying_it_again(either_store: Store) -> None:
    link = {"type": "uses", "to": {"alias": "db-1"}}
    records = [server(str(number), f"app-{number:04d}", relations=[link]) for number in range(900)]
    run = stage(either_store, "netbox", records, EDITOR)
    for last in (2, 5):
        broken = CutShort(either_store.engine)
        broken.last = last
        with pytest.raises(RuntimeError):
            apply(broken, run, EDITOR)

    apply(either_store, run, EDITOR)

    with either_store.reading() as session:
        assert session.scalar(select(func.count()).where(Ci.name.startswith("app-"))) == 900
        assert session.scalar(select(func.count()).where(CiRelation.type == "uses")) == 900
        assert set(session.scalars(select(CiStaged.verdict).where(CiStaged.run == run))) == {"new"}


def test_a_name_means_the_item_that_people_gave_it_to_and_the_other_is_told(either_store: Store) -> None:
    run = stage(
        either_store,
        "netbox",
        [{"class": "document", "source_key": "1", "attributes": {"name": "Plan"}, "aliases": ["10.0.0.11"]}],
        EDITOR,
    )

    apply(either_store, run, EDITOR)

    with either_store.reading() as session:
        assert find(session, ["10.0.0.11"]) == "db-1"
        assert preview(session, run).rows[0].reasons == ["10.0.0.11 means db-1."]


def test_a_value_that_only_one_item_may_have_is_held_back(either_store: Store) -> None:
    def saas(key: str, name: str) -> dict[str, Any]:
        return {"class": "saas", "source_key": key, "attributes": {"name": name, "tenant": "acme"}}

    deliver(either_store, "netbox", [saas("1", "Mail")])

    assert deliver(either_store, "netbox", [saas("2", "Chat")]) == {"conflicting": 1}
    assert "Chat/" not in contents(either_store)[0]
