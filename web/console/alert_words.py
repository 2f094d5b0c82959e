"""The words for alerts: what a group's link is called, why its alerts belong together, what happened to it."""

from collections.abc import Callable, Mapping
from typing import Any

from longwatch.domain.ticket import instant
from longwatch.store.alert_lists import STATES
from web.console.badges import Badge
from web.console.people import Names, Viewer
from web.console.times import short
from web.console.words import readable

LINKS: Mapping[str, Badge] = {
    "idle": Badge("Idle", "grey", icon="circle-dashed"),
    "pending": Badge("Pending", "violet", icon="hourglass"),
    "parked": Badge("Parked", "blue", icon="circle-pause"),
    "firing": Badge("Firing", "red", icon="siren"),
    "flapping": Badge("Flapping", "amber", icon="activity"),
    "quiet": Badge("Quiet", "blue", icon="timer"),
    "cleared": Badge("Cleared", "green", icon="circle-check"),
    "suspended": Badge("Suspended", "grey", icon="circle-dot"),
    "ended": Badge("Ended", "grey", icon="archive"),
    "stale": Badge("Stale", "amber", icon="clock"),
}
MEANINGS: Mapping[str, str] = {
    "idle": "Nothing fires, and nothing has.",
    "pending": "It fires; the hold-down runs before an incident is asked for.",
    "parked": "It is kept from becoming an incident for a time.",
    "firing": "It fires, and its incident knows.",
    "flapping": "It comes and goes; its incident hears of it once.",
    "quiet": "Nothing fires any more; the quiet time runs before it counts as cleared.",
    "cleared": "It has cleared; within the reopen window it would return to the same incident.",
    "suspended": "It ended within the hold-down: a transient, which opened nothing.",
    "ended": "It is over for good; new alerts begin anew.",
    "stale": "It fires, but nothing was heard of it for long.",
}
SEVERITIES: Mapping[str, Badge] = {
    "critical": Badge("Critical", "red", icon="flame"),
    "error": Badge("Error", "red", icon="circle-alert"),
    "warning": Badge("Warning", "amber", icon="triangle-alert"),
    "info": Badge("Info", "blue", icon="info"),
}
CHOICES = tuple((name, LINKS[name].label) for name in STATES)
"""What the list may be narrowed to."""

RULES: Mapping[str, str] = {
    "ci": "They are about one item.",
    "group": "The tool itself groups them.",
    "alert": "It stands alone: neither an item nor the tool groups it.",
}


def link_name(link: str, *, transients: int, sealed: bool) -> str:
    """What a group's link is called: transients that rest are suspended, sealed groups have ended."""
    if sealed:
        return "ended"
    return "suspended" if link == "idle" and transients else link


def severity(name: str | None) -> Badge | None:
    """The badge of a severity; none for none."""
    return None if name is None else SEVERITIES.get(name) or Badge(readable(name), "grey", icon="circle-dot")


def why_grouped(source: str, key: str, reason: str | None) -> str:
    """The reason that a rule gave; else what the key says: the source, by what, and which."""
    if reason:
        return reason
    by = key.removeprefix(f"{source}/").partition("/")[0]
    return RULES.get(by, "A rule gathers them.")


def parked_href(by: str | None) -> str:
    """Where the change or the maintenance window stands that parked a group."""
    if by is None:
        return ""
    if by.startswith("window:"):
        return f"/calendar/windows/{by.removeprefix('window:')}"
    return f"/t/{by}" if by.startswith("CHG-") else ""


def parked_name(by: str | None, names: Names) -> str:
    """Who or what parked a group, in words."""
    if by is None:
        return ""
    kind, _, rest = by.partition(":")
    if kind == "user":
        face = names.face(by)
        return f"Snoozed by {face.name if face else rest}"
    return {"window": "Maintenance window", "tool": "The monitoring tool", "planned": "Planned work"}.get(kind, by)


def tell(record: Mapping[str, Any], names: Names, who: Viewer) -> str:
    """What a fact of a group says happened, as a sentence."""
    fact, data = str(record["type"]), record["data"]
    phrase = _PHRASES.get(fact)
    return phrase(data, names, who) if phrase else f"{readable(fact)}."


def _seen(data: Mapping[str, Any], _: Names, __: Viewer) -> str:
    counts = data.get("counts", {})
    parts = [f"{counts.get('alerts', 0)} delivered"]
    parts += [f"{counts[name]} {word}" for name, word in _COUNTED if counts.get(name)]
    about = data.get("about") or {}
    why = f" {about['reason']}" if about.get("reason") else ""
    return f"Alerts: {', '.join(parts)}.{why}"


_COUNTED = (
    ("again", "said before"),
    ("late", "overtaken by later news"),
    ("unknown", "ended without having been known"),
    ("overflow", "beyond what a group keeps"),
)


def _requested(data: Mapping[str, Any], _: Names, __: Viewer) -> str:
    return f"It lasted: incident number {data['episode']} of this group was asked for, {data['count']} firing."


def _opened(data: Mapping[str, Any], _: Names, __: Viewer) -> str:
    return f"The incident is {data['number']}."


def _until(sentence: str) -> Callable[[Mapping[str, Any], Names, Viewer], str]:
    def said(data: Mapping[str, Any], _: Names, who: Viewer) -> str:
        until = data.get("until")
        return f"{sentence}, until {short(instant(until), who.zone)}." if until else f"{sentence}."

    return said


def _plain(sentence: str) -> Callable[[Mapping[str, Any], Names, Viewer], str]:
    return lambda _, __, ___: sentence


def _parked(data: Mapping[str, Any], names: Names, who: Viewer) -> str:
    text = f": {data['text']}" if data.get("text") else ""
    return f"Parked until {short(instant(data['until']), who.zone)}. {parked_name(data.get('by'), names)}{text}"


def _ended(data: Mapping[str, Any], _: Names, __: Viewer) -> str:
    return f"{data['number']} is {readable(data['status']).lower()}: the next firing opens another incident."


def _transient(data: Mapping[str, Any], _: Names, __: Viewer) -> str:
    within = "during planned work" if data.get("planned") else "within the hold-down"
    return f"It ended {within}: a transient, no incident."


def _remarked(data: Mapping[str, Any], _: Names, __: Viewer) -> str:
    author = f" by {data['author']}" if data.get("author") else ""
    text = f": {data['text']}" if data.get("text") else "."
    return f"The tool said: {readable(str(data['about'])).lower()}{author}{text}"


def _held(data: Mapping[str, Any], _: Names, __: Viewer) -> str:
    return f"The silence is not believed while these heartbeats are missing: {', '.join(data['missing'])}."


def _by_tool(data: Mapping[str, Any], _: Names, __: Viewer) -> str:
    return f"The tool calls {len(data['alerts'])} of what fires planned work."


_PHRASES: Mapping[str, Callable[[Mapping[str, Any], Names, Viewer], str]] = {
    "AlertsSeen": _seen,
    "HoldDownStarted": _until("It began to fire; the hold-down runs"),
    "TransientSeen": _transient,
    "IncidentRequested": _requested,
    "IncidentOpened": _opened,
    "WentQuiet": _until("Nothing fires any more; the quiet time runs"),
    "Cleared": _until("It cleared; the reopen window runs"),
    "FiredAgain": _plain("It fired again: the same incident goes on."),
    "MoreFiring": _until("More alerts joined; they are gathered"),
    "AlertsJoined": _plain("The incident was told what joined."),
    "SeverityRose": _plain("It became more severe; the incident was told."),
    "IncidentEnded": _ended,
    "IncidentResolved": _plain("The incident is resolved."),
    "IncidentReopened": _plain("The incident is open again: what fires belongs to it."),
    "KeptOpen": _plain("The reopen window is over, but people keep the incident open: what fires belongs to it."),
    "HumanTookOver": _plain("A person took the incident: it is theirs to resolve."),
    "Sealed": _plain("The reopen window is over."),
    "PlannedAsked": _plain("It was asked whether work is planned on this item."),
    "PlannedUnknown": _plain("Nobody could say whether work is planned."),
    "Parked": _parked,
    "ParkingEnded": _plain("The parking is over: what fires counts again."),
    "Woken": _plain("Somebody ended the snooze."),
    "FlappingStarted": _until("It comes and goes too often: flapping"),
    "FlappingEnded": _plain("It has settled: no longer flapping."),
    "SeverityFell": _plain("It became less severe."),
    "TrustAsked": _plain("It was asked whether the source's heartbeats are all there."),
    "ClearHeld": _held,
    "RemarkHeard": _remarked,
    "PlannedByTool": _by_tool,
}
