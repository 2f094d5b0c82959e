"""Lists, objects with lists, one object a line; columns by path."""

import io
import json
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import cmdb_json
from integrations.cmdb_mapping import read_mapping
from integrations.cmdb_parts import Part
from integrations.cmdb_record import Unreadable

ITEM = {"class": "server", "source_key": "a", "attributes": {"name": "one", "cpu_count": 2}}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def read(raw: bytes, mapping: Any = None) -> list[dict[str, Any]]:
    part = Part("items.json", lambda: cast("BinaryIO", io.BytesIO(raw)))
    return list(cmdb_json.records([part], read_mapping(mapping)))


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps([ITEM]).encode(),
        json.dumps([ITEM], indent=2).encode("utf-8-sig"),
        json.dumps({"next": None, "results": [ITEM]}).encode(),
        json.dumps(ITEM).encode(),
        b"\n" + json.dumps({"items": [ITEM]}, indent=1).encode(),
    ],
)
def test_records_are_taken_as_they_are(raw: bytes) -> None:
    assert read(raw) == [{**ITEM, "row": 1}]


def test_a_line_that_is_broken_harms_itself_alone() -> None:
    found = read(f"{json.dumps(ITEM)}\n{{broken\n\n{json.dumps(ITEM)}\n[1]\n".encode())

    assert [one["row"] for one in found] == [1, 2, 3, 4]
    assert ["problem" in one for one in found] == [False, True, False, True]


def test_columns_are_paths() -> None:
    mapping = {
        "list": "data.hosts",
        "class": "server",
        "key": "id",
        "columns": {"meta.name": "name", "nics[0].ip": "ip"},
        "aliases": ["meta.names"],
        "relations": [{"column": "site.code", "type": "located_in", "to": {"class": "site", "by": "name"}}],
    }
    host = {
        "id": 7,
        "meta": {"name": "web", "names": ["w1", "w2"]},
        "nics": [{"ip": "10.0.0.1"}],
        "site": {"code": "WAW"},
    }

    [found] = read(json.dumps({"data": {"hosts": [host]}}).encode(), mapping)

    assert (found["source_key"], found["attributes"]) == ("7", {"name": "web", "ip": "10.0.0.1"})
    assert found["aliases"] == ["w1", "w2"]
    assert found["relations"] == [{"type": "located_in", "to": {"class": "site", "name": "WAW"}}]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no well-formed JSON"),
        (b"[1 2]", "neither a comma"),
        (b"[{}", "breaks off"),
        (b"[\xff", "no text in UTF-8"),
        (b"[" * 5000 + b"]" * 5000, "nested too deeply"),
        (b'["' + b"x" * 20_000_000 + b'"]', "longer than"),
    ],
)
def test_what_is_no_list_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(raw)


@given(st.lists(VALUES, max_size=6), st.sampled_from([None, 1]))
def test_every_item_of_a_list_is_read_once(values: list[Any], indent: int | None) -> None:
    found = read(json.dumps(values, indent=indent).encode())

    assert [one["row"] for one in found] == list(range(1, len(values) + 1))


@given(st.binary(max_size=60))
def test_anything_at_all_is_read_or_refused_in_words(raw: bytes) -> None:
    try:
        found = read(b"[" + raw)
    except Unreadable:
        return
    assert all("row" in one for one in found)


def test_long_lists_are_read_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cmdb_json, "BLOCK", 7)
    items = [{**ITEM, "source_key": str(n)} for n in range(50)]

    assert [one["source_key"] for one in read(json.dumps(items).encode())] == [str(n) for n in range(50)]
