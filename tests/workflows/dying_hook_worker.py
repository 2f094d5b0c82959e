"""A worker that dies by its own hand after a tool answered its call, before it notes so. For crash tests alone."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from activities.webhooks import Calling
from longwatch.settings import Settings, read
from longwatch.store.database import Store
from workflows import worker


class DyingStore(Store):
    """Everything is written, and the end comes before the commit."""

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
            session.flush()
            os.kill(os.getpid(), signal.SIGKILL)


class DyingCalling(Calling):
    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(DyingStore(store.engine), settings)


if __name__ == "__main__":
    worker.Calling = DyingCalling
    asyncio.run(worker.serve(read()))
