"""Small statements that are spelt differently by the two databases.

Each is made once: making one takes longer than carrying it out.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Integer, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from longwatch.store.database import Base
from longwatch.store.tables import Counter


def insert_once(session: Session, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Inserts a row unless a unique key of it stands already; tells whether it was inserted."""
    return session.connection().execute(_unless_there(_dialect(session), table), dict(values)).rowcount == 1


def insert_all_once(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows in one go, leaving out those of which a unique key stands already."""
    if rows:
        session.connection().execute(_unless_there(_dialect(session), table), list(rows))


def insert_all(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Inserts rows in one go. Raises IntegrityError when a unique key stands already."""
    if rows:
        session.connection().execute(_plain(table), list(rows))


def put(session: Session, table: type[Base], values: Mapping[str, Any]) -> None:
    """Writes a whole row, whether its primary key stands already or not."""
    session.connection().execute(_or_instead(_dialect(session), table), dict(values))


def put_all(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes whole rows in one go, each in place of the one that has its primary key."""
    if rows:
        session.connection().execute(_or_instead(_dialect(session), table), list(rows))


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


@cache
def _plain(table: type[Base]) -> Any:
    return table.__table__.insert()  # type: ignore[attr-defined] # every mapped class stands for a table


@cache
def _unless_there(dialect: str, table: type[Base]) -> Any:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(table.__table__).on_conflict_do_nothing()
    return insert.execution_options(preserve_rowcount=True)  # else PostgreSQL's is forgotten


@cache
def _or_instead(dialect: str, table: type[Base]) -> Any:
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(table.__table__)
    keys = [column.name for column in table.__table__.primary_key]
    others = {column.name: insert.excluded[column.name] for column in table.__table__.c if column.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=others)


def changed(session: Session, statement: Any) -> int:
    """Runs an update or delete; returns the number of rows it met."""
    result = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount


_STEP = (
    update(Counter)
    .where(Counter.name == bindparam("counter"))
    .values(value=Counter.value + bindparam("by", type_=Integer))
    .returning(Counter.value)
    .execution_options(synchronize_session=False)
)


def count_up(session: Session, name: str, by: int = 1) -> int:
    """The next number of a counter; the last of so many. Holds its row until the transaction ends."""
    step = {"counter": name, "by": by}
    value = session.execute(_STEP, step).scalar()
    if value is None:
        insert_once(session, Counter, {"name": name, "value": 0})
        value = session.execute(_STEP, step).scalar_one()
    return value
