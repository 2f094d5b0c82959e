"""The table of a run: every row, what it is set against, and the goal it should reach."""

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Goal:
    """A bound for a figure, or for its ratio to the bare one."""

    bound: float
    at_most: bool = False
    of_bare: bool = False

    def reached(self, value: float) -> bool:
        """Whether a figure, or ratio, keeps the bound."""
        return value <= self.bound if self.at_most else value >= self.bound

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        return f"{sign} {self.bound:g}{' x bare' if self.of_bare else ''}"


@dataclass(frozen=True)
class Row:
    """A line of the table. `bare` is the key of the limit it is set against."""

    key: str
    label: str
    unit: str
    bare: str = ""
    goal: Goal | None = None


PER_SECOND, MS, SECONDS, MB = "/s", "ms", "s", "MB"

BARE = (
    Row("bare.start.rate", "bare start_workflow, 8 callers", PER_SECOND),
    Row("bare.signal.rate", "bare signal-with-start, 8 callers", PER_SECOND),
    Row("bare.empty.p50", "bare update, empty handler, p50", MS),
    Row("bare.empty.rate", "bare update, empty handler, 8 callers", PER_SECOND),
    Row("bare.write.p50", "bare update writing a row, p50", MS),
    Row("bare.write.p95", "bare update writing a row, p95", MS),
    Row("bare.write.rate", "bare update writing a row, 8 callers", PER_SECOND),
    Row("bare.open.p50", "bare update-with-start writing a row, p50", MS),
    Row("bare.open.p95", "bare update-with-start writing a row, p95", MS),
    Row("bare.open.rate", "bare update-with-start writing a row, 8 callers", PER_SECOND),
    Row("bare.open.rate16", "bare update-with-start writing a row, 16 callers", PER_SECOND),
)
ALERTS = (
    Row("alerts.many.rate", "alerts accepted in calls of 20, 8 clients", PER_SECOND, goal=Goal(1000)),
    Row("alerts.many.p95", "a call of 20, p95", MS),
    Row("alerts.one.rate", "calls of one alert accepted, 8 clients", PER_SECOND, goal=Goal(200)),
    Row("alerts.one.p95", "a call of one, p95", MS),
    Row("alerts.done.rate", "alerts accepted, split and decided", PER_SECOND),
)
STORM = (
    Row("storm.accept.rate", "a storm from one source: alerts accepted in calls of 20, 8 clients", PER_SECOND),
    Row("storm.last", "its last group has its incident, after its first call", SECONDS),
    Row("storm.groups.rate", "its groups that have their incident", PER_SECOND, "bare.signal.rate"),
    Row("storm.done", "all of its alerts journalled, after its first call", SECONDS),
    Row("storm.lost", "its alerts that no journal accounts for", "", goal=Goal(0, at_most=True)),
    Row("storm.quiet.p50", "meanwhile an alert of a quiet source is an incident after, p50", SECONDS),
    Row("storm.quiet.last", "  the slowest of them", SECONDS, goal=Goal(5, at_most=True)),
    Row("storm.memory.worker", "  memory of the worker at its most", MB, goal=Goal(500, at_most=True)),
    Row("storm.memory.web", "  memory of the web at its most", MB, goal=Goal(500, at_most=True)),
)
OPENINGS = (
    Row(
        "openings.relay.rate",
        "openings applied, drained by the relay",
        PER_SECOND,
        "bare.open.rate16",
        Goal(0.8, of_bare=True),
    ),
    Row("openings.api.rate", "openings applied through the API, 8 clients", PER_SECOND, "bare.open.rate"),
    Row("openings.api8.p95", "an opening through the API, 8 clients, p95", MS),
    Row("openings.api.p50", "an opening through the API, p50", MS, "bare.open.p50"),
    Row("openings.api.p95", "an opening through the API, p95", MS, "bare.open.p95"),
)
COMMANDS = (
    Row(
        "commands.web.p50",
        "a command through the web, p50",
        MS,
        "bare.write.p50",
        Goal(1.5, at_most=True, of_bare=True),
    ),
    Row("commands.web.p95", "a command through the web, p95", MS, "bare.write.p95"),
    Row("commands.client.p50", "a command through the client alone, p50", MS, "bare.write.p50"),
    Row("commands.client.p95", "a command through the client alone, p95", MS, "bare.write.p95"),
    Row("commands.web8.rate", "commands through the web, 8 clients", PER_SECOND, "bare.write.rate"),
    Row("commands.web8.p95", "a command through the web, 8 clients, p95", MS),
)
PAGES = (
    Row("pages.queue1.p50", "queue page, p50", MS),
    Row("pages.queue1.p95", "queue page, p95", MS, goal=Goal(50, at_most=True)),
    Row("pages.queue8.p50", "queue page, 8 clients, p50", MS),
    Row("pages.queue8.p95", "queue page, 8 clients, p95", MS),
    Row("pages.ticket1.p50", "ticket page, p50", MS),
    Row("pages.ticket1.p95", "ticket page, p95", MS, goal=Goal(50, at_most=True)),
    Row("pages.ticket8.p50", "ticket page, 8 clients, p50", MS),
    Row("pages.ticket8.p95", "ticket page, 8 clients, p95", MS),
    Row("pages.list1.p50", "JSON list of 50, p50", MS),
    Row("pages.list1.p95", "JSON list of 50, p95", MS, goal=Goal(15, at_most=True)),
    Row("pages.list8.p50", "JSON list of 50, 8 clients, p50", MS),
    Row("pages.list8.p95", "JSON list of 50, 8 clients, p95", MS),
)
CMDB: tuple[Row, ...] = (
    Row("cmdb.import", "items and relations imported: laid out and applied", SECONDS, goal=Goal(60, at_most=True)),
    Row("cmdb.again", "the same again, which changes nothing", SECONDS, goal=Goal(60, at_most=True)),
    Row("cmdb.impact.p50", "impact of an item, p50", MS),
    Row("cmdb.impact.p95", "impact of an item, p95", MS, goal=Goal(100, at_most=True)),
    Row("cmdb.list.p95", "a list of 50 items as JSON, p95", MS, goal=Goal(50, at_most=True)),
    Row("cmdb.search.p95", "a search among the items as JSON, p95", MS, goal=Goal(50, at_most=True)),
)
CMDB += tuple(
    replace(row, key=row.key.replace("cmdb.", "cmdb.postgres."), label=f"on PostgreSQL: {row.label}") for row in CMDB
)
OPEN = (
    Row("open.opened.rate", "open tickets prepared (opened, taken, on hold)", PER_SECOND),
    Row("memory.all", "memory of all processes, tickets open", MB, goal=Goal(1000, at_most=True)),
    Row("memory.engine", "  of it the engine", MB),
    Row("memory.worker", "  of it the worker", MB),
    Row("memory.web", "  of it the web", MB),
    Row("timers.count", "timers due at one moment", ""),
    Row("timers.rate", "timers handled", PER_SECOND),
    Row("timers.first", "the first handled after", SECONDS),
    Row("timers.half", "half of them handled after", SECONDS),
    Row("timers.last", "the last handled after", SECONDS),
)
GROUPS: Mapping[str, tuple[Row, ...]] = {
    "bare": BARE,
    "pages": PAGES,
    "alerts": ALERTS,
    "storm": STORM,
    "openings": OPENINGS,
    "commands": COMMANDS,
    "open": OPEN,
    "cmdb": CMDB,
}
"""What can be measured by name."""
