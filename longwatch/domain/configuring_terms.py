"""Reads the settings that service levels are made of: policies, calendars, the priority matrix, ageing, routing.

Each is read as strictly as a person needs who edits it: what would not work later is named now, by its place.

    policy    {"rank": 10, "match": {"kind": ["incident"], "priority": [1]},
               "targets": [{"clock": "response", "work": 900, "calendar": "24x7"}], "ladder": {"rungs": [...]},
               "close_after": {"work": 108000, "calendar": "office"}, "reopen_window": 1209600, "pauses": [...]}
    calendar  {"zone": "Europe/Warsaw", "weekly": {"0": [["08:00", "18:00"]]}, "holidays": ["2026-12-25"]}
              or {"always": true}; 0 is Monday
    matrix    {"cells": [[1, 2, 3], [2, 3, 4], [3, 4, 5]]}; rows are impact, columns urgency, 1 is high
    ageing    {"rank": 10, "match": {"kind": ["incident"]}, "steps": [{"after": 259200, "weight": 50}]}; seconds since
              the opening, round the clock; a priority is worth 100
    routing   {"rank": 10, "match": {"category": ["network"]}, "team": "network"}
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from longwatch.domain.ageing import MOST_STEPS, MOST_WEIGHT, read_ageing
from longwatch.domain.clocks import CLOCKS
from longwatch.domain.entries import Entries, Fault, top
from longwatch.domain.ladder import read_ladder
from longwatch.domain.priority import SCALE, read_matrix
from longwatch.domain.schedule_times import read_times

MOST_RANK = 10_000
LONGEST = 2 * 366 * 24 * 3600
"""Seconds of any target or window."""
MOST_VALUES, MOST_HOLIDAYS = 100, 1_000
MOST_TARGETS = len(CLOCKS)

MATCHED = ("kind", "priority", "service", "requester", "category", "ci", "team")
"""What a ticket can be matched by."""


class TermsFault(Fault):
    """The setting would not do what it says. `reason` is a sentence, `field` names the entry at fault."""


def check_policy(data: Any) -> None:
    """Raises TermsFault naming what is wrong with a service level policy."""
    entries = top(data, TermsFault, "policy")
    entries.only("rank", "match", "targets", "ladder", "pauses", "close_after", "reopen_window")
    entries.number("rank", 0, MOST_RANK)
    _match(entries)
    targets = entries.parts("targets", 0, MOST_TARGETS)
    for target in targets:
        _target(target)
    clocks = [target.data["clock"] for target in targets]
    if len(dict.fromkeys(clocks)) < len(clocks):
        raise TermsFault("Each clock has one target.", "targets")
    _ladder(entries)
    entries.names("pauses", MOST_VALUES)
    close = entries.part("close_after")
    close.only("work", "calendar")
    _work(close)
    entries.number_or_none("reopen_window", 1, LONGEST)


def _target(entries: Entries) -> None:
    entries.only("clock", "work", "calendar")
    entries.choice("clock", CLOCKS)
    _work(entries)


def _work(entries: Entries) -> None:
    entries.number("work", 1, LONGEST)
    entries.text("calendar")


def _ladder(entries: Entries) -> None:
    ladder = entries.part("ladder")
    ladder.only("version", "rungs")
    for rung in ladder.parts("rungs", 0, MOST_VALUES):
        rung.only("id", "clock", "share", "after", "do", "repeat")
        rung.text("id")
        rung.choice("clock", CLOCKS)
        rung.number_or_none("share", 1, 1_000)
        rung.number_or_none("after", 0, LONGEST)
        _read_or_fault(rung.at, lambda one=rung.data: read_ladder("policy", {"rungs": [one]}))
    _read_or_fault(ladder.at, lambda: read_ladder("policy", ladder.data))


def _read_or_fault(at: str, read: Any) -> None:
    """What another part of the rules reads, with its complaint turned into a sentence of ours."""
    try:
        read()
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        said = f"the entry {problem} is missing" if isinstance(problem, KeyError) else str(problem)
        raise TermsFault(f"{said[:1].upper()}{said[1:]}.".replace("..", "."), at) from problem


def _match(entries: Entries) -> None:
    match = entries.part("match")
    match.only(*MATCHED)
    for name in match.data:
        values = match.data[name]
        if not isinstance(values, list | tuple) or not 0 < len(values) <= MOST_VALUES:
            raise TermsFault(f"This must be a list of 1 to {MOST_VALUES} values.", match.path(name))
        fits = int if name == "priority" else str
        if any(isinstance(value, bool) or not isinstance(value, fits) for value in values):
            raise TermsFault(f"Each must be a {'whole number' if fits is int else 'text'}.", match.path(name))


def check_calendar(data: Any) -> None:
    """Raises TermsFault naming what is wrong with a calendar; whether its zone exists is known where zones are."""
    entries = top(data, TermsFault, "calendar")
    entries.only("always", "zone", "weekly", "holidays")
    if entries.flag("always", default=False):
        entries.only("always")
        return
    read_times(Entries({name: data[name] for name in ("zone", "weekly") if name in data}, TermsFault))
    for n, day in enumerate(entries.names("holidays", MOST_HOLIDAYS)):
        if not _is_day(day):
            raise TermsFault("This must be a date such as 2026-12-25.", f"holidays[{n}]")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_matrix(data: Any) -> None:
    """Raises TermsFault naming what is wrong with a priority matrix."""
    entries = top(data, TermsFault, "matrix")
    entries.only("cells")
    rows = data.get("cells")
    if not isinstance(rows, list) or len(rows) != len(SCALE):
        raise TermsFault("This must be three rows, for impact 1 (high) to 3.", "cells")
    for n, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(SCALE) or any(type(cell) is not int for cell in row):
            raise TermsFault("This must be three priorities, for urgency 1 (high) to 3.", f"cells[{n}]")
    _read_or_fault("cells", lambda: read_matrix(1, rows))


def check_ageing(data: Any) -> None:
    """Raises TermsFault naming what is wrong with a rule of ageing."""
    entries = top(data, TermsFault, "ageing rule")
    entries.only("rank", "match", "steps")
    entries.number("rank", 0, MOST_RANK)
    _match(entries)
    for step in entries.parts("steps", 1, MOST_STEPS):
        step.only("after", "weight")
        step.number("after", 1, LONGEST)
        step.number("weight", 1, MOST_WEIGHT)
    _read_or_fault("steps", lambda: read_ageing(data))


def check_routing(data: Any) -> None:
    """Raises TermsFault naming what is wrong with a routing rule."""
    entries = top(data, TermsFault, "routing")
    entries.only("rank", "match", "team")
    entries.number("rank", 0, MOST_RANK)
    _match(entries)
    entries.text("team")


def calendars_of(policy: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The calendars a checked policy counts by, each with the place it is named at."""
    named = [(f"targets[{n}].calendar", target["calendar"]) for n, target in enumerate(policy["targets"])]
    return [*named, ("close_after.calendar", policy["close_after"]["calendar"])]
