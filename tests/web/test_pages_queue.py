"""The queue: views, filters, paging, live rows; and what each list says when it is empty."""

import re

import pytest

from tests.web.conftest import WebDesk
from tests.web.person import Person
from web.console.views import VIEWS


def numbers(page: str) -> list[str]:
    """The tickets a queue page shows, in order."""
    return re.findall(r'id="row-(INC-\d+)"', page)


def test_staff_begin_with_their_own_tickets(desk: WebDesk) -> None:
    agent = Person(desk.client(), "agent")

    agent.go("/")

    assert agent.where == "/q/mine"


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_says_what_would_appear_in_it(desk: WebDesk, name: str) -> None:
    page = Person(desk.client(), "agent").go(f"/q/{name}")

    assert VIEWS[name].empty.title in page


def test_a_ticket_stands_in_the_views_it_belongs_to(desk: WebDesk) -> None:
    number = desk.api().opened("Core switch is dead", ci="sw-core", impact=1, urgency=1)["number"]
    lead = Person(desk.client(), "lead")

    shown = {name: number in numbers(lead.go(f"/q/{name}")) for name in VIEWS}

    assert shown == {
        "mine": True,
        "unassigned": False,
        "breaching": True,
        "waiting": False,
        "open": True,
        "resolved": False,
        "closed": False,
        "incidents": True,
        "requests": False,
        "changes": False,
        "problems": False,
    }


def test_the_least_time_left_comes_first(desk: WebDesk) -> None:
    program = desk.api()
    low = program.opened("Blank pages", ci="print-3", impact=3, urgency=3)["number"]
    high = program.opened("Core switch is dead", ci="sw-core", impact=1, urgency=1)["number"]

    page = Person(desk.client(), "agent").go("/q/open")

    assert numbers(page) == [high, low]


def test_filters_narrow_the_view_and_stay_in_the_address(desk: WebDesk) -> None:
    program = desk.api()
    program.opened("Mail is down", ci="mail-1")
    printer = program.opened("Blank pages", ci="print-3")["number"]
    agent = Person(desk.client(), "agent")

    page = agent.go("/q/open?ci=print-3&q=blank")

    assert numbers(page) == [printer]
    assert "Filters: 2 in use" in page
    assert f"/t/{printer}?view=open&amp;ci=print-3&amp;q=blank" in page


@pytest.mark.parametrize("search", ["INC-000002", "inc-2", "Inc2"])
def test_searching_for_a_number_goes_to_its_ticket(desk: WebDesk, search: str) -> None:
    program = desk.api()
    program.opened("Mail is down")
    program.opened("Blank pages")
    agent = Person(desk.client(), "agent")

    agent.go(f"/q/open?q={search}")

    assert agent.where == "/t/INC-000002"


def test_filters_that_fit_nothing_offer_to_be_cleared(desk: WebDesk) -> None:
    page = Person(desk.client(), "agent").go("/q/open?q=zebra")

    assert "Nothing fits these filters" in page
    assert 'href="/q/open">Clear the filters' in page


def test_pages_follow_one_another_without_gap_or_repeat(desk: WebDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.console.queue_page.ROWS", 2)
    program = desk.api()
    all_of_them = {program.opened(f"Incident {n}")["number"] for n in range(5)}
    agent = Person(desk.client(), "agent")
    seen: list[str] = []
    page = agent.go("/q/open")
    while True:
        seen += numbers(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        if not following:
            break
        page = agent.go(following[1].replace("&amp;", "&"))

    assert sorted(seen) == sorted(all_of_them)
    assert "First page" in page


def test_a_cursor_of_our_own_making_only(desk: WebDesk) -> None:
    agent = Person(desk.client(), "agent")

    agent.go("/q/open?after=nonsense")

    assert agent.status == 400


def test_an_unknown_view_is_not_there(desk: WebDesk) -> None:
    agent = Person(desk.client(), "agent")

    agent.go("/q/nothing")

    assert agent.status == 404


def test_live_rows_keep_their_order_and_new_ones_are_only_counted(desk: WebDesk) -> None:
    program = desk.api()
    first = program.opened("Blank pages", ci="print-3", impact=3, urgency=3)["number"]
    agent = Person(desk.client(), "agent")
    agent.go("/q/open")
    program.opened("Core switch is dead", ci="sw-core", impact=1, urgency=1)

    fragment = agent.go(f"/q/open/live?shown={first}", **{"HX-Request": "true"})

    assert numbers(fragment) == [first]
    assert "1 new" in fragment
    assert 'hx-swap-oob="morph"' in fragment


def test_a_row_that_left_the_view_says_so_and_stays_in_its_place(desk: WebDesk) -> None:
    program = desk.api()
    number = program.opened("Mail is down", ci="mail-1")["number"]
    program.post(f"/tickets/{number}/actions/resolve", {"code": "fixed", "text": "Restarted."})
    program.post(f"/tickets/{number}/actions/confirm", {})
    agent = Person(desk.client(), "agent")

    fragment = agent.go(f"/q/open/live?shown={number}", **{"HX-Request": "true"})

    assert "no longer in this view" in fragment


def test_a_ticket_being_opened_shows_at_once(desk: WebDesk) -> None:
    desk.loops.away = True
    program = desk.api()
    answer = program.post("/incidents", {"title": "Opened during an outage"})

    page = Person(desk.client(), "agent").go("/q/open")

    assert answer.status_code == 201
    assert "Saved, being opened" in page
    assert answer.get_json()["number"] in page


def test_requesters_do_not_see_the_queue(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")

    requester.go("/q/open")

    assert requester.status == 403


def test_the_open_ticket_is_marked_in_the_list_beside_it(desk: WebDesk) -> None:
    number = desk.api().opened("Mail is down", ci="mail-1")["number"]

    page = Person(desk.client(), "agent").go(f"/t/{number}?view=open")

    assert f'id="row-{number}" data-number="{number}" aria-current="true"' in page
