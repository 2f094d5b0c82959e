"""Forms of the settings of the CMDB: mappings and schedules of imports, lead times of renewals."""

from collections.abc import Mapping
from typing import Any

from integrations.cmdb_kinds import KINDS
from integrations.cmdb_mapping import BY, DELIMITERS, ENCODINGS
from web.configuration.forms import Form, Group, Question

_VALUES = "A line each: what stands there = what is meant."
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SELECTS: Mapping[str, list[tuple[str, str]]] = {
    "fetched": [(kind.name, kind.title) for kind in KINDS.values() if kind.fetched],
    "encodings": [(name, name) for name in ENCODINGS],
    "delimiters": [(sign, _DELIMITERS[sign]) for sign in DELIMITERS],
}
"""Choices that stand fast."""


def _import_given(data: dict[str, Any]) -> dict[str, Any]:
    return {"complete": True, "apply": True, **data}


def _import_taken(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "complete": data.get("complete", False), "apply": data.get("apply", False)}


IMPORT = Form(
    (
        Question("kind", "Tool", control="select", options="fetched", required=True),
        Question("url", "Address", hint="https://netbox.example.net", required=True),
        Question("every", "Asked every", "span", hint="For example 30 min, 4 h, 2 d.", required=True),
        Question("complete", "What it does not name has vanished there", "flag", "select", options="flags"),
        Question("apply", "Taken at once, without a look", "flag", "select", options="flags"),
        Question("mapping", "Mapping, for tables", control="select", options="mappings"),
        Question("about", "About", "prose", "textarea"),
    ),
    (),
    _import_given,
    _import_taken,
)


def _expiry_given(data: dict[str, Any]) -> dict[str, Any]:
    return {"days": [{"class": class_, "lead": lead} for class_, lead in (data.get("days") or {}).items()]}


def _expiry_taken(data: dict[str, Any]) -> dict[str, Any]:
    return {"days": {str(one.get("class", "")): one.get("lead", "") for one in data.get("days", [])}}


EXPIRY = Form(
    (),
    (
        Group(
            "days",
            "class",
            (
                Question("class", "Class", control="select", options="classes", required=True),
                Question("lead", "Days before its end", "whole", required=True),
            ),
        ),
    ),
    _expiry_given,
    _expiry_taken,
)


def _mapping_given(data: dict[str, Any]) -> dict[str, Any]:
    class_, columns = data.get("class"), data.get("columns") or {}
    said = [({"to": one} if isinstance(one, str) else one) | {"column": name} for name, one in columns.items()]
    return {**data, "class": {"otherwise": class_} if isinstance(class_, str) else class_, "columns": said}


def _mapping_taken(data: dict[str, Any]) -> dict[str, Any]:
    class_ = dict(data.get("class") or {})
    plain = not {"column", "values"} & class_.keys()
    columns = {}
    for one in data.get("columns", []):
        rest = {name: value for name, value in one.items() if name != "column"}
        columns[str(one.get("column", ""))] = rest.get("to", "") if rest.keys() <= {"to"} else rest
    whole = {**data, "class": class_.get("otherwise") if plain else class_, "columns": columns}
    return {name: value for name, value in whole.items() if value not in (None, {}, [])}


_FIELD = "A field of items: name, owner_team, criticality, an attribute of the class ..."
MAPPING = Form(
    (
        Question("class.column", "Column that says the class", hint="Empty: every row is of the class below."),
        Question("class.values", "What it says, and which class that is", "pairs", "textarea", _VALUES),
        Question("class.otherwise", "Class of all others", control="select", options="classes"),
        Question("key", "Column that tells rows apart", hint="The number by which the source knows a row again."),
        Question("aliases", "Columns with other names", "list", "textarea", "A line each."),
        Question("constants", "Always", "pairs", "textarea", "A line each: environment = production."),
        Question("encoding", "Encoding of files", control="select", options="encodings"),
        Question("delimiter", "Sign between columns", control="select", options="delimiters"),
        Question("list", "Where the list stands, in JSON", hint="A path such as data.items."),
    ),
    (
        Group(
            "columns",
            "column",
            (
                Question("column", "Column", required=True),
                Question("to", "Field", hint=_FIELD, required=True),
                Question("values", "What it says, and what that means", "pairs", "textarea", _VALUES),
                Question("otherwise", "For all others"),
            ),
        ),
        Group(
            "relations",
            "relation",
            (
                Question("column", "Column that names the other end", required=True),
                Question("type", "Related by", control="select", options="relations", required=True),
                Question("to.by", "Named by", hint=f"{', '.join(BY)}, or an attribute of the class below."),
                Question("to.class", "Class of the other end", control="select", options="classes"),
                Question("reverse", "The other way round", "flag", "select", options="flags"),
            ),
        ),
    ),
    _mapping_given,
    _mapping_taken,
)
