"""Strict JSON: what json.loads lets through and a desk must not.

Of a key that stands twice in one object the last one counts, as RFC 8259 leaves open and every common reader does.
Fractions are kept as the text they were written in: facts know no floats.
"""

import json
import math
from typing import Any

from integrations.alert import NotEnvelope

DEEPEST = 32
"""Levels of nesting; what monitoring tools send has six."""
LARGEST = 2**63
"""Whole numbers stay below this: no store holds more."""


def read(raw: bytes) -> Any:
    """The value that the bytes hold.

    Raises NotEnvelope for anything but well-formed JSON in UTF-8 without NaN, infinities, lone surrogates, whole
    numbers of 64 bits or more, and nesting deeper than 32 levels.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotEnvelope("The body is not UTF-8 text.") from None
    try:
        value = json.loads(text, parse_int=_whole, parse_float=_fraction, parse_constant=_constant)
    except RecursionError:
        raise NotEnvelope("The body is nested too deeply.") from None
    except ValueError as error:
        raise NotEnvelope(f"The body is not well-formed JSON: {error}.") from None
    _check(value)
    return value


def _whole(literal: str) -> int:
    number = int(literal) if len(literal) <= len(str(LARGEST)) + 1 else LARGEST
    if abs(number) >= LARGEST:
        raise NotEnvelope("The body holds a whole number that is too large.")
    return number


def _fraction(literal: str) -> str:
    if math.isinf(float(literal)):
        raise NotEnvelope("The body holds a number that is too large.")
    return literal


def _constant(literal: str) -> None:
    raise NotEnvelope(f"The body holds {literal}, which is not JSON.")


def _check(value: Any) -> None:
    """Walks without recursion: the walk itself must not be what overflows."""
    level = [value]
    for _ in range(DEEPEST):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise NotEnvelope("The body is nested too deeply.")


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, list):
        return value
    if isinstance(value, str) and not value.isascii():
        _sound(value)
    return []


def _sound(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotEnvelope("The body holds half of a character (a lone surrogate).") from None
