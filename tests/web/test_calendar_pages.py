"""The change calendar: what is planned by month, week and list; freezes, maintenance and clashes told in words."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from longwatch.domain.ticket import Actor
from longwatch.store import agreed_windows
from longwatch.store.tables import Person as Row
from tests.store.changes import DAY, HOUR, SUNDAYS, TUESDAY, Change, agreed, plan, titled
from tests.web.conftest import WebDesk
from tests.web.person import Person
from tests.web.test_pages_rest import INLINE

MANAGER = Actor("user:change-manager", roles=("change-manager",))
AT = "at=2026-11-24"


@pytest.fixture
def early(desk: WebDesk) -> WebDesk:
    """The desk on a Monday evening before the changes of these tests; people are signed in then."""
    desk.store._clock = lambda: TUESDAY - DAY
    return desk


def planned(desk: WebDesk, title: str = "Patch the database", number: int = 1, **more: Any) -> Change:
    with desk.store.writing() as session:
        one = titled(session, number, title, **more)
    plan(desk.store, one)
    return one


def window(desk: WebDesk, **data: Any) -> int:
    with desk.store.writing() as session:
        return agreed_windows.add(desk.store, session, MANAGER, agreed(**data)).row


def look(desk: WebDesk, login: str = "agent", **asked: str) -> str:
    query = "&".join([AT, *(f"{name}={value}" for name, value in asked.items())])
    person = Person(desk.client(), login)
    page = person.go(f"/calendar?{query}")
    assert person.status == 200
    return page


def day(page: str, name: str) -> str:
    """What stands in one day of the grid."""
    (found,) = re.findall(rf'<li class="cal-day[^>]*>(?:(?!</li>).)*{name}(?:(?!</li>).)*</li>', page, re.DOTALL)
    return str(found)


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_every_view_shows_what_is_planned(early: WebDesk, view: str) -> None:
    planned(early)

    page = look(early, view=view)

    assert "Patch the database" in page
    assert "20:00-22:00" in page
    assert "Scheduled" in page
    assert 'href="/t/CHG-000001"' in page
    assert not INLINE.search(page)


def test_a_day_holds_what_is_on_in_it(early: WebDesk) -> None:
    planned(early, begin=2, end=6)

    page = look(early)

    assert "Patch the database" in day(page, "Tuesday 24 November")
    assert "22:00-02:00" in day(page, "Tuesday 24 November")
    assert "to 02:00" in day(page, "Wednesday 25 November")
    assert "Patch the database" in day(page, "Wednesday 25 November")
    assert "Patch the database" not in day(page, "Thursday 26 November")


def test_days_are_those_of_the_viewers_time_zone(early: WebDesk) -> None:
    with early.store.writing() as session:
        session.get_one(Row, "agent").time_zone = "Asia/Tokyo"
    planned(early)

    page = look(early)

    assert "05:00-07:00" in day(page, "Wednesday 25 November")
    assert "Patch" not in day(page, "Tuesday 24 November")


def test_a_month_begins_on_a_monday_and_has_whole_weeks(early: WebDesk) -> None:
    page = look(early)

    assert page.count('class="cal-day') == 42
    assert "Monday 26 October 2026" in page
    assert "Sunday 6 December 2026" in page


def test_two_changes_of_one_item_at_a_time_are_marked_in_words(early: WebDesk) -> None:
    planned(early)
    planned(early, "Move the database", 2, begin=1, end=3)
    planned(early, "Patch the mail server", 3, cis=("mail-1",))

    page = look(early, view="list")

    assert page.count("Clash") == 2
    assert "CHG-000002 changes db-1 in the same time." in page


def test_freezes_shade_their_days_and_are_named(early: WebDesk) -> None:
    planned(early)
    window(early, name="Year end", begin=-3, end=3)
    window(early, kind="maintenance", name="Sunday night", begin=-3, end=None, times=SUNDAYS)

    page = look(early)

    assert "Freeze: Year end" in day(page, "Tuesday 24 November")
    assert "frozen" not in day(page, "Thursday 26 November")
    assert "In a freeze" in day(page, "Tuesday 24 November")
    assert "Sunday night" in day(page, "Sunday 29 November")


def test_a_day_with_much_leads_to_its_week(early: WebDesk) -> None:
    for n in range(1, 8):
        planned(early, f"Change {n}", n, cis=(f"ci-{n}",))

    assert "3 more" in day(look(early), "Tuesday 24 November")
    assert "more</a>" not in look(early, view="week")


def test_the_calendar_is_filtered_by_team_and_item(early: WebDesk) -> None:
    planned(early)
    planned(early, "Patch the mail server", 2, cis=("mail-1",), team="servers")

    assert "Patch the database" not in look(early, team="servers")
    assert "Patch the mail server" not in look(early, ci="db-1")
    assert "Patch the mail server" in look(early, ci="mail-1", team="servers")


def test_a_requester_sees_only_changes_of_their_own(early: WebDesk) -> None:
    planned(early)
    planned(early, "Secret move", 2, requester="user:requester2", team="servers")

    page = look(early, "requester")

    assert "Patch the database" in page
    assert "Secret move" not in page
    assert "Secret move" in look(early, "approver")


def test_whoever_approves_finds_the_calendar_and_a_requester_is_not_bothered(early: WebDesk) -> None:
    for login, shown in (("agent", True), ("approver", True), ("auditor", True), ("requester", False)):
        assert ('href="/calendar"' in Person(early.client(), login).go("/account")) == shown


def test_nonsense_in_the_address_shows_today(early: WebDesk) -> None:
    person = Person(early.client(), "agent")

    for query in ("view=year&at=tomorrow", "at=0001-01-01", "at=9999-12-31", "view=week&at=2026-13-40"):
        page = person.go(f"/calendar?{query}")
        assert person.status == 200
        assert "Change calendar" in page


def test_an_empty_time_says_what_would_appear(early: WebDesk) -> None:
    assert "Nothing is planned in this time" in look(early, view="list")
    assert "Nothing is planned in this time" in look(early)


def test_the_month_with_the_longer_night_has_no_day_twice(early: WebDesk) -> None:
    with early.store.writing() as session:
        session.get_one(Row, "agent").time_zone = "Europe/Warsaw"
    night = datetime(2026, 10, 25, 21, tzinfo=UTC)
    plan(early.store, Change(begin=night, end=night + HOUR))

    page = Person(early.client(), "agent").go("/calendar?at=2026-10-25")

    assert page.count('class="cal-day') == 35
    assert "22:00-23:00" in day(page, "Sunday 25 October")
    assert "A change" not in day(page, "Monday 26 October")


def test_only_those_who_keep_windows_may_change_them(early: WebDesk) -> None:
    row = window(early)

    for login, status in (("agent", 403), ("approver", 403), ("change-manager", 200), ("admin", 200)):
        person = Person(early.client(), login)
        person.go("/calendar/windows/new/freeze")
        assert person.status == status
        person.go(f"/calendar/windows/{row}")
        assert person.status == 200
        assert (f"/calendar/windows/{row}" in person.forms()) == (status == 200)


FORM = {
    "name": "Year end",
    "reason": "The books are closed.",
    "scope": "services",
    "names": "Web shop, Mail",
    "begin": "2026-12-20T00:00",
    "end": "2027-01-04T06:00",
    "blocking": "yes",
}


def test_a_freeze_is_recorded_by_the_form(early: WebDesk) -> None:
    manager = Person(early.client(), "change-manager")
    manager.go("/calendar/windows/new/freeze")

    page = manager.send("/calendar/windows/new/freeze", **FORM)

    assert manager.where == "/calendar/windows"
    assert "Year end is recorded." in page
    assert "Web shop, Mail" in page


def test_a_weekly_window_is_recorded_and_comes_back_in_its_form(early: WebDesk) -> None:
    manager = Person(early.client(), "change-manager")
    manager.go("/calendar/windows/new/maintenance")
    typed = {**FORM, "scope": "all", "names": "", "end": "", "weekly": "sat-sun 22:00-04:00", "zone": "Europe/Warsaw"}

    page = manager.send("/calendar/windows/new/maintenance", **typed)
    manager.go("/calendar/windows/1")
    form = manager.form("/calendar/windows/1")

    assert "sat 22:00-04:00, sun 22:00-04:00 (Europe/Warsaw)" in page
    assert form.fields["weekly"] == "sat 22:00-04:00\nsun 22:00-04:00"
    assert form.fields["begin"] == "2026-12-20T00:00"
    assert form.fields["zone"] == "Europe/Warsaw"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"end": "2026-12-19T00:00"}, "It ends before it begins."),
        ({"end": ""}, "Say when it ends."),
        ({"begin": "soon"}, "That is no date and time."),
        ({"name": " "}, "This must be a text"),
        ({"scope": "moon"}, "This must be one of"),
        ({"names": "Nothing such"}, "Nothing of this kind is called Nothing such."),
        ({"weekly": "someday 10:00-11:00"}, "names no week days"),
        ({"weekly": "sun 10:00"}, "is no span of hours"),
        ({"weekly": "sun 10:00-11:00", "zone": "Europe/Atlantis"}, "There is no time zone called Europe/Atlantis."),
    ],
)
def test_what_cannot_be_recorded_keeps_what_was_typed(early: WebDesk, typed: dict[str, str], sentence: str) -> None:
    manager = Person(early.client(), "change-manager")
    manager.go("/calendar/windows/new/freeze")

    page = manager.send("/calendar/windows/new/freeze", **{**FORM, **typed})

    assert manager.status == 422
    assert sentence in page.replace("&#39;", "'")
    assert manager.form("/calendar/windows/new/freeze").fields["reason"] == "The books are closed."


def test_an_edit_of_what_somebody_else_changed_is_not_saved(early: WebDesk) -> None:
    row = window(early)
    one, two = Person(early.client(), "change-manager"), Person(early.client(), "admin")
    for person in (one, two):
        person.go(f"/calendar/windows/{row}")

    two.send(f"/calendar/windows/{row}", name="Longer freeze")
    page = one.send(f"/calendar/windows/{row}", name="Shorter freeze")

    assert "Longer freeze is changed." in two.page
    assert one.status == 409
    assert "Somebody else has changed this window meanwhile." in page
    assert 'value="Shorter freeze"' in page


def test_a_window_is_ended_by_one_press(early: WebDesk) -> None:
    row = window(early, begin=-48)
    manager = Person(early.client(), "change-manager")
    manager.go("/calendar/windows")

    page = manager.send(f"/calendar/windows/{row}/end")

    assert "The freeze is ended." in page
    assert f"/calendar/windows/{row}/end" not in manager.forms()


def test_a_kind_nobody_knows_and_a_window_that_is_not_there_are_absent(early: WebDesk) -> None:
    manager = Person(early.client(), "change-manager")

    for path in ("/calendar/windows/new/party", "/calendar/windows/77"):
        manager.go(path)
        assert manager.status == 404


def address_of(page: str) -> str:
    (found,) = re.findall(r'value="https?://[^/"]+(/api/v1/calendar/feeds/[^"]+\.ics)"', page)
    return str(found)


def test_an_address_for_a_calendar_program_is_shown_once_and_revoked(early: WebDesk) -> None:
    planned(early)
    agent = Person(early.client(), "agent")
    agent.go("/calendar/feeds")

    address = address_of(agent.send("/calendar/feeds", name="My phone"))
    stranger = early.client()
    first = stranger.get(address)
    agent.go("/calendar/feeds")
    shown_again = address in agent.page
    agent.send("/calendar/feeds/revoke")

    assert first.status_code == 200
    assert b"Patch the database" in first.data
    assert not shown_again
    assert "My phone" not in agent.page.partition("Addresses in use")[2].partition("<form")[0]
    assert stranger.get(address).status_code == 404


def test_too_many_addresses_are_refused(early: WebDesk) -> None:
    agent = Person(early.client(), "agent")
    for _ in range(11):
        agent.go("/calendar/feeds")
        agent.send("/calendar/feeds")

    assert agent.status == 409
    assert "Revoke one first" in agent.page


def test_whoever_did_not_sign_in_sees_no_calendar(desk: WebDesk) -> None:
    for path in ("/calendar", "/calendar/windows", "/calendar/feeds"):
        assert desk.client().get(path).status_code == 303


def test_work_of_several_days_fills_those_between(early: WebDesk) -> None:
    planned(early, "Move the data centre", begin=0, end=60)

    page = look(early)

    assert "all day" in day(page, "Wednesday 25 November")
    assert "to 08:00" in day(page, "Friday 27 November")


def test_times_are_told_with_their_days_where_they_last_longer(early: WebDesk) -> None:
    planned(early, "Move the data centre", begin=0, end=60)

    page = look(early, view="list")

    assert "24 Nov 20:00 - 27 Nov 08:00" in page
