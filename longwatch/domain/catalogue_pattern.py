r"""Patterns for answers: a small part of regular expressions, of which each match is known to end soon.

Allowed are letters and signs, `.`, `\d \w \s`, classes `[...]`, groups with `|`, and repetitions `? * + {m} {m,n}` of
single signs; a group may only be made optional. Repetitions of groups, look-around and references are refused: they
are what makes a match take for ever. What is left takes at most the product of the ways its parts can stretch.
"""

import re

LONGEST_PATTERN = 200
LONGEST_TEXT = 200
"""Characters of an answer that a pattern judges."""

MOST_WAYS = 10_000_000
"""Ways of stretching: some tenths of a second at the very worst."""

_ATOM = re.compile(r"\\[dwsDWS]|\\[^A-Za-z0-9\s]|\[\^?\]?(?:\\[^\n]|[^\[\]\\\n])*\]|[^\\\[\](){}?*+|^$]")
_DOUBLED = ("--", "&&", "||", "~~")
"""Kept by Python for a meaning that classes do not have yet."""
_REPEAT = re.compile(r"[?*+]|\{(\d{1,3})(,(\d{0,3}))?\}")


class BadPattern(ValueError):  # noqa: N818 - named for who reads it
    """The pattern is not one of ours, or could take too long; the text says which."""


def checked(pattern: str) -> str:
    """The pattern, when it is allowed. Raises BadPattern with a sentence."""
    if not 0 < len(pattern) <= LONGEST_PATTERN:
        raise BadPattern(f"A pattern has 1 to {LONGEST_PATTERN} characters.")
    rest, ways = _alternatives(pattern, 0)
    if rest != len(pattern):
        raise BadPattern("A bracket is closed that was not opened.")
    if ways > MOST_WAYS:
        raise BadPattern("This could take too long: use fewer repetitions, or bound them with {m,n}.")
    try:
        if any(twice in pattern for twice in ("--", "||", "&&", "~~")):  # may come to mean operations on sets
            raise BadPattern("A pattern does not repeat -, |, & or ~.")
        re.compile(pattern)
    except re.error as error:
        raise BadPattern(f"This is no pattern: {error}.") from error
    return pattern


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text is as a checked pattern says."""
    return len(text) <= LONGEST_TEXT and re.fullmatch(pattern, text) is not None


def _alternatives(pattern: str, at: int) -> tuple[int, int]:
    """Where a group ends, and in how many ways its alternatives together can stretch."""
    total, ways = 0, 1
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            total, ways, at = total + ways, 1, at + 1
        else:
            at, more = _part(pattern, at)
            ways *= more
    return at, total + ways


def _part(pattern: str, at: int) -> tuple[int, int]:
    if pattern[at] == "(":
        return _group(pattern, at)
    atom = _ATOM.match(pattern, at)
    if atom is None or (atom[0].startswith("[") and any(sign in atom[0] for sign in _DOUBLED)):
        raise BadPattern(f"This sign is not for patterns here: {pattern[at : at + 2]!r}.")
    repeat = _REPEAT.match(pattern, atom.end())
    if repeat is None:
        return atom.end(), 1
    _no_more(pattern, repeat.end())
    return repeat.end(), _stretch(repeat)


def _group(pattern: str, at: int) -> tuple[int, int]:
    inside = at + 3 if pattern.startswith("(?:", at) else at + 1
    end, ways = _alternatives(pattern, inside)
    if end >= len(pattern):
        raise BadPattern("A bracket is opened and not closed.")
    end += 1
    if pattern[end : end + 1] == "?":
        _no_more(pattern, end + 1)
        return end + 1, ways + 1
    if _REPEAT.match(pattern, end):
        raise BadPattern("A group is not repeated here: such patterns can take for ever.")
    return end, ways


def _stretch(repeat: "re.Match[str]") -> int:
    """In how many lengths a repeated sign can stand."""
    if repeat[0] in "?*+":
        return {"?": 2, "*": LONGEST_TEXT + 1, "+": LONGEST_TEXT}[repeat[0]]
    least = int(repeat[1])
    most = least if repeat[2] is None else int(repeat[3]) if repeat[3] else LONGEST_TEXT
    return max(most - least, 0) + 1


def _no_more(pattern: str, at: int) -> None:
    if _REPEAT.match(pattern, at):
        raise BadPattern("A repetition is not repeated.")
