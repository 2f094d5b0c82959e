"""Catalogue items for the tests of the catalogue: a whole one, and strategies that make others."""

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st

from longwatch.domain.catalogue import Item, read_item

T = TypeVar("T")
F = TypeVar("F", bound=Exception)
REF = {"body": "b-1", "sha256": "0" * 64}


def laptop(**changes: Any) -> dict[str, Any]:
    """The data of an item that has a field of every type."""
    return {
        "name": "new-laptop",
        "version": 3,
        "title": "New laptop",
        "description": "For those who begin, and for those whose machine is old.",
        "category": "Equipment",
        "icon": "laptop",
        "visible_to": {"roles": ["requester", "agent"], "teams": ["sales"]},
        "form": [
            {"id": "purpose", "label": "What for?", "type": "long_text", "required": True, "least": 5, "most": 2000},
            {"id": "tag", "label": "Old tag", "type": "text", "pattern": "LW-\\d{4}", "help": "It looks like LW-1234."},
            {"id": "kind", "label": "Which?", "type": "choice", "required": True, "options": ["light", "strong"]},
            {
                "id": "memory",
                "label": "Memory in GB",
                "type": "integer",
                "required": True,
                "least": 16,
                "most": 128,
                "shown_if": {"field": "kind", "equals": "strong"},
            },
            {"id": "cost", "label": "Cost", "type": "decimal", "required": True, "least": "0", "most": "9999.99"},
            {
                "id": "extras",
                "label": "Extras",
                "type": "multi_choice",
                "most": 2,
                "options": [{"value": "dock", "label": "Dock"}, "mouse", "bag"],
            },
            {"id": "abroad", "label": "Used abroad?", "type": "boolean"},
            {"id": "by", "label": "By when?", "type": "date", "least": "2026-01-01"},
            {"id": "handover", "label": "Handover", "type": "instant"},
            {"id": "for_whom", "label": "For whom?", "type": "person"},
            {"id": "team", "label": "Team", "type": "team"},
            {"id": "old", "label": "The old one", "type": "ci"},
        ],
        "approval": {"policy": "request-manager", "when": [{"field": "cost", "sign": "above", "value": "1000"}]},
        "tasks": [{"id": "order", "title": "Order it", "team": "service-desk", "limit": 86400}],
        "target": {"work": 144000, "calendar": "office"},
        "team": "service-desk",
        "texts": {"submitted": "We order it this week.", "fulfilled": "Please fetch it."},
        **changes,
    }


def attempt(call: Callable[[], T], fault: type[F]) -> tuple[T | None, F | None]:
    """What a call gives, or the fault it finds."""
    try:
        return call(), None
    except fault as found:
        return None, found


def item(**changes: Any) -> Item:
    """The item read."""
    return read_item(laptop(**changes))


def answers(**changes: Any) -> dict[str, Any]:
    """Good answers to its form."""
    return {
        "purpose": REF,
        "tag": REF,
        "kind": "strong",
        "memory": 32,
        "cost": "1500.00",
        "extras": ["bag", "dock"],
        "abroad": False,
        "by": "2026-12-01",
        "handover": "2026-12-01T09:00:00+01:00",
        "for_whom": "user:anna",
        "team": "sales",
        "old": "pc-7",
        **changes,
    }


WORDS = st.from_regex(r"[a-z][a-z0-9_-]{0,12}", fullmatch=True)
LINES = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, categories=("L", "N", "P")), min_size=1)


@st.composite
def fields(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Forms of up to six fields, some of which are shown for one answer of an earlier one."""
    made: list[dict[str, Any]] = []
    for name in draw(st.lists(WORDS, max_size=6, unique=True)):
        type_ = draw(st.sampled_from(["text", "long_text", "integer", "decimal", "boolean", "choice", "date", "ci"]))
        field: dict[str, Any] = {"id": name, "label": draw(LINES), "type": type_, "required": draw(st.booleans())}
        if type_ == "choice":
            field["options"] = draw(st.lists(LINES, min_size=1, max_size=4, unique=True))
        if type_ == "integer":
            field["least"] = draw(st.none() | st.integers(-100, 0))
        deciding = [one for one in made if one["type"] in ("boolean", "choice")]
        if deciding and draw(st.booleans()):
            other = draw(st.sampled_from(deciding))
            said = draw(st.sampled_from(other.get("options", [True, False])))
            field["shown_if"] = {"field": other["id"], "equals": said}
        made.append(field)
    return made


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
