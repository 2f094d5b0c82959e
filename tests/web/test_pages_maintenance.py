"""Maintenance in two presses: from the alerts, an item's page and the calendar to a form that is filled in already."""

import pytest

from longwatch.store.tables_schedule import AgreedWindow
from tests.web.alert_desk import tell
from tests.web.conftest import WebDesk
from tests.web.person import Person

NEW = "/calendar/windows/new/maintenance"


def plan_link(page: str) -> str:
    """Where the page's button leads."""
    return (NEW + page.partition(f'href="{NEW}')[2].partition('"')[0]).replace("&amp;", "&")


@pytest.mark.parametrize("path", ["/alerts/{group}", "/alerts?ci=db-1", "/cis/db-1", "/calendar?ci=db-1"])
def test_one_press_leads_to_the_form_and_one_records_it(desk: WebDesk, path: str) -> None:
    group = tell(desk, "disk")
    person = Person(desk.client(), "change-manager")
    page = person.go(path.format(group=group))

    person.go(plan_link(page))
    person.send(NEW)

    assert person.where == "/calendar/windows"
    with desk.store.reading() as session:
        window = session.query(AgreedWindow).order_by(AgreedWindow.row.desc()).first()
    assert window is not None
    assert (window.kind, window.scope) == ("maintenance", {"kind": "cis", "names": ["db-1"]})
    assert (window.end - window.begin).total_seconds() == 7200


def test_a_service_is_named_the_same_way(desk: WebDesk) -> None:
    person = Person(desk.client(), "change-manager")

    person.go(f"{NEW}?scope=services&names=Mail")
    form = person.form(NEW)

    assert (form.fields["scope"], form.fields["names"], form.fields["name"]) == (
        "services",
        "Mail",
        "Maintenance of Mail",
    )


def test_without_a_name_the_form_is_empty(desk: WebDesk) -> None:
    person = Person(desk.client(), "change-manager")

    person.go(f"{NEW}?scope=all&names=x")

    assert person.form(NEW).fields["name"] == ""


def test_the_button_is_for_those_who_keep_windows(desk: WebDesk) -> None:
    group = tell(desk, "disk")
    person = Person(desk.client(), "agent")

    pages = [person.go(path) for path in (f"/alerts/{group}", "/alerts?ci=db-1", "/cis/db-1", "/calendar?ci=db-1")]

    assert not any(NEW in page for page in pages)
