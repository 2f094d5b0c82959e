"""The CMDB on both databases: on the desk as it stands, then on a PostgreSQL that lives for this measure."""

import asyncio

from longwatch.bench import measure_cmdb
from longwatch.bench.desk import Desk
from longwatch.bench.postgres import PostgresServer, programs
from longwatch.bench.report import say
from longwatch.bench.sizes import Sizes


async def measure(desk: Desk, sizes: Sizes) -> dict[str, float]:
    """The same figures of both; of SQLite alone where PostgreSQL is not installed."""
    values = await measure_cmdb.measure(desk, sizes)
    found = programs()
    if found is None:
        say("PostgreSQL is not installed here: the CMDB is measured on SQLite alone.")
        return values
    server = PostgresServer(found)
    try:
        other = Desk(desk.settings.data / "postgres", await asyncio.to_thread(server.start))
        return values | await _on(other, sizes)
    finally:
        server.stop()


async def _on(desk: Desk, sizes: Sizes) -> dict[str, float]:
    try:
        await asyncio.to_thread(desk.set_up)
        await desk.start_web()
        values = await measure_cmdb.measure(desk, sizes)
    finally:
        desk.stop()
    return {key.replace("cmdb.", "cmdb.postgres."): value for key, value in values.items()}
