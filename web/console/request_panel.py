"""A service request on its page: the catalogue item, the answers to its form, and what happens next."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain.catalogue_field import BOOLEAN, CI, INSTANT, PERSON, TEAM, TEXTS
from longwatch.domain.ticket import instant
from longwatch.messages import REQUEST
from longwatch.store.tickets import Found
from web.console.conversation import Reader
from web.console.names import names_of
from web.console.people import Names
from web.console.times import short

UNREAD = "The catalogue item is still being looked up."


@dataclass(frozen=True)
class Answered:
    """A question of the form and what was answered, a line each."""

    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class RequestPanel:
    """What is known of a request from the catalogue. `promise` is what the item's owner tells whoever asks."""

    item: str
    version: int | None
    category: str
    answers: Sequence[Answered]
    promise: str


def request_panel(session: Session, found: Found, reader: Reader) -> RequestPanel | None:
    """The panel of a request from the catalogue; none for one in free words, and for other tickets."""
    order = getattr(found.state, "order", None) if found.kind == REQUEST else None
    if order is None:
        return None
    terms: Mapping[str, Any] | None = order.terms
    if terms is None:
        return RequestPanel(order.item, order.version, "", (), UNREAD)
    fields = [field for field in terms["form"] if order.answers.get(field["id"]) is not None]
    given = {field["id"]: order.answers[field["id"]] for field in fields}
    names = names_of(
        session,
        [given[field["id"]] for field in fields if field["type"] == PERSON],
        [given[field["id"]] for field in fields if field["type"] == CI],
    )
    answers = [Answered(field["label"], _lines(field, given[field["id"]], reader, names)) for field in fields]
    under_way = not found.state.resolved_at and not found.state.rejected_at and not found.state.cancelled_at
    promise = terms["texts"]["submitted"] if under_way else ""
    return RequestPanel(terms["title"], terms["version"], terms["category"], answers, promise)


def _lines(field: Mapping[str, Any], value: Any, reader: Reader, names: Names) -> tuple[str, ...]:
    """An answer in words: names of who and what it means, labels of what was chosen."""
    if field["type"] in TEXTS:
        return tuple(reader.text(value).split("\n"))
    if field["type"] in _MEANS:
        return (_MEANS[field["type"]](value, reader, names),)
    labels = {option["value"]: option["label"] for option in field["options"]}
    chosen = value if isinstance(value, list) else [value]
    return tuple(str(labels.get(one, one)) for one in chosen)


def _person(value: str, _: Reader, names: Names) -> str:
    face = names.face(value)
    return face.name if face else value


_MEANS: Mapping[str, Callable[[Any, Reader, Names], str]] = {
    PERSON: _person,
    TEAM: lambda value, _, names: names.team(value),
    CI: lambda value, _, names: names.ci(value),
    INSTANT: lambda value, reader, _: short(instant(value), reader.who.zone),
    BOOLEAN: lambda value, *_: "Yes" if value else "No",
}
