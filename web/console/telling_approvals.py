"""The facts of approvals as sentences: who was asked, who said what and why, and what came of it."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from web.console.telling import Teller

Data = Mapping[str, Any]

SAID = {"approve": "approved it", "refuse": "refused it", "abstain": "abstained"}


def _started(data: Data, _: "Teller") -> str:
    policy, round_ = data.get("policy") or {}, data.get("round", 1)
    again = f", round {round_}" if round_ != 1 else ""
    return f"put it up for approval (policy {policy.get('name')}, version {policy.get('version')}{again})"


def _found(data: Data, teller: "Teller") -> str:
    asked = [_asked(seat, teller) for seat in data.get("seats") or ()]
    left = [f"{_name(one['person'], teller)}: {one['reason']}" for one in data.get("left_out") or ()]
    without = f". Without a voice: {'; '.join(left)}" if left else ""
    return f"asked for the votes of {_listed(asked)}{without}"


def _asked(seat: Data, teller: "Teller") -> str:
    stands_in = f" ({_name(seat['delegate'], teller)} stands in)" if seat["delegate"] else ""
    return f"{_name(seat['person'], teller)}{stands_in}"


def _voted(data: Data, teller: "Teller") -> str:
    said = SAID.get(str(data.get("decision")), "voted")
    instead = f" for {_name(data.get('person'), teller)}" if data.get("by") != data.get("person") else ""
    before = f", instead of {data['before']['decision']}" if data.get("before") else ""
    return f"{said}{instead}{before}{_quoted(data, 'comment', teller)}"


def _delegated(data: Data, teller: "Teller") -> str:
    return f"lets {_name(data.get('to'), teller)} vote{_quoted(data, 'text', teller)}"


def _excluded(data: Data, teller: "Teller") -> str:
    kept = [f"{_name(one['person'], teller)} ({one['reason']})" for one in data.get("excluded") or ()]
    return f"noted who never votes on it: {_listed(kept)}{_fallen(data, teller)}"


def _reminded(data: Data, teller: "Teller") -> str:
    return f"reminded {_people(data.get('people'), teller)} to vote"


def _fallback(data: Data, teller: "Teller") -> str:
    how = "take over" if data.get("how") == "take_over" else "join"
    return f"saw the time of the stage {data.get('stage')} pass: {_people(data.get('names'), teller)} {how}"


def _edited(data: Data, teller: "Teller") -> str:
    return f"edited what is voted on; the approval begins again{_fallen(data, teller)}"


def _fallen(data: Data, teller: "Teller") -> str:
    votes = [vote["by"] for vote in data.get("votes") or ()]
    return f". The votes of {_people(votes, teller)} fell" if votes else ""


def _recalled(data: Data, teller: "Teller") -> str:
    return f"recalled the approval{_quoted(data, 'text', teller)}"


def _granted(data: Data, teller: "Teller") -> str:
    return f"saw it approved by {_people(data.get('people'), teller)}"


def _because(words: str, name: str = "reason") -> Callable[[Data, "Teller"], str]:
    return lambda data, _: f"{words}: {data.get(name)}" if data.get(name) else words


def _of_stage(words: str) -> Callable[[Data, "Teller"], str]:
    return lambda data, _: f"{words} {data.get('stage')}"


def _name(name: str | None, teller: "Teller") -> str:
    face = teller.names.face(name)
    return face.name if face else "nobody"


def _people(names: Iterable[str] | None, teller: "Teller") -> str:
    return _listed(_name(name, teller) for name in names or ())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nobody"


def _quoted(data: Data, name: str, teller: "Teller") -> str:
    text = teller.text(data.get(name))
    return f": “{text}”" if text else ""


PHRASES: Mapping[str, Callable[[Data, "Teller"], str]] = {
    "ApprovalStarted": _started,
    "StageOpened": _of_stage("opened the stage"),
    "ApproversFound": _found,
    "ApproversNotFound": _because("could not find the approvers", "error"),
    "VoteCast": _voted,
    "VoteDelegated": _delegated,
    "PeopleExcluded": _excluded,
    "ApprovalReminded": _reminded,
    "FallbackCalled": _fallback,
    "ApprovalBlocked": _because("saw the approval stuck"),
    "StageGranted": _of_stage("saw all agree in the stage"),
    "ApprovalGranted": _granted,
    "ApprovalRefused": _because("saw the approval refused"),
    "ApprovalExpired": _because("saw the approval expire"),
    "ApprovalRecalled": _recalled,
    "ApprovalEdited": _edited,
}
