"""The queue by process: incidents, requests, changes and problems, each with the states and columns it needs."""

import re

import pytest

from tests.web.conftest import WebDesk
from tests.web.person import Person
from tests.web.planned_changes import act, planned


def shown(page: str) -> list[str]:
    """The tickets a queue page shows, in order."""
    return re.findall(r'id="row-([A-Z]{3}-\d+)"', page)


def test_each_process_has_a_view_of_its_own(desk: WebDesk) -> None:
    incident = str(desk.api().opened("Mail is down")["number"])
    change = planned(desk, "Move the printer")
    agent = Person(desk.client(), "agent")

    assert shown(agent.go("/q/changes")) == [change]
    assert shown(agent.go("/q/incidents")) == [incident]
    assert shown(agent.go("/q/problems")) == []
    assert set(shown(agent.go("/q/open"))) == {incident, change}
    assert shown(agent.go("/q/open?kind=change")) == [change]


def test_changes_show_their_window_and_are_told_apart_by_state(desk: WebDesk) -> None:
    draft, submitted = planned(desk, "Move the printer"), planned(desk, "Move the scanner", days=5)
    act(desk, "agent", submitted, "submit")
    agent = Person(desk.client(), "agent")

    page = agent.go("/q/changes")

    assert ">Window</th>" in page
    assert page.count(", 2 h 00</td>") == 2
    assert shown(agent.go("/q/changes?status=submitted")) == [submitted]
    assert '<a href="/q/changes?status=submitted" aria-current="page">Submitted</a>' in agent.page
    assert shown(agent.go("/q/changes?status=draft")) == [draft]


def test_the_side_bar_counts_each_process(desk: WebDesk) -> None:
    planned(desk, "Move the printer")

    page = Person(desk.client(), "agent").go("/")

    assert re.search(r'href="/q/changes".*?Changes<span class="count">1</span>', page)


@pytest.mark.parametrize("query", ["kind=nonsense", "status=nonsense"])
def test_nonsense_narrows_nothing(desk: WebDesk, query: str) -> None:
    change = planned(desk, "Move the printer")

    assert shown(Person(desk.client(), "agent").go(f"/q/changes?{query}")) == [change]
