"""Facts as sentences: what somebody did, told after their name. The journal tab shows every field."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from longwatch.domain.ticket import instant
from web.console import telling_approvals, telling_between, telling_work, words
from web.console.people import Names, Viewer
from web.console.times import short

Data = Mapping[str, Any]


class Teller(Protocol):
    """Names, words and time zone of the one who reads."""

    @property
    def names(self) -> Names:
        """Names of people, teams and items."""

    @property
    def who(self) -> Viewer:
        """Who reads."""

    @property
    def titles(self) -> Mapping[str, str]:
        """Titles of the ticket's tasks and back-outs, by their ids."""

    def text(self, reference: Any) -> str:
        """The words behind a reference."""


def tell(record: Data, teller: Teller) -> str:
    """What a journal record says happened: `assigned it to Anna Agent, Servers`."""
    fact, data = str(record["type"]), record["data"]
    if fact == "Assigned" and data.get("person") == record["actor"]:
        team = teller.names.team(data.get("team"))
        return f"took it, {team}" if team else "took it"
    phrase = _PHRASES.get(fact)
    return phrase(data, teller) if phrase else words.event(fact).label


def _opened(data: Data, _: Teller) -> str:
    return f"opened it ({data['source']})" if data.get("source") else "opened it"


def _assigned(data: Data, teller: Teller) -> str:
    face, team = teller.names.face(data.get("person")), teller.names.team(data.get("team"))
    to = ", ".join(name for name in (face.name if face else "", team) if name)
    why = " ".join(data.get("reasons") or ())
    return f"assigned it to {to or 'nobody'}" + (f". {why}" if why else "")


def _held(data: Data, teller: Teller) -> str:
    waits = words.HOLD_REASONS.get(str(data.get("reason")), "somebody else")
    until = f" until {_when(data['until'], teller)}" if data.get("until") else ""
    return f"put it on hold: waiting for {waits}{until}{_quoted(data, 'text', teller)}"


def _resumed(data: Data, _: Teller) -> str:
    whys = {"date": "the date was reached", "replied": "the requester replied"}
    why = whys.get(str(data.get("why")))
    return f"resumed it: {why}" if why else "resumed it"


def _priority(data: Data, _: Teller) -> str:
    level = data.get("priority", 3)
    name = words.PRIORITY_NAMES.get(level, "")
    hit = f"; {data['users']} people hit" if data.get("users") else ""
    return f"set priority P{level}, {name} (impact {data.get('impact')}, urgency {data.get('urgency')}){hit}"


def _policy(data: Data, _: Teller) -> str:
    return f"chose service level {data.get('policy')}, version {data.get('version', 1)}"


def _escalated(data: Data, teller: Teller) -> str:
    return f"escalated it to level {data.get('level')}{_quoted(data, 'reason', teller)}"


def _resolved(data: Data, teller: Teller) -> str:
    code = words.readable(str(data.get("code") or "")).lower()
    return f"resolved it ({code}){_quoted(data, 'text', teller)}"


def _because(verb: str) -> Callable[[Data, Teller], str]:
    return lambda data, teller: f"{verb}{_quoted(data, 'reason', teller)}"


def _closed(data: Data, _: Teller) -> str:
    return "closed it: nobody objected in time" if data.get("automatic") else "confirmed that it is fixed"


def _breached(data: Data, teller: Teller) -> str:
    return f"saw a target missed: {_clock(data)}, due {_when(data['due'], teller)}"


def _met(data: Data, _: Teller) -> str:
    return f"met a target: {_clock(data)}"


def _ended(data: Data, _: Teller) -> str:
    return f"was late: {_clock(data)}"


def _clock(data: Data) -> str:
    return words.CLOCKS.get(str(data.get("clock")), "a clock").lower()


def _rung(verb: str) -> Callable[[Data, Teller], str]:
    return lambda data, _: f"{verb} {data.get('rung')}" + (f", overtaken by {data['by']}" if data.get("by") else "")


def _alert(data: Data, _: Teller) -> str:
    return f"says the alert is {data.get('link')} ({data.get('severity')}, {data.get('count')} in all)"


def _remark(data: Data, _: Teller) -> str:
    """What somebody said in the monitoring tool; a plain word there, and not a body of ours."""
    saying = _SAID.get(str(data.get("about")), "says of the alert")
    author = f" by {data['author']}" if data.get("author") else ""
    text = f": “{data['text']}”" if data.get("text") else ""
    return f"{saying}{author}{text}"


_SAID: Mapping[str, str] = {
    "acknowledged": "says the alert was acknowledged there",
    "note": "passed on a note",
    "planned": "says the alert is planned work",
    "planned_over": "says the planned work is over",
}


def _failed(data: Data, _: Teller) -> str:
    return f"could not find out the {data.get('kind')}: {data.get('error')}"


def _related(data: Data, teller: Teller) -> str:
    return f"says it is about {teller.names.ci(data.get('ci')) or 'nothing we know'}"


def _linked(data: Data, _: Teller) -> str:
    return f"linked it: {words.readable(str(data.get('type'))).lower()} {data.get('ticket')}"


def _tagged(data: Data, _: Teller) -> str:
    return f"set the tags: {', '.join(data.get('tags') or ()) or 'none'}"


def _quoted(data: Data, name: str, teller: Teller) -> str:
    text = teller.text(data.get(name))
    return f": “{text}”" if text else ""


def _when(at: str, teller: Teller) -> str:
    return short(instant(at), teller.who.zone)


_PHRASES: Mapping[str, Callable[[Data, Teller], str]] = {
    "Opened": _opened,
    "Assigned": _assigned,
    "Held": _held,
    "Resumed": _resumed,
    "PrioritySet": _priority,
    "PolicyChosen": _policy,
    "Escalated": _escalated,
    "Resolved": _resolved,
    "Reopened": _because("reopened it"),
    "Cancelled": _because("cancelled it"),
    "Closed": _closed,
    "ClockBreached": _breached,
    "ClockEnded": _ended,
    "ClockMet": _met,
    "RungRun": _rung("ran escalation step"),
    "RungOvertaken": _rung("passed over escalation step"),
    "AlertChanged": _alert,
    "AlertRemarked": _remark,
    "QuestionFailed": _failed,
    "CiRelated": _related,
    "Linked": _linked,
    "Tagged": _tagged,
    **telling_approvals.PHRASES,
    **telling_work.PHRASES,
    **telling_between.PHRASES,
}
