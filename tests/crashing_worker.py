"""A worker that dies by its own hand at a chosen instant of the journal's transaction. For crash tests alone."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session
from temporalio import activity

from activities.journal import Journal
from longwatch.domain.draft import Outcome
from longwatch.messages import Entry, Journalled
from longwatch.settings import read
from longwatch.store.database import Store
from longwatch.store.tables import Command
from workflows import worker

POINT, ACTION = sys.argv[1:3]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingStore(Store):
    """Dies after everything was written and before it is committed."""

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
            session.flush()
            die()


class CrashingJournal(Journal):
    @activity.defn(name="journal", no_thread_cancel_exception=True)
    def journal(self, entry: Entry) -> Journalled:
        if not any(self.settles_action(outcome) for outcome in entry.outcomes):
            return Journal.journal(self, entry)
        if POINT == "before_commit":
            self._store = DyingStore(self._store.engine)
        done = Journal.journal(self, entry)
        die()
        return done

    def settles_action(self, outcome: Outcome) -> bool:
        with self._store.reading() as session:
            return session.query(Command).filter_by(id=outcome.command).one().action == ACTION


worker.Journal = CrashingJournal
asyncio.run(worker.serve(read()))
