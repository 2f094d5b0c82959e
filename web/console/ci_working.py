"""Imports that take longer than a person waits: they go on beside the pages, which show how far they are.

Whatever becomes of this process, nothing is left half-written: a delivery that was cut short is applied again.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 2.0
"""Seconds that a page waits for the work to be done, before it shows how far it is instead."""

_beside = ThreadPoolExecutor(2, "imports")
log = logging.getLogger(__name__)


def begun(work: Callable[[], T], patience: float = PATIENCE) -> T | None:
    """What the work returns, or None when it goes on beside. Raises whatever it raised meanwhile."""
    job = _beside.submit(work)
    if wait([job], timeout=patience).done:
        return job.result()
    job.add_done_callback(_told)
    return None


def _told(job: "Future[T]") -> None:
    """What went wrong after nobody waited any more stands in the log, and (for what was refused) in the delivery."""
    problem = job.exception()
    if problem is not None:
        log.error("an import did not end well: %s", problem, exc_info=problem)
