"""The pages of configuration items and their model: one blueprint, and what all its routes share."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, redirect
from sqlalchemy.orm import Session

from cmdb.answers import standing_for
from cmdb.items import BadItem, StaleItem
from cmdb.modelling import BadModel
from cmdb.reconcile import BadRun
from longwatch.store.tables import Ci
from web.console.people import Viewer

blueprint = Blueprint("items", __name__)

EDITORS = ("admin", "cmdb-editor")
CRITICALITY: Mapping[int | None, str] = {1: "High", 2: "Medium", 3: "Low", None: "Not judged"}


def edits(who: Viewer) -> bool:
    """Whether the person may change items and their model."""
    return any(role in EDITORS for role in who.roles)


def there(session: Session, identity: str) -> Ci:
    """The item; of one that was merged, the item it is part of now. 404 for none."""
    found: Ci = standing_for(session, identity) or abort(404, "There is no such configuration item.")
    return found


def to_item(identity: str) -> Any:
    """On to the page of an item."""
    return redirect(f"/cis/{identity}", 303)


@dataclass
class Trouble:
    """What was wrong with a form: a sentence, and the field it is about."""

    text: str = ""
    field: str = ""
    code: int = 200


@contextmanager
def troubles() -> Iterator[Trouble]:
    """What the CMDB refuses, kept for the form that was sent."""
    trouble = Trouble()
    try:
        yield trouble
    except (BadItem, BadModel) as problem:
        trouble.text, trouble.field, trouble.code = str(problem), problem.field, 422
    except (StaleItem, BadRun) as problem:
        trouble.text, trouble.code = str(problem), 409


def told(value: Any) -> str:
    """A value as people read it."""
    if value is None or value in ([], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {told(part)}" for name, part in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(told(part) for part in value)
    return str(value)


def instant_of(text: str | None, who: Viewer) -> datetime | None:
    """The instant typed into a form in the viewer's zone, or sent with its offset; 400 for neither."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=who.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        abort(400, "That is no date and time, as 2026-11-22T14:30.")


@dataclass(frozen=True)
class Line:
    """A label and its value."""

    label: str
    value: str
    note: str = ""
    href: str = ""
