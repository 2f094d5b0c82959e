"""Many rows at once come back as they were, on both databases, whatever they hold."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, StatementError

from longwatch.store.database import Store
from longwatch.store.loading import load_all
from longwatch.store.tables_cmdb import CiChange, CiKey, CiRun, CiStaged

AT = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
ODD: list[Any] = ["", "“ü” \\ \" ' \n\t {}", "{1,2}", 0, -5, 2**40, 1.5, True, None, [], {}, {"a": [None, "x"]}, "null"]


def change(row: int, value: Any) -> dict[str, Any]:
    return {"ci": f"x{row}", "action": "changed", "actor": "a", "at": AT, "after": {"v": value}, "before": None}


def test_values_come_back_as_they_were(either_store: Store) -> None:
    with either_store.writing() as session:
        load_all(session, CiChange, [change(row, value) for row, value in enumerate(ODD)])

    with either_store.reading() as session:
        found = list(session.scalars(select(CiChange).where(CiChange.actor == "a").order_by(CiChange.row)))
        assert [row.after["v"] for row in found if row.after] == ODD
        assert {row.at for row in found} == {AT}
        assert {row.before for row in found} == {None}
        assert {row.relation for row in found} == {""}


def test_what_rows_do_not_say_is_what_the_table_says(either_store: Store) -> None:
    with either_store.writing() as session:
        run = CiRun(source="s", actor="a", state="staging", complete=False, created_at=AT)
        session.add(run)
        session.flush()
        rows = [{"run": run.row, "place": n, "number": n, "verdict": "new", "label": "", "record": {}} for n in (1, 2)]
        load_all(session, CiStaged, rows)

    with either_store.reading() as session:
        found = session.scalars(select(CiStaged).order_by(CiStaged.place)).all()
        assert [(row.held, row.changes, row.reasons, row.ci) for row in found] == [(False, {}, [], None)] * 2


def test_what_stands_already_is_refused_or_left_out(either_store: Store) -> None:
    one = {"key": "k", "ci": "db-1", "source": "s", "source_key": "1"}
    with either_store.writing() as session:
        session.execute(delete(CiKey))
        load_all(session, CiKey, [one])
        load_all(session, CiKey, [one, {**one, "source_key": "2"}], once=True)
        load_all(session, CiKey, [])
        assert session.scalars(select(CiKey.source_key).order_by(CiKey.source_key)).all() == ["1", "2"]

    with pytest.raises(IntegrityError), either_store.writing() as session:
        load_all(session, CiKey, [one])


def test_what_no_row_holds_is_refused(either_store: Store) -> None:
    with pytest.raises((TypeError, StatementError)), either_store.writing() as session:
        load_all(session, CiChange, [{**change(1, "x"), "at": datetime(2026, 1, 1)}])
