"""The form of how a source's alerts are judged: taken in words of time, refused with what was typed."""

from longwatch.store.tables import Source
from tests.web.conftest import WebDesk
from tests.web.person import Person


def settings(desk: WebDesk) -> dict[str, object]:
    with desk.store.reading() as session:
        return dict(session.get_one(Source, "watcher").settings)


def test_times_are_typed_as_people_say_them(desk: WebDesk) -> None:
    desk.source()
    admin = Person(desk.client(), "admin")
    admin.go("/sources/watcher")

    admin.send("/sources/watcher/treat", hold_down="2 min", storm_rate="600", auto_resolve="always")

    assert settings(desk) == {"hold_down": 120, "storm_rate": 600, "auto_resolve": "always"}
    assert 'value="2 min"' in admin.go("/sources/watcher")


def test_what_cannot_be_is_told_and_nothing_is_saved(desk: WebDesk) -> None:
    desk.source()
    admin = Person(desk.client(), "admin")
    admin.go("/sources/watcher")

    page = admin.send("/sources/watcher/treat", hold_down="soon", storm_rate="600")

    assert admin.status == 409
    assert "Must last: write a time such as 30 s, 5 min or 2 h." in page
    assert 'value="soon"' in page
    assert settings(desk) == {}


def test_who_only_reads_is_not_offered_the_form(desk: WebDesk) -> None:
    desk.source()

    page = Person(desk.client(), "auditor").go("/sources/watcher")

    assert "How its alerts are judged" not in page
