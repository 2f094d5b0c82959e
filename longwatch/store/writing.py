"""Small statements that are spelt differently by the two databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from longwatch.store.database import Base
from longwatch.store.tables import Counter


def insert_once(session: Session, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Inserts a row unless a unique key of it stands already; tells whether it was inserted."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(table).values(**values).on_conflict_do_nothing()
    result = session.execute(insert, execution_options={"preserve_rowcount": True})  # else PostgreSQL's is forgotten
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def insert_all_once(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows in one go, leaving out those of which a unique key stands already."""
    if rows:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        session.connection().execute(dialect.insert(table.__table__).on_conflict_do_nothing(), list(rows))


def changed(session: Session, statement: Any) -> int:
    """Runs an update or delete; returns the number of rows it met."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount


def count_up(session: Session, name: str) -> int:
    """The next number of a counter. Holds its row until the transaction ends."""
    step = update(Counter).where(Counter.name == name).values(value=Counter.value + 1).returning(Counter.value)
    value = session.execute(step, execution_options={"synchronize_session": False}).scalar()
    if value is None:
        insert_once(session, Counter, {"name": name, "value": 0})
        value = session.execute(step, execution_options={"synchronize_session": False}).scalar_one()
    return value
