"""Which tickets may be linked in which way: judged by the kinds of both and by what this ticket knows of its links.

Families are flat: whatever has children is nobody's child, and a child has one parent; the same for duplicates and
their original. So no circle can come about, and each ticket can judge it by itself. Where both sides linked at the same
time and the two do not fit together, each declines what came from the other, and neither stands.
"""

from collections.abc import Iterable, Mapping

from longwatch.domain.case_links_state import Link
from longwatch.domain.case_state import Case

KINDS: Mapping[str, str] = {"INC": "incident", "PRB": "problem", "CHG": "change", "REQ": "request"}
"""Kinds of tickets by how their numbers begin."""

MOST_TOLD = 500
"""Links a ticket takes from others, beyond those its own people make: a major incident has many children."""

SINCE: Mapping[str, int] = {"incident": 2}
"""From which version of its rules a kind judges links. Tickets opened before keep the links they made."""

_ANY = tuple(KINDS.values())
_EACH = tuple((kind, kind) for kind in _ANY)
_CAUSES = (("incident", "problem"), ("incident", "change"), ("problem", "change"))
_SOLUTIONS = (*_CAUSES, ("request", "change"), ("request", "problem"))

_FITS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "duplicate_of": _EACH,
    "child_of": _EACH,
    "merged_into": _EACH,
    "caused_by": _CAUSES,
    "resolved_by": _SOLUTIONS,
}
"""Per relation the kinds it leads from and to; every other relation may lead anywhere."""

_FLAT: Mapping[str, str] = {"child_of": "parent_of", "duplicate_of": "has_duplicate"}
"""Relations to one single ticket, and what such a ticket may not be for others."""

_SAYS = {
    "child_of": "a child of",
    "parent_of": "the parent of",
    "duplicate_of": "a duplicate of",
    "has_duplicate": "the original of",
}


def kind_of(number: str) -> str:
    """The kind of the ticket with this number; empty for a number of no kind."""
    return KINDS.get(number.partition("-")[0], "")


LIFTS: Mapping[str, str] = {"awaiting_problem": "problem", "awaiting_change": "change"}
"""What kind of record a hold waits for, by its reason."""


def way_to(state: Case, ticket: str) -> str:
    """How a ticket is linked to a record that it waits for."""
    return "resolved_by" if (state.KIND, kind_of(ticket)) in _SOLUTIONS else "related"


def judges(state: Case) -> bool:
    """Whether the ticket runs under rules that judge links."""
    return state.rules >= SINCE.get(state.KIND, 1)


def unfit(state: Case, type_: str, ticket: str, inverse: Mapping[str, str]) -> str | None:
    """Why this relation to that ticket cannot stand beside what is known here; None when it can."""
    return _wrong_kinds(state.KIND, type_, kind_of(ticket), inverse) or _not_flat(state.links, type_, ticket)


def _wrong_kinds(own: str, type_: str, other: str, inverse: Mapping[str, str]) -> str | None:
    turned = type_ not in _FITS and inverse[type_] in _FITS
    name, pair = (inverse[type_], (other, own)) if turned else (type_, (own, other))
    fits = _FITS.get(name)
    if fits is None or pair in fits:
        return None
    words = f"be {_SAYS[name]}" if name in _SAYS else f"be {name.replace('_', ' ')}"
    able = "two of one kind" if fits is _EACH else ", ".join(f"{_a(one)} to {_a(another)}" for one, another in fits)
    return f"{_a(pair[0]).capitalize()} cannot {words} {_a(pair[1])}. What can be linked so: {able}."


def _a(kind: str) -> str:
    return f"an {kind}" if kind[:1] in "aeiou" else f"a {kind}"


def _not_flat(links: Iterable[Link], type_: str, ticket: str) -> str | None:
    for one_type, many_type in _FLAT.items():
        if type_ not in (one_type, many_type):
            continue
        for one in links:
            taken = one.type == one_type or (type_ == one_type and one.type == many_type)
            if taken and (one.type, one.ticket) != (type_, ticket):
                return f"It is {_SAYS[one.type]} {one.ticket} already. Unlink that first."
    return None
