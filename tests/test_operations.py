"""What docs/operations.md says of settings, commands, metrics and files is so."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from longwatch import cli
from longwatch.settings import Settings, read
from longwatch.store.database import Store
from web import create_app

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "operations.md").read_text()
TABLE = dict(re.findall(r"^\| `(LONGWATCH_[A-Z_]+)` \| (.*?) \|", TEXT, re.MULTILINE))
"""The settings that the page explains, with what they usually are."""


def known() -> list[str]:
    """Every variable that settings.py reads, in its order."""
    source = (ROOT / "longwatch" / "settings.py").read_text()
    return list(dict.fromkeys(re.findall(r'"(LONGWATCH_[A-Z_]+)"', source)))


def test_every_setting_is_explained_and_no_other() -> None:
    assert len(known()) > 15
    assert set(TABLE) == set(known())


@pytest.mark.parametrize("name", [name for name in known() if name != "LONGWATCH_SECRET_KEY"])
def test_what_a_setting_usually_is_stands_in_the_table(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read({})
    value = getattr(settings, name.removeprefix("LONGWATCH_").lower())
    told = "" if TABLE[name] == "none" else TABLE[name].strip("`").replace("DATA", str(settings.data))
    if name == "LONGWATCH_DATA":
        told = str(tmp_path / told)

    assert told == ("01"[value] if isinstance(value, bool) else str(value))


def test_settings_named_elsewhere_on_the_page_exist() -> None:
    assert set(re.findall(r"LONGWATCH_[A-Z_]*[A-Z]", TEXT)) <= {*known(), "LONGWATCH_MAIL"}


def test_every_command_on_the_page_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    code = re.findall(r"`([^`]+)`", TEXT) + re.findall(r"^    .+", TEXT, re.MULTILINE)
    told = {word for line in code for word in re.findall(r"(?:^|[ /])longwatch ([a-z]+)(?: |$)", line)}

    assert len(told) > 12
    for word in sorted(told):
        with pytest.raises(SystemExit) as ended:
            cli.run([word, "--help"])
        assert ended.value.code == 0, word
        assert f"usage: longwatch {word}" in capsys.readouterr().out


def test_every_metric_is_explained_and_no_other(settings: Settings, store: Store) -> None:
    client = create_app(settings, store).test_client()
    client.get("/healthz")
    served = client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).get_data(as_text=True)
    names = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in text_string_to_metric_families(served)
        if family.name.startswith("longwatch_") and not family.name.endswith("_created")
    }
    section = TEXT[TEXT.index("| metric | meaning") : TEXT.index("With `LONGWATCH_METRICS_PORT`")]

    assert set(re.findall(r"`(longwatch_[a-z_]+)[`{]", section)) == names


def test_every_file_the_page_points_to_is_there() -> None:
    linked = re.findall(r"\]\(\.\./([^)]+)\)", TEXT)

    assert len(linked) >= 3
    assert all((ROOT / name).is_file() for name in linked)


@pytest.mark.parametrize("part", ["web", "worker"])
def test_the_units_of_systemd_run_our_commands_safely(part: str) -> None:
    unit = (ROOT / "deploy" / f"longwatch-{part}.service").read_text()

    assert f"ExecStart=/opt/longwatch/.venv/bin/longwatch {part}\n" in unit
    assert {"Restart=always", "NoNewPrivileges=yes", "ProtectSystem=strict", "User=longwatch"} <= set(unit.split("\n"))
