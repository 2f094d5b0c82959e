"""What stands in the way of planned work: freezes, other changes, maintenance windows missed, a busy assignee.

A change is judged three times, by the same rules: when it is planned, when it is authorised, when it starts. It takes a
few lines of a decider:

    question    Question(id, "guard", {**window_data(window), "cis": [...], "ticket": number, "assignee": ...})
    answered    verdict = judge(window, around_of(answer), ticket=number, assignee=..., team=..., emergency=...)
                record verdict_data(verdict) in the fact
    blocked     verdict.blocked; wait until verdict.again and ask anew then, because plans change meanwhile

At the start the window to judge is what is left of it: from now to its end. Freezes are judged over the whole impact
closure (a frozen service stays frozen when what it runs on is changed), maintenance windows over the items changed
themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from longwatch.domain.schedule import Window, overlap
from longwatch.domain.schedule_scope import ALL, TEAMS, Around, Freeze, Maintenance, Planned, Subject, covers
from longwatch.domain.ticket import Json, instant, stamp

FREEZE, CONFLICT, RELATED, OUTSIDE, BUSY = KINDS = (
    "freeze",
    "conflict",
    "related_conflict",
    "outside_maintenance",
    "assignee_busy",
)

GRAVITY: Mapping[str, bool] = {CONFLICT: True, RELATED: False, BUSY: False}
"""Which kinds block; the others warn. Freezes and maintenance windows say themselves whether they do."""

PASSED_IN_EMERGENCY = (FREEZE, OUTSIDE)
"""What only warns an emergency change: it cannot wait for a window."""

MOST_OBSTACLES = 50
"""More are not told one by one: the verdict stands by then, and facts stay small."""


@dataclass(frozen=True)
class Obstacle:
    """One thing in the way. `until`: when it ends, if that is known; `source` names the window or change."""

    kind: str
    reason: str
    blocking: bool
    source: str
    ci: str | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """What stands in the way of a window: blocking obstacles first, then warnings; `more` were left out."""

    obstacles: tuple[Obstacle, ...] = ()
    more: int = 0

    @property
    def blocked(self) -> bool:
        """Whether the work may not begin now."""
        return any(one.blocking for one in self.obstacles)

    @property
    def again(self) -> datetime | None:
        """When to judge anew: the first end of something that blocks. None when nothing blocks, or no end is known."""
        return min((one.until for one in self.obstacles if one.blocking and one.until), default=None)


def judge(
    window: Window,
    around: Around,
    *,
    ticket: str,
    assignee: str | None = None,
    team: str | None = None,
    emergency: bool = False,
    gravity: Mapping[str, bool] = GRAVITY,
) -> Verdict:
    """What stands in the way of work in a window. A change is never in its own way."""
    others = [one for one in around.planned if one.ticket != ticket and overlap(one.window, window)]
    found = [
        *_frozen(window, around, team),
        *_conflicts(others, around.subjects, gravity),
        *_outside(window, around),
        *_busy(others, assignee, gravity),
    ]
    if emergency:
        found = [_warning(one) if one.kind in PASSED_IN_EMERGENCY else one for one in found]
    found.sort(key=lambda one: (not one.blocking, KINDS.index(one.kind), one.source, one.ci or ""))
    return Verdict(tuple(found[:MOST_OBSTACLES]), max(0, len(found) - MOST_OBSTACLES))


def _warning(one: Obstacle) -> Obstacle:
    return replace(one, blocking=False)


def _frozen(window: Window, around: Around, team: str | None) -> Iterable[Obstacle]:
    """One obstacle a freeze, named after the first item it meets; one for all or for a team needs no item."""
    for freeze in around.freezes:
        if not overlap(freeze.window, window):
            continue
        met = _first_met(freeze, around.subjects, team)
        if met is not None:
            reason = f"{freeze.name} is a freeze of {_about(freeze, met)}."
            yield Obstacle(FREEZE, reason, freeze.blocking, freeze.id, met.ci or None, freeze.window.end)


def _first_met(freeze: Freeze, subjects: tuple[Subject, ...], team: str | None) -> Subject | None:
    everyone = subjects or (Subject(""),)
    return next((subject for subject in everyone if covers(freeze.scope, subject, team)), None)


def _about(freeze: Freeze, met: Subject) -> str:
    if freeze.scope.kind == ALL:
        return "all changes"
    if freeze.scope.kind == TEAMS:
        return f"what belongs to {', '.join(freeze.scope.names)}"
    return f"{met.ci}, which this change affects" if met.related else met.ci


def _conflicts(others: list[Planned], subjects: tuple[Subject, ...], gravity: Mapping[str, bool]) -> Iterable[Obstacle]:
    own = dict.fromkeys(subject.ci for subject in subjects if not subject.related)
    related = dict.fromkeys(subject.ci for subject in subjects if subject.related)
    for other in others:
        same, near = _among(other.cis, own), _among(other.cis, related)
        if same is not None:
            yield _met(CONFLICT, f"{other.ticket} changes {same} in the same time.", other, same, gravity)
        elif near is not None:
            reason = f"{other.ticket} changes {near} in the same time, which this change affects."
            yield _met(RELATED, reason, other, near, gravity)
        elif other.affects:
            near = other.affects[0]
            yield _met(RELATED, f"{other.ticket} affects {near} in the same time.", other, near, gravity)


def _met(kind: str, reason: str, other: Planned, ci: str | None, gravity: Mapping[str, bool]) -> Obstacle:
    return Obstacle(kind, reason, gravity[kind] and other.firm, other.ticket, ci, other.window.end)


def _among(cis: tuple[str, ...], wanted: Mapping[str, None]) -> str | None:
    return next((ci for ci in cis if ci in wanted), None)


def _outside(window: Window, around: Around) -> Iterable[Obstacle]:
    """An item that has maintenance windows is changed within them. Several of one item add up."""
    for subject in around.subjects:
        agreed = [one for one in around.maintenance if covers(one.scope, subject)]
        if subject.related or not agreed or _within(window, agreed):
            continue
        blocking = any(one.blocking for one in agreed)
        names = ", ".join(one.name for one in agreed)
        reason = f"The window is not within the maintenance windows of {subject.ci} ({names})."
        yield Obstacle(OUTSIDE, reason, blocking, agreed[0].id, subject.ci, _next_fit(window, agreed))


def _within(window: Window, agreed: list[Maintenance]) -> bool:
    return any(one.begin <= window.begin and window.end <= one.end for one in _merged(agreed))


def _next_fit(window: Window, agreed: list[Maintenance]) -> datetime | None:
    """The next beginning of a maintenance window that is long enough."""
    later = (one.begin for one in _merged(agreed) if one.begin > window.begin and one.length >= window.length)
    return min(later, default=None)


def _merged(agreed: list[Maintenance]) -> list[Window]:
    """Occurrences of all, where they touch or overlap taken as one."""
    whole: list[Window] = []
    occurrences = (window for one in agreed for window in one.occurrences)
    for window in sorted(occurrences, key=lambda one: (one.begin, one.end)):
        if whole and window.begin <= whole[-1].end:
            whole[-1] = Window(whole[-1].begin, max(whole[-1].end, window.end))
        else:
            whole.append(window)
    return whole


def _busy(others: list[Planned], assignee: str | None, gravity: Mapping[str, bool]) -> Iterable[Obstacle]:
    for other in others:
        if assignee is not None and other.assignee == assignee:
            reason = f"The assignee makes {other.ticket} in the same time."
            yield _met(BUSY, reason, other, None, gravity)


def verdict_data(verdict: Verdict) -> dict[str, Json]:
    """The verdict as facts hold it."""
    return {"obstacles": [_obstacle_data(one) for one in verdict.obstacles], "more": verdict.more}


def verdict_of(data: Mapping[str, Any]) -> Verdict:
    """The verdict a fact holds, `verdict_data`'s inverse."""
    return Verdict(tuple(_obstacle(one) for one in data["obstacles"]), data["more"])


def _obstacle_data(one: Obstacle) -> dict[str, Json]:
    return {
        "kind": one.kind,
        "reason": one.reason,
        "blocking": one.blocking,
        "source": one.source,
        "ci": one.ci,
        "until": stamp(one.until) if one.until else None,
    }


def _obstacle(data: Mapping[str, Any]) -> Obstacle:
    until = instant(data["until"]) if data["until"] else None
    return Obstacle(data["kind"], data["reason"], data["blocking"], data["source"], data["ci"], until)
