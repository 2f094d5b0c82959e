"""What a tool answers when it is asked what is not well: the alerts it tells by itself, and what is said of them.

An answer that lacks a part, of a tool that has just started or cannot see all of its peers, is not complete: what it
does not name may be there all the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from integrations import strict_json
from integrations.alert import About, Alert, NotEnvelope


class Unanswered(Exception):  # noqa: N818 - an answer, not an accident
    """What came is no answer of this tool; the text says why."""


@dataclass(frozen=True)
class Named:
    """A condition that is not well there. `tells`: the tool would tell us of it as it stands now.

    `about`, `author`, `note`: what is said of it besides, by whom; empty where nothing is.
    """

    alert: Alert
    tells: bool
    about: About = "note"
    author: str = ""
    note: str = ""

    def remark(self) -> Alert:
        """What is said of it, as the tool would have told it."""
        return replace(self.alert, about=self.about, author=self.author, text=self.note)


@dataclass(frozen=True)
class Answer:
    """All that was named. `reason`: why it is not complete; empty where it is."""

    named: tuple[Named, ...]
    reason: str = ""

    @property
    def complete(self) -> bool:
        """Whether what it does not name is well there."""
        return not self.reason


@dataclass(frozen=True)
class Asking:
    """How a tool is asked: targets by name below its address, and how their bodies are read.

    `read` is given the bodies by name, the present time, and the seconds for which a tool that has just started is not
    believed. Raises Unanswered.
    """

    label: str
    hint: str
    scope: str
    targets: Callable[[str], Mapping[str, str]]
    read: Callable[[Mapping[str, bytes], datetime, int], Answer]


def parsed(raw: bytes, what: str) -> Any:
    """The JSON of one body. Raises Unanswered."""
    try:
        return strict_json.read(raw)
    except NotEnvelope as problem:
        raise Unanswered(f"{what} was not answered as expected: {problem.reason}") from None
