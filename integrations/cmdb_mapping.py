"""How the columns of a table become items: written once, saved, used again for every delivery of that table.

    {"class": "server",             or {"column": "Type", "values": {"VM": "virtual-machine"}, "otherwise": "server"}
     "key": "Asset",
     "columns": {"Hostname": "name", "Owner": {"to": "owner_team", "values": {"Linux": "servers"}}},
     "constants": {"environment": "production"},
     "aliases": ["DNS name", "IP"],
     "relations": [{"column": "Runs on", "type": "runs_on", "to": {"class": "hypervisor", "by": "name"}}],
     "encoding": "auto", "delimiter": ";", "list": "items"}

In JSON a column is a path: `spec.nodeName`, `interfaces[0].ip`. A table whose columns are named as the fields of items
needs no mapping: class, source_key, id, aliases and attributes; `relation:runs_on` holds other names of other ends.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.cmdb_record import Raw, problem
from longwatch.domain.entries import Fault

ENTRIES = ("class", "key", "columns", "constants", "aliases", "relations", "encoding", "delimiter", "list")
ENCODINGS = ("auto", "utf-8", "utf-16", "latin-1", "windows-1252")
DELIMITERS = (",", ";", "\t", "|")
BY = ("name", "source_key", "alias", "id")
RELATION = "relation:"
MOST = 1_000
"""Columns of a table."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,59}\Z")
_SEVERAL = re.compile(r"[,;\n]")

Cell = Callable[[str], Any]
"""What stands in a column of a row; None for nothing."""


class MappingFault(Fault):
    """A mapping cannot be used. `reason` is a sentence, `field` names the entry at fault."""


@dataclass(frozen=True)
class Chosen:
    """A value taken from a column. `values` turns what stands there into what is meant; `otherwise` is for the rest."""

    column: str
    values: Mapping[str, Any] = field(default_factory=dict)
    otherwise: Any = None

    def of(self, cell: Cell) -> Any:
        """The value in a row."""
        found = cell(self.column)
        if isinstance(found, str):
            found = found.strip()
        if found in (None, ""):
            return self.otherwise
        if not self.values or not isinstance(found, str | int):
            return found
        return self.values.get(str(found), self.otherwise if self.otherwise is not None else found)


@dataclass(frozen=True)
class Related:
    """Relations taken from a column, which may name several ends apart by commas or semicolons."""

    column: str
    type: str
    by: str
    class_: str | None = None
    reverse: bool = False

    def of(self, cell: Cell) -> Iterable[Raw]:
        """The relations of a row."""
        for name in several(cell(self.column)):
            to = {self.by: name} if self.class_ is None else {"class": self.class_, self.by: name}
            yield {"type": self.type, "to": to, **({"reverse": True} if self.reverse else {})}


@dataclass(frozen=True)
class TableMapping:
    """A mapping, read. Without `columns` the table's own names are taken."""

    class_: Chosen | str | None = None
    key: str | None = None
    columns: Mapping[str, Chosen] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    relations: tuple[Related, ...] = ()
    encoding: str = "auto"
    delimiter: str | None = None
    list: str | None = None

    @property
    def plain(self) -> bool:
        """Whether columns are fields by their own names."""
        return not self.columns


def translated(mapping: TableMapping, columns: Iterable[str], cell: Cell, row: int) -> Raw:
    """The record of a row."""
    if mapping.plain:
        return _by_name(mapping, columns, cell, row)
    class_ = mapping.class_.of(cell) if isinstance(mapping.class_, Chosen) else mapping.class_
    if not isinstance(class_, str):
        return problem(row, "The row does not say of which class it is.")
    values = {to: chosen.of(cell) for to, chosen in mapping.columns.items()}
    made: Raw = {"row": row, "class": class_, "attributes": _filled({**mapping.constants, **_filled(values)})}
    key = cell(mapping.key) if mapping.key else None
    if mapping.key and key in (None, ""):
        return problem(row, f"The column {mapping.key[:80]}, by which rows are known again, is empty.")
    made |= {"source_key": str(key)} if mapping.key else {}
    made["aliases"] = [name for column in mapping.aliases for name in several(cell(column))]
    if mapping.relations:
        made["relations"] = [one for related in mapping.relations for one in related.of(cell)]
    return made


def _by_name(mapping: TableMapping, columns: Iterable[str], cell: Cell, row: int) -> Raw:
    made: Raw = {"row": row}
    attributes: dict[str, Any] = {}
    for column in columns:
        value, name = cell(column), column.strip()
        if value in (None, ""):
            continue
        if name in ("class", "source_key", "id"):
            made[name] = value
        elif name == "aliases":
            made["aliases"] = several(value)
        elif name.startswith(RELATION):
            ends = [{"type": name.removeprefix(RELATION), "to": {"alias": end}} for end in several(value)]
            made.setdefault("relations", []).extend(ends)
        else:
            attributes[name] = value
    if "class" not in made and isinstance(mapping.class_, str):
        made["class"] = mapping.class_
    return made | {"attributes": {**mapping.constants, **attributes}}


def several(value: Any) -> list[str]:
    """Names apart by commas, semicolons or lines; or a list of them."""
    found = value if isinstance(value, list) else _SEVERAL.split(str(value)) if value not in (None, "") else []
    names = [str(one).strip() for one in found if isinstance(one, str | int)]
    return [name for name in names if name]


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}


def read_mapping(data: Any) -> TableMapping:
    """The mapping that data describes; nothing at all is the one without columns. Raises MappingFault."""
    if data is None:
        return TableMapping()
    if not isinstance(data, Mapping):
        raise MappingFault("A mapping is a list of named entries.", "mapping")
    for name in data:
        if name not in ENTRIES:
            raise MappingFault(f"There is no entry {str(name)[:40]!r} here; there is {', '.join(ENTRIES)}.", "mapping")
    columns = _object(data, "columns")
    if len(columns) > MOST:
        raise MappingFault(f"A table has at most {MOST} columns.", "columns")
    return TableMapping(
        class_=_class(data.get("class"), needed=bool(columns)),
        key=_text(data.get("key"), "key"),
        columns={to: chosen for name, said in columns.items() for to, chosen in [_column(name, said)]},
        constants=_object(data, "constants"),
        aliases=tuple(_needed(one, "aliases") for one in _list(data, "aliases")),
        relations=tuple(_related(one, n) for n, one in enumerate(_list(data, "relations"))),
        encoding=_one_of(data, "encoding", ENCODINGS) or "auto",
        delimiter=_one_of(data, "delimiter", DELIMITERS),
        list=_text(data.get("list"), "list"),
    )


def _class(said: Any, *, needed: bool) -> Chosen | str | None:
    if said in (None, ""):
        if needed:
            raise MappingFault("It must say of which class the items are.", "class")
        return None
    if isinstance(said, Mapping):
        return _chosen(said, "class")
    return _needed(said, "class")


def _column(name: str, said: Any) -> tuple[str, Chosen]:
    if isinstance(said, Mapping):
        to = _needed(said.get("to"), f"columns.{name}.to")
        rest = {entry: value for entry, value in said.items() if entry != "to"}
        chosen = _chosen({"column": name, **rest}, f"columns.{name}")
    else:
        to, chosen = _needed(said, f"columns.{name}"), Chosen(name)
    if not _NAME.match(to):
        raise MappingFault(f"{to[:60]!r} is no name of an attribute.", f"columns.{name}")
    return to, chosen


def _chosen(said: Mapping[str, Any], place: str) -> Chosen:
    for entry in said:
        if entry not in ("column", "values", "otherwise"):
            raise MappingFault(f"There is no entry {str(entry)[:40]!r} here.", place)
    return Chosen(_needed(said.get("column"), f"{place}.column"), _object(said, "values"), said.get("otherwise"))


def _related(said: Any, number: int) -> Related:
    place = f"relations[{number}]"
    to = said.get("to") or {} if isinstance(said, Mapping) else None
    if not isinstance(said, Mapping) or not isinstance(to, Mapping):
        raise MappingFault("A relation is written {column, type, to: {class, by}}.", place)
    by = to.get("by", "alias")
    if not isinstance(by, str) or not _NAME.match(by):
        raise MappingFault(f"The other end is named by {', '.join(BY)} or an attribute.", f"{place}.to.by")
    class_ = _text(to.get("class"), f"{place}.to.class")
    if class_ is None and by not in BY:
        raise MappingFault("An end that is named by an attribute needs its class.", f"{place}.to.class")
    if by in ("source_key", "alias", "id"):
        class_ = None
    type_ = _needed(said.get("type"), f"{place}.type")
    return Related(_needed(said.get("column"), f"{place}.column"), type_, by, class_, bool(said.get("reverse")))


def _object(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    if found is not None and not isinstance(found, Mapping):
        raise MappingFault("This is a list of named entries.", name)
    return found or {}


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    found = data.get(name)
    if found is not None and (not isinstance(found, list) or len(found) > MOST):
        raise MappingFault("This is a list.", name)
    return found or []


def _one_of(data: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str | None:
    found = data.get(name)
    if found not in (None, "", *choices):
        raise MappingFault(f"This is one of: {', '.join(map(repr, choices))}.", name)
    return found or None


def _text(value: Any, place: str) -> str | None:
    return None if value in (None, "") else _needed(value, place)


def _needed(value: Any, place: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 300:  # noqa: PLR2004 - as long as any path
        raise MappingFault("This must be a line of text.", place)
    return value
