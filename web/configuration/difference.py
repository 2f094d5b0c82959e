"""What an edit changes: two versions of a setting line by line, with what is alike folded away."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 2
"""Lines shown before and after a change."""


@dataclass(frozen=True)
class DiffLine:
    """A line: `same`, `gone`, `new`, or `fold` where lines alike are left out."""

    kind: str
    text: str

    @property
    def mark(self) -> str:
        """The sign before it: colours alone tell nothing."""
        return {"gone": "-", "new": "+", "fold": "..."}.get(self.kind, "")


def difference(before: str, after: str) -> list[DiffLine]:
    """The lines that differ, and some around them; empty when nothing does."""
    old, new = before.splitlines(), after.splitlines()
    found: list[DiffLine] = []
    for tag, i, j, m, n in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += _folded(old[i:j], first=i == 0, last=j == len(old))
        else:
            found += [DiffLine("gone", line) for line in old[i:j]]
            found += [DiffLine("new", line) for line in new[m:n]]
    return found if any(line.kind in ("gone", "new") for line in found) else []


def _folded(lines: Sequence[str], *, first: bool, last: bool) -> list[DiffLine]:
    head = [] if first else lines[:AROUND]
    tail = [] if last else lines[len(head) :][-AROUND:]
    left_out = len(lines) - len(head) - len(tail)
    fold = [DiffLine("fold", f"{left_out} lines alike")] if left_out else []
    return [*(DiffLine("same", line) for line in head), *fold, *(DiffLine("same", line) for line in tail)]
