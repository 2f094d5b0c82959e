"""What is voted on, as people read it: everything its hash covers, and how it differs from what somebody saw before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from longwatch.domain.ticket import Json, instant
from web.console.approval_words import LABELS, Vocabulary
from web.console.conversation import Reader
from web.console.times import short, span
from web.console.words import readable

Content = Mapping[str, Json]

SECONDS = ("limit", "target", "deadline")


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


def parts_of(content: Content, reader: Reader, words: Vocabulary | None = None) -> list[Part]:
    """The entries that say something, in the order of the content; a bundle of texts or answers is an entry each."""
    told = _Told(reader, words or Vocabulary())
    entries = [pair for name, value in content.items() for pair in _unbundled(name, value)]
    read = ((name, tuple(told.lines(name, value))) for name, value in entries)
    return [Part(name, told.label(name), lines) for name, lines in read if lines]


def _unbundled(name: str, value: Json) -> list[tuple[str, Json]]:
    if isinstance(value, Mapping) and name == "answers":
        return [(f"answers.{key}", one) for key, one in value.items()]
    bundle = isinstance(value, Mapping) and value and all(_is_text(one) for one in value.values())
    return list(value.items()) if bundle else [(name, value)]


def _is_text(value: Json) -> bool:
    return isinstance(value, Mapping) and "body" in value and "sha256" in value


@dataclass(frozen=True)
class _Told:
    """Values in the words of the one who reads."""

    reader: Reader
    words: Vocabulary

    def label(self, name: str) -> str:
        return self.words.labels.get(name) or LABELS.get(name) or readable(name.removeprefix("answers."))

    def lines(self, name: str, value: Json) -> list[str]:
        """A value, a line each for the members of a list and the entries of a mapping."""
        if value is None or value in ("", []):
            return []
        if _is_text(value):
            return self.reader.text(value).split("\n")
        if isinstance(value, Mapping):
            return [line for key, one in value.items() for line in self._entry(key, one)]
        if isinstance(value, list | tuple):
            return [line for one in value for line in self._member(name, one)]
        return [self._said(name, value)]

    def _member(self, name: str, value: Json) -> list[str]:
        """A member of a list: a text keeps its lines, all else is one line."""
        return self.lines(name, value) if _is_text(value) or value is None else [self._joined(name, value)]

    def _entry(self, name: str, value: Json) -> list[str]:
        """An entry of a mapping: a line, or one for each of its members where these have entries themselves."""
        if isinstance(value, list | tuple) and any(isinstance(one, Mapping) for one in value):
            return [f"{count}. {self._joined(name, one)}" for count, one in enumerate(value, 1)]
        said = self._joined(name, value)
        return [f"{self.label(name)}: {said}"] if said else []

    def _joined(self, name: str, value: Json) -> str:
        """A value in one line; what has a title begins with it."""
        if not isinstance(value, Mapping) or _is_text(value) or not isinstance(value.get("title"), str):
            return "; ".join(self.lines(name, value))
        rest = self.lines(name, {key: one for key, one in value.items() if key not in ("title", "id")})
        return f"{value['title']} ({'; '.join(rest)})" if rest else str(value["title"])

    def _said(self, name: str, value: Json) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if name in SECONDS and isinstance(value, int):
            return span(value)
        text = str(value)
        return self.words.options.get((name, text)) or self._named(name, text) or self._date(text) or text

    def _named(self, name: str, text: str) -> str:
        """The name of the item, team or person that a text identifies; nothing for any other."""
        if name in self.words.items:
            return self.reader.names.ci(text)
        if name in self.words.teams:
            return self.reader.names.team(text)
        face = self.reader.names.face(text) if text.startswith(("user:", "team:", "role:")) else None
        return face.name if face else ""

    def _date(self, text: str) -> str:
        try:
            return short(instant(text), self.reader.who.zone)
        except ValueError:
            return ""


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
