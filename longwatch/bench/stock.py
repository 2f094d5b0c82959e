"""A full desk: a few dozen tickets that lived by the real rules, and as many copies of them as are wanted.

A copy has its own number, ids and title, and its chain is hashed anew, so that every page and every proof of the
journal works on it as on any ticket. It has no workflow: only lists and pages are measured on it.
"""

import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine

from longwatch.bench.lives import Past
from longwatch.bench.stories import story
from longwatch.domain.draft import Draft
from longwatch.domain.ticket import GENESIS, body_digest, digest

LIVES = 48
"""Templates, half of them closed and half still open."""
CALM = timedelta(hours=6)
"""No alarm of the stock rings sooner, so that it stays as it is while it is measured."""
OPEN_SHARE = 5
"""One ticket in so many is open."""
TOGETHER = 500
TABLES = ("tickets", "processes", "journal", "commands", "bodies", "deliveries")
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Template:
    """A ticket's rows by table, with %(name)s where a copy has its own words."""

    names: tuple[str, ...]  # ids that a copy needs new ones for
    title: tuple[str, str]  # salt and text
    rows: dict[str, list[Row]]


def fill(engine: Engine, tickets: int) -> None:
    """Fills an SQLite desk with so many tickets, a fifth of them open. Nothing else may use it meanwhile."""
    now = datetime.now(UTC)
    dice = random.Random(20261122)  # noqa: S311 - the same desk every time
    done = [_lived(engine, dice, now, done=True) for _ in range(LIVES // 2)]
    going = [_lived(engine, dice, now, done=False) for _ in range(LIVES // 2)]
    engine.dispose()
    with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000"):  # a crash would only end the bench
            connection.execute(f"PRAGMA {pragma}")
        columns = {table: _columns(connection, table) for table in TABLES}
        lived = [[_template(connection, columns, one) for one in numbers] for numbers in (done, going)]
        (first,) = connection.execute("SELECT value FROM counters WHERE name = 'incident'").fetchone()
        copies = (
            _copy(dice.choice(lived[number % OPEN_SHARE == 0]), number, dice)
            for number in range(first + 1, tickets + 1)
        )
        connection.execute("BEGIN")
        connection.execute("DELETE FROM runs")  # the engine knows nothing of these lives
        _insert(connection, columns, copies)
        connection.execute("UPDATE counters SET value = ? WHERE name = 'incident'", (max(first, tickets),))
        connection.execute("COMMIT")


def _lived(engine: Engine, dice: random.Random, now: datetime, *, done: bool) -> str:
    """The number of a ticket that is closed by now, or open with nothing due for a while."""
    while True:
        began = timedelta(days=dice.randint(15, 200)) if done else timedelta(minutes=dice.randint(60, 4000))
        told = story(dice, done=done)
        lived = Past(engine, now - began).live(told.opening, told.steps, now)
        if _fits(lived, now, done=done):
            return lived.ticket


def _fits(lived: Draft, now: datetime, *, done: bool) -> bool:
    alarm = lived.rules.next_alarm(lived.state)
    return (lived.state.status == "closed") == done and (alarm is None or alarm.at > now + CALM)


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table, without the one that counts its rows."""
    found = connection.execute(f"PRAGMA table_info({table})")
    return [column[1] for column in found if column[1] != "row"]


def _template(connection: sqlite3.Connection, columns: dict[str, list[str]], number: str) -> Template:
    rows = {table: _rows(connection, table, columns[table], number) for table in TABLES}
    commands = [row[columns["commands"].index("id")] for row in rows["commands"]]
    bodies = [row[columns["bodies"].index("id")] for row in rows["bodies"]]
    title_id = rows["tickets"][0][columns["tickets"].index("title_body")]
    title = dict(zip(columns["bodies"], next(row for row in rows["bodies"] if title_id in row), strict=True))
    marks = {number: "number", title["sha256"]: "title_sha256", title["text"]: "title"}
    marks |= {identity: f"id{place}" for place, identity in enumerate([*commands, *bodies])}
    pattern = re.compile("|".join(re.escape(text) for text in marks))

    def marked(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return pattern.sub(lambda found: f"%({marks[found[0]]})s", value.replace("%", "%%"))

    made = {table: [tuple(marked(value) for value in row) for row in found] for table, found in rows.items()}
    names = tuple(name for name in marks.values() if name.startswith("id"))
    return Template(names, (title["salt"], title["text"]), made)


def _rows(connection: sqlite3.Connection, table: str, columns: list[str], number: str) -> list[Row]:
    key = {"tickets": "number", "processes": "id"}.get(table, "ticket")
    named = ", ".join(f'"{column}"' for column in columns)
    order = "seq" if table == "journal" else "rowid"
    query = f"SELECT {named} FROM {table} WHERE {key} = ? ORDER BY {order}"  # noqa: S608 - names of ours
    return [tuple(row) for row in connection.execute(query, (number,))]


def _copy(template: Template, count: int, dice: random.Random) -> dict[str, list[Row]]:
    salt, text = template.title
    title = f"{text}, desk {dice.randrange(2000)}"
    names = {name: f"{dice.getrandbits(128):032x}" for name in template.names}
    names |= {"number": f"INC-{count:06d}", "title": title, "title_sha256": body_digest(salt, title)}
    made = {table: [_filled(row, names) for row in rows] for table, rows in template.rows.items()}
    made["journal"] = list(_chained(made["journal"]))
    head = made["journal"][-1][-1]
    made["processes"] = [_with_head(row, head, template.rows["journal"][-1][-1]) for row in made["processes"]]
    return made


def _filled(row: Row, names: dict[str, str]) -> Row:
    return tuple(value % names if isinstance(value, str) else value for value in row)


def _chained(lines: list[Row]) -> Iterator[Row]:
    """Lines (ticket, seq, text, prev, hash) hashed anew."""
    prev = GENESIS
    for ticket, seq, text, _, _ in lines:
        after = digest(prev, text)
        yield ticket, seq, text, prev, after
        prev = after


def _with_head(row: Row, head: str, old: str) -> Row:
    return tuple(head if value == old else value for value in row)


def _insert(
    connection: sqlite3.Connection, columns: dict[str, list[str]], copies: Iterator[dict[str, list[Row]]]
) -> None:
    while batch := list(islice(copies, TOGETHER)):
        for table in TABLES:
            named = ", ".join(f'"{column}"' for column in columns[table])
            places = ", ".join("?" * len(columns[table]))
            rows = [row for copy in batch for row in copy[table]]
            if rows:
                connection.executemany(f"INSERT INTO {table} ({named}) VALUES ({places})", rows)  # noqa: S608 - names of ours
