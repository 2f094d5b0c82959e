"""What a source delivers: one record an item, in the form that all importers translate to.

    {"class": "server", "source_key": "device-17", "row": 18,
     "attributes": {"name": "web-1", "serial": "X1", "criticality": 2, "os": "Debian 13"},
     "aliases": ["web-1.example.net"],
     "relations": [{"type": "runs_on", "to": {"class": "hypervisor", "name": "hv-1"}},
                   {"type": "hosts", "to": {"source_key": "device-9"}, "reverse": true}]}

`attributes` hold the core fields (name, criticality 1-3, owner_team, service, state, users, needs) and those of the
class. `source_key` is the source's own stable key of the thing; without one, what identifies the item serves. `row`
counts as people do and is told in reports. A record without `relations` leaves those the source said before; an empty
list takes them back. `to` names the other end by `id`, `source_key`, `alias`, or by class and values that identify it;
`reverse` turns the relation round. A translator that could not read a row delivers `{"row": n, "problem": "why"}`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cmdb.keys import LONGEST_ALIAS

LONGEST_KEY = 200
MOST_ALIASES = 50
MOST_RELATIONS = 2000
LONGEST_LABEL = 200

FIELDS = ("class", "attributes", "aliases", "relations", "source_key", "row", "id", "problem")


class BadRecord(ValueError):  # noqa: N818 - named for who reads it
    """The record cannot be read; the text says why."""


@dataclass(frozen=True)
class Link:
    """A relation that a record states. `to` is how its other end is named."""

    type: str
    to: Mapping[str, Any]
    reverse: bool = False


@dataclass(frozen=True)
class Record:
    """A record, well-formed; whether it fits its class is judged later."""

    number: int
    class_: str
    values: dict[str, Any]
    aliases: tuple[str, ...] = ()
    links: tuple[Link, ...] | None = None
    source_key: str | None = None
    id: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


def read_record(raw: Any, number: int) -> Record:
    """The record. Raises BadRecord with a sentence that says what is wrong."""
    if not isinstance(raw, Mapping):
        raise BadRecord("A record must be an object.")
    if raw.get("problem"):
        raise BadRecord(str(raw["problem"])[:500])
    unknown = sorted(str(name) for name in raw if name not in FIELDS)
    if unknown:
        raise BadRecord(f"A record has no field {unknown[0][:80]}.")
    return Record(
        number=number,
        class_=_text(raw, "class", 120) or _without("class"),
        values=_values(raw.get("attributes")),
        aliases=_aliases(raw.get("aliases")),
        links=_links(raw.get("relations")),
        source_key=_text(raw, "source_key", LONGEST_KEY),
        id=_text(raw, "id", 120),
        raw=raw,
    )


def row_number(raw: Any, place: int) -> int:
    """The row as people count it: what the translator said, else its place."""
    told = raw.get("row") if isinstance(raw, Mapping) else None
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 < told < 2**31 else place


def label_of(raw: Any) -> str:
    """What a record is about, for reports, however broken it is."""
    if not isinstance(raw, Mapping):
        return ""
    attributes = raw.get("attributes")
    name = attributes.get("name") if isinstance(attributes, Mapping) else None
    label = str(name or raw.get("source_key") or raw.get("id") or "")
    return "".join(character for character in label if character.isprintable())[:LONGEST_LABEL]


def plain_record(raw: Any) -> dict[str, Any]:
    """The record as it is kept for the report, without what no database takes."""
    cleaned = _clean(raw)
    return cleaned if isinstance(cleaned, dict) else {"record": cleaned}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {_clean(str(name)): _clean(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value if value is None or isinstance(value, bool | int) else str(value) if value != value else value  # noqa: PLR0124 - only NaN differs from itself


def _without(name: str) -> str:
    raise BadRecord(f"A record needs its {name}.")


def _text(raw: Mapping[str, Any], name: str, longest: int) -> str | None:
    value = raw.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value.strip()) <= longest:
        raise BadRecord(f"{name} must be a line of at most {longest} characters.")
    return value.strip()


def _values(found: Any) -> dict[str, Any]:
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise BadRecord("attributes must be an object.")
    stripped = {str(name): value.strip() if isinstance(value, str) else value for name, value in found.items()}
    return {name: value for name, value in stripped.items() if value is not None and value != ""}


def _aliases(found: Any) -> tuple[str, ...]:
    if found is None:
        return ()
    if not isinstance(found, Sequence) or isinstance(found, str) or len(found) > MOST_ALIASES:
        raise BadRecord(f"aliases must be a list of at most {MOST_ALIASES} names.")
    names = [alias.strip().lower() for alias in found if isinstance(alias, str) and alias.isprintable()]
    if len(names) != len(found) or any(len(name) > LONGEST_ALIAS for name in names):
        raise BadRecord(f"An alias is a line of at most {LONGEST_ALIAS} characters.")
    return tuple(sorted({name for name in names if name}))


def _links(found: Any) -> tuple[Link, ...] | None:
    if found is None:
        return None
    if not isinstance(found, Sequence) or isinstance(found, str) or len(found) > MOST_RELATIONS:
        raise BadRecord(f"relations must be a list of at most {MOST_RELATIONS}.")
    return tuple(_link(one) for one in found)


def _link(found: Any) -> Link:
    if not isinstance(found, Mapping) or not isinstance(found.get("type"), str):
        raise BadRecord("A relation needs a type.")
    to = found.get("to")
    if not isinstance(to, Mapping) or not to:
        raise BadRecord("A relation needs to say what it leads to.")
    return Link(found["type"], dict(to), bool(found.get("reverse")))
