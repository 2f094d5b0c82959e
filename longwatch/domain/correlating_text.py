"""How alike two titles are: by the words they share, numbers counting as one word, since they count disks and hosts."""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+|\d+")


@lru_cache(maxsize=2_000)
def words_of(title: str) -> frozenset[str]:
    """The words of a title in small letters; every number is the same word."""
    return frozenset("0" if word[0].isdigit() else word for word in _WORD.findall(title.casefold()))


def likeness(one: frozenset[str], other: frozenset[str]) -> int:
    """Percent of the words that both have (the coefficient of Dice and Sorensen); 0 where one has none."""
    total = len(one) + len(other)
    return 200 * len(one & other) // total if one and other else 0
