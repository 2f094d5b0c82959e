"""Many rows without a wait: the database itself makes them."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import CTE, Integer, String, cast, insert, literal, select
from sqlalchemy.orm import Session


def fill(session: Session, table: Any, count: int, row: Callable[[Any], Mapping[str, Any]]) -> None:
    """So many rows; `row` makes each of its number, as expressions or plain values."""
    numbers = _numbers(count)
    columns = table.__table__.c
    values = {name: _typed(columns[name], value) for name, value in row(numbers.c.n).items()}
    session.execute(insert(table.__table__).from_select(list(values), select(*values.values()).select_from(numbers)))


def named(prefix: str, number: Any) -> Any:
    """A name with its number."""
    return literal(prefix, String) + cast(number, String)


def _typed(column: Any, value: Any) -> Any:
    return value if hasattr(value, "compile") else literal(value, column.type)


def _numbers(count: int) -> CTE:
    first = select(literal(0, Integer).label("n")).cte(recursive=True)
    return first.union_all(select(first.c.n + 1).where(first.c.n < count - 1))
