"""The forward schedule at the API, and the address that calendar programs fetch it from."""

from typing import Any

import icalendar
import pytest

from longwatch.domain.ticket import Actor
from longwatch.store import agreed_windows, calendar_feeds
from longwatch.store.tables import Person as Row
from tests.store.changes import DAY, SUNDAYS, TUESDAY, agreed, change, plan, titled
from tests.web.conftest import WebDesk

MANAGER = Actor("user:change-manager", roles=("change-manager",))
SPAN = "from=2026-11-23T00:00:00Z&to=2026-11-30T00:00:00Z"


@pytest.fixture
def early(desk: WebDesk) -> WebDesk:
    """The desk on the evening before the changes of these tests."""
    desk.store._clock = lambda: TUESDAY - DAY
    return desk


def asked(desk: WebDesk, query: str = SPAN, login: str = "agent") -> dict[str, Any]:
    answer = desk.api(login).get(f"/calendar/changes?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


def add(desk: WebDesk, **data: Any) -> None:
    with desk.store.writing() as session:
        agreed_windows.add(desk.store, session, MANAGER, agreed(**data))


def planned(desk: WebDesk) -> None:
    with desk.store.writing() as session:
        one = titled(session, 1, "Patch, test; ship")
    plan(desk.store, one, change(2, 1, 3), change(3, 24, 26, cis=("mail-1",), team="servers"))


def test_the_schedule_tells_changes_with_what_stands_in_their_way(early: WebDesk) -> None:
    planned(early)

    first, second, third = asked(early)["items"]

    assert (first["number"], first["title"], first["status"]) == ("CHG-000001", "Patch, test; ship", "scheduled")
    assert (first["begin"], first["end"]) == ("2026-11-24T20:00:00.000000Z", "2026-11-24T22:00:00.000000Z")
    assert first["cis"] == ["db-1"]
    assert (first["conflicts"], second["conflicts"]) == (["CHG-000002"], ["CHG-000001"])
    assert first["obstacles"][0]["blocking"] is True
    assert third["obstacles"] == []


def test_the_schedule_tells_freezes_and_maintenance(early: WebDesk) -> None:
    add(early, blocking=False)
    add(early, kind="maintenance", end=None, times=SUNDAYS)

    windows = asked(early)["windows"]

    assert [(one["kind"], one["weekly"]) for one in windows] == [("freeze", False), ("maintenance", True)]
    assert windows[1]["begin"] == "2026-11-29T00:00:00.000000Z"


def test_the_schedule_is_filtered_and_paged(early: WebDesk) -> None:
    planned(early)

    first = asked(early, f"{SPAN}&limit=2")
    rest = asked(early, f"{SPAN}&limit=2&after={first['next']}")

    assert [one["number"] for one in first["items"] + rest["items"]] == ["CHG-000001", "CHG-000002", "CHG-000003"]
    assert rest["next"] is None
    assert [one["number"] for one in asked(early, f"{SPAN}&ci=mail-1")["items"]] == ["CHG-000003"]
    assert [one["number"] for one in asked(early, f"{SPAN}&team=servers")["items"]] == ["CHG-000003"]


def test_without_a_span_it_is_the_next_month(early: WebDesk) -> None:
    planned(early)
    plan(early.store, change(4, 24 * 40, 24 * 40 + 1))

    assert [one["number"] for one in asked(early, "")["items"]] == ["CHG-000001", "CHG-000002", "CHG-000003"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-11-24T00:00:00Z&to=2026-11-24T00:00:00Z", "to"),
        ("from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z", "to"),
        ("from=2026-11-24T00:00:00Z&to=2029-11-23T00:00:00Z", "to"),
        ("from=yesterday", "from"),
        ("limit=0", "limit"),
        ("after=nonsense", "after"),
        ("colour=red", "colour"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(early: WebDesk, query: str, field: str) -> None:
    answer = early.api("agent").get(f"/calendar/changes?{query}")

    assert answer.status_code == 422
    assert field in answer.get_json()["errors"]


def test_a_requester_is_told_of_their_own_changes_alone(early: WebDesk) -> None:
    plan(early.store, change(1), change(2, requester="user:x", team="servers"))

    (own,) = asked(early, login="requester")["items"]
    assert own["number"] == "CHG-000001"
    assert own["conflicts"] == []
    assert asked(early)["items"][0]["conflicts"] == ["CHG-000002"]
    assert early.client().get("/api/v1/calendar/changes").status_code == 401


def address(desk: WebDesk, login: str = "agent") -> str:
    with desk.store.writing() as session:
        return f"/api/v1/calendar/feeds/{calendar_feeds.create(desk.store, session, login, 'Phone')}.ics"


def events(desk: WebDesk, path: str) -> dict[str, Any]:
    answer = desk.client().get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(one["uid"]): one for one in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}


def test_a_calendar_program_reads_the_schedule(early: WebDesk) -> None:
    planned(early)
    plan(early.store, change(5, 30, 31, status="cancelled"), change(6, 40, 41, status="authorization"), version=9)
    add(early)
    add(early, kind="maintenance", end=24 * 14, times=SUNDAYS)

    found = events(early, address(early))

    patch = next(event for uid, event in found.items() if uid.startswith("CHG-000001@"))
    states = {uid.partition("@")[0]: str(event["status"]) for uid, event in found.items()}
    assert str(patch["summary"]) == "CHG-000001 Patch, test; ship"
    assert patch.decoded("dtstart") == TUESDAY
    assert patch["sequence"] == 3
    assert "CHG-000002 changes db-1 in the same time." in str(patch["description"])
    assert (states["CHG-000003"], states["CHG-000005"], states["CHG-000006"]) == (
        "CONFIRMED",
        "CANCELLED",
        "TENTATIVE",
    )
    assert sum(uid.startswith("window-1-") for uid in found) == 1
    assert sum(uid.startswith("window-2-") for uid in found) == 2


def test_an_entry_keeps_its_uid_and_counts_its_revisions(early: WebDesk) -> None:
    path = address(early)
    plan(early.store, change(1), version=3)
    before = events(early, path)

    plan(early.store, change(1, 5, 6), version=8)
    after = events(early, path)

    assert list(before) == list(after)
    assert (before[next(iter(before))]["sequence"], after[next(iter(after))]["sequence"]) == (3, 8)


def test_a_program_that_has_it_already_is_told_so(early: WebDesk) -> None:
    planned(early)
    path = address(early)
    first = early.client().get(path)

    again = early.client().get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.data == b""
    assert first.headers["Cache-Control"] == "no-store"


def test_an_address_carries_its_persons_rights_of_now(early: WebDesk) -> None:
    plan(early.store, change(1), change(2, requester="user:x", team="servers"))
    path = address(early, "approver")
    all_of_them = events(early, path)

    with early.store.writing() as session:
        session.get_one(Row, "approver").roles = []
    none_of_them = events(early, path)

    assert len(all_of_them) == 2
    assert none_of_them == {}


def test_an_address_may_show_one_team_or_item_only(early: WebDesk) -> None:
    planned(early)
    path = address(early)

    assert len(events(early, f"{path}?team=servers")) == 1
    assert len(events(early, f"{path}?ci=db-1")) == 2


@pytest.mark.parametrize("secret", ["x", "..%2f..", "a" * 5000])
def test_a_wrong_address_is_absent(early: WebDesk, secret: str) -> None:
    assert early.client().get(f"/api/v1/calendar/feeds/{secret}.ics").status_code == 404


def test_an_address_opens_nothing_else(early: WebDesk) -> None:
    secret = address(early).rpartition("/")[2].removesuffix(".ics")

    answer = early.client().get("/api/v1/calendar/changes", headers={"Authorization": f"Bearer {secret}"})

    assert answer.status_code == 401
