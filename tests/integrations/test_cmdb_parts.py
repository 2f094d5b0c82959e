"""Files, folders and zips; what unpacks to too much is refused as it is read."""

import zipfile
from pathlib import Path

import pytest

from integrations import cmdb_parts
from integrations.cmdb_parts import one_part, parts
from integrations.cmdb_record import Unreadable
from tests.integrations.cmdb_files import zipped

MB = 1024 * 1024


def test_a_folder_is_its_files_in_order(tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        (tmp_path / name).write_text(name)
    (tmp_path / "inner").mkdir()

    assert [part.name for part in parts(tmp_path)] == ["a", "b"]


def test_a_zip_is_its_files(tmp_path: Path) -> None:
    path = zipped(tmp_path / "some.zip", {"facts/b": b"two", "facts/a": b"one", "__MACOSX/a": b"", "../.x": b""})

    found = parts(path)

    assert [(part.name, part.open().read()) for part in found] == [("a", b"one"), ("b", b"two")]
    with pytest.raises(Unreadable, match="here are 2"):
        one_part(found)


def test_a_bomb_does_not_go_off(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"zeros": b"\0" * (40 * MB)})
    assert path.stat().st_size < MB

    with pytest.raises(Unreadable, match="unpacks to more"):
        parts(path)[0].open().read()


def test_many_small_bombs_are_one(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bombs.zip", {f"zeros-{n}": b"\0" * (4 * MB) for n in range(6)})

    with pytest.raises(Unreadable, match="unpacks to more"):
        [part.open().read() for part in parts(path)]


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "lie.zip", {"zeros": b"\0" * (MB)})
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        place = archive.start_dir + 24
    raw[place : place + 4] = (10).to_bytes(4, "little")
    path.write_bytes(raw)

    with pytest.raises(Unreadable, match="broken"):
        parts(path)[0].open().read()


@pytest.mark.parametrize("raw", [b"PK\x03\x04rubbish", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_zip_is_refused(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "no.zip").write_bytes(raw)

    with pytest.raises(Unreadable):
        parts(tmp_path / "no.zip")


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cmdb_parts, "MOST_FILES", 2)

    with pytest.raises(Unreadable, match="at most 2 files"):
        parts(zipped(tmp_path / "many.zip", {str(n): b"" for n in range(3)}))


def test_nothing_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="holds no files"):
        parts(tmp_path)
    with pytest.raises(Unreadable, match="cannot be read"):
        parts(tmp_path / "missing")
