"""Carries out what the database promises: splits calls, wakes tickets, hands over messages, exports histories.

Everything here may be done twice without harm: commands are settled once by their rows, workflows start once by their
ids, messages by theirs. So a crash anywhere only means that it is done again.
"""

import asyncio
import gzip
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.amazon import Amazon
from activities.calendar_news import notice_zones, tell_next
from activities.intake import Intake
from activities.watching import Watching
from longwatch.messages import ALERT_GROUP, TASK_QUEUE, WAKE, WORKFLOWS, Deliver, Start
from longwatch.store import outbox
from longwatch.store.database import Store
from longwatch.store.outbox import Wake

T = TypeVar("T")
log = logging.getLogger(__name__)

IDLE, BUSY = 0.05, 0.0
"""Seconds between two looks at the database."""
SLOWLY = 5.0
"""Seconds between two looks at what is not urgent: exports, overdue alarms."""
REMINDS = 60.0
"""Seconds between two wakings of a ticket for the same overdue alarm: one that cannot be decided stays overdue."""
HOLDS = 1.0
"""Seconds between two grips at the lease."""
LEASE = timedelta(seconds=4)
"""How long a killed relay keeps the next one waiting."""
SLICES = 4
"""Slices of calls split in one look: what they were about is woken before more of them are."""
TOGETHER = 16
"""Calls to the engine in flight at once."""
PAUSE_WHEN_AWAY = 1.0


class Relay:
    """The one relay that works at a time; others stand by."""

    def __init__(self, store: Store, client: Client, renew_every: int = 0) -> None:
        self._store = store
        self._client = client
        self._intake = Intake(store)
        self._amazon = Amazon(store)
        self._watching = Watching(store)
        self._errand: asyncio.Task[None] | None = None
        self._renew_every = renew_every
        self._name = str(uuid.uuid4())
        self._gate = asyncio.Semaphore(TOGETHER)
        self._leading = self._zones_noticed = False
        self._slow_at = self._hold_at = 0.0
        self._reminded: dict[str, float] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        """Works until told to stop. Trouble of database or engine is logged and waited out, never fatal."""
        while not stopping.is_set():
            try:
                busy = await self.once()
                pause = BUSY if busy else IDLE
            except (RPCError, RuntimeError, SQLAlchemyError, OSError) as problem:
                log.warning("relay waits: %s: %s", type(problem).__name__, problem)
                pause = PAUSE_WHEN_AWAY
            await _rest(stopping, pause)
        await self._leave()

    async def _leave(self) -> None:
        """Lets the next relay begin at once; errands are left where they are, and done again by it."""
        if self._errand is not None:
            self._errand.cancel()
        try:
            await asyncio.to_thread(outbox.leave_lease, self._store, "relay", self._name)
        except SQLAlchemyError as problem:
            log.warning("the relay's lease runs out by itself: %s", type(problem).__name__)

    async def once(self) -> bool:
        """One look at everything; tells whether something could be done."""
        now = asyncio.get_running_loop().time()
        if now >= self._hold_at:
            self._hold_at = now + HOLDS
            self._leading = await asyncio.to_thread(outbox.hold_lease, self._store, "relay", self._name, LEASE)
        if not self._leading:
            return False
        slow = now >= self._slow_at
        due = await asyncio.to_thread(outbox.due, self._store)
        if due.calls:
            await self._split()
        moved = await self._wake(due.wakes) + await self._deliver(due.deliveries)
        if slow:
            self._slow_at = now + SLOWLY
            await self._remind(await asyncio.to_thread(outbox.overdue, self._store), now)
            await self._export()
            await self._tell_of_calendars()
            await asyncio.to_thread(self._watching.look)
            self._begin_errands()
        return due.calls or moved > 0

    def _begin_errands(self) -> None:
        """Other hosts are asked beside the relay's own work: a slow one holds nothing up."""
        if self._errand is None or self._errand.done():
            self._errand = asyncio.create_task(self._run_errands())

    async def _run_errands(self) -> None:
        try:
            await asyncio.to_thread(self._amazon.run)
        except SQLAlchemyError as problem:
            log.warning("errands must wait: %s", type(problem).__name__)

    async def _tell_of_calendars(self) -> None:
        """Open tickets hear of edited calendars and, once a start, of new zone tables."""
        if not self._zones_noticed:
            await asyncio.to_thread(notice_zones, self._store)
            self._zones_noticed = True
        await asyncio.to_thread(tell_next, self._store)

    async def _split(self) -> None:
        for _ in range(SLICES):
            if not await asyncio.to_thread(self._intake.split_next):
                return

    async def begin(self, wakes: list[Wake]) -> int:
        """Starts or wakes these tickets now, whatever waits for them; returns how many it reached."""
        return len(await self._each(wakes, self._start))

    async def _wake(self, wakes: list[Wake]) -> int:
        done = await self._each(wakes, self._start)
        if done:
            await asyncio.to_thread(outbox.woken, self._store, done)
        return len(done)

    async def _remind(self, late: list[Wake], now: float) -> None:
        """Wakes tickets whose alarm is overdue, or begins them again, each once in a while."""
        self._reminded = {ticket: at for ticket, at in self._reminded.items() if now - at < REMINDS}
        done = await self._each([wake for wake in late if wake.ticket not in self._reminded], self._start)
        self._reminded |= {wake.ticket: now for wake in done}

    async def _start(self, wake: Wake) -> Wake:
        """Starts a ticket's workflow or wakes the running one.

        A workflow that failed or was terminated may start again: it rebuilds itself from the journal. One that
        completed was sealed and may not.
        """
        group = wake.kind == ALERT_GROUP
        reuse = WorkflowIDReusePolicy.ALLOW_DUPLICATE if group else WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
        try:
            await self._client.start_workflow(
                WORKFLOWS[wake.kind],
                Start(wake.ticket, renew_every=self._renew_every),
                id=wake.ticket,
                task_queue=TASK_QUEUE,
                id_reuse_policy=reuse,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=WAKE,
                rpc_timeout=timedelta(seconds=10),
            )
        except WorkflowAlreadyStartedError:
            await asyncio.to_thread(outbox.continue_sealed, self._store, wake.ticket)
        return wake

    async def _deliver(self, deliveries: list[Deliver]) -> int:
        done = await self._each(deliveries, self._hand_over)
        if done:
            await asyncio.to_thread(outbox.relayed, self._store, [deliver.delivery for deliver in done])
        return len(done)

    async def _hand_over(self, deliver: Deliver) -> Deliver:
        try:
            await self._client.start_workflow(
                "Delivery",
                deliver,
                id=f"delivery:{deliver.delivery}",
                task_queue=TASK_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                rpc_timeout=timedelta(seconds=10),
            )
        except WorkflowAlreadyStartedError:
            log.info("delivery %s was handed over before", deliver.delivery)
        return deliver

    async def _export(self) -> None:
        for ticket, run in await asyncio.to_thread(outbox.due_exports, self._store):
            handle = self._client.get_workflow_handle(ticket, run_id=run)
            history = await _closed_history(handle)
            if history != b"":
                await asyncio.to_thread(outbox.exported, self._store, ticket, run, history)

    async def _each(self, items: Sequence[T], work: Callable[[T], Awaitable[T]]) -> list[T]:
        """Does the work for all, some at a time; returns those it succeeded for. The others come up again."""

        async def one(item: T) -> T:
            async with self._gate:
                return await work(item)

        results = await asyncio.gather(*(one(item) for item in items), return_exceptions=True)
        failed = [result for result in results if isinstance(result, BaseException)]
        if failed:
            log.warning(
                "relay: %d of %d must wait: %s: %s", len(failed), len(items), type(failed[0]).__name__, failed[0]
            )
        return [result for result in results if not isinstance(result, BaseException)]


async def _closed_history(handle: "WorkflowHandle[object, object]") -> bytes | None:
    """The gzipped JSON of a closed run; empty while it still runs, None when the engine has forgotten it."""
    try:
        description = await handle.describe()
        if description.status == WorkflowExecutionStatus.RUNNING:
            return b""
        history = await handle.fetch_history()
    except RPCError as problem:
        if problem.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            return None  # forgotten, or never the engine's: asking again would hold up all others
        raise
    return gzip.compress(history.to_json().encode())


async def _rest(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
