"""Recorded states as text: the fold of a journal, kept so that pages need not fold."""

from typing import Any

from pydantic import TypeAdapter

from longwatch.domain.ticket import Decider

_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(state: type[Any]) -> TypeAdapter[Any]:
    if state not in _ADAPTERS:  # making one is dear, so it is made once
        _ADAPTERS[state] = TypeAdapter(state)
    return _ADAPTERS[state]


def dump(decider: Decider, state: Any) -> str:
    """The state as JSON."""
    return _adapter(decider.State).dump_json(state).decode()


def load(decider: Decider, text: str) -> Any:
    """The state a text holds; the empty one for no text."""
    return _adapter(decider.State).validate_json(text) if text else decider.State()


def check(decider: Decider, state: Any) -> None:
    """Raises ValueError for a state that could be written but not read again."""
    load(decider, dump(decider, state))
