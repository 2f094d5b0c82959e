"""What is voted on, as people read it: everything its hash covers, and how it differs from what somebody saw before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from longwatch.domain.ticket import Json, instant
from web.console.conversation import Reader
from web.console.times import short
from web.console.words import readable

Content = Mapping[str, Json]

PLAIN = ("title", "description", "expected_result", "ci", "service", "category")
"""What is shown of a ticket whose rules do not say what is voted on."""

CIS = ("ci", "cis", "affected")


@dataclass(frozen=True)
class Part:
    """One entry of what is voted on: its name and its words, line by line."""

    name: str
    label: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole entry."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Piece:
    """A stretch of a text that stayed, came or went."""

    kind: Literal["same", "new", "gone"]
    text: str


@dataclass(frozen=True)
class Changed:
    """An entry that says something else than before."""

    label: str
    pieces: tuple[Piece, ...]


def content_of_ticket(rules: Any, state: Any) -> Content:
    """What the votes are about, as its hash covers it."""
    voted_on = getattr(rules, "voted_on", None)
    if voted_on is not None:
        content: Content = voted_on(state)
        return content
    return {name: getattr(state, name, None) for name in PLAIN}


def parts_of(content: Content, reader: Reader) -> list[Part]:
    """The entries that say something, in the order of the content."""
    read = ((name, tuple(_lines(name, value, reader))) for name, value in content.items())
    return [Part(name, _label(name), lines) for name, lines in read if lines]


def _label(name: str) -> str:
    return {"ci": "Configuration item", "cis": "Configuration items"}.get(name) or readable(name)


def _lines(name: str, value: Json, reader: Reader) -> list[str]:
    """A value in words, a line each for the members of a list and the entries of a mapping."""
    if value is None or value in ("", []):
        return []
    if isinstance(value, Mapping):
        return _entries(value, reader)
    if isinstance(value, list | tuple):
        return [_joined(name, one, reader) for one in value]
    return [_said(name, value, reader)]


def _entries(value: Mapping[str, Json], reader: Reader) -> list[str]:
    if "body" in value and "sha256" in value:
        return reader.text(value).split("\n")
    found = ((key, _joined(key, one, reader)) for key, one in value.items())
    return [f"{_label(key)}: {said}" for key, said in found if said]


def _joined(name: str, value: Json, reader: Reader) -> str:
    return "; ".join(_lines(name, value, reader))


def _said(name: str, value: Json, reader: Reader) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if name in CIS:
        return reader.names.ci(text)
    if name == "team":
        return reader.names.team(text)
    if text.startswith(("user:", "team:", "role:")):
        face = reader.names.face(text)
        return face.name if face else text
    try:
        return short(instant(text), reader.who.zone)
    except ValueError:
        return text


def changes(before: Sequence[Part], now: Sequence[Part]) -> list[Changed]:
    """The entries that differ, word by word; those that came or went as a whole."""
    old, new = ({part.name: part for part in parts} for parts in (before, now))
    names = list(dict.fromkeys([*new, *old]))
    differ = [name for name in names if _text(old.get(name)) != _text(new.get(name))]
    return [Changed((new.get(name) or old[name]).label, _pieces(old.get(name), new.get(name))) for name in differ]


def _text(part: Part | None) -> str:
    return part.text if part is not None else ""


def _pieces(old: Part | None, new: Part | None) -> tuple[Piece, ...]:
    was, now = _words(_text(old)), _words(_text(new))
    found: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(was[a:b])))
            continue
        gone, came = "".join(was[a:b]), "".join(now[c:d])
        found += [Piece(how, text) for how, text in (("gone", gone), ("new", came)) if text]  # type: ignore[arg-type]
    return tuple(found)


def _words(text: str) -> list[str]:
    """Words with the blanks after them, so that together they are the text."""
    found, word = [], ""
    for character in text:
        if word and word[-1].isspace() and not character.isspace():
            found.append(word)
            word = ""
        word += character
    return [*found, word] if word else found
