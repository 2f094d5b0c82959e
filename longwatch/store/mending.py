"""Rows that a rebuild puts back: commands, runs, counters; and what must be handed over once more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from longwatch.domain.draft import Outcome
from longwatch.domain.ticket import Command as Asked
from longwatch.domain.ticket import canonical
from longwatch.messages import PREFIXES
from longwatch.store.database import Store
from longwatch.store.tables import Command, Counter, Delivery, Run
from longwatch.store.writing import changed, insert_once


@dataclass(frozen=True)
class Recalled:
    """A command that a history remembers, and what became of it, if it tells."""

    asked: Asked
    outcome: Outcome | None


def put_back_commands(session: Session, ticket: str, kind: str, recalled: Iterable[Recalled], now: datetime) -> int:
    """Inserts commands that the database does not know; returns how many. Those without an outcome wait again."""
    in_order = sorted(recalled, key=lambda one: one.asked.at)
    return sum(insert_once(session, Command, _values(ticket, kind, one, now)) for one in in_order)


def _values(ticket: str, kind: str, recalled: Recalled, now: datetime) -> dict[str, Any]:
    asked, outcome = recalled.asked, recalled.outcome
    return {
        "id": asked.id,
        "ticket": ticket,
        "kind": kind,
        "action": asked.action,
        "actor": asked.actor.id,
        "data": canonical(dict(asked.data)),
        "expected_version": asked.expected_version,
        "accepted_at": asked.at,
        "wake_at": None if outcome else now,
        "wakes": 0,
        "outcome": outcome.outcome if outcome else None,
        "reason": outcome.reason if outcome else None,
        "field": outcome.field if outcome else None,
        "version": outcome.version if outcome else None,
        "settled_at": now if outcome else None,
    }


def put_back_run(session: Session, run: Mapping[str, Any]) -> None:
    """Registers a run, and that it ended, so that its history is exported and proven."""
    if not insert_once(session, Run, run) and run["ended"]:
        ended = update(Run).where(Run.ticket == run["ticket"], Run.run == run["run"])
        changed(session, ended.values(ended=True))


def raise_counters(store: Store, tickets: Iterable[str]) -> None:
    """No number that the engine has seen is given again."""
    highest: dict[str, int] = {}
    for kind, number in filter(None, map(_number_of, tickets)):
        highest[kind] = max(number, highest.get(kind, 0))
    with store.writing() as session:
        for kind, number in highest.items():
            insert_once(session, Counter, {"name": kind, "value": 0})
            changed(session, update(Counter).where(Counter.name == kind, Counter.value < number).values(value=number))


def _number_of(ticket: str) -> tuple[str, int] | None:
    """Kind and number of a ticket's id; none for an alert group."""
    prefix, _, digits = ticket.partition("-")
    kinds = {prefix: kind for kind, prefix in PREFIXES.items()}
    return (kinds[prefix], int(digits)) if prefix in kinds and digits.isdigit() else None


def hand_over_again(store: Store) -> int:
    """Lets the relay hand over every message whose end nobody recorded; a delivery that began is not begun again."""
    with store.writing() as session:
        unfinished = update(Delivery).where(
            Delivery.relayed_at.is_not(None), Delivery.delivered_at.is_(None), Delivery.failed_at.is_(None)
        )
        return changed(session, unfinished.values(relayed_at=None))
