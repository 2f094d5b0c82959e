"""Imports that the engine starts: the tool is asked, what it says is laid out, and applied unless people look first.

Every import leaves a report: its delivery, or a delivery that was not taken, with the reason.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.cmdb_fetching import fetch
from activities.cmdb_import_settings import Import, ImportFault, import_in_force, mapping_named, token_of
from activities.cmdb_importing import Busy, Delivery, carry_out, lay_out, note_failure
from cmdb.reconcile import BadRun, preview
from integrations.cmdb_kinds import KINDS
from integrations.cmdb_mapping import MappingFault, TableMapping
from integrations.cmdb_parts import parts
from integrations.cmdb_record import Unreadable
from integrations.outbound import NotAllowed, Outbound, networks_of
from longwatch.domain.ticket import Actor
from longwatch.settings import Settings
from longwatch.store.database import Store
from longwatch.store.sealing import Unsealable

ACTOR = Actor("system:imports", "system")


class Importing:
    """Carries configured imports out."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._outbound = Outbound(networks_of(settings.outbound_networks))

    @activity.defn(name="import_source", no_thread_cancel_exception=True)
    def import_source(self, source: str) -> dict[str, Any]:
        """One import; tells its run and what became of the rows, nothing for one that is no longer configured.

        Raises ApplicationError where trying again would not help; what else goes wrong is tried again by the engine.
        """
        try:
            return self._imported(source, _beating())
        except (ImportFault, MappingFault, Unreadable, NotAllowed, Unsealable) as problem:
            raise ApplicationError(str(problem), type="Hopeless", non_retryable=True) from problem

    @activity.defn(name="import_failed", no_thread_cancel_exception=True)
    def import_failed(self, source: str, why: str) -> int:
        """The report of an import that could not be done."""
        return note_failure(self._store, source, ACTOR, why)

    def _imported(self, source: str, beat: Callable[[], None]) -> dict[str, Any]:
        with self._store.reading() as session:
            wanted = import_in_force(session, source)
            if wanted is None:
                return {}
            mapping = mapping_named(session, wanted.mapping)
            token = token_of(session, self._settings.secret_keys, source)
        with tempfile.TemporaryDirectory(prefix="longwatch-import-") as name:
            folder = Path(name)
            fetch(self._outbound, wanted.kind, wanted.url, token, folder)
            beat()
            return self._taken(wanted, mapping, folder, beat)

    def _taken(self, wanted: Import, mapping: TableMapping, folder: Path, beat: Callable[[], None]) -> dict[str, Any]:
        note = f"{KINDS[wanted.kind].title}, by schedule"
        delivery = Delivery(wanted.source, wanted.kind, parts(folder), mapping, wanted.complete, note)
        try:
            runs = lay_out(self._store, delivery, ACTOR, beat)
        except Busy:
            raise
        except BadRun as problem:
            raise ApplicationError(str(problem), type="Hopeless", non_retryable=True) from problem
        for run in runs if wanted.apply else ():
            try:
                carry_out(self._store, wanted.source, run, ACTOR, beat=beat)
            except Busy:
                raise
            except BadRun:  # most of it would vanish: it stays laid out for people
                activity.logger.warning("delivery %d of %s waits to be looked at", run, wanted.source)
        return self._told(runs)

    def _told(self, runs: list[int]) -> dict[str, Any]:
        with self._store.reading() as session:
            found = [preview(session, run, limit=1).run for run in runs]
            return {"runs": runs, "states": [run.state for run in found], "counts": [run.counts for run in found]}


def _beating() -> Callable[[], None]:
    """Signs of life for the engine; nothing where there is none."""
    return activity.heartbeat if activity.in_activity() else lambda: None
