"""Looks for incidents that are alike, and proposes the problem behind them, once."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from temporalio import activity

from longwatch.domain.similar import MOST_LINKED, Rule, SimilarFault, key_of, proposal, read_rule
from longwatch.messages import INCIDENT, PROBLEM
from longwatch.store import configuration
from longwatch.store.acceptance import Request, accept_opening
from longwatch.store.configuration import SIMILAR
from longwatch.store.database import Store
from longwatch.store.tables import Command, Ticket

ACTOR = "system:similar"
AT_ONCE = 50
"""Problems proposed in one look: a flood of incidents has a cause that people see without it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """Incidents that are alike: what they have in common, how many there are, the latest of them."""

    alike: str
    count: int
    incidents: list[str]


class Suspecting:
    """Proposes problems."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn(name="propose_problems", no_thread_cancel_exception=True)
    def propose(self) -> list[str]:
        """One look with every rule in force; the numbers of the problems proposed. Raises DBAPIError.

        Nothing is proposed twice: the key of an opening is unique, whoever else looks at the same time.
        """
        proposed: list[str] = []
        with self._store.reading() as session:
            rules = list(_rules(session))
        for rule in rules:
            with self._store.writing() as session:
                proposed += _propose(self._store, session, rule, AT_ONCE - len(proposed))
        return proposed


def _rules(session: Session) -> Iterator[Rule]:
    """A rule of an earlier release that today's reader does not take is left out: it is edited in the settings."""
    for row in configuration.all_in_force(session, SIMILAR):
        try:
            yield read_rule(row.name, row.data)
        except SimilarFault as fault:
            log.warning("the rule %s for similar incidents is left out: %s", row.name, fault)


def _propose(store: Store, session: Session, rule: Rule, most: int) -> list[str]:
    now = store.now(session)
    found = [one for one in alike(session, rule, now, most) if not _known(session, rule, one.alike, now)]
    numbers = []
    for one in found:
        data, words = proposal(rule, one.alike, one.incidents, one.count)
        request = Request("", PROBLEM, "open", ACTOR, data, words, key=key_of(rule, one.alike, now))
        numbers.append(accept_opening(store, session, PROBLEM, request).ticket)
    return numbers


def alike(session: Session, rule: Rule, now: datetime, most: int) -> list[Found]:
    """The groups of incidents that the rule speaks of, the largest first, without those a problem is open about."""
    column = _column(rule)
    counted = func.count().label("counted")
    query = (
        select(column, counted)
        .where(*_wanted(rule, now), column.not_in(_being_looked_into(rule)))
        .group_by(column)
        .having(counted >= rule.least)
        .order_by(counted.desc(), column)
        .limit(max(most, 0))
    )
    groups = [(str(value), count) for value, count in session.execute(query)]
    return [Found(value, count, _latest(session, rule, now, value)) for value, count in groups]


def _column(rule: Rule) -> "InstrumentedAttribute[str | None]":
    return Ticket.ci if rule.by == "ci" else Ticket.category


def _wanted(rule: Rule, now: datetime) -> list[ColumnElement[bool]]:
    wanted = [Ticket.kind == INCIDENT, Ticket.opened_at > now - rule.window, Ticket.status != "cancelled"]
    team = [] if rule.team is None else [Ticket.team == rule.team]
    return [*wanted, _column(rule).is_not(None), *team]


def _being_looked_into(rule: Rule) -> "Select[str | None]":
    """What open problems are about."""
    column = _column(rule)
    return select(column).where(Ticket.kind == PROBLEM, Ticket.open, column.is_not(None))


def _latest(session: Session, rule: Rule, now: datetime, value: str) -> list[str]:
    query = select(Ticket.number).where(*_wanted(rule, now), _column(rule) == value)
    return list(session.scalars(query.order_by(Ticket.opened_at.desc(), Ticket.number).limit(MOST_LINKED)))


def _known(session: Session, rule: Rule, value: str, now: datetime) -> bool:
    """Whether it was proposed within the window: in this stretch of time, or late in the one before."""
    keys = [key_of(rule, value, now, before=stretches) for stretches in (0, 1)]
    recent = select(Command.id).where(Command.key.in_(keys), Command.accepted_at > now - rule.window)
    return session.scalar(recent.limit(1)) is not None
