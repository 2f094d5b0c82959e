"""Alerts that begin again and again: counted for k in t, and told once as flapping instead of each time.

Flapping is found by counting how often an alert, or the group as a whole, began within a time; or the tool says it.
It is over when nothing has changed for a time of its own; then what fires is told, or the quiet time begins.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from longwatch.domain.alerts_draft import Draft, event_of
from longwatch.domain.alerts_sift import Sifted
from longwatch.domain.alerts_state import State
from longwatch.domain.ticket import Json, stamp

SECOND = 1_000
TOOLS_WORD = timedelta(days=1)
"""So long a tool's word that an alert is flapping holds, if it never says that it is over."""


def often(state: State) -> bool:
    """Whether so many firings came within so short a time that it is no transient (k in t)."""
    if not state.settings.counts or not state.recent:
        return False
    since = state.recent[-1].at - state.settings.within * SECOND
    return sum(one.at > since for one in state.recent) >= state.settings.occurrences


def flaps(state: State) -> bool:
    """Whether an alert, or the group as a whole, began to fire too often."""
    wanted = state.settings.flap_count
    return wanted > 0 and any(count >= wanted for count in _counted(state))


def _counted(state: State) -> Iterator[int]:
    latest = max([*(one.at for one in state.recent), *state.cycles[-1:]], default=0)
    since = latest - state.settings.flap_within * SECOND
    yield sum(at > since for at in state.cycles)
    yield from Counter(one.key for one in state.recent if one.at > since and not one.again).values()


def starts_flapping(draft: Draft, since: datetime, key: str | None = None) -> None:
    """The incident hears of it once. `key`: the alert that the tool calls flapping; it will say when that is over."""
    length = timedelta(seconds=draft.state.settings.flap_quiet) if key is None else TOOLS_WORD
    more = {} if key is None else {"alert": key}
    event = event_of(draft.state, "flapping")
    draft.note("FlappingStarted", since=stamp(since), until=stamp(since + length), event=event, **more)


def goes_on(state: State, found: Sifted, now: datetime) -> dict[str, Json]:
    """While flapping: until when nothing may change now, if anything did.

    What the tool calls flapping waits for the tool's word on that very alert.
    """
    if state.link != "flapping" or (state.flapper is not None and state.flapper not in found.told):
        return {}
    if not (state.flapper or found.fresh or _ended(state, found)):
        return {}
    return {"until": stamp(now + timedelta(seconds=state.settings.flap_quiet))}


def _ended(state: State, found: Sifted) -> bool:
    return any(row.firing and not found.rows[key].firing for key, row in state.rows.items() if key in found.rows)


def over(draft: Draft, due: datetime) -> None:
    """Nothing has changed for long enough: what fires now counts."""
    state = draft.state
    if state.firing():
        draft.move("FlappingEnded", due, None, "firing", link="firing")
    else:
        draft.move("FlappingEnded", due, state.settings.quiet, "quiet", link="quiet")
