"""A change in brief, for those who decide on it: when, on what, how risky and why, and what stands in its way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from cmdb.impact import impact
from longwatch.domain.ticket import instant
from web.console.names import names_of
from web.console.people import Names, Viewer
from web.console.times import Moment, Tone, moment, short, span
from web.console.words import Badge, readable

MOST_ITEMS = 20
"""Items whose impact is looked up: more than these are no one change."""

MOST_NAMED = 40
"""Affected items told by name; the rest are counted."""

Impacts = dict[str, dict[str, Any]]
"""What the CMDB said of items, by their ids."""

LEVELS: Mapping[str, Tone] = {"low": "green", "medium": "amber", "high": "red", "very_high": "red"}


@dataclass(frozen=True)
class Picture:
    """What else is affected: names of the nearest items, how many there are in all, services, and people using them."""

    affected: Sequence[str] = ()
    count: int = 0
    services: Sequence[str] = ()
    users: int = 0

    @property
    def more(self) -> int:
        """How many are not named."""
        return max(0, self.count - len(self.affected))


@dataclass(frozen=True)
class InTheWay:
    """Something that stands in the way of its window, or only deserves a look."""

    reason: str
    badge: Badge
    until: Moment | None


@dataclass(frozen=True)
class ChangeBrief:
    """What approvers need to see at a glance."""

    type: str
    model: str
    window: str
    length: str
    begins: Moment | None
    items: Sequence[str]
    picture: Picture
    risk: Badge | None
    reasons: Sequence[str]
    in_the_way: Sequence[InTheWay]
    more_in_the_way: int
    judged: Moment | None


def brief_of(session: Session, who: Viewer, state: Any, known: Impacts | None = None) -> ChangeBrief:
    """A change in brief, with its impact as the CMDB knows it now; `known` remembers items for the next change."""
    impacts = known if known is not None else {}
    for ci in state.cis[:MOST_ITEMS]:
        if ci not in impacts:
            impacts[ci] = impact(session, ci)
    found = [impacts[ci] for ci in state.cis[:MOST_ITEMS]]
    nearest = list(dict.fromkeys(ci for one in found for ci in one["affected"] if ci not in state.cis))
    names = names_of(session, [], [*state.cis, *nearest[:MOST_NAMED]])
    return brief(state, _picture(found, nearest, names), names, who)


def _picture(found: Iterable[Mapping[str, Any]], nearest: Sequence[str], names: Names) -> Picture:
    """Together: an item that two of them affect counts once as far as it is named."""
    known = [one for one in found if one["ci"] is not None]
    beyond = max((one.get("affected_count", 0) - len(one["affected"]) for one in known), default=0)
    services = list(dict.fromkeys(name for one in known for name in one.get("services") or ()))
    users = max((one.get("users") or 0 for one in known), default=0)
    return Picture([names.ci(ci) for ci in nearest[:MOST_NAMED]], len(nearest) + max(0, beyond), services, users)


def brief(state: Any, picture: Picture, names: Names, who: Viewer) -> ChangeBrief:
    """The brief of a change whose impact is known."""
    verdict, risk = state.verdict or {}, state.risk
    return ChangeBrief(
        type=readable(state.type),
        model=state.model or "",
        window=_window(state.begin, state.end, who),
        length=span((state.end - state.begin).total_seconds()) if state.begin and state.end else "",
        begins=moment(state.begin, who.now, who.zone) if state.begin else None,
        items=[names.ci(ci) for ci in state.cis],
        picture=picture,
        risk=_risk(risk) if risk else None,
        reasons=[_reason(one) for one in (risk or {}).get("reasons", ())],
        in_the_way=[_in_the_way(one, who) for one in verdict.get("obstacles", ())],
        more_in_the_way=verdict.get("more", 0),
        judged=moment(state.judged_at, who.now, who.zone) if state.judged_at else None,
    )


def _window(begin: datetime | None, end: datetime | None, who: Viewer) -> str:
    if begin is None or end is None:
        return "not planned yet"
    return f"{short(begin, who.zone)} to {short(end, who.zone)}"


def _risk(risk: Mapping[str, Any]) -> Badge:
    tone = LEVELS.get(risk["level"], "grey")
    return Badge(f"{readable(risk['level'])} risk, {risk['score']} of 100", tone, icon="activity")


def _reason(one: Mapping[str, Any]) -> str:
    """A line of the explanation; a question keeps its own mark, and what brings no points says none."""
    points = f" ({one['points']:+d})" if one["points"] else ""
    return f"{one['what']}{'' if one['what'].endswith('?') else ':'} {one['found']}{points}"


def _in_the_way(one: Mapping[str, Any], who: Viewer) -> InTheWay:
    blocks = Badge("Blocks it", "red", icon="ban") if one["blocking"] else Badge("Look at it", "amber", icon="info")
    until = moment(instant(one["until"]), who.now, who.zone) if one["until"] else None
    return InTheWay(one["reason"], blocks, until)
