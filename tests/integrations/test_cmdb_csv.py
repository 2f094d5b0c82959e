"""Tables as people save them: any encoding and delimiter, broken rows told by number, as long as one likes."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import cmdb_csv
from integrations.cmdb_csv_out import lines, neutral
from integrations.cmdb_mapping import read_mapping
from integrations.cmdb_parts import Part
from integrations.cmdb_record import Unreadable

TABLE = {"class": "server", "columns": {"name": "name", "note": "description"}}


def read(raw: bytes, mapping: Any = TABLE) -> list[dict[str, Any]]:
    part = Part("table.csv", lambda: cast("BinaryIO", io.BytesIO(raw)))
    return list(cmdb_csv.records([part], read_mapping(mapping)))


def names(raw: bytes, **more: Any) -> list[str | None]:
    return [one.get("attributes", {}).get("name") for one in read(raw, {**TABLE, **more})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_is_found(encoding: str) -> None:
    assert names("name,note\nBüro-1,für alle\n".encode(encoding)) == ["Büro-1"]


def test_the_encoding_may_be_said() -> None:
    assert names("name\nB\xfcro\n".encode("latin-1"), encoding="latin-1") == ["Büro"]


def test_bytes_that_are_no_text_harm_their_row_alone() -> None:
    found = read(b"name\nb\xfcro\nother\n", {**TABLE, "encoding": "utf-8"})

    assert found[0] == {"row": 2, "problem": "It holds bytes that are no text in this encoding."}
    assert found[1]["attributes"] == {"name": "other"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert names(f"name{delimiter}note\nweb{delimiter}x\n".encode()) == ["web"]


def test_an_open_quote_swallows_nothing() -> None:
    found = read(b'name,note\nfirst,"open\nsecond,x\n"third",y\nfourth,"a ""quote"""\n')

    assert [one["row"] for one in found] == [2, 3, 4, 5]
    assert "problem" in found[0]
    assert [one["attributes"]["name"] for one in found[1:]] == ["second", "third", "fourth"]
    assert found[3]["attributes"]["description"] == 'a "quote"'


def test_cells_may_hold_lines() -> None:
    found = read(b'name,note\nweb,"two\nlines"\nmail,\n')

    assert [one["row"] for one in found] == [2, 3]
    assert found[0]["attributes"]["description"] == "two\nlines"


def test_too_many_cells_are_told_and_too_few_are_empty() -> None:
    found = read(b"name,note\nweb,x,more\nmail\n,,,\n")

    assert found[0]["problem"] == "It has 3 cells; the first row names 2 columns."
    assert found[1]["attributes"] == {"name": "mail"}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "The file is empty"),
        (b"name,name\n", "Two columns are called name"),
        (b'"name\nweb\n', "must name the columns"),
        (b"," * 5 + b"x" + b",y" * 1000, "at most 1000 columns"),
        (b"name\n" + b"x" * 2_000_000, "longer than"),
    ],
)
def test_what_is_no_table_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(raw)


def test_a_million_rows_take_no_more_memory_than_a_few() -> None:
    """Read as they are asked for; a part of it is enough to see whether anything is kept."""
    rows = 20_000
    header, row = b"name,note\n", b"web-0000001,some words about it\n"

    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.left = rows
            self.begun = False

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            some = header if not self.begun else row * min(self.left, len(buffer) // len(row))
            self.left -= len(some) // len(row) if self.begun else 0
            self.begun = True
            buffer[: len(some)] = some
            return len(some)

    part = Part("long.csv", lambda: cast("BinaryIO", io.BufferedReader(Endless())))
    tracemalloc.start()
    found = sum(1 for _ in cmdb_csv.records([part], read_mapping(TABLE)))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found == rows
    assert peak < 2 * 1024 * 1024


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=2, max_size=2), max_size=6))
def test_whatever_a_spreadsheet_writes_is_read_back(rows: list[list[str]]) -> None:
    held = io.StringIO(newline="")
    csv.writer(held).writerows([["name", "note"], *rows])

    found = read(held.getvalue().encode(), {**TABLE, "encoding": "utf-8", "delimiter": ","})

    kept = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    assert [[one["attributes"].get(name, "") for name in ("name", "description")] for one in found] == kept


@given(st.binary(max_size=80))
def test_anything_at_all_is_read_or_refused_in_words(raw: bytes) -> None:
    try:
        found = read(b"name,note\n" + raw)
    except Unreadable:
        return
    assert all(("problem" in one) != ("class" in one) for one in found)


def test_formulas_are_made_harmless_where_tables_are_written() -> None:
    def rows() -> Iterator[list[Any]]:
        yield ["=1+1", "+49 30 1", "-5", "@SUM(A1)", "-5.5", "\tx", None, ["a", "b"]]

    written = list(lines(["one"], rows()))

    assert written == ["one\r\n", "'=1+1,'+49 30 1,-5,'@SUM(A1),-5.5,'\tx,,\"a, b\"\r\n"]


@given(st.text())
def test_no_written_cell_is_a_formula(text: str) -> None:
    cell = neutral(text)

    assert not cell.startswith(("=", "@", "\t", "\r", "\n"))
    assert cell[:1] not in ("+", "-") or cell[1:2].isdigit()
