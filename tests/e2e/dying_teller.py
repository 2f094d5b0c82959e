"""A worker that dies by its own hand after a tool was told something, before it notes so. For crash tests alone."""

import asyncio
import os
import signal

from activities.back_calls import Telling
from longwatch.settings import read
from workflows import worker


class DyingTelling(Telling):
    def _end(self, *_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    worker.Telling = DyingTelling
    asyncio.run(worker.serve(read()))
