"""The facts between tickets, and of major incidents, as sentences told after somebody's name."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from longwatch.domain.incident_major_axis import ROLES
from longwatch.domain.ticket import instant
from web.console.times import short

if TYPE_CHECKING:
    from web.console.telling import Teller

Data = Mapping[str, Any]
Phrase = Callable[[Data, "Teller"], str]


def _quoted(data: Data, name: str, teller: "Teller") -> str:
    text = teller.text(data.get(name))
    return f": “{text}”" if text else ""


def _because(verb: str, name: str = "reason") -> Phrase:
    return lambda data, teller: f"{verb}{_quoted(data, name, teller)}"


def _why(verb: str) -> Phrase:
    """A reason that the desk itself gave, in plain words."""
    return lambda data, _: f"{verb}: {data.get('reason')}"


def _unlinked(data: Data, _: "Teller") -> str:
    words = str(data.get("type")).replace("_", " ")
    why = f". {data.get('reason')}" if data.get("reason") else ""
    return f"unlinked it: {words} {data.get('ticket')}{why}"


def _declined(data: Data, _: "Teller") -> str:
    return f"declined the link with {data.get('ticket')}: {data.get('reason')}"


def _followed(data: Data, teller: "Teller") -> str:
    standing = str(data.get("status")).replace("_", " ")
    return f"says that {data.get('ticket')} is {standing}{_quoted(data, 'text', teller)}"


def _split(data: Data, teller: "Teller") -> str:
    return f"split {len(data.get('messages') or ())} messages off{_quoted(data, 'title', teller)}"


def _proposed(data: Data, teller: "Teller") -> str:
    by = f" by the step {data.get('rung')} of the ladder" if data.get("rung") else ""
    by = ", since it is a storm of alerts" if data.get("storm") else by
    return f"proposed a major incident{by}{_quoted(data, 'reason', teller)}"


def _staff(verb: str) -> Phrase:
    def told(data: Data, teller: "Teller") -> str:
        faces = [(words, teller.names.face(data.get(role))) for role, words in ROLES.items()]
        named = ", ".join(f"{words} {face.name}" for words, face in faces if face is not None)
        return f"{verb}: {named}; an update every {int(data.get('cadence') or 0) // 60} minutes"

    return told


def _room(data: Data, _: "Teller") -> str:
    return f"set the war room: {data.get('war_room')}" if data.get("war_room") else "closed the war room"


def _reminded(data: Data, teller: "Teller") -> str:
    due = short(instant(data["due"]), teller.who.zone) if data.get("due") else "now"
    verb = "missed an update to the stakeholders" if data.get("overdue") else "asked for an update to the stakeholders"
    return f"{verb}, due {due}"


def _reviewed(data: Data, teller: "Teller") -> str:
    more = " and asked for a problem record" if data.get("problem") else ""
    return f"reviewed the major incident{more}{_quoted(data, 'text', teller)}"


PHRASES: Mapping[str, Phrase] = {
    "Unlinked": _unlinked,
    "LinkDeclined": _declined,
    "ParentReopened": lambda data, teller: (
        f"says that {data.get('ticket')} is open again{_quoted(data, 'reason', teller)}"
    ),
    "WorkaroundOffered": lambda data, teller: f"offers what helps: {data.get('ticket')}{_quoted(data, 'text', teller)}",
    "MergeAsked": lambda data, _: f"asked {data.get('into')} to take it in",
    "MergeSetAside": _why("set the merge aside"),
    "Merged": lambda data, _: f"merged it into {data.get('into')}",
    "MergedHere": lambda data, teller: f"took in {data.get('ticket')}{_quoted(data, 'title', teller)}",
    "MergeDeclined": lambda data, _: f"could not take in {data.get('ticket')}: {data.get('reason')}",
    "MergeUndone": lambda data, _: f"let {data.get('ticket')} go on by itself",
    "Followed": _followed,
    "Split": _split,
    "SplitSetAside": _why("could not split it"),
    "Aged": lambda data, _: f"raised its importance by {data.get('weight')} for its age",
    "MajorProposed": _proposed,
    "MajorDeclined": _because("declined to make it a major incident"),
    "MajorDeclared": _staff("declared a major incident"),
    "MajorStaffed": _staff("staffed the response"),
    "WarRoomSet": _room,
    "UpdateReminded": _reminded,
    "Mitigated": _because("says the harm is contained", "text"),
    "StoodDown": _because("stood the response down", "text"),
    "MajorReviewed": _reviewed,
}
