"""Freezes and maintenance windows for a demo, so that the change calendar and what is judged by it can be seen.

demo(store, session)    a freeze at the end of the year and two nights a week; once, and only where there is none
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from longwatch.domain.ticket import Actor, stamp
from longwatch.store import agreed_windows
from longwatch.store.database import Store
from longwatch.store.tables_schedule import AgreedWindow

SEED = Actor("system:seed", "system")


def demo(store: Store, session: Session) -> None:
    """Windows of the demo company; needs its teams and items. Where there is any window, nothing is added."""
    if not session.scalar(select(func.count()).select_from(AgreedWindow)):
        for window in windows(store.now(session)):
            agreed_windows.add(store, session, SEED, window)


def windows(now: datetime) -> list[dict[str, Any]]:
    """The demo's windows: the year's end in which `now` lies, and two nights a week that never end."""
    year_end = {
        "kind": "freeze",
        "name": "Year end",
        "reason": "The shop earns most of its year now.",
        "scope": {"kind": "services", "names": ["Web shop"]},
        "begin": stamp(datetime(now.year, 12, 20, tzinfo=UTC)),
        "end": stamp(datetime(now.year + 1, 1, 4, 6, tzinfo=UTC)),
    }
    network = _night("Network nights", "network", {"5": [["22:00", "04:00"]]}, now)
    databases = _night("Database nights", "databases", {"6": [["02:00", "05:00"]]}, now)
    return [year_end, network, databases]


def _night(name: str, team: str, weekly: dict[str, list[list[str]]], now: datetime) -> dict[str, Any]:
    """A maintenance window that only warns of work outside it."""
    return {
        "kind": "maintenance",
        "name": name,
        "reason": "Agreed with all departments: few people work then.",
        "scope": {"kind": "teams", "names": [team]},
        "begin": stamp(now),
        "end": None,
        "times": {"zone": "Europe/Warsaw", "weekly": weekly},
        "blocking": False,
    }
