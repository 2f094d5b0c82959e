"""Absences on pages: one's own, a team's for its lead, everybody's for admins; refused with what was typed."""

from datetime import UTC, datetime, timedelta

import pytest

from longwatch.store.absences import away, deputy_of
from longwatch.store.tables import Audit
from longwatch.store.tables import Person as PersonRow
from tests.web.conftest import WebDesk
from tests.web.person import Person

TODAY = datetime.now(UTC)
DAY = timedelta(days=1)


def local(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M")


def absent(desk: WebDesk, login: str, at: datetime = TODAY + DAY) -> tuple[datetime | None, str | None] | None:
    with desk.store.reading() as session:
        found = away(session, [login], at).get(login)
        return (found.until, found.delegate) if found else None


def test_a_person_enters_an_absence_with_who_stands_in(desk: WebDesk) -> None:
    pia = Person(desk.client(), "approver")
    pia.go("/account")
    until = (TODAY + 3 * DAY).replace(second=0, microsecond=0)

    page = pia.send("/absences/approver", ends_at=local(until), delegate="user:lead")

    assert "The absence is entered." in page
    assert "Away now" in page
    assert "Lena Lead stands in" in page
    assert absent(desk, "approver") == (until, "lead")


def test_times_are_those_of_the_person_who_types_them(desk: WebDesk) -> None:
    with desk.store.writing() as session:
        session.query(PersonRow).filter_by(login="approver").one().time_zone = "Asia/Tokyo"
    pia = Person(desk.client(), "approver")
    pia.go("/account")
    until = (TODAY + 3 * DAY).replace(hour=12, minute=0, second=0, microsecond=0)

    pia.send("/absences/approver", ends_at=local(until))

    assert absent(desk, "approver") == (until - timedelta(hours=9), None)


def test_an_absence_is_taken_back(desk: WebDesk) -> None:
    pia = Person(desk.client(), "approver")
    pia.go("/account")
    pia.send("/absences/approver")
    back = next(action for action in pia.forms() if action.endswith("/take-back"))

    page = pia.send(back)

    assert "No absence is entered." in page
    assert absent(desk, "approver") is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"ends_at": "2020-01-01T08:00"}, "It must end after it begins."),
        ({"begins_at": "tomorrow"}, "That is no date with a time"),
        ({"begins_at": "0001-01-01T00:00+14:00"}, "That is no date with a time"),
        ({"delegate": "user:nobody"}, "Nobody who could stand in is called nobody."),
        ({"delegate": "user:approver"}, "Name another person."),
        ({"person": "x"}, "Unknown field."),
    ],
)
def test_what_cannot_be_meant_is_refused_and_kept(desk: WebDesk, typed: dict[str, str], words: str) -> None:
    pia = Person(desk.client(), "approver")
    pia.go("/account")

    page = pia.send("/absences/approver", **typed)

    assert pia.status == 422
    assert words in page
    assert absent(desk, "approver") is None


def test_a_standing_deputy_is_named_and_taken_back(desk: WebDesk) -> None:
    pia = Person(desk.client(), "approver")
    named = []
    for chosen in ("user:lead", ""):
        pia.go("/account")
        pia.send("/absences/approver/deputy", deputy=chosen)
        with desk.store.reading() as session:
            named.append(deputy_of(session, "approver"))

    assert named == ["lead", None]


@pytest.mark.parametrize(
    ("login", "whose", "status"),
    [
        ("admin", "approver", 200),
        ("lead", "agent", 200),  # both are of the team servers
        ("lead", "approver", 404),
        ("agent", "lead", 404),
        ("approver", "approver2", 404),
        ("admin", "nobody", 404),
    ],
)
def test_absences_of_others_are_for_their_leads_and_admins(desk: WebDesk, login: str, whose: str, status: int) -> None:
    person = Person(desk.client(), login)
    person.go(f"/absences/{whose}")
    seen = person.status
    person.go("/account")
    form = person.form(f"/absences/{login}")
    form.action = f"/absences/{whose}"

    person.send_again(form)

    assert (seen, person.status) == (status, status)
    assert (absent(desk, whose) is not None) == (status == 200)


def test_a_lead_finds_the_people_of_the_teams(desk: WebDesk) -> None:
    page = Person(desk.client(), "lead").go("/account")

    assert 'href="/absences/agent">Anna Agent' in page
    assert "/absences/approver" not in page.replace("/absences/lead", "")
    assert "Absences of others" not in Person(desk.client(), "agent").go("/account")


def test_who_said_so_is_in_the_audit_log(desk: WebDesk) -> None:
    admin = Person(desk.client(), "admin")
    admin.go("/absences/approver")

    admin.send("/absences/approver", delegate="user:lead")

    with desk.store.reading() as session:
        [row] = session.query(Audit).filter_by(action="absence_entered")
        assert (row.actor, row.subject) == ("user:admin", "user:approver")
