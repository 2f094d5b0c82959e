"""Many rows at once, for imports. PostgreSQL takes them as one JSON document, SQLite in one go as they are.

A statement for each row costs PostgreSQL and its driver more than the rows themselves.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnDefault,
    ColumnElement,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from longwatch.store.database import Base
from longwatch.store.writing import insert_all, insert_all_once


def load_all(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]], *, once: bool = False) -> None:
    """Inserts rows that all name the same columns. `once`: leaves out those of which a unique key stands already.

    Raises IntegrityError when one stands and `once` was not asked for.
    """
    if session.get_bind().dialect.name != "postgresql":
        (insert_all_once if once else insert_all)(session, table, rows)
    elif rows:
        whole: Table = table.__table__  # type: ignore[assignment] # every mapped class stands for a table
        made = _filled(whole, rows)
        statement = _from_json(whole, tuple(made[0]), once=once)
        session.connection().execute(statement, {"rows": json.dumps(made, default=_plain, ensure_ascii=False)})


def _filled(table: Table, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The rows with the values by default of columns that they do not say."""
    defaults = {column.name: column.default for column in table.c if column.name not in rows[0]}
    said = {name: default.arg for name, default in defaults.items() if isinstance(default, ColumnDefault)}
    if not said:
        return rows
    return [
        {**{name: value(None) if callable(value) else value for name, value in said.items()}, **row} for row in rows
    ]


def _plain(value: Any) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of a row")


@cache
def _from_json(table: Table, names: tuple[str, ...], *, once: bool) -> Any:
    """The document read as rows of the table itself, so that every value becomes what its column holds."""
    document = cast(bindparam("rows", type_=Text), JSON)
    row: ColumnElement[Any] = literal_column(f'NULL::"{table.name}"')
    read = func.json_populate_recordset(row, document).table_valued(*(column(name) for name in names))
    made = insert(table).from_select(names, select(*(read.c[name] for name in names)), include_defaults=False)
    return made.on_conflict_do_nothing() if once else made
