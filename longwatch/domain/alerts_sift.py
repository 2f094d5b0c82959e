"""What the deliveries of one command change: news is kept, repetition counted, what comes too late ignored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from longwatch.domain.alerts_order import Delivery, Row, follows, from_milliseconds, repeated, repeats, timed
from longwatch.domain.alerts_settings import Settings
from longwatch.domain.alerts_state import LEAD_LINKS, LEAD_TEXT, MOST_ROWS, MOST_TITLES, TITLE, Begun, Lead, State
from longwatch.domain.ticket import stamp


@dataclass
class Sifted:
    """The group's rows after the deliveries, and what there is to say of it."""

    rows: dict[str, Row]
    fresh: dict[str, Delivery] = field(default_factory=dict)
    """Alerts that began to fire."""
    titles: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    begun: list[Begun] = field(default_factory=list)
    """Firings that count for k in t and for flapping."""
    told: set[str] = field(default_factory=set)
    """Alerts that anything was said of."""

    def count(self, what: str, much: int = 1) -> None:
        """Adds to one of the group's counters."""
        self.counts[what] = self.counts.get(what, 0) + much


def sift(state: State, deliveries: Iterable[Delivery]) -> Sifted:
    """Takes the deliveries in turn, each judged by its event's time, then keeps the group within its bounds."""
    found = Sifted(dict(state.rows))
    for said in deliveries:
        found.count("alerts")
        found.told.add(said.key)
        row = found.rows.get(said.key)
        if row is None:
            _first(found, said)
        elif repeats(said, row):
            _again(found, said, row, anew=_counts_anew(state, said))
        elif follows(said, row):
            _next(found, said, row)
        else:
            found.count("late")
    _trim(found, state)
    found.fresh = {key: said for key, said in found.fresh.items() if key in found.rows and found.rows[key].firing}
    return found


def seen(state: State, deliveries: list[Delivery], found: Sifted, settings: Settings) -> dict[str, Any]:
    """The data of the one fact `AlertsSeen`: changed rows and counters, nothing that is known already."""
    changed = {key: list(row) for key, row in found.rows.items() if state.rows.get(key) != row}
    received = [said.at for said in deliveries]
    data = {
        "counts": found.counts,
        "rows": changed,
        "dropped": [key for key in state.rows if key not in found.rows],
        "titles": _titles(state, found),
        "lead": None if state.engaged else _lead(state, found.fresh.values()),
        "first": _stamp(min(received)) if state.first_seen is None else None,
        "last": _stamp(max(received)),
        "begun": [list(one) for one in found.begun] if settings.counts or settings.flap_count else None,
        "stirred": state.link == "parked" and not state.stirred and bool(found.fresh),
    }
    return {name: value for name, value in data.items() if value}


def _first(found: Sifted, said: Delivery) -> None:
    found.rows[said.key] = _row(said, fired=int(said.firing))
    found.titles[said.key] = said.title
    if said.firing:
        _begun(found, said)
    else:
        found.count("unknown")


def _begun(found: Sifted, said: Delivery) -> None:
    found.fresh[said.key] = said
    found.begun.append(Begun(said.key, said.at, again=False))


def _again(found: Sifted, said: Delivery, row: Row, *, anew: bool) -> None:
    found.count("again")
    found.rows[said.key] = repeated(said, row)
    if said.firing and not timed(row) and said.at > row.seen:
        found.begun.append(Begun(said.key, said.at, again=True))
    if anew:
        found.fresh[said.key] = said


def _next(found: Sifted, said: Delivery, row: Row) -> None:
    begins = said.firing and not (row.firing and row.starts == said.starts)
    found.rows[said.key] = _row(said, fired=row.fired + begins)
    found.titles[said.key] = said.title
    if begins:
        _begun(found, said)


def _counts_anew(state: State, said: Delivery) -> bool:
    """Whether a repetition opens a new episode: the incident has ended, but what it was about goes on.

    Not where people cancelled it: that was their answer to this very firing. A tool that states no times cannot tell
    a repetition from a new firing, so it is taken as new.
    """
    gone_on = said.firing and not state.engaged and (state.link == "firing" or (state.link == "parked" and state.ended))
    return bool(gone_on) and (state.ended != "cancelled" or not timed(said))


def _row(said: Delivery, fired: int) -> Row:
    return Row(said.firing, said.severity, said.starts, said.ends, said.at, fired)


def _trim(found: Sifted, state: State) -> None:
    """Firing rows stay before quiet ones, known before new, the worst before the rest; of quiet ones the latest."""
    if len(found.rows) <= MOST_ROWS:
        return

    def rank(key: str) -> tuple[bool, bool, int, int, str]:
        row = found.rows[key]
        new = key not in state.rows
        return (not row.firing, new and row.firing, row.severity if row.firing else -row.seen, row.seen, key)

    order = sorted(found.rows, key=rank)
    found.count("overflow", sum(found.rows[key].firing for key in order[MOST_ROWS:]))
    found.rows = {key: found.rows[key] for key in order[:MOST_ROWS]}


def _titles(state: State, found: Sifted) -> dict[str, str]:
    room = MOST_TITLES - sum(key in found.rows for key in state.titles)
    kept: dict[str, str] = {}
    for key, title in found.titles.items():
        short = title[:TITLE]
        if key in state.titles and state.titles[key] != short:
            kept[key] = short
        elif key not in state.titles and key in found.rows and room > 0:
            kept[key], room = short, room - 1
    return kept


def _lead(state: State, fresh: Iterable[Delivery]) -> Mapping[str, Any] | None:
    worst = min(fresh, key=lambda said: said.severity, default=None)
    if worst is None or (state.link in {"pending", "parked"} and state.lead and state.lead.severity <= worst.severity):
        return None
    return {
        "key": worst.key,
        "severity": worst.severity,
        "title": worst.title,
        "text": worst.text[:LEAD_TEXT],
        "links": list(worst.links[:LEAD_LINKS]),
    }


def lead_of(data: Mapping[str, Any]) -> Lead:
    """The lead that a fact names."""
    return Lead(data["key"], data["severity"], data["title"], data["text"], tuple(data["links"]))


def _stamp(milliseconds: int) -> str:
    return stamp(from_milliseconds(milliseconds))
