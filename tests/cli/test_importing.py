"""Importing and exporting from the command line."""

from pathlib import Path

from longwatch.settings import Settings
from tests.cli.conftest import Longwatch

TABLE = "class,source_key,name,owner_team\nserver,a,=cmd(),\nserver,b,two,nobody\nunicorn,c,three,\n"


def table(tmp_path: Path) -> str:
    path = tmp_path / "items.csv"
    path.write_text(TABLE)
    return str(path)


def test_a_file_is_looked_at_and_then_applied(fresh: Settings, longwatch: Longwatch, tmp_path: Path) -> None:
    looked = longwatch("cmdb", "import", "csv", table(tmp_path), "--source", "assets")
    applied = longwatch("cmdb", "import", "csv", table(tmp_path), "--source", "assets", "--apply")
    again = longwatch("cmdb", "import", "csv", table(tmp_path), "--source", "assets", "--apply")

    assert fresh.data.exists()
    assert (looked.code, applied.code) == (0, 0)
    assert looked.out.splitlines() == [
        "delivery 1 of assets: staged: 2 new, 1 rejected",
        "  row 3: new (two): There is no team called nobody; the owner is left out.",
        "  row 4: rejected (three): The class unicorn is not known.",
        "Nothing was written yet: look at /cmdb/runs/1 in the console, or run it again with --apply.",
    ]
    assert applied.out.startswith("delivery 2 of assets: applied: 2 new, 1 rejected\n")
    assert again.out.startswith("delivery 3 of assets: applied: 1 rejected, 2 same\n")


def test_items_are_exported_without_formulas(fresh: Settings, longwatch: Longwatch, tmp_path: Path) -> None:
    longwatch("cmdb", "import", "csv", table(tmp_path), "--source", "assets", "--apply")

    said = longwatch("cmdb", "export", "--class", "server")

    assert fresh.data.exists()
    assert said.code == 0
    assert said.out.startswith("id,class,name,criticality,owner_team,service,state,users")
    assert ",server,'=cmd()," in said.out


def test_what_cannot_be_imported_is_told_in_one_line(fresh: Settings, longwatch: Longwatch, tmp_path: Path) -> None:
    path = table(tmp_path)

    told = [
        longwatch("cmdb", "import", "csv", path, "--source", "desk"),
        longwatch("cmdb", "import", "csv", path, "--source", "assets", "--mapping", "none-such"),
        longwatch("cmdb", "import", "terraform", path, "--source", "assets"),
        longwatch("cmdb", "import", "csv", str(tmp_path / "missing"), "--source", "assets"),
    ]

    assert fresh.data.exists()
    assert [said.code for said in told] == [1, 1, 1, 1]
    assert all(said.err.count("\n") == 1 and said.err.startswith("longwatch: ") for said in told)


def test_a_mapping_is_saved_and_used(fresh: Settings, longwatch: Longwatch, tmp_path: Path) -> None:
    (tmp_path / "mapping.json").write_text('{"class": "server", "columns": {"Host": "name"}}')
    (tmp_path / "hosts.csv").write_text("Host\nmapped-1\n")

    saved = longwatch("cmdb", "mapping", "hosts", str(tmp_path / "mapping.json"))
    file = str(tmp_path / "hosts.csv")
    used = longwatch("cmdb", "import", "csv", file, "--source", "assets", "--mapping", "hosts", "--apply")
    broken = longwatch("cmdb", "mapping", "hosts", file)

    assert fresh.data.exists()
    assert (saved.code, saved.out) == (0, "hosts: version 1\n")
    assert used.out == "delivery 1 of assets: applied: 1 new\n"
    assert broken.code == 1


def test_a_tool_is_asked_by_schedule(fresh: Settings, longwatch: Longwatch) -> None:
    ask = ("cmdb", "schedule", "netbox", "--kind", "netbox", "--url", "https://netbox.example.net")

    said = [longwatch(*ask), longwatch(*ask, "--off"), longwatch(*ask, "--every", "1")]

    assert fresh.data.exists()
    assert [one.code for one in said] == [0, 0, 1]
    assert said[0].out == "netbox: asked every 60 minutes\n"
    assert said[1].out == "netbox: not asked any more\n"
