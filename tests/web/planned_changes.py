"""Changes put before their authority, through the API as people do it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from longwatch.store.configuration import APPROVAL_POLICY, publish
from tests.domain.approval_desk import stage
from tests.web.conftest import WebDesk

CALM = {"rehearsed": "yes", "outage": "none", "backout": "tested"}
WILD = {"rehearsed": "no", "outage": "long", "backout": "hard"}
CALM_AUTHORITY = "peer-review"


def planned(desk: WebDesk, title: str, days: int = 3, **fields: Any) -> str:
    """The number of a new draft of `agent`'s, two hours long."""
    begin = (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)
    window = {"begin": begin.isoformat(), "end": (begin + timedelta(hours=2)).isoformat()}
    words = {"plan": "Copy it.\nSwitch over.", "backout": "Switch back.", "test": "Compare.", "communication": "Mail."}
    asked = {"title": title, "type": "normal", "cis": ["print-3"], "answers": CALM, **window, **words, **fields}
    answer = desk.api("agent").post("/changes", asked)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["number"])


def put_up(desk: WebDesk, title: str, days: int = 3, **fields: Any) -> str:
    """The number of a change that waits for its authority."""
    number = planned(desk, title, days, **fields)
    put_up_again(desk, number)
    return number


def put_up_again(desk: WebDesk, number: str) -> None:
    """Submits a draft, weighs it, and asks for its authorisation."""
    act(desk, "agent", number, "submit")
    act(desk, "change-manager", number, "assess")
    act(desk, "change-manager", number, "request_authorization")
    assert desk.api("agent").ticket(number)["status"] == "authorization"


def act(desk: WebDesk, login: str, number: str, action: str, **fields: Any) -> None:
    """Does something to a ticket, which must be possible."""
    answer = desk.api(login).post(f"/tickets/{number}/actions/{action}", fields)
    assert answer.status_code == 200, (action, answer.get_json())


def asked(desk: WebDesk, title: str = "Move the printer", *stages: dict[str, Any], **fields: Any) -> str:
    """The number of a change for `requester` that waits for these stages: for any one approver if none are given."""
    with desk.store.writing() as session:
        publish(desk.store, session, APPROVAL_POLICY, CALM_AUTHORITY, {"stages": list(stages) or [stage()]})
    return put_up(desk, title, **{"requester": "requester", "description": "It is in the way.", **fields})
