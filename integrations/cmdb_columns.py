"""The columns of a table, as one maps them: those of a CSV's first row, or the paths of the first objects of JSON."""

from itertools import islice
from pathlib import Path
from typing import Any

from integrations import cmdb_csv, cmdb_json
from integrations.cmdb_mapping import read_mapping
from integrations.cmdb_parts import parts

LOOKED_AT = 20
DEEPEST = 3


def columns_of(kind: str, path: Path, encoding: str | None = None) -> list[str]:
    """The names of the columns. Raises Unreadable."""
    if kind == "csv":
        return cmdb_csv.header(parts(path), encoding or "auto")
    found: dict[str, None] = {}
    for item in islice(cmdb_json.items(parts(path), read_mapping(None)), LOOKED_AT):
        found |= dict.fromkeys(_paths(item, 0))
    return list(found)


def _paths(value: Any, depth: int) -> list[str]:
    if not isinstance(value, dict) or depth == DEEPEST:
        return [""]
    made = []
    for name, part in value.items():
        step = name if name and not set(name) & set('.[]"') else f'["{name}"]'
        made += [f"{step}.{rest}" if rest and rest[0] != "[" else f"{step}{rest}" for rest in _paths(part, depth + 1)]
    return made
