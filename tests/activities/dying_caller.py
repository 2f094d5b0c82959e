"""A worker that dies by its own hand after its call was answered and before it notes so. For crash tests alone."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from activities.webhooks import Calling
from longwatch.messages import Deliver
from longwatch.settings import read
from longwatch.store.database import Store, open_engine


class DyingStore(Store):
    """Everything is written, and the end comes before the commit."""

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
            session.flush()
            os.kill(os.getpid(), signal.SIGKILL)


settings = read()
Calling(DyingStore(open_engine(settings.database_url)), settings).call_hook(Deliver(sys.argv[1]))
