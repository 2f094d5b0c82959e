"""Imports every module that defines tables: only then does the metadata know them all."""

from longwatch.store import (  # noqa: F401 - imported so that the metadata knows them
    tables,
    tables_alerts,
    tables_approvals,
    tables_back_channel,
    tables_cmdb,
    tables_configuration,
    tables_correlation,
    tables_heartbeats,
    tables_intake,
    tables_outcomes,
    tables_schedule,
    tables_tasks,
)
from longwatch.store.database import Base

METADATA = Base.metadata
