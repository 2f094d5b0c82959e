"""The page about settings tells what there is: its example can be published, its table names every kind."""

import json
from pathlib import Path

import pytest

from longwatch.domain.catalogue import TYPES, read_item
from longwatch.domain.configuring import EDITORS
from web.configuration.kinds import ALL, Kind
from web.configuration.words import named

TEXT = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")


def test_the_example_of_a_catalogue_item_can_be_read() -> None:
    begin = TEXT.index("    {\n")

    item = read_item(named(json.loads(TEXT[begin : TEXT.index("\n    }\n") + 7])))

    assert [field.id for field in item.form] == ["model", "memory", "cost"]


@pytest.mark.parametrize("kind", ALL)
def test_every_kind_stands_in_the_table_with_who_changes_it(kind: Kind) -> None:
    name = kind.name
    (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| `{name}` |")]

    assert row.endswith(f"| {', '.join(EDITORS[name])} |")


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_of_field_is_named(type_: str) -> None:
    assert f"`{type_}`" in TEXT
