"""kill -9 over engine, worker and web while clients work: what was acknowledged is there in the end, once."""

import asyncio
import itertools
import json
import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from longwatch import messages
from longwatch.domain import ladder as climbing
from longwatch.messages import ALERT_GROUP, INCIDENT
from longwatch.seed import ITEMS, POLICIES
from longwatch.settings import Settings
from longwatch.store import configuration, states
from longwatch.store.configuration import POLICY
from longwatch.store.database import Store
from longwatch.store.tables import Body, Command, JournalLine, Process
from longwatch.up import Part
from tests.e2e.ledger import Client, Entry, Ledger
from tests.rig import Rig, rig, until

pytestmark = [pytest.mark.e2e, pytest.mark.kills, pytest.mark.timeout(420)]

SEED = int(os.environ.get("STORM_SEED", "20261122"))
"""Everything random comes from it; another one makes another storm."""
KILLS = 54
CALM = 150
"""Seconds after the last kill within which all must have settled; a task that died waits 10 s for its timeout."""
SOON = timedelta(seconds=5)
"""How late a deadline may be carried out on a calm desk."""
LULL = 3.0
"""Seconds between two kills, at most."""
SHORT = {"response": 12, "resolution": 40}
"""Seconds: targets so short that rungs fall due all through the storm."""


class AtTheDesk(Client):
    """A person's program, which knows the incidents opened so far."""

    def __init__(self, numbers: list[str], *about: Any) -> None:
        super().__init__(*about)
        self.numbers = numbers


class Opening(AtTheDesk):
    """Opens incidents, and tells the others their numbers."""

    def run(self) -> None:
        for count in itertools.count():
            if self.stopping.wait(0.25):
                return
            body = {"title": f"Report {count}", "impact": 1 + count % 3, "urgency": 2, "ci": ITEMS[count % 8][0]}
            entry = self.send("open", f"{self.address}/api/v1/incidents", f"{self.name}-{count}", body)
            if entry.acknowledged:
                self.numbers.append(entry.answer["number"])


class Writing(AtTheDesk):
    """Writes messages into open incidents, the newest most often."""

    def run(self) -> None:
        rng = random.Random(f"{SEED} {self.name}")
        for count in itertools.count():
            if self.stopping.wait(0.1):
                return
            if self.numbers:
                number = rng.choice(self.numbers[-20:])
                body = {"text": f"Word {count} of {self.name}.", "public": bool(count % 2)}
                self.send("message", f"{self.address}/api/v1/tickets/{number}/messages", f"{self.name}-{count}", body)


class Assigning(AtTheDesk):
    """Moves incidents from team to team."""

    def run(self) -> None:
        rng = random.Random(f"{SEED} {self.name}")
        for count in itertools.count():
            if self.stopping.wait(0.15):
                return
            if self.numbers:
                number = rng.choice(self.numbers[-20:])
                body = {"team": rng.choice(["network", "databases", "servers"])}
                self.send(
                    "assign", f"{self.address}/api/v1/tickets/{number}/actions/assign", f"{self.name}-{count}", body
                )


class Alerting(Client):
    """A monitoring tool: every alert of its own fingerprint, again until it is taken."""

    def run(self) -> None:
        for count in itertools.count():
            if self.stopping.wait(0.1):
                return
            body = {"title": f"Alert {count}", "id": f"alert-{count}", "severity": "error", "ci": ITEMS[count % 8][0]}
            self.send("alert", self.address, f"alert-{count}", body)


def clients(desk: Rig, ledger: Ledger, stopping: threading.Event) -> list[Client]:
    numbers: list[str] = []
    staff = [(Opening, "requester"), (Writing, "agent"), (Assigning, "dispatcher")] * 2
    people = [
        kind(numbers, ledger, stopping, f"{kind.__name__}-{turn}", desk.address, desk.token(login))
        for turn, (kind, login) in enumerate(staff)
    ]
    hook = desk.hook("generic", "probe", hold_down=1, quiet=600, reopen=600)
    return [*people, Alerting(ledger, stopping, "Alerting", hook)]


async def storm(desk: Rig, ledger: Ledger, rng: random.Random) -> Counter[str]:
    """Kills one part after another, each started again at once, and lets some work be done between two of them."""
    killed: Counter[str] = Counter()
    parts: list[Part] = [desk.worker, desk.web, desk.engine]
    for turn in range(KILLS):
        await work_goes_on(ledger, rng.randint(3, 25))
        part = parts[turn % 3] if turn < 30 else rng.choice(parts)
        desk.kill(part)
        desk.start(part)
        killed[part.name] += 1
    return killed


async def work_goes_on(ledger: Ledger, answers: int) -> None:
    """Waits until so many more requests have been answered; not for ever, lest a slow machine makes a long storm."""
    goal = ledger.answered() + answers
    with suppress(TimeoutError):
        await until(lambda: ledger.answered() >= goal, LULL)


def short_promises(desk: Rig) -> None:
    """Policies under which rungs fall due within seconds."""
    with desk.store.writing() as session:
        for name, terms in POLICIES.items():
            targets = [{"clock": clock, "work": work, "calendar": "24x7"} for clock, work in SHORT.items()]
            rungs = [{**rung} for rung in terms["ladder"].get("rungs", ())]
            if not rungs:
                continue  # a process that promises no times
            rungs[-1]["repeat"] = {"every": 15, "times": 3}
            ladder = {"version": 2, "rungs": rungs}
            data = {**terms, "targets": targets, "ladder": ladder}
            configuration.publish(desk.store, session, POLICY, name, data)


def settled(desk: Rig) -> bool:
    """Nothing waits, and no deadline has passed unnoticed."""
    with desk.store.reading() as session:
        pending = session.scalar(select(func.count()).select_from(Command).where(Command.outcome.is_(None)))
        overdue = select(func.count()).select_from(Process).where(Process.next_alarm_at < desk.store.now(session))
        return not pending and not session.scalar(overdue)


class Found:
    """What the desk's database says in the end."""

    def __init__(self, desk: Rig) -> None:
        with desk.store.reading() as session:
            self.at = desk.store.now(session) - SOON
            self.commands = list(session.scalars(select(Command).order_by(Command.row)))
            self.facts = [json.loads(text) for text in session.scalars(select(JournalLine.text))]
            self.words = dict(session.execute(select(Body.id, Body.text)).all())
            self.processes = {row.id: row for row in session.scalars(select(Process))}
        self.by_key = {row.key: row for row in self.commands if row.key}

    def of(self, *types: str) -> Iterator[dict[str, Any]]:
        return (fact for fact in self.facts if fact["type"] in types)

    def fingerprints(self) -> set[str]:
        """Of all alerts that any group has seen."""
        return {title for fact in self.of("AlertsSeen") for title in fact["data"].get("rows", {})}


async def test_a_storm_of_kills_loses_and_doubles_nothing(settings: Settings, store: Store) -> None:
    async with rig(settings, store) as desk:
        short_promises(desk)
        desk.start(desk.worker)
        await desk.start_web()
        ledger = Ledger()
        killed = await worked_through(desk, ledger)
        await until(lambda: settled(desk), CALM)
        found = Found(desk)
        print(f"seed {SEED}: kills {dict(killed)}; {told(ledger)}; {len(found.processes)} processes")
        wrong = await unproven(desk, list(found.processes))

    assert wrong == {}
    assert sum(killed.values()) == KILLS
    assert min(killed[name] for name in ("engine", "worker", "web")) >= 10
    everything_acknowledged_is_there_once(ledger, found)
    every_rung_is_accounted_for_once(found)
    every_episode_of_a_group_has_one_incident(found)


async def worked_through(desk: Rig, ledger: Ledger) -> Counter[str]:
    """Clients at work, and the storm over them; what was killed how often."""
    stopping = threading.Event()
    at_work = clients(desk, ledger, stopping)
    for client in at_work:
        client.start()
    try:
        killed = await storm(desk, ledger, random.Random(SEED))
        await until(desk.answers)
    finally:
        stopping.set()
        for client in at_work:
            await asyncio.to_thread(client.join)
    return killed


async def unproven(desk: Rig, names: list[str]) -> dict[str, list[str]]:
    """What is wrong with the proofs, by ticket or alert group."""
    engine = await desk.client()
    proofs = [await desk.proof(name, engine) for name in names]
    return {proof.ticket: proof.problems for proof in proofs if proof.problems}


def told(ledger: Ledger) -> str:
    counts = {
        what: Counter(entry.status for entry in ledger.of(what)) for what in ("open", "message", "assign", "alert")
    }
    return ", ".join(f"{what} {dict(statuses)}" for what, statuses in counts.items())


def everything_acknowledged_is_there_once(ledger: Ledger, found: Found) -> None:
    people = {"open": "requester", "message": "agent", "assign": "dispatcher"}
    facts_of = {"open": "Opened", "message": "MessageAdded", "assign": "Assigned"}
    lines = Counter((fact["command"], fact["type"]) for fact in found.facts)
    for what, login in people.items():
        entries = ledger.of(what)
        assert sum(entry.acknowledged for entry in entries) > 20, what
        for entry in entries:
            row = found.by_key.get(f"user:{login}:{entry.key}")
            if entry.acknowledged:
                assert row is not None, entry
                if what == "open":
                    assert row.ticket == entry.answer["number"]
            if row is not None:
                assert lines[row.id, facts_of[what]] == (row.outcome == "applied"), (entry, row.outcome, row.reason)
                assert row.outcome == "applied" or not done_at_once(entry), (entry, row.reason)
    said = Counter(found.words[fact["data"]["body"]["body"]] for fact in found.of("MessageAdded"))
    assert all(count == 1 for count in said.values())
    taken = {entry.key for entry in ledger.of("alert") if entry.acknowledged}
    assert len(taken) > 50
    assert taken <= found.fingerprints()


def done_at_once(entry: Entry) -> bool:
    """Whether the answer said done, not merely saved."""
    return entry.status in (200, 201) and entry.what != "open"


def every_rung_is_accounted_for_once(found: Found) -> None:
    seen = Counter(
        (fact["ticket"], fact["data"]["rung"], fact["data"]["round"], fact["data"]["n"])
        for fact in found.of("RungRun", "RungOvertaken")
    )
    assert len(seen) > 50
    assert all(count == 1 for count in seen.values())
    states_of = [state_of(row) for row in found.processes.values() if row.kind == INCIDENT]
    overdue = [climbing.fallen_due(one.ladder, one.clocks, one.hours, found.at) for one in states_of]
    assert set(overdue) == {()}
    early = [fact for fact in found.of("RungRun") if fact["data"]["due"] and fact["at"] < fact["data"]["due"]]
    assert early == []


def state_of(row: Process) -> Any:
    """The recorded state of a process."""
    return states.load(messages.decider(row.kind), row.state)


def every_episode_of_a_group_has_one_incident(found: Found) -> None:
    opened = Counter(
        (fact["data"]["alert"]["group"], fact["data"]["alert"]["episode"])
        for fact in found.of("Opened")
        if fact["data"].get("alert")  # problems that are suspected meanwhile have none behind them
    )
    groups = {name: state_of(row) for name, row in found.processes.items() if row.kind == ALERT_GROUP}
    assert all(count == 1 for count in opened.values())
    assert {group for group, _ in opened} == set(groups)
    assert len(opened) == sum(group.episode for group in groups.values())
