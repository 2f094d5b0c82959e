"""Who the names of an approval's stage stand for now: people, teams and roles, with who is away and who stands in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from activities.recipients import people_of
from longwatch.domain.ticket import stamp
from longwatch.store.absences import Away, away


def approvers(session: Session, data: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The people of each name, by login. Whoever left is nobody's approver, also where they are named themselves."""
    meant = {name: [person.login for person in people_of(session, [name])] for name in data["names"]}
    absent = away(session, (login for logins in meant.values() for login in logins), now)
    return {
        "people": {name: [_entry(login, absent.get(login)) for login in logins] for name, logins in meant.items()},
    }


def _entry(login: str, gone: Away | None) -> str | dict[str, Any]:
    if gone is None:
        return f"user:{login}"
    return {
        "person": f"user:{login}",
        "absent": True,
        "delegate": f"user:{gone.delegate}" if gone.delegate else None,
        "until": stamp(gone.until) if gone.until else None,
    }
