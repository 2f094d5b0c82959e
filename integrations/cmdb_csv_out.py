"""Tables as CSV for people: what a spreadsheet would take for a formula is written so that it stays a text.

Cells that begin with = + - @, a tab or a line end get an apostrophe before them, as OWASP advises ("CSV injection");
plain numbers stay numbers.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

_FORMULA = re.compile(r"[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")


def neutral(value: Any) -> str:
    """The cell for a value."""
    if value is None:
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    if _FORMULA.match(text) and not _NUMBER.match(text):
        return f"'{text}"
    return text


def lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The table line by line, its header first."""
    for row in chain([columns], rows):
        held = io.StringIO()
        csv.writer(held).writerow([neutral(value) for value in row])
        yield held.getvalue()
