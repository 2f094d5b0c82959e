"""Answers what a change is judged by: what stands around its window, what its risk follows from, what its model says.

Finders, registered for three kinds of question:

    guard         {begin, end, cis, ticket, team, assignee} -> as `schedule_scope.around_of` reads it; and `unknown`
                  items, how many are `affected`, how many closures of other changes were left `unread`
    risk          {cis, model, questionnaire?, version?} -> {questionnaire, affected, gravest, closed, per_mille, items,
                  unknown}; `risk.read_closure` and `risk.read_experience` read it
    change_model  {model, version?, begin?, end?, cis?} -> {model, open_times, subjects, unknown}; `open_times` is None
                  where the model names no times

Without `version` it is the one in force, which the change then pins; all instants are stamps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.windows import freezes, maintenance, occurrences, weekly_windows
from cmdb.impact import impact
from longwatch.domain.schedule import Window, window_data, window_of
from longwatch.domain.schedule_scope import Around, Freeze, Maintenance, Planned, Subject, around_data, covers
from longwatch.store import change_rules, schedule
from longwatch.store.change_rules import CHANGE_MODEL, QUESTIONNAIRE, RISK
from longwatch.store.schedule import Work
from longwatch.store.tables import Ci

Answer = dict[str, Any]

AHEAD = timedelta(days=35)
"""How far past the window maintenance is looked for, so that the next chance can be named."""

MOST_PLANNED = 200
"""Other changes told in one answer, those on the same items first."""

MOST_CLOSURES = 300
"""Impact closures read of other changes in one answer."""

AT_ONCE = 500


class NotPublished(Exception):  # noqa: N818 - an answer too
    """The desk lacks what was asked for; the text says what."""


def guard(session: Session, data: Mapping[str, Any], now: datetime) -> Answer:
    """What stands around a window: freezes, maintenance, and other changes on the same and on related items."""
    window, own = window_of(data), _own(session, data["cis"])
    related = _related(session, own)
    frozen = freezes(occurrences(session, window.begin, window.end))
    subjects, team = (*own, *related), data.get("team")
    others, unread = _others(session, window, subjects, data, now)
    around = Around(
        (*own, *_told(own, related, frozen, others, team)),
        tuple(one for one in frozen if _meets(one, subjects, team)),
        tuple(one for one in maintenance(session, window.begin, window.end, AHEAD) if _meets(one, own, None)),
        tuple(others[:MOST_PLANNED]),
    )
    known = {"unknown": _unknown(own, session), "affected": len(subjects), "unread": unread}
    return {**around_data(around), **known, "more": max(0, len(others) - MOST_PLANNED)}


def risk(session: Session, data: Mapping[str, Any], _now: datetime) -> Answer:
    """The questionnaire, how far a failure of the items would reach, and how such changes went so far."""
    name = data.get("questionnaire") or QUESTIONNAIRE
    questionnaire = change_rules.pinned(session, RISK, name, data.get("version"))
    if questionnaire is None:
        raise NotPublished(f"There is no risk questionnaire called {name}: an administrator publishes it.")
    own = _own(session, data["cis"])
    reach = {one.ci: impact(session, one.ci) for one in own}
    everything = sorted({*reach, *(ci for found in reach.values() for ci in found["affected"])})
    counts = {ci: int(found.get("affected_count", 0)) or len(found["affected"]) for ci, found in reach.items()}
    closed, per_mille = schedule.experience(session, data.get("model"), data["cis"])
    return {
        "questionnaire": questionnaire,
        "affected": max([len(everything), *counts.values()]),  # closures are told by their nearest items, and counted
        "gravest": _gravest(session, everything),
        "closed": closed,
        "per_mille": per_mille,
        "items": [{"ci": ci, "affected": count} for ci, count in counts.items()],
        "unknown": _unknown(own, session),
    }


def change_model(session: Session, data: Mapping[str, Any], _now: datetime) -> Answer:
    """A change model, the items it is to be used on, and when its times admit work around the window."""
    found = change_rules.pinned(session, CHANGE_MODEL, data["model"], data.get("version"))
    if found is None:
        raise NotPublished(f"There is no change model called {str(data['model'])[:100]}.")
    own = _own(session, data.get("cis") or ())
    subjects = around_data(Around(own))["subjects"]
    times = found["conditions"].get("times")
    answer = {"model": found, "subjects": subjects, "unknown": _unknown(own, session), "open_times": None}
    if times is None or not data.get("begin"):
        return answer
    window = window_of(data)
    near = weekly_windows(times, window.begin - timedelta(days=1), window.end + timedelta(days=1))
    return {**answer, "open_times": [window_data(one) for one in near]}


def _own(session: Session, cis: Iterable[str]) -> tuple[Subject, ...]:
    """The items a change names; one that is not recorded keeps its bare id."""
    wanted = sorted(set(cis))
    known = _subjects(session, wanted)
    return tuple(known.get(ci, Subject(ci)) for ci in wanted)


def _subjects(session: Session, cis: Sequence[str]) -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    for begin in range(0, len(cis), AT_ONCE):
        rows = session.scalars(select(Ci).where(Ci.id.in_(cis[begin : begin + AT_ONCE])))
        found |= {row.id: Subject(row.id, row.class_, row.service, row.owner_team) for row in rows}
    return found


def _affected(session: Session, ci: str) -> list[str]:
    affected: list[str] = impact(session, ci)["affected"]
    return affected


def _related(session: Session, own: Sequence[Subject]) -> tuple[Subject, ...]:
    """What else is affected when one of the items fails, those items aside."""
    mine = {one.ci for one in own}
    near = sorted({ci for one in own for ci in _affected(session, one.ci)} - mine)
    return tuple(replace(one, related=True) for one in _subjects(session, near).values())


def _others(
    session: Session, window: Window, subjects: Sequence[Subject], data: Mapping[str, Any], now: datetime
) -> tuple[list[Planned], int]:
    """Other work in the window that concerns the change, what is on its own items first; and closures left unread."""
    own = {one.ci for one in subjects if not one.related}
    related = {one.ci for one in subjects if one.related}
    closures: dict[str, list[str]] = {}
    near: list[tuple[int, Planned]] = []
    unread = 0
    for work in schedule.standing(session, window, now):
        if work.row.ticket == data["ticket"]:
            continue
        affects, left = _hit(session, work, own, closures)
        unread += left
        rank = _concern(work, own, related, affects, data.get("assignee"))
        if rank is not None:
            near.append((rank, _planned(work, affects, now)))
    near.sort(key=lambda pair: pair[0])  # stable: by beginning within a rank
    return [planned for _, planned in near], unread


def _hit(session: Session, work: Work, own: set[str], closures: dict[str, list[str]]) -> tuple[tuple[str, ...], int]:
    """Which of our items other work affects without changing them, and how many of its closures were left unread."""
    left = 0
    hit: set[str] = set()
    for ci in work.cis:
        if ci not in closures and len(closures) >= MOST_CLOSURES:
            left += 1
            continue
        if ci not in closures:
            closures[ci] = _affected(session, ci)
        hit |= own.intersection(closures[ci])
    return tuple(sorted(hit.difference(work.cis))), left


def _concern(work: Work, own: set[str], related: set[str], affects: Sequence[str], assignee: str | None) -> int | None:
    """How near other work is: on the same items, on related ones or affecting ours, by the same person; else None."""
    if own.intersection(work.cis):
        return 0
    if affects or related.intersection(work.cis):
        return 1
    return 2 if assignee is not None and work.row.assignee == assignee else None


def _planned(work: Work, affects: tuple[str, ...], now: datetime) -> Planned:
    row = work.row
    return Planned(row.ticket, schedule.reckoned(row, now), work.cis, row.assignee, affects, row.firm)


def _meets(one: Freeze | Maintenance, subjects: Sequence[Subject], team: str | None) -> bool:
    return any(covers(one.scope, subject, team) for subject in subjects or (Subject(""),))


def _told(
    own: Sequence[Subject],
    related: Sequence[Subject],
    frozen: Sequence[Freeze],
    others: Sequence[Planned],
    team: str | None,
) -> list[Subject]:
    """Of the related items those that matter: a freeze meets them and none of ours, or other work changes them.

    An impact closure may hold thousands; facts must not.
    """
    busy = {ci for other in others[:MOST_PLANNED] for ci in other.cis}
    wanted = {one.ci: one for one in related if one.ci in busy}
    for freeze in frozen:
        if not _meets(freeze, own, team):
            met = next((one for one in related if covers(freeze.scope, one, team)), None)
            wanted |= {met.ci: met} if met else {}
    return [wanted[ci] for ci in sorted(wanted)]


def _gravest(session: Session, cis: Sequence[str]) -> int | None:
    """The highest criticality among items (1 is high)."""
    found: list[int] = []
    for begin in range(0, len(cis), AT_ONCE):
        lowest = select(func.min(Ci.criticality)).where(Ci.id.in_(cis[begin : begin + AT_ONCE]))
        found += [value for value in session.scalars(lowest) if value is not None]
    return min(found, default=None)


def _unknown(own: Sequence[Subject], session: Session) -> list[str]:
    known = _subjects(session, [one.ci for one in own])
    return [one.ci for one in own if one.ci not in known]
