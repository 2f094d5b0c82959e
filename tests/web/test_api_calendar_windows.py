"""Freezes and maintenance windows at the API: recorded, changed, ended by those who keep them."""

from typing import Any

import pytest

from longwatch.store.tables import Audit
from tests.store.changes import DAY, SUNDAYS, TUESDAY
from tests.web.conftest import Program, WebDesk

PATH = "/calendar/windows"


@pytest.fixture
def early(desk: WebDesk) -> WebDesk:
    """The desk on the evening before the windows of these tests, and none from the demo."""
    desk.store._clock = lambda: TUESDAY - DAY
    return desk


@pytest.fixture
def manager(early: WebDesk) -> Program:
    """A program of the change manager."""
    return early.api("change-manager")


def window(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "freeze",
        "name": "Release week",
        "reason": "All hands are busy.",
        "scope": {"kind": "services", "names": ["Web shop"]},
        "begin": "2026-11-30T00:00:00+01:00",
        "end": "2026-12-05T00:00:00Z",
        **changes,
    }


def named(program: Program, query: str = "") -> list[str]:
    names = [one["name"] for one in program.get(f"{PATH}{query}").get_json()["items"]]
    return [name for name in names if name in ("Release week", "Longer", "Sundays")]


def test_a_freeze_is_recorded_read_and_listed(manager: Program) -> None:
    made = manager.post(PATH, window())
    read = manager.get(made.headers["Location"].removeprefix("/api/v1"))

    assert made.status_code == 201
    assert read.get_json() == made.get_json()
    assert read.get_json()["begin"] == "2026-11-29T23:00:00.000000Z"
    assert read.get_json()["blocking"] is True
    assert named(manager, "?kind=freeze") == ["Release week"]
    assert named(manager, "?kind=maintenance") == []


def test_a_weekly_window_is_recorded(manager: Program) -> None:
    made = manager.post(PATH, window(kind="maintenance", name="Sundays", end=None, times=SUNDAYS, blocking=False))

    assert made.status_code == 201
    assert made.get_json()["times"] == SUNDAYS
    assert made.get_json()["end"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"end": "2026-11-29T23:00:00Z"}, "end"),
        ({"end": "2026-11-01T00:00:00Z"}, "end"),
        ({"end": None}, "end"),
        ({"begin": "soon"}, "begin"),
        ({"scope": {"kind": "cis", "names": ["nothing-such"]}}, "scope.names"),
        ({"scope": {"kind": "all", "names": ["db-1"]}}, "scope.names"),
        ({"times": {**SUNDAYS, "zone": "Europe/Atlantis"}}, "times.zone"),
        ({"times": {"zone": "UTC", "weekly": {"6": [["2", "x"]]}}}, "times.weekly.6[0]"),
        ({"times": {"zone": "UTC", "weekly": {"7": []}}}, "times"),
        ({"blocking": "yes"}, "blocking"),
        ({"created_by": "user:me"}, "created_by"),
    ],
)
def test_what_cannot_be_a_window_is_refused_by_its_field(manager: Program, changes: dict[str, Any], field: str) -> None:
    answer = manager.post(PATH, window(**changes))

    assert answer.status_code == 422
    assert field in answer.get_json()["errors"]
    assert named(manager) == []


def put(program: Program, identity: int, json: dict[str, Any], **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {program.token}", **headers}
    return program.client.put(f"/api/v1{PATH}/{identity}", json=json, headers=sent)


def test_a_change_counts_and_a_stale_one_is_refused(manager: Program, early: WebDesk) -> None:
    identity = manager.post(PATH, window()).get_json()["id"]
    plain = {name: value for name, value in window(name="Longer").items() if name != "kind"}

    first = put(manager, identity, plain, **{"If-Match": '"1"'})
    second = put(manager, identity, plain, **{"If-Match": '"1"'})

    assert (first.status_code, first.headers["ETag"], first.get_json()["name"]) == (200, '"2"', "Longer")
    assert second.status_code == 412
    with early.store.reading() as session:
        assert session.query(Audit).filter_by(action="freeze.edited").count() == 1


def test_a_window_is_ended_and_stays_ended(manager: Program) -> None:
    identity = manager.post(PATH, window()).get_json()["id"]

    ended = [manager.post(f"{PATH}/{identity}/end").get_json() for _ in range(2)]

    assert ended[0] == ended[1]
    assert ended[0]["end"] == ended[0]["begin"]


def test_others_read_and_do_not_keep(early: WebDesk, manager: Program) -> None:
    identity = manager.post(PATH, window()).get_json()["id"]
    agent = early.api("agent")

    assert named(agent) == ["Release week"]
    assert agent.post(PATH, window()).status_code == 403
    assert agent.post(f"{PATH}/{identity}/end").status_code == 403
    assert put(agent, identity, window()).status_code == 403
    assert named(agent) == ["Release week"]


def test_a_window_that_is_not_there_is_absent(manager: Program) -> None:
    assert manager.get(f"{PATH}/999").status_code == 404
    assert manager.post(f"{PATH}/999/end").status_code == 404
