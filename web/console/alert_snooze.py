"""The form of a snooze: for how long, or until when, and why."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from longwatch.domain.ticket import stamp
from web.console.fields import Field, filled
from web.console.people import Viewer

LENGTHS: tuple[tuple[str, str], ...] = (
    ("3600", "For an hour"),
    ("14400", "For four hours"),
    ("86400", "For a day"),
    ("604800", "For a week"),
    ("until", "Until the time below"),
)


class BadSnooze(ValueError):  # noqa: N818 - named for who reads it
    """What was typed says no time."""


def fields(typed: Mapping[str, str], wrong: Mapping[str, str]) -> list[Field]:
    """The inputs, with what was typed and what is wrong with it."""
    asked = (
        Field("for", "How long?", "select", LENGTHS, value=LENGTHS[0][0], required=True),
        Field("until", "Until", "moment", hint="In your time zone, for the last choice above."),
        Field("reason", "Why?", hint="Others will ask where the alert has gone.", required=True),
    )
    return [filled(one, typed.get(one.name, one.value), wrong.get(one.name, "")) for one in asked]


def snoozed_until(typed: Mapping[str, str], who: Viewer) -> str:
    """The instant that was meant, as a stamp. Raises BadSnooze."""
    length = typed.get("for", "")
    if length in {value for value, _ in LENGTHS[:-1]}:
        return stamp(who.now + timedelta(seconds=int(length)))
    try:
        at = datetime.fromisoformat(typed.get("until", "").strip())
        return stamp((at if at.tzinfo else at.replace(tzinfo=who.zone)).astimezone(UTC))
    except (ValueError, OverflowError):
        raise BadSnooze("Say until when.") from None
