"""The inputs of how a source's alerts are treated."""

from collections.abc import Mapping
from typing import Any

from longwatch.domain.alerts_settings import AUTO_RESOLVE, UNTOUCHED
from longwatch.store.source_treatment import CHOICE, ENTRIES, SECONDS, Entry
from web.configuration.entries import CODECS
from web.console.fields import Field


def fields_of(settings: Mapping[str, Any], typed: Mapping[str, str] | None) -> list[Field]:
    """One input for each entry, with what is set, or what was typed and could not be taken."""
    return [_field(entry, typed[entry.name] if typed else _shown(entry, settings.get(entry.name))) for entry in ENTRIES]


def _shown(entry: Entry, value: Any) -> str:
    return CODECS["span" if entry.kind == SECONDS else "line"].encode(value)


def _field(entry: Entry, value: str) -> Field:
    hint = " ".join(part for part in (entry.hint, f"Usually {entry.usual}.") if part)
    if entry.kind == CHOICE:
        choices = tuple((name, name) for name in AUTO_RESOLVE)
        return Field(entry.name, entry.label, "select", choices, hint, value or UNTOUCHED, required=True)
    return Field(entry.name, entry.label, hint=hint, value=value)
