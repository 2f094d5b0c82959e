"""How Alembic reaches our tables; run by longwatch.store.migrate with a connection, never by hand."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from longwatch.store.database import Instant
from longwatch.store.every_table import METADATA


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Names our own column type in generated scripts, with its import."""
    if kind == "type" and isinstance(item, Instant):
        autogen.imports.add("from longwatch.store.database import Instant")
        return "Instant()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
