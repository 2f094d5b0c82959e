"""Recorded calls of real tools, and strategies that spoil them, for tests."""

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

DATA = Path(__file__).parent / "data"

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["9" * 30, "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
"""Anything a program could mistake for a message, broken texts and numbers included."""


def recorded(name: str) -> bytes:
    return (DATA / f"{name}.json").read_bytes()


def spoilt(sample: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The sample with some of its fields, at any depth, replaced or taken away."""
    paths = list(_paths(sample))

    def spoil(changes: list[tuple[tuple[Any, ...], Any]]) -> dict[str, Any]:
        spoiled = copy.deepcopy(sample)
        for path, value in changes:
            _put(spoiled, path, value)
        return spoiled

    return st.lists(st.tuples(st.sampled_from(paths), st.just(_GONE) | JSON), min_size=1, max_size=4).map(spoil)


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


_GONE = object()


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Any:
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from _paths(value[key], (*path, key))


def _put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    *way, last = path
    for key in way:
        if not isinstance(value, dict | list) or (isinstance(value, dict) and key not in value):
            return
        if isinstance(value, list) and not (isinstance(key, int) and key < len(value)):
            return
        value = value[key]
    if isinstance(value, dict):
        value.pop(last, None) if new is _GONE else value.__setitem__(last, new)
    elif isinstance(value, list) and isinstance(last, int) and last < len(value) and new is not _GONE:
        value[last] = new
