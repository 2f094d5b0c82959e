"""The forward schedule as programs get it: JSON for the API, entries for calendar programs."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from activities.windows import Occurrence
from integrations.icalendar import CANCELLED, CONFIRMED, TENTATIVE, Entry
from longwatch.domain.schedule_judge import Obstacle, Verdict, verdict_data
from longwatch.domain.schedule_windows import FREEZE
from longwatch.domain.ticket import stamp
from longwatch.store.schedule import Work, work_data

CALLED_OFF = ("rejected", "cancelled")
ASKED_FOR = ("draft", "submitted", "assessment", "authorization")

COMPACT = "%Y%m%dT%H%M%SZ"


def work_json(work: Work, obstacles: Iterable[Obstacle] = ()) -> dict[str, Any]:
    """A change in the schedule, with what stands in its way."""
    row = work.row
    found = verdict_data(Verdict(tuple(obstacles)))["obstacles"]
    told = {name: value for name, value in work_data(work).items() if name not in ("ticket", "kind")}
    return {
        "number": row.ticket,
        "title": work.title,
        **told,
        "outcome": row.outcome,
        "model": row.model,
        "updated_at": stamp(row.updated_at),
        "obstacles": found,
        "conflicts": sorted({one["source"] for one in found if one["kind"] == "conflict"}),
    }


def window_json(one: Occurrence) -> dict[str, Any]:
    """A stretch of a freeze or maintenance window."""
    return {
        "id": one.row.row,
        "kind": one.row.kind,
        "name": one.row.name,
        "reason": one.row.reason,
        "scope": one.row.scope,
        "blocking": one.row.blocking,
        "weekly": one.row.times is not None,
        "begin": stamp(one.window.begin),
        "end": stamp(one.window.end),
    }


def work_entry(work: Work, base_url: str, marks: Mapping[str, tuple[Obstacle, ...]]) -> Entry:
    """A change as an entry of a calendar. What was called off is cancelled there, what is asked for tentative."""
    row = work.row
    lines = [f"Items: {', '.join(work.cis) or 'none'}", f"State: {row.status.replace('_', ' ')}"]
    lines += [f"Team: {row.team}"] if row.team else []
    lines += [one.reason for one in marks.get(row.ticket, ())]
    return Entry(
        uid=f"{row.ticket}@{_host(base_url)}",
        begin=row.begin,
        end=row.end,
        summary=f"{row.ticket} {work.title or ''}".strip(),
        status=_status(row.status),
        sequence=row.version,
        created=None,
        updated=row.updated_at,
        description="\n".join(lines),
        url=f"{base_url}/t/{row.ticket}",
        categories=("Change", row.type.capitalize()),
        busy=row.stands,
    )


def window_entry(one: Occurrence, base_url: str) -> Entry:
    """A stretch of a window as an entry of a calendar; each stretch of a weekly one has its own."""
    row, word = one.row, "Freeze" if one.row.kind == FREEZE else "Maintenance window"
    return Entry(
        uid=f"window-{row.row}-{one.window.begin.strftime(COMPACT)}@{_host(base_url)}",
        begin=one.window.begin,
        end=one.window.end,
        summary=f"{word}: {row.name}",
        status=CONFIRMED,
        sequence=row.version,
        created=row.created_at,
        updated=row.updated_at,
        description=row.reason,
        url=f"{base_url}/calendar/windows/{row.row}",
        categories=(word,),
    )


def _status(status: str) -> str:
    if status in CALLED_OFF:
        return CANCELLED
    return TENTATIVE if status in ASKED_FOR else CONFIRMED


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or "longwatch"
