"""Files as tools write them, brought into a desk: everything they name stands there afterwards, and only once."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from activities import cmdb_importing
from activities.cmdb_importing import Busy, carry_out, delivery_of, lay_out
from cmdb.reconcile import BadRun, preview
from integrations.cmdb_mapping import read_mapping
from integrations.cmdb_record import Unreadable
from longwatch.domain.ticket import Actor
from longwatch.store.database import Store
from longwatch.store.outbox import hold_lease
from longwatch.store.tables import Ci
from longwatch.store.tables_cmdb import CiRelation, CiRun
from tests.integrations.cmdb_files import DATA, zipped

EDITOR = Actor("user:cmdb-editor", roles=("cmdb-editor",))
MAPPING = json.loads((DATA / "assets_mapping.json").read_text())
DELIVERED = {
    "netbox": (DATA / "netbox", {"new": 12}),
    "prometheus": (DATA / "prometheus_targets.json", {"new": 3}),
    "ansible": (DATA / "ansible", {"new": 3, "rejected": 1}),
    "kubernetes": (DATA / "kubernetes", {"new": 7}),
    "terraform": (DATA / "terraform.tfstate", {"new": 5}),
}


def bring(store: Store, kind: str, path: Path, mapping: Any = None, **options: Any) -> dict[str, int]:
    [run] = lay_out(store, delivery_of("tool", kind, path, read_mapping(mapping), **options), EDITOR)
    return carry_out(store, "tool", run, EDITOR)


def told(store: Store) -> dict[int, tuple[str, str]]:
    """What the rows of the latest delivery have to say, by their numbers."""
    with store.reading() as session:
        latest = session.scalar(select(func.max(CiRun.row))) or 0
        rows = preview(session, latest, told=True).rows
        return {row.number: (row.verdict, " ".join(row.reasons)) for row in rows}


def everything(store: Store) -> list[Any]:
    with store.reading() as session:
        items = [(ci.id, ci.class_, ci.name, ci.attributes, ci.version) for ci in session.query(Ci).order_by(Ci.id)]
        return [*items, session.scalar(select(func.count()).select_from(CiRelation))]


@pytest.mark.parametrize("kind", DELIVERED)
def test_what_a_tool_knows_is_imported_once(store: Store, kind: str) -> None:
    path, counts = DELIVERED[kind]

    first = bring(store, kind, path)
    made = everything(store)
    again = bring(store, kind, path)

    assert first == counts
    assert again == {"same" if verdict == "new" else verdict: count for verdict, count in counts.items()}
    assert everything(store) == made
    assert [said for verdict, said in told(store).values() if verdict != "rejected"] == []


@pytest.mark.parametrize("kind", DELIVERED)
def test_all_tools_together_make_one_picture_in_any_order(store: Store, kind: str) -> None:
    order = [kind, *(other for other in DELIVERED if other != kind)]

    for each in order:
        run = lay_out(store, delivery_of(each, each, DELIVERED[each][0], read_mapping(None)), EDITOR)[0]
        carry_out(store, each, run, EDITOR)

    with store.reading() as session:
        names = session.scalars(select(Ci.name).where(Ci.name.like("app-1%"))).all()
        assert list(names) == ["app-1"]  # Prometheus and Ansible mean the same machine


def test_a_table_is_imported_row_by_row(store: Store) -> None:
    counts = bring(store, "csv", DATA / "assets.csv", MAPPING)

    found = told(store)
    assert counts == {"new": 4, "rejected": 3}
    assert found[4] == ("rejected", "The column Asset, by which rows are known again, is empty.")
    assert found[5] == ("rejected", "cpu_count: It must be a whole number.")
    assert found[6][0] == "new"
    assert "There is no item" in found[6][1]
    assert found[7] == ("rejected", "A quotation mark is opened and not closed, or stands where none belongs.")
    with store.reading() as session:
        app = session.query(Ci).filter_by(name="app-9").one()
        assert (app.class_, app.owner_team, app.attributes["environment"]) == (
            "virtual-machine",
            "servers",
            "production",
        )
        assert app.attributes["description"] == '=HYPERLINK("x")'


def test_tables_that_name_unknown_things_harm_no_other_row(store: Store, tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text(
        "class,source_key,name,serial,relation:uses,warp\n"
        "server,a,one,,,\n"
        "unicorn,b,two,,,\n"
        "compute,c,three,,,\n"
        "server,d,four,,self-of-four,\n"
        "server,e,five,,five-alias,\n"
        "server,f,six,,,9\n"
    )

    counts = bring(store, "csv", tmp_path / "items.csv")

    found = told(store)
    assert counts == {"new": 3, "rejected": 3}
    assert found[3][1] == "The class unicorn is not known."
    assert "abstract" in found[4][1]
    assert "There is no item" in found[5][1]
    assert found[7][1] == "warp: A server has no attribute warp."


def test_an_item_is_not_related_to_itself(store: Store, tmp_path: Path) -> None:
    one: dict[str, Any] = {"class": "server", "source_key": "a", "attributes": {"name": "one"}}
    one["relations"] = [{"type": "uses", "to": {"source_key": "a"}}, {"type": "flies_to", "to": {"source_key": "a"}}]
    (tmp_path / "items.json").write_text(json.dumps([one]))

    counts = bring(store, "json", tmp_path / "items.json")

    assert counts == {"new": 1}
    assert "not related to itself" in told(store)[1][1]
    assert "no type of relation called flies_to" in told(store)[1][1]


def test_a_file_that_breaks_off_leaves_nothing_half_written(store: Store, tmp_path: Path) -> None:
    (tmp_path / "items.json").write_text('[{"class": "server", "source_key": "a", "attributes": {"name": "one"}}, {"cl')
    before = everything(store)

    with pytest.raises(Unreadable, match="Item 2 is no well-formed JSON"):
        bring(store, "json", tmp_path / "items.json")

    with store.reading() as session:
        [run] = session.query(CiRun).all()
        assert (run.state, run.note.startswith("Not taken: ")) == ("discarded", True)
    assert everything(store) == before


def test_a_source_has_one_import_at_a_time(store: Store) -> None:
    hold_lease(store, "import:tool", "another process", cmdb_importing.LEASE)

    with pytest.raises(Busy, match="under way"):
        bring(store, "csv", DATA / "assets.csv", MAPPING)


def test_what_was_cut_short_is_thrown_away_by_the_next(store: Store) -> None:
    with store.writing() as session:
        session.add(CiRun(source="tool", actor="x", state="staging", complete=True, created_at=store.now(session)))

    bring(store, "csv", DATA / "assets.csv", MAPPING)

    with store.reading() as session:
        states = session.scalars(select(CiRun.state).order_by(CiRun.row)).all()
    assert list(states) == ["discarded", "applied"]


def test_rows_that_cannot_be_read_have_not_vanished(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "items.csv"
    path.write_text("class,source_key,name\nserver,a,one\nserver,b,two\n")
    bring(store, "csv", path, complete=True)
    path.write_text('class,source_key,name\nserver,a,one\nserver,"b,two\n')

    counts = bring(store, "csv", path, complete=True)

    assert counts == {"rejected": 1, "same": 1}


def test_more_rows_than_a_run_takes_become_several_runs(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cmdb_importing, "LARGEST_RUN", 3)
    whole = delivery_of("tool", "csv", DATA / "assets.csv", read_mapping(MAPPING), complete=True)

    runs = lay_out(store, delivery_of("tool", "csv", DATA / "assets.csv", read_mapping(MAPPING)), EDITOR)

    assert len(runs) == 3
    with pytest.raises(BadRun, match="at most 3 rows"):
        lay_out(store, whole, EDITOR)


def test_a_zip_is_read_like_its_folder(store: Store, tmp_path: Path) -> None:
    files = {path.name: path.read_bytes() for path in (DATA / "ansible").iterdir()}

    counts = bring(store, "ansible", zipped(tmp_path / "facts.zip", files))

    assert counts == DELIVERED["ansible"][1]


def test_two_hundred_columns_are_read(store: Store, tmp_path: Path) -> None:
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(["Host", *(f"column {n}" for n in range(199))])
    writer.writerows([[f"wide-{row}", *("x" for _ in range(199))] for row in range(5)])
    (tmp_path / "wide.csv").write_text(held.getvalue())

    counts = bring(store, "csv", tmp_path / "wide.csv", {"class": "server", "columns": {"Host": "name"}})

    assert counts == {"new": 5}
