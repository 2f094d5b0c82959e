"""The engine's own account of a ticket: its events, in words, from the living history or from the kept one."""

import asyncio
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError

from longwatch.store.database import Store
from longwatch.store.tables import Run
from web.desk import Desk
from workflows.client import AWAY

PATIENCE = 5.0
"""Seconds an auditor waits for the engine's events."""


@dataclass(frozen=True)
class EngineEvent:
    """An event of a workflow's history. `command`: the command that an update carried, if it was one."""

    id: str
    at: str
    type: str
    detail: str
    command: str = ""


def events_of(desk: Desk, number: str) -> tuple[list[EngineEvent], str]:
    """All events of all runs, and a sentence when some of them cannot be had just now."""
    runs = _runs(desk.store, number)
    kept = [_kept(number, history) for _, history in runs if history is not None]
    living = [run for run, history in runs if history is None]
    found, problem = _living(desk, number, living)
    histories = [*kept, *found]
    several = len(histories) > 1
    events = [
        _event(event, f"{place}." if several else "")
        for place, history in enumerate(histories, 1)
        for event in history.events
    ]
    return events, problem


def by_command(events: Sequence[EngineEvent]) -> Mapping[str, EngineEvent]:
    """The event that carried each command to the engine."""
    return {event.command: event for event in events if event.command}


def _runs(store: Store, number: str) -> list[tuple[str, bytes | None]]:
    with store.reading() as session:
        rows = select(Run.run, Run.history).where(Run.ticket == number).order_by(Run.started_at)
        return list(session.execute(rows))


def _kept(number: str, history: bytes) -> WorkflowHistory:
    return WorkflowHistory.from_json(number, gzip.decompress(history).decode())


def _living(desk: Desk, number: str, runs: Sequence[str]) -> tuple[list[WorkflowHistory], str]:
    if not runs:
        return [], ""
    if desk.bridge is None:
        return [], "This desk runs without the engine; only kept histories can be shown."

    async def fetch(client: Client) -> list[WorkflowHistory]:
        handles = [client.get_workflow_handle(number, run_id=run) for run in runs]
        return await asyncio.gather(*(handle.fetch_history() for handle in handles))

    try:
        return desk.bridge.run(fetch, PATIENCE), ""
    except (*AWAY, RPCError) as error:
        return [], f"The engine does not answer ({type(error).__name__}); its events show when it is back."


def _event(event: HistoryEvent, run: str) -> EngineEvent:
    name = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").replace("_", " ").capitalize()
    at = event.event_time.ToDatetime().strftime("%Y-%m-%d %H:%M:%S.%f")
    detail, command = _detail(event)
    return EngineEvent(f"{run}{event.event_id}", at, name, detail, command)


def _detail(event: HistoryEvent) -> tuple[str, str]:
    """What an event says beyond its type. Payloads stay encrypted: the journal holds what they held."""
    if event.HasField("workflow_execution_update_accepted_event_attributes"):
        asked = event.workflow_execution_update_accepted_event_attributes.accepted_request
        return f"{asked.input.name}, command {asked.meta.update_id}", asked.meta.update_id
    if event.HasField("workflow_execution_signaled_event_attributes"):
        return event.workflow_execution_signaled_event_attributes.signal_name, ""
    if event.HasField("timer_started_event_attributes"):
        seconds = event.timer_started_event_attributes.start_to_fire_timeout.ToSeconds()
        return f"fires after {seconds} s", ""
    if event.HasField("marker_recorded_event_attributes"):
        return _activity(event), ""
    return "", ""


def _activity(event: HistoryEvent) -> str:
    """The name of a local activity, which its marker holds in the clear."""
    held = event.marker_recorded_event_attributes.details
    try:
        data = json.loads(held["data"].payloads[0].data) if "data" in held else {}
    except (ValueError, IndexError):
        return ""
    return str(data.get("activity_type", ""))
