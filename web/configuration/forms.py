"""Settings as forms: questions by place, groups of them that are added, moved and taken out by buttons, no script.

An input is named by the place of its entry (`stages[0].deadline`), so that a fault finds its input by itself.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from web.configuration.entries import CODECS

MOST_ENTRIES = 60
"""Entries of a group that a form takes; the readers of settings take fewer."""

Rows = dict[str, str]
"""What stands in the inputs, by place."""

Options = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Question:
    """One entry: its place in the setting or in its group, and how it is typed. `control` is the kind of input."""

    place: str
    label: str
    codec: str = "line"
    control: str = "text"
    hint: str = ""
    options: str = ""
    required: bool = False


@dataclass(frozen=True)
class Group:
    """Entries that come several times, in order."""

    place: str
    one: str
    questions: tuple[Question, ...]


def _as_it_is(data: dict[str, Any]) -> dict[str, Any]:
    return data


@dataclass(frozen=True)
class Form:
    """A kind of settings as a form. `given` and `taken` bring data into the form's shape and back."""

    lead: tuple[Question, ...]
    groups: tuple[Group, ...]
    given: Callable[[dict[str, Any]], dict[str, Any]] = field(default=_as_it_is)
    taken: Callable[[dict[str, Any]], dict[str, Any]] = field(default=_as_it_is)


def rows_of(form: Form, data: Mapping[str, Any]) -> Rows:
    """What the inputs hold for a setting."""
    shaped = form.given(dict(data))
    rows = {question.place: CODECS[question.codec].encode(_at(shaped, question.place)) for question in form.lead}
    for group in form.groups:
        for n, entry in enumerate(_at(shaped, group.place) or ()):
            for question in group.questions:
                text = CODECS[question.codec].encode(_at(entry, question.place))
                rows[f"{group.place}[{n}].{question.place}"] = text
    return rows


def _at(data: Any, place: str) -> Any:
    for step in place.split("."):
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def data_of(form: Form, rows: Rows) -> dict[str, Any]:
    """The setting that the inputs describe; what was left empty is left out."""
    data = _read(form.lead, rows, "")
    for group in form.groups:
        data[group.place] = [
            _read(group.questions, rows, f"{group.place}[{n}].") for n in range(count(rows, group.place))
        ]
    return form.taken(data)


def _read(questions: Sequence[Question], rows: Rows, at: str) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for question in questions:
        value = CODECS[question.codec].decode(rows.get(f"{at}{question.place}", ""))
        if value is None:
            continue
        *way, last = question.place.split(".")
        place = data
        for step in way:
            place = place.setdefault(step, {})
        place[last] = value
    return data


def count(rows: Rows, place: str) -> int:
    """How many entries of a group the inputs hold."""
    numbers = [int(found[1]) for name in rows if (found := re.match(re.escape(place) + r"\[(\d{1,3})\]\.", name))]
    return min(max(numbers, default=-1) + 1, MOST_ENTRIES)


def pressed(form: Form, rows: Rows, button: str) -> Rows:
    """The inputs after a button: `add stages`, `remove stages 1`, `up stages 1`. Others change nothing."""
    act, place, number = [*button.split(), "", "", ""][:3]
    group = next((one for one in form.groups if one.place == place), None)
    if group is None:
        return rows
    entries = [_entry(group, rows, n) for n in range(count(rows, place))]
    n = int(number) if number.isdecimal() and int(number) < len(entries) else None
    if act == "add" and len(entries) < MOST_ENTRIES:
        entries.append(_entry(group, {}, 0))
    elif act == "remove" and n is not None:
        del entries[n]
    elif act == "up" and n:
        entries[n - 1], entries[n] = entries[n], entries[n - 1]
    kept = {name: text for name, text in rows.items() if not name.startswith(f"{place}[")}
    return kept | {f"{place}[{m}].{name}": text for m, entry in enumerate(entries) for name, text in entry.items()}


def _entry(group: Group, rows: Rows, n: int) -> Rows:
    return {question.place: rows.get(f"{group.place}[{n}].{question.place}", "") for question in group.questions}


def nearest(rows: Rows, place: str) -> str:
    """The input a fault at a place belongs to: the one of that very place, else around it; none if there is none."""
    fits = [name for name in rows if place == name or place.startswith((f"{name}.", f"{name}["))]
    within = [name for name in rows if name.startswith((f"{place}.", f"{place}["))]
    return max(fits, key=len, default="") or (within[0] if within else "")
