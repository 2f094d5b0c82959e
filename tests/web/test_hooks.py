"""Hooks: stored as they came, answered at once; trouble of ours is never the sender's."""

import json
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from integrations import KINDS
from longwatch.store.database import Store
from longwatch.store.tables import Command, Inbox, Source
from tests.web.conftest import WebDesk
from web import hooks
from web.doors import entry

ALERT = {"fingerprint": "disk-full", "state": "firing", "title": "Disk full", "severity": "critical"}


def stored(desk: WebDesk) -> list[Inbox]:
    with desk.store.reading() as session:
        return list(session.scalars(select(Inbox).order_by(Inbox.row)))


def test_a_call_is_stored_as_it_came(desk: WebDesk) -> None:
    body = json.dumps({"alerts": [ALERT, ALERT]}, indent=3)

    response = desk.client().post(desk.source(), data=body, content_type="application/json")

    assert response.status_code == 202
    assert response.get_json() == {"accepted": 2}
    (call,) = stored(desk)
    assert (call.body, call.size, call.state, call.kind, call.source) == (body, 2, "new", "generic", "watcher")


def test_a_call_needs_no_content_type_and_no_session(desk: WebDesk) -> None:
    response = desk.client().post(desk.source(), data=json.dumps({"alerts": [ALERT]}))

    assert response.status_code == 202
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("change", ["key", "kind", "unknown kind", "inactive"])
def test_a_wrong_key_opens_nothing(desk: WebDesk, change: str) -> None:
    path = desk.source()
    paths = {
        "key": path + "x",
        "kind": path.replace("/generic/", "/alertmanager/"),
        "unknown kind": path.replace("/generic/", "/carrier-pigeon/"),
        "inactive": path,
    }
    if change == "inactive":
        with desk.store.writing() as session:
            source = session.get(Source, "watcher")
            assert source is not None
            source.active = False

    response = desk.client().post(paths[change], json={"alerts": [ALERT]})

    assert response.status_code == 401
    assert stored(desk) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", None),
        (b"{", None),
        (b"hello", None),
        (b"[]", None),
        (b"\xff\xfe", None),
        (b'{"alerts": 5}', "alerts"),
        (b"[" * 100000, None),
        (b'{"alerts": NaN}', None),
    ],
)
def test_what_is_no_call_of_the_tool_is_refused(desk: WebDesk, body: bytes, field: str | None) -> None:
    response = desk.client().post(desk.source(), data=body)

    assert response.status_code == 400
    assert response.get_json()["message"]
    assert field is None or list(response.get_json()["errors"]) == [field]
    assert stored(desk) == []


def test_twenty_thousand_alerts_in_one_call_are_taken(desk: WebDesk) -> None:
    alerts = [{**ALERT, "fingerprint": f"disk-{n}"} for n in range(hooks.MOST_ALERTS)]

    response = desk.client().post(desk.source(), json={"alerts": alerts})

    assert response.get_json() == {"accepted": 20_000}
    (call,) = stored(desk)
    assert len(KINDS["generic"].members(call.body.encode())) == 20_000


def test_more_is_refused_and_looked_at_once_an_hour(desk: WebDesk) -> None:
    alerts = [ALERT] * (hooks.MOST_ALERTS + 1)
    path = desk.source()

    codes = [desk.client().post(path, json={"alerts": alerts}).status_code for _ in range(2)]

    assert codes == [413, 413]
    assert stored(desk) == []
    with desk.store.reading() as session:
        (opening,) = session.scalars(select(Command).where(Command.action == "open"))
    assert opening.actor == "source:watcher"
    desk.loops.go_round(opening.ticket)
    ticket = desk.api().ticket(opening.ticket)
    assert ticket["title"] == "Too many alerts at once from watcher"
    assert "20001 alerts" in ticket["description"]


def test_a_call_too_large_is_refused_and_looked_at(desk: WebDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry, "LARGEST", 1000)
    path = desk.source()

    response = desk.client().post(path, data=b"x" * 1001)

    assert response.status_code == 413
    assert stored(desk) == []
    with desk.store.reading() as session:
        assert session.scalar(select(Command.action)) == "open"


@pytest.mark.parametrize(
    "error", [OperationalError("INSERT", {}, Exception("disk full")), RuntimeError("a fault of ours")]
)
def test_trouble_of_ours_is_never_the_senders(desk: WebDesk, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    path = desk.source()

    def broken(_store: Store) -> Any:
        raise error

    monkeypatch.setattr(Store, "writing", broken)

    response = desk.client().post(path, json={"alerts": [ALERT]})

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    monkeypatch.undo()
    assert desk.client().post(path, json={"alerts": [ALERT]}).status_code == 202


def test_hooks_are_called_not_visited(desk: WebDesk) -> None:
    assert desk.client().get(desk.source()).status_code == 405
