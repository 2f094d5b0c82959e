"""The form of a freeze or maintenance window: what a person types becomes the window's data, and back."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from activities.calendars import weekly_hours
from longwatch.domain.schedule_scope import SCOPES
from longwatch.domain.schedule_windows import FREEZE, WindowFault
from longwatch.domain.ticket import stamp
from longwatch.store.projection import NEVER
from longwatch.store.tables_schedule import AgreedWindow
from web.console.fields import Field, filled
from web.console.people import Viewer

TYPED = "%Y-%m-%dT%H:%M"
"""What a browser's input for date and time holds."""

USUAL = timedelta(hours=2)
"""How long a suggested window is."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

SCOPE_WORDS = (
    ("all", "Everything"),
    ("cis", "Configuration items"),
    ("classes", "Classes of items"),
    ("services", "Services"),
    ("teams", "Teams: what they own or change"),
)

BLOCKING_WORDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "freeze": (("yes", "Nothing may be changed; emergencies are warned"), ("no", "Changes are warned")),
    "maintenance": (("yes", "Nothing may be changed outside"), ("no", "Changes outside are warned")),
}

FIELDS: Mapping[str, str] = {
    "name": "name",
    "reason": "reason",
    "scope": "scope",
    "scope.kind": "scope",
    "begin": "begin",
    "end": "end",
    "times.zone": "zone",
    "blocking": "blocking",
}
"""Which input an entry of the data comes from; names and weekly times have many entries each."""


def data_of(kind: str, typed: Mapping[str, str], zone: tzinfo) -> dict[str, Any]:
    """The window's data as the form says it, local times taken in the viewer's zone. Raises WindowFault."""
    names = [line.strip() for line in typed.get("names", "").replace(",", "\n").splitlines() if line.strip()]
    weekly = typed.get("weekly", "").strip()
    return {
        "kind": kind,
        "name": typed.get("name", "").strip(),
        "reason": typed.get("reason", "").strip(),
        "scope": {"kind": typed.get("scope", ""), "names": names},
        "begin": _moment(typed.get("begin", ""), zone, "begin"),
        "end": _moment(typed.get("end", ""), zone, "end"),
        "times": {"zone": typed.get("zone", "").strip(), "weekly": _weekly(weekly)} if weekly else None,
        "blocking": typed.get("blocking") != "no",
    }


def _moment(text: str, zone: tzinfo, field: str) -> str | None:
    if not text.strip():
        return None
    try:
        at = datetime.fromisoformat(text.strip())
        return stamp((at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC))
    except (ValueError, OverflowError):
        raise WindowFault("That is no date and time.", field) from None


def _weekly(text: str) -> dict[str, list[list[str]]]:
    """`sat-sun 22:00-04:00`, a line each. Raises WindowFault."""
    lines: dict[str, str] = {}
    for line in text.splitlines():
        days, _, hours = line.strip().partition(" ")
        if days:
            lines[days.lower()] = f"{lines.get(days.lower(), '')} {hours}".strip()
    try:
        read = weekly_hours(lines)
    except ValueError as error:
        raise WindowFault(f"{str(error)[:150]}.", "times.weekly") from None
    return {str(day): [[_plain(begin), _plain(end)] for begin, end in spans] for day, spans in read.items()}


def _plain(at: time) -> str:
    return at.isoformat(timespec="minutes" if not at.second else "seconds")


def typed_of(row: AgreedWindow, zone: tzinfo) -> dict[str, str]:
    """What the form of an existing window holds."""
    weekly = (row.times or {}).get("weekly", {})
    lines = [f"{DAYS[int(day)]} {' '.join('-'.join(span) for span in spans)}" for day, spans in sorted(weekly.items())]
    return {
        "name": row.name,
        "reason": row.reason,
        "scope": row.scope["kind"],
        "names": "\n".join(row.scope["names"]),
        "begin": row.begin.astimezone(zone).strftime(TYPED),
        "end": "" if row.end == NEVER else row.end.astimezone(zone).strftime(TYPED),
        "weekly": "\n".join(lines),
        "zone": (row.times or {}).get("zone", ""),
        "blocking": "yes" if row.blocking else "no",
    }


def fields_of(kind: str, typed: Mapping[str, str], fault: WindowFault | None, zone_name: str) -> list[Field]:
    """The inputs, with what was typed and what is wrong with it."""
    wrong = {_input(fault.field): fault.reason} if fault else {}
    what = "freeze" if kind == FREEZE else "maintenance window"
    asked = (
        Field("name", f"What is the {what} called?", required=True),
        Field("reason", "Why?", "textarea", required=True, hint="Whoever is stopped by it reads this."),
        Field("scope", "What is it about?", "select", SCOPE_WORDS, value=SCOPES[0], required=True),
        Field(
            "names", "Which ones?", "textarea", hint="Ids of items or teams, names of classes or services; one a line."
        ),
        Field("begin", "From", "moment", required=True, hint="In your time zone."),
        Field("end", "Until", "moment", hint="In your time zone. One that comes back every week may be left open."),
        Field("weekly", "Every week at", "textarea", hint="For example: sun 02:00-04:00. Empty: once, all the time."),
        Field("zone", "Time zone of these hours", value=zone_name, hint="For example Europe/Warsaw."),
        Field("blocking", "What does it mean?", "select", BLOCKING_WORDS[kind], value="yes", required=True),
    )
    return [filled(one, typed.get(one.name, one.value), wrong.get(one.name, "")) for one in asked]


def _input(field: str) -> str:
    if field.startswith("times.weekly"):
        return "weekly"
    return "names" if field.startswith("scope.names") else FIELDS.get(field, "name")


def suggested(kind: str, asked: Mapping[str, str], who: Viewer) -> dict[str, str]:
    """What a new window is likely to be, for the things that are named: from now on, for two hours."""
    scope, names = asked.get("scope", ""), asked.get("names", "").strip()[:2000]
    if kind == FREEZE or scope not in ("cis", "services") or not names:
        return {}
    about = ", ".join(line.strip() for line in names.splitlines() if line.strip())
    begin = who.now.astimezone(who.zone)
    return {
        "name": f"Maintenance of {about}"[:120],
        "reason": f"Work on {about}. Alerts wait until it is over.",
        "scope": scope,
        "names": names,
        "begin": begin.strftime(TYPED),
        "end": (begin + USUAL).strftime(TYPED),
        "blocking": "no",
    }


def blank(kind: str, zone_name: str) -> list[Field]:
    """The inputs of a new window."""
    return [replace(one) for one in fields_of(kind, {}, None, zone_name)]
