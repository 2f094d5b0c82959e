"""Answers what a ticket's rules ask: the affected item, the policy, working hours, who should have it. Reads only."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from temporalio import activity

from activities import change_answers
from activities.approvers import approvers
from activities.calendars import Schedule, open_intervals
from activities.catalogue import approval_policy, catalogue_item
from activities.heartbeats import trusted
from activities.planned import planned
from activities.routing import route
from activities.words import merge_words, split_words
from cmdb.impact import impact
from longwatch.domain.ticket import Question, instant, stamp
from longwatch.messages import Answers, Ask
from longwatch.store import configuration
from longwatch.store.database import Store
from longwatch.store.tables import Configuration

Answer = dict[str, Any]
AHEAD = timedelta(days=60)
"""Working hours are told to this far past the longest target."""


class NoAnswer(Exception):  # noqa: N818 - an answer too
    """The desk lacks what was asked for; the text says what an administrator should add."""


class Answering:
    """Finds answers in the desk's database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @activity.defn(name="answer", no_thread_cancel_exception=True)
    def answer(self, ask: Ask) -> Answers:
        """One answer per question. A question that cannot be answered says why and harms no other."""
        with self._store.reading() as session:
            now = self._store.now(session)
            return Answers([answered(session, question, now) for question in ask.questions])


def answered(session: Session, question: Question, now: datetime) -> Answer:
    """The answer to one question; `{"error": reason}` where there is none. Raises DBAPIError."""
    try:
        return FINDERS[question.kind](session, question.data, now)
    except DBAPIError:
        raise  # the database is away: the engine asks again
    except Exception as error:  # noqa: BLE001 - the ticket goes on without, and its journal says why
        return {"error": f"{type(error).__name__}: {error}"}


def _impact(session: Session, data: Mapping[str, Any], _now: datetime) -> Answer:
    return impact(session, data.get("ci"))


def _matrix(session: Session, _data: Mapping[str, Any], _now: datetime) -> Answer:
    matrix = configuration.in_force(session, configuration.MATRIX, "priority")
    if matrix is None:
        raise NoAnswer("There is no priority matrix: run `longwatch seed`.")
    return {"version": matrix.version, "cells": matrix.data["cells"]}


def _policy(session: Session, data: Mapping[str, Any], now: datetime) -> Answer:
    """The first policy in order of rank that fits kind, priority and service."""
    policies = sorted(
        configuration.all_in_force(session, configuration.POLICY), key=lambda row: (row.data["rank"], row.name)
    )
    for policy in policies:
        if _fits(policy.data["match"], data):
            return _policy_answer(session, policy, data, now) | _ageing(session, data)
    raise NoAnswer(f"No policy fits {data.get('kind')} of priority {data.get('priority')}: run `longwatch seed`.")


def _ageing(session: Session, data: Mapping[str, Any]) -> Answer:
    """The first rule of ageing in order of rank that fits; nothing ages where there is none."""
    rules = sorted(
        configuration.all_in_force(session, configuration.AGEING), key=lambda row: (row.data["rank"], row.name)
    )
    for rule in rules:
        if _fits(rule.data["match"], data):
            return {"ageing": {"name": rule.name, "version": rule.version, "steps": rule.data["steps"]}}
    return {}


def _fits(match: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    return all(data.get(field) in wanted for field, wanted in match.items())


def _policy_answer(session: Session, policy: Configuration, data: Mapping[str, Any], now: datetime) -> Answer:
    """The policy's terms, with working hours from the instant the ticket's clocks count from.

    What the ticket itself is to be done by (`target`, of a catalogue item) goes before the policy's resolution.
    """
    since = instant(data["since"])
    terms = {name: value for name, value in policy.data.items() if name not in {"rank", "match"}}
    if data.get("target"):
        others = [target for target in terms["targets"] if target["clock"] != "resolution"]
        terms["targets"] = [*others, {"clock": "resolution", **data["target"]}]
    used = [target["calendar"] for target in terms["targets"]] + [terms["close_after"]["calendar"]]
    longest = max((target["work"] for target in terms["targets"]), default=0)
    until = now + timedelta(seconds=longest * 5) + AHEAD  # a working week holds at least a fifth of its hours
    hours = {name: _hours(session, name, since, until) for name in dict.fromkeys(used)}
    return {"policy": policy.name, "version": policy.version, **terms, "calendars": hours}


def _calendar(session: Session, data: Mapping[str, Any], _now: datetime) -> Answer:
    return _hours(session, data["calendar"], instant(data["since"]), instant(data["until"]))


def _hours(session: Session, name: str, since: datetime, until: datetime) -> Answer:
    calendar = configuration.in_force(session, configuration.CALENDAR, name)
    if calendar is None:
        raise NoAnswer(f"There is no calendar called {name}.")
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    schedule = schedule_of(calendar.data)
    return {
        "version": calendar.version,
        "since": stamp(since),
        "until": stamp(until),
        "intervals": [[stamp(begin), stamp(end)] for begin, end in open_intervals(schedule, since, until)],
    }


def schedule_of(data: Mapping[str, Any]) -> Schedule:
    """A calendar as it is stored: zone, weekly {"0": [["09:00", "17:00"]]} (0 is Monday), holidays, always.

    Raises ValueError and KeyError on data that is not one.
    """
    if data.get("always"):
        return Schedule(always=True)
    weekly = {
        int(day): tuple((time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in spans)
        for day, spans in data["weekly"].items()
    }
    return Schedule(data["zone"], weekly, tuple(date.fromisoformat(day) for day in data.get("holidays", [])))


def _routing(session: Session, data: Mapping[str, Any], now: datetime) -> Answer:
    return route(session, data, now)


FINDERS: dict[str, Callable[[Session, Mapping[str, Any], datetime], Answer]] = {
    "impact": _impact,
    "matrix": _matrix,
    "policy": _policy,
    "calendar": _calendar,
    "routing": _routing,
    "approvers": approvers,
    "catalogue": catalogue_item,
    "approval_policy": approval_policy,
    "merge_words": merge_words,
    "split_words": split_words,
    "guard": change_answers.guard,
    "risk": change_answers.risk,
    "change_model": change_answers.change_model,
    "planned": planned,
    "trusted": trusted,
}
