"""Finds the item that people mean when they only write its name: one item, or none at all.

Words that may be names of machines (they hold a digit, a dot, a dash or a colon) are looked up among the other names of
items. What names two items names none: a wrong item sends a ticket to the wrong team.
"""

import re
from collections.abc import Iterable

from sqlalchemy.orm import Session

from cmdb.answers import standing_for
from cmdb.naming import meant

MOST_WORDS = 200
"""Words of a text that are looked up; a pasted log is not read to its end."""
LONGEST = 20_000
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{2,199}")
_TELLING = re.compile(r"[0-9.:-]")


def ci_named(session: Session, texts: Iterable[str | None]) -> str | None:
    """The only item in use that these texts name."""
    words = dict.fromkeys(word for text in texts if text for word in _words(text[:LONGEST]))
    if not words:
        return None
    named = sorted(set(meant(session, list(words)[:MOST_WORDS]).values()))
    found = {item.id for ci in named if (item := standing_for(session, ci)) is not None and item.ended_at is None}
    return found.pop() if len(found) == 1 else None


def _words(text: str) -> Iterable[str]:
    for match in _WORD.finditer(text):
        word = match.group().rstrip(".:-").lower()
        if _TELLING.search(word):
            yield word
            host = word.partition(":")[0]
            if host != word and "." in host:
                yield host  # a name with its port
