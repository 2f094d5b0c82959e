"""Changes as the schedule reads their state: only what it reads."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from longwatch.domain.ticket import stamp
from longwatch.store.change_rules import CHANGE_MODEL, RISK
from longwatch.store.database import Store
from longwatch.store.schedule import plan_row
from longwatch.store.tables import Body, Configuration

TUESDAY = datetime(2026, 11, 24, 20, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """A scheduled change of one database, for two hours on Tuesday evening."""

    number: str = "CHG-000001"
    status: str = "scheduled"
    type: str = "normal"
    begin: datetime | None = TUESDAY
    end: datetime | None = TUESDAY + 2 * HOUR
    cis: tuple[str, ...] = ("db-1",)
    title: dict[str, str] | None = None
    requester: str | None = "user:requester"
    team: str | None = "databases"
    assignee: str | None = "user:agent2"
    model: str | None = None
    outcome: str | None = None
    updated_at: datetime = TUESDAY - 7 * DAY


def change(number: int = 1, begin: int = 0, end: int = 2, **more: Any) -> Change:
    """A change in a window of hours around Tuesday evening."""
    return replace(Change(), number=f"CHG-{number:06}", begin=TUESDAY + begin * HOUR, end=TUESDAY + end * HOUR, **more)


def plan(store: Store, *changes: Change, version: int = 3) -> None:
    """Projects them."""
    with store.writing() as session:
        for one in changes:
            plan_row(session, "change", one, version)


def titled(session: Session, number: int, title: str, **more: Any) -> Change:
    """A change with a title that somebody wrote."""
    one = change(number, **more)
    body = f"title-{number}"
    known = {"ticket": one.number, "author": "user:agent", "salt": "", "sha256": "", "created_at": TUESDAY}
    session.add(Body(id=body, text=title, **known))
    session.flush()
    return replace(one, title={"body": body})


def agreed(kind: str = "freeze", begin: int = -5, end: int | None = 5, **more: Any) -> dict[str, Any]:
    """A freeze or maintenance window in hours around Tuesday evening."""
    return {
        "kind": kind,
        "name": f"The {kind}",
        "reason": "Agreed with the shop.",
        "scope": {"kind": "all", "names": []},
        "begin": stamp(TUESDAY + begin * HOUR),
        "end": None if end is None else stamp(TUESDAY + end * HOUR),
        **more,
    }


SUNDAYS = {"zone": "Europe/Warsaw", "weekly": {"6": [["01:00", "05:00"]]}}


def forget(store: Store) -> None:
    """Takes away the models and questionnaires that the demo brings."""
    with store.writing() as session:
        session.execute(delete(Configuration).where(Configuration.kind.in_([CHANGE_MODEL, RISK])))
