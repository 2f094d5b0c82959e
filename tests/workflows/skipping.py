"""A desk on the engine whose time can be skipped: weeks pass in a moment, and acceptance follows the same clock."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.empty_pb2 import Empty
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from longwatch import messages
from longwatch.domain.catalogue import PREFIX as ANSWER
from longwatch.domain.ticket import stamp
from longwatch.messages import ALERT_GROUP, INCIDENT, kind_of
from longwatch.settings import Settings
from longwatch.store import configuration, states
from longwatch.store.acceptance import Request, accept, accept_opening
from longwatch.store.database import Store
from longwatch.store.tables import Command, JournalLine, Process
from longwatch.temporal import Bridge, data_converter
from tests.furnished import furnished
from web.action_kinds import opening, schemas_of
from workflows.proof import Proof, prove
from workflows.relay import LEASE, Relay
from workflows.worker import make_worker

T = TypeVar("T")
SERVER = Path(sys.executable).with_name("temporal-test-server")
PATIENCE = 20
"""Real seconds within which anything that is due is settled on a slow machine."""
BLINK = timedelta(milliseconds=50)


class SkippingDesk:
    """Engine, worker and relay in this process; `pass_time` moves its clock."""

    def __init__(self, env: WorkflowEnvironment, store: Store, settings: Settings, renew_every: int) -> None:
        self.env = env
        self.store = store
        self.settings = settings
        self.renew_every = renew_every
        self.relay = Relay(store, env.client, renew_every)
        self._stack = AsyncExitStack()

    async def start_worker(self) -> None:
        """The worker comes, or comes back."""
        self._stack = AsyncExitStack()
        await self._stack.enter_async_context(make_worker(self.env.client, self.store, self.settings))

    async def stop_worker(self) -> None:
        """The worker goes away; what falls due meanwhile waits for it."""
        await self._stack.aclose()

    async def now(self) -> datetime:
        return await self.env.get_current_time()

    async def write(self, work: Callable[[Session], T]) -> T:
        """One transaction, off the loop: the store's clock asks the engine through it."""
        return await asyncio.to_thread(self._write, work)

    def _write(self, work: Callable[[Session], T]) -> T:
        with self.store.writing() as session:
            return work(session)

    async def read(self, work: Callable[[Session], T]) -> T:
        return await asyncio.to_thread(self._read, work)

    def _read(self, work: Callable[[Session], T]) -> T:
        with self.store.reading() as session:
            return work(session)

    async def publish(self, kind: str, name: str, data: dict[str, Any]) -> None:
        """A new version of a policy, calendar, matrix or rule."""
        await self.write(lambda session: configuration.publish(self.store, session, kind, name, data))

    async def open(self, title: str = "Mail is down", **data: Any) -> str:
        """Accepts an opening as the web does, and has it decided unless told to wait."""
        number = await self.accept_opening(title, **data)
        await self.settle()
        return number

    async def accept_opening(self, title: str = "Mail is down", **data: Any) -> str:
        """Accepts the opening of an incident and lets it lie."""
        fields = {"requester": "user:requester", "impact": 2, "urgency": 2, "ci": "mail-1", **data}
        return await self.accept_opening_of(INCIDENT, "user:requester", title=title, **{"source": "portal", **fields})

    async def accept_opening_of(self, kind: str, actor: str, /, **data: Any) -> str:
        """Accepts the opening of a ticket of a kind and lets it lie. Fields that people write in words go as texts."""
        texts = opening(kind, staff=True).texts
        words = {name: data.pop(name) for name in list(data) if name in texts or name.startswith(ANSWER)}
        request = Request("", kind, "open", actor, {"source": "console", **data}, words)
        return await self.write(lambda session: accept_opening(self.store, session, kind, request).ticket)

    async def open_of(self, kind: str, actor: str, /, **data: Any) -> str:
        """Accepts the opening of a ticket of a kind and has it decided."""
        number = await self.accept_opening_of(kind, actor, **data)
        await self.settle()
        return number

    async def accept(self, ticket: str, action: str, /, actor: str = "user:agent", **data: Any) -> str:
        """Accepts a command and lets it lie. Fields that people write in words go as texts. Returns its id."""
        schema = schemas_of(ticket).get(action)
        texts = schema.texts if schema is not None else ()
        said = (name for name in data if name in texts or name.startswith(ANSWER))
        words = {name: data[name] for name in said if isinstance(data[name], str)}
        plain = {name: value for name, value in data.items() if name not in words}
        request = Request(ticket, kind_of(ticket), action, actor, plain, words)
        return await self.write(lambda session: accept(self.store, session, request).id)

    async def ask(self, ticket: str, action: str, /, actor: str = "user:agent", **data: Any) -> Command:
        """Accepts a command and has it decided."""
        identity = await self.accept(ticket, action, actor, **data)
        await self.settle()
        return await self.command(identity)

    async def command(self, identity: str) -> Command:
        return await self.read(lambda session: session.query(Command).filter_by(id=identity).one())

    async def alerts(self, group: str, *alerts: dict[str, Any], **settings: int) -> None:
        """Alerts of one source about the orders database arrive and are judged."""
        now = await self.now()
        data = {
            "group": group,
            "source": "prometheus",
            "key": "prometheus/ci/db-1",
            "ci": "db-1",
            "settings": settings,
            "alerts": [{**alert, "at": stamp(now)} for alert in alerts],
        }
        request = Request(group, ALERT_GROUP, "alerts", "source:prometheus", data)
        await self.write(lambda session: accept(self.store, session, request))
        await self.settle()

    async def decided(self, identity: str) -> Command:
        """Runs the relay until one command has its outcome, whatever else is due."""
        async with asyncio.timeout(PATIENCE):
            while (row := await self.command(identity)).outcome is None:
                await self.relay.once()
                await asyncio.sleep(0.01)
        return row

    async def settle(self) -> None:
        """Runs the relay until nothing waits and no workflow owes a deadline."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.relay.once()
                if not await self.read(self._waits):
                    return
                await asyncio.sleep(0.01)

    def _waits(self, session: Session) -> bool:
        undecided = session.scalar(select(func.count()).where(Command.outcome.is_(None)).select_from(Command))
        overdue = select(func.count()).where(Process.next_alarm_at <= self.store.now(session))
        return bool(undecided or session.scalar(overdue.where(Process.sealed_at.is_(None))))

    async def pass_time(self, span: timedelta) -> None:
        """Lets time pass from deadline to deadline, as it does for a desk that is awake."""
        goal = await self.now() + span
        await self.settle()
        while (now := await self.now()) < goal:
            due = await self.read(lambda session: session.scalar(select(func.min(Process.next_alarm_at))))
            until = goal if due is None else min(goal, due + BLINK)
            await self.env.sleep(max(until - now, BLINK))
            await self.settle()

    async def pass_until(self, goal: datetime) -> None:
        await self.pass_time(goal - await self.now())

    async def state(self, ticket: str) -> Any:
        """The recorded state."""
        process = await self.read(lambda session: session.get_one(Process, ticket))
        return states.load(messages.decider(process.kind), process.state)

    async def facts(self, ticket: str, *types: str) -> list[dict[str, Any]]:
        """The journal's facts, all or of some types, in order."""

        def found(session: Session) -> list[dict[str, Any]]:
            lines = session.query(JournalLine).filter_by(ticket=ticket).order_by(JournalLine.seq)
            return [json.loads(line.text) for line in lines]

        return [fact for fact in await self.read(found) if not types or fact["type"] in types]

    async def incidents(self) -> list[str]:
        """The numbers of all incidents, in order."""
        rows = select(Process.id).where(Process.kind == INCIDENT).order_by(Process.id)
        return await self.read(lambda session: list(session.scalars(rows)))

    async def lose(self, ticket: str) -> None:
        """The engine loses a workflow, and the relay that would notice is away too: a new one comes with `settle`."""
        await self.env.client.get_workflow_handle(ticket).terminate("lost")
        self.relay = Relay(self.store, self.env.client, self.renew_every)

    async def remind(self) -> None:
        """Has the relay look for overdue alarms now."""
        self.relay._slow_at = 0.0
        await self.relay.once()

    async def export(self) -> None:
        """Has the relay look at what is not urgent."""
        await self._lease_runs_out()
        self.relay = Relay(self.store, self.env.client, self.renew_every)
        await self.relay.once()

    async def _lease_runs_out(self) -> None:
        await self.env.sleep(LEASE + BLINK)

    async def proof(self, ticket: str, *, alone: bool = False) -> Proof:
        """The proof of a ticket; `alone`: without the engine, from what was kept."""
        return await prove(self.store, self.settings.secret_keys, ticket, None if alone else self.env.client)


class EngineClock:
    """The engine's own time, for whatever thread asks; through a client of its own, lest it waits for itself."""

    def __init__(self, address: str, settings: Settings) -> None:
        self._bridge = Bridge(settings, lambda _: Client.connect(address))

    def __call__(self) -> datetime:
        return self._bridge.run(self._ask, PATIENCE)

    async def _ask(self, client: Client) -> datetime:
        told = await client.test_service.get_current_time(Empty())
        return told.time.ToDatetime().replace(tzinfo=UTC)

    def close(self) -> None:
        self._bridge.close()


@asynccontextmanager
async def skipping_desk(
    settings: Settings, renew_every: int = 0, store_class: type[Store] = Store
) -> AsyncIterator[SkippingDesk]:
    """A desk of its own with the demo company; everything is stopped at the end."""
    converter = data_converter(settings.secret_keys)
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(SERVER), data_converter=converter
    ) as env:
        clock = EngineClock(env.client.service_client.config.target_host, settings)
        store = furnished(settings, clock, store_class)
        desk = SkippingDesk(env, store, settings, renew_every)
        await desk.start_worker()
        try:
            yield desk
        finally:
            await desk.stop_worker()
            store.engine.dispose()
            clock.close()
