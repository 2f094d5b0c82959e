"""How much of everything a run measures."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Sizes:
    """Numbers of tickets and calls; every figure comes from so many of them."""

    tickets: int = 100_000  # on the desk when it is measured
    open_tickets: int = 10_000  # with a workflow each, while memory is taken; their timers fall due together
    rounds: int = 3  # the bare engine and ours take turns so often; the median counts
    starts: int = 200
    updates: int = 100
    openings: int = 120
    commands: int = 60
    alert_calls: int = 400
    storm_alerts: int = 20_000  # from one source, in calls of twenty
    storm_groups: int = 200  # that they belong to, with an incident each
    pages: int = 150
    items: int = 10_000  # configuration items, with four relations each


QUICK = Sizes(
    tickets=300,
    open_tickets=40,
    rounds=1,
    starts=16,
    updates=16,
    openings=16,
    commands=10,
    alert_calls=16,
    storm_alerts=400,
    storm_groups=8,
    pages=16,
    items=300,
)
"""Shows that everything works; its figures say little."""


def chosen(*, quick: bool, tickets: int | None, open_tickets: int | None, rounds: int | None) -> Sizes:
    """The sizes of a run, with what was asked for by name."""
    given = {"tickets": tickets, "open_tickets": open_tickets, "rounds": rounds}
    return replace(QUICK if quick else Sizes(), **{name: value for name, value in given.items() if value is not None})
