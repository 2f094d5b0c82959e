"""Settings of the CMDB in words."""

from collections.abc import Mapping
from typing import Any

from activities.cmdb_import_settings import read_import
from integrations.cmdb_kinds import KINDS
from integrations.cmdb_mapping import Chosen, Related, read_mapping
from longwatch.domain.renewing import read_lead_times
from web.configuration.words import span


def bare(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without what belongs to the setting itself."""
    return {name: value for name, value in data.items() if name not in ("name", "version")}


def mapping(data: Mapping[str, Any]) -> list[str]:
    """A mapping of columns."""
    read = read_mapping(bare(data))
    if read.plain:
        return ["Columns are fields by their own names.", *_constants(read.constants)]
    lines = [f"Each row is {_class(read.class_)}."]
    lines += [f"The column {read.key} tells a row from the others and knows it again."] if read.key else []
    lines += [f"{to} is {_chosen(chosen)}." for to, chosen in read.columns.items()]
    lines += [f"Other names of it stand in {', '.join(read.aliases)}."] if read.aliases else []
    return [*lines, *(_related(one) for one in read.relations), *_constants(read.constants)]


def _class(class_: Chosen | str | None) -> str:
    return _chosen(class_) if isinstance(class_, Chosen) else f"a {class_}"


def _chosen(chosen: Chosen) -> str:
    values = ", ".join(f"{said} means {meant}" for said, meant in chosen.values.items())
    rest = f"; for the rest {chosen.otherwise}" if chosen.otherwise is not None else ""
    return f"what {chosen.column} says{f' ({values})' if values else ''}{rest}"


def _related(one: Related) -> str:
    end = f"{one.class_} by its {one.by}" if one.class_ else f"item by its {one.by.replace('_', ' ')}"
    other = ", the other way round" if one.reverse else ""
    return f"{one.column} names the {end} that it is related to by {one.type}{other}."


def _constants(constants: Mapping[str, Any]) -> list[str]:
    return [f"{name} is always {value}." for name, value in constants.items()]


def scheduled(data: Mapping[str, Any]) -> list[str]:
    """An import by schedule."""
    read = read_import(str(data.get("name", "new")), bare(data))
    vanish = "What it does not name has vanished there" if read.complete else "What it does not name stays as it is"
    then = (
        "is taken at once, unless most of the source would vanish" if read.apply else "waits for somebody to apply it"
    )
    return [
        f"{KINDS[read.kind].title} at {read.url} is asked every {span(int(read.every.total_seconds()))}.",
        *([f"Its columns are read by the mapping {read.mapping}."] if read.mapping else []),
        f"{vanish}; what it says {then}.",
        *([read.about] if read.about else []),
        "A token that proves us to it is kept by the command line alone: `longwatch cmdb schedule ... --token-stdin`.",
    ]


def expiry(data: Mapping[str, Any]) -> list[str]:
    """Lead times of renewals."""
    days = read_lead_times(bare(data))
    return [
        *(f"A {class_}, or what is below it, asks {lead} days before its end." for class_, lead in days.items()),
        "A notice period counts before that. Other classes ask for nothing.",
    ]
