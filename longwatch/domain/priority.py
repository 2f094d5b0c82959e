"""Priority: impact x urgency, by a matrix that is data (ITIL 4: incident prioritisation).

Impact and urgency run from 1 (high) to 3 (low), priority from 1 (P1, critical) to 5 (P5, planning).
"""

from dataclasses import dataclass

SCALE = (1, 2, 3)
PRIORITIES = (1, 2, 3, 4, 5)
MIDDLE = 2

URGENCY_OF = {"critical": 1, "error": 2, "warning": 3, "info": 3}
"""How urgent an alert's severity makes an incident whose urgency nobody stated."""

USERS = ((1_000, 1), (100, 2), (1, 3))
"""The impact that so many people hit make, at least: a thousand and more 1, a hundred and more 2, anybody 3."""

SEVERITIES = ("critical", "error", "warning", "info")
"""An alert's severities, the gravest first."""


@dataclass(frozen=True)
class Matrix:
    """The priority of each pair; rows are impact, columns urgency, both from 1 to 3. Version 0 is the built-in one."""

    version: int = 0
    cells: tuple[tuple[int, int, int], ...] = ((1, 2, 3), (2, 3, 4), (3, 4, 5))

    def priority(self, impact: int, urgency: int) -> int:
        """The priority that impact and urgency make, 1 to 5."""
        return self.cells[impact - 1][urgency - 1]


def read_matrix(version: int, cells: list[list[int]]) -> Matrix:
    """The matrix an answer holds. Raises ValueError unless it is 3 x 3 of priorities 1 to 5."""
    rows = tuple((row[0], row[1], row[2]) for row in cells if len(row) == len(SCALE))
    if len(rows) != len(SCALE) or len(cells) != len(SCALE):
        raise ValueError("a priority matrix has three rows of three")
    if any(cell not in PRIORITIES for row in rows for cell in row):
        raise ValueError("a priority is a number from 1 to 5")
    return Matrix(version, rows)


def judge_impact(stated: int | None, criticality: int | None, users: int | None = None) -> int:
    """The impact: the highest of what was stated, of the configuration item's criticality, and of the people hit.

    2 when none of them is known; no number of people is known where it is 0.
    """
    reach = next((impact for least, impact in USERS if (users or 0) >= least), None)
    known = [value for value in (stated, criticality, reach) if value is not None]
    return min(known, default=MIDDLE)


def judge_urgency(stated: int | None, severity: str | None) -> int:
    """The urgency: what was stated, else what the alert's severity says, else 2."""
    if stated is not None:
        return stated
    return MIDDLE if severity is None else URGENCY_OF.get(severity, MIDDLE)
