"""What people configured of imports, by version: mappings of tables, and tools that are asked again and again.

    ci-mapping/assets   a mapping, as `integrations.cmdb_mapping` reads it
    ci-import/netbox    {"kind": "netbox", "url": "https://netbox.example.net", "every": 3600, "complete": true,
                         "apply": true, "mapping": "assets", "about": ""}

The name of an import is that of its source. What proves us to the tool is kept sealed, apart from what people may read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from integrations.cmdb_kinds import KINDS
from integrations.cmdb_mapping import TableMapping, read_mapping
from longwatch.domain.configuring import CI_IMPORT, CI_MAPPING
from longwatch.domain.entries import Fault
from longwatch.domain.tasks_hook import HookFault, read_hook
from longwatch.store import configuration, hooks
from longwatch.store.database import Store

MAPPING, IMPORT = CI_MAPPING, CI_IMPORT
SHORTEST, LONGEST = timedelta(minutes=5), timedelta(days=31)

SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}\Z")
"""What a source may be called, and the mapping that is saved for it."""
_ENTRIES = ("kind", "url", "every", "complete", "apply", "mapping", "about")
DESK = "desk"


class ImportFault(Fault):
    """An import cannot be done like this. `reason` is a sentence, `field` names the entry at fault."""


@dataclass(frozen=True)
class Import:
    """A tool that is asked again and again. `apply`: what it says is taken at once; else people look at it first.

    A delivery by which most of what the source knows would vanish always waits for people.
    """

    source: str
    kind: str
    url: str
    every: timedelta
    complete: bool = True
    apply: bool = True
    mapping: str | None = None
    about: str = ""


def check_source(name: object) -> str:
    """The name of a source. Raises ImportFault."""
    if not isinstance(name, str) or not SOURCE_NAME.match(name) or name == DESK:
        raise ImportFault(
            "A source is named by small letters, digits, dots and dashes; desk is what people enter.", "source"
        )
    return name


def read_import(source: str, data: Any) -> Import:
    """The import that data describes. Raises ImportFault naming the entry at fault."""
    if not isinstance(data, Mapping):
        raise ImportFault("An import is a list of named entries.", "import")
    for name in data:
        if name not in _ENTRIES:
            raise ImportFault(f"There is no entry {str(name)[:40]!r} here; there is {', '.join(_ENTRIES)}.", "import")
    kind = KINDS.get(str(data.get("kind")))
    if kind is None or not kind.fetched:
        fetched = ", ".join(one.name for one in KINDS.values() if one.fetched)
        raise ImportFault(f"What is asked by address is one of: {fetched}.", "kind")
    try:
        told = read_hook({"url": data.get("url"), "about": data.get("about")})
    except HookFault as fault:
        raise ImportFault(fault.reason, fault.field) from fault
    mapping = data.get("mapping") or None
    if mapping is not None and not (isinstance(mapping, str) and kind.mapped):
        raise ImportFault("Tables alone are mapped, by the name of a saved mapping.", "mapping")
    flags = {name: _flag(data, name) for name in ("complete", "apply")}
    return Import(
        check_source(source), kind.name, told.url, _every(data.get("every")), **flags, mapping=mapping, about=told.about
    )


def _every(value: Any) -> timedelta:
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or not SHORTEST.total_seconds() <= value <= LONGEST.total_seconds()
    ):
        raise ImportFault("This is seconds, from 5 minutes to 31 days.", "every")
    return timedelta(seconds=value)


def _flag(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, True)
    if not isinstance(value, bool):
        raise ImportFault("This is true or false.", name)
    return value


def mapping_named(session: Session, name: str | None) -> TableMapping:
    """The saved mapping of this name; the one without columns for none. Raises ImportFault, MappingFault."""
    if not name:
        return read_mapping(None)
    row = configuration.in_force(session, MAPPING, name)
    if row is None:
        raise ImportFault(f"There is no mapping called {name[:60]}.", "mapping")
    return read_mapping(row.data)


def mapping_names(session: Session) -> list[str]:
    """The saved mappings."""
    return [row.name for row in configuration.all_in_force(session, MAPPING)]


def import_in_force(session: Session, source: str) -> Import | None:
    """The import of this source as it is configured now. Raises ImportFault for one that was stored but is none."""
    row = configuration.in_force(session, IMPORT, source)
    return None if row is None else read_import(source, row.data)


def keep_token(store: Store, session: Session, keys: tuple[str, ...], source: str, token: str) -> None:
    """From now on this proves us to the tool. `keys` are the installation's."""
    hooks.keep_secret(store, session, keys, _sealed(source), token)


def token_of(session: Session, keys: tuple[str, ...], source: str) -> str | None:
    """What proves us to the tool. Raises Unsealable when the key it was sealed with is gone."""
    return hooks.secret_of(session, keys, _sealed(source))


def has_token(session: Session, source: str) -> bool:
    """Whether there is something that proves us."""
    return hooks.has_secret(session, _sealed(source))


def _sealed(source: str) -> str:
    """No hook has a name with a colon."""
    return f"import:{source}"
