"""What rules of correlation would have made of the alerts of the last day, beside what the rules in force make of them.

The kept calls are translated again by the tools' own translators; at most so many of the newest are looked at, and it
is said where more there were.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from activities.correlation import STORM_RATE, rules_in_force, seen_of
from activities.correlation_memory import Memory
from activities.correlation_replay import Heard, Made, Replay
from activities.correlation_standing import above_of
from activities.intake_telling import source_settings
from cmdb.closure import down
from integrations import TRANSLATORS
from integrations.alert import Alert, NotEnvelope, Untranslatable
from longwatch.domain.correlating import Seen
from longwatch.domain.correlating_rules import Rule
from longwatch.domain.correlating_storm import RATE
from longwatch.store.tables import Inbox

SPAN = timedelta(hours=24)
MOST_ALERTS = 5_000
"""Members of kept calls that are looked at, the newest."""
MOST_GROUPS = 100
"""Groups that are listed, those with incidents first."""
MOST_REASONS = 3
MOST_ITEMS = 200


@dataclass(frozen=True)
class GroupMade:
    """A group that the rules would have made."""

    title: str
    source: str
    ci: str | None
    rule: str | None
    key: str
    alerts: int
    incidents: int
    firing: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """So many alerts would have made so many incidents; `before`: as the rules in force make of the same alerts."""

    since: datetime
    until: datetime
    alerts: int
    groups: int
    incidents: int
    before: int
    left_out: int
    """Members of older calls that were not looked at."""
    made: tuple[GroupMade, ...]


def preview(session: Session, rules: Sequence[Rule], now: datetime) -> Preview:
    """What these rules would have made of the last day."""
    since = now - SPAN
    calls, left_out = _calls(session, since, now)
    every = list(_alerts(session, calls))
    heard = every[-MOST_ALERTS:]
    draft = _replayed(session, heard, rules, now)
    before = _replayed(session, heard, rules_in_force(session), now)
    order = sorted(draft, key=lambda made: (-made.incidents, -made.alerts, made.living.key))
    return Preview(
        since=since,
        until=now,
        alerts=len(heard),
        groups=len(draft),
        incidents=sum(made.incidents for made in draft),
        before=sum(made.incidents for made in before),
        left_out=left_out + len(every) - len(heard),
        made=tuple(_told(made) for made in order[:MOST_GROUPS]),
    )


def _calls(session: Session, since: datetime, until: datetime) -> tuple[list[int], int]:
    """The rows of the newest kept calls, in their order, and how many members of older ones there are besides."""
    within = (Inbox.received_at > since, Inbox.received_at <= until, Inbox.state.in_(("new", "split")))
    chosen: list[int] = []
    room = MOST_ALERTS
    for row, size in session.execute(
        select(Inbox.row, Inbox.size).where(*within).order_by(Inbox.row.desc()).limit(MOST_ALERTS)
    ):
        if size > room and chosen:  # a single call of more than that is looked at in part
            break
        chosen.append(row)
        room -= max(size, 1)
    whole = session.scalar(select(func.sum(Inbox.size)).where(*within)) or 0
    oldest = min(chosen, default=0)
    taken = session.scalar(select(func.sum(Inbox.size)).where(*within, Inbox.row >= oldest)) or 0
    return chosen[::-1], whole - taken if chosen else whole


def _alerts(session: Session, rows: Iterable[int]) -> Iterator[tuple[str, datetime, Alert]]:
    """The alerts of kept calls. Bodies may be large: each is read when its turn comes, and not kept."""
    wanted = select(Inbox.source, Inbox.kind, Inbox.received_at, Inbox.body)
    for row in rows:
        source, kind, at, body = session.execute(wanted.where(Inbox.row == row)).one()
        for alert in _translated(kind, body):
            if not alert.test and alert.about == "state":
                yield source, at, alert


def _translated(kind: str, body: str) -> Iterator[Alert]:
    try:
        members = TRANSLATORS[kind].members(body.encode())
    except (NotEnvelope, KeyError):  # a call of an earlier release; the intake sets it aside, too
        return
    for member in members:
        try:
            yield TRANSLATORS[kind].alert(member)
        except Untranslatable:
            continue


def _replayed(
    session: Session, heard: Sequence[tuple[str, datetime, Alert]], rules: Sequence[Rule], now: datetime
) -> list[Made]:
    seen = _seen(session, heard, rules)
    hops = max((rule.neighbourhood for rule in rules), default=0)
    above = above_of(session, {one.ci for one in seen if one.ci}, hops) if hops else {}

    @lru_cache(maxsize=MOST_ITEMS)
    def fails_with(ci: str) -> frozenset[str]:
        return frozenset(down(session, ci))

    names = sorted({source for source, _, _ in heard})
    settings: dict[str, dict[str, Any]] = {name: source_settings(session, name) for name in names}
    bounds = {name: int(settings[name].get(STORM_RATE, RATE)) for name in names}
    replay = Replay(rules, Memory(fails_with, above), settings, bounds)
    replay.hear((Heard(alert, one) for (_, _, alert), one in zip(heard, seen, strict=True)), now)
    return list(replay.made.values())


def _seen(session: Session, heard: Sequence[tuple[str, datetime, Alert]], rules: Sequence[Rule]) -> list[Seen]:
    """What the rules are told, source by source, in the order of the alerts."""
    found: list[Seen | None] = [None] * len(heard)
    for source in sorted({source for source, _, _ in heard}):
        mine = [n for n, each in enumerate(heard) if each[0] == source]
        told = seen_of(session, source, [(heard[n][2], heard[n][1]) for n in mine], rules)
        for n, one in zip(mine, told, strict=True):
            found[n] = one
    return [one for one in found if one is not None]


def _told(made: Made) -> GroupMade:
    reasons = sorted(made.reasons, key=lambda reason: (-made.reasons[reason], reason))
    group = made.living
    return GroupMade(
        title=made.title,
        source=group.source,
        ci=group.ci,
        rule=group.rule,
        key=group.key,
        alerts=made.alerts,
        incidents=made.incidents,
        firing=made.state.firing(),
        reasons=tuple(reasons[:MOST_REASONS]),
    )
