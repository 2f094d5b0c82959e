"""The figures of a run as a plain table and as JSON."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from longwatch.bench.rows import GROUPS, Row

Values = Mapping[str, float]


def say(text: str) -> None:
    """Progress goes to the error stream: the table stands alone on the other."""
    print(text, file=sys.stderr, flush=True)


def table(values: Values, groups: Iterable[str]) -> str:
    """The rows of the groups: figure, ratio to the bare limit, goal, and whether it was met."""
    lines: list[tuple[str, ...]] = [("", "figure", "", "x bare", "goal", "")]
    for name in groups:
        lines += [_cells(row, values) for row in GROUPS[name]]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join(_line(cells, widths) for cells in lines)


def data(values: Values, groups: Iterable[str]) -> dict[str, Any]:
    """The same by key, for programs."""
    rows = [row for name in groups for row in GROUPS[name]]
    return {row.key: _told(row, values) for row in rows if row.key in values}


def missed(values: Values, groups: Iterable[str]) -> Iterator[str]:
    """The labels of the rows whose goal was not met."""
    for name in groups:
        for row in GROUPS[name]:
            if _met(row, values) is False:
                yield row.label


def ratio(row: Row, values: Values) -> float | None:
    """The figure over the bare limit, where both were taken."""
    if row.key not in values or not values.get(row.bare):
        return None
    return values[row.key] / values[row.bare]


def _met(row: Row, values: Values) -> bool | None:
    """None when there is no goal, or nothing to judge it by."""
    judged = None if row.goal is None else ratio(row, values) if row.goal.of_bare else values.get(row.key)
    return None if judged is None or row.goal is None else row.goal.reached(judged)


def _cells(row: Row, values: Values) -> tuple[str, ...]:
    value, share, met = values.get(row.key), ratio(row, values), _met(row, values)
    return (
        row.label,
        "not measured" if value is None else _number(value),
        row.unit,
        "" if share is None else f"{share:.2f}",
        "" if row.goal is None else str(row.goal),
        "" if met is None else "met" if met else "NOT MET",
    )


def _told(row: Row, values: Values) -> dict[str, Any]:
    told: dict[str, Any] = {"label": row.label, "value": values[row.key], "unit": row.unit}
    share, met = ratio(row, values), _met(row, values)
    told |= {} if share is None else {"ratio_to_bare": share}
    return told | ({} if met is None else {"goal": str(row.goal), "met": met})


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"  # noqa: PLR2004 - three figures are enough


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    label, figure, unit, *rest = cells
    padded = [cell.ljust(width) for cell, width in zip(rest, widths[3:], strict=True)]
    padded[0] = rest[0].rjust(widths[3])
    return "  ".join([label.ljust(widths[0]), figure.rjust(widths[1]), unit.ljust(widths[2]), *padded]).rstrip()
