"""The alert pages: what fires beside its incident, one group with all that is known of it, and who may see them."""

from datetime import UTC, datetime, timedelta

import pytest

from longwatch.domain.alerts_evolve import FACTS
from tests.web.alert_desk import group_of, known, tell
from tests.web.conftest import WebDesk
from tests.web.person import Person
from tests.web.test_pages_rest import INLINE
from web.console import alert_words


def test_the_list_shows_what_fires_beside_its_incident(desk: WebDesk) -> None:
    tell(desk, "disk", title="Disk is full")
    person = Person(desk.client(), "agent")

    page = person.go("/alerts")

    assert "Disk is full" in page
    assert "Firing" in page
    assert "Critical" in page
    assert "INC-" in page
    assert "They are about one item." in page
    assert not INLINE.search(page)


def test_an_alert_within_the_hold_down_is_pending_and_then_suspended(desk: WebDesk) -> None:
    tell(desk, "blip", hold_down=600)
    person = Person(desk.client(), "agent")

    pending = person.go("/alerts")
    tell(desk, "blip", "resolved", hold_down=600)
    suspended = person.go("/alerts?link=suspended")

    assert "Pending" in pending
    assert "blip is wrong" in suspended
    assert "a transient, which opened nothing" in suspended


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("source=prometheus", True),
        ("source=zabbix", False),
        ("link=firing", True),
        ("link=quiet", False),
        ("link=ended", False),
        ("severity=critical", True),
        ("severity=info", False),
        ("ci=db-1", True),
        ("ci=mail-1", False),
        ("q=full+DISK", True),
        ("q=nothing", False),
        ("link=nonsense", True),
    ],
)
def test_filters_narrow_the_list(desk: WebDesk, query: str, there: bool) -> None:  # noqa: FBT001 - a table of cases
    tell(desk, "disk", title="Disk is full")
    person = Person(desk.client(), "agent")

    page = person.go(f"/alerts?{query}")

    assert ("Disk is full" in page) is there


def test_what_nothing_was_heard_of_for_long_is_marked_stale(desk: WebDesk) -> None:
    group = tell(desk, "disk", title="Disk is full")
    tell(desk, "cpu", ci="mail-1", title="CPU is hot")
    with desk.store.reading() as session:
        now = desk.store.now(session)
    known(desk, group, "disk", stale_at=now)
    person = Person(desk.client(), "agent")

    page = person.go("/alerts?link=stale")

    assert "Disk is full" in page
    assert "Stale" in page
    assert "CPU is hot" not in page


def test_a_page_goes_on_where_the_one_before_ended(desk: WebDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.console.alert_view.ROWS", 1)
    tell(desk, "first", ci="db-1")
    tell(desk, "second", ci="mail-1")
    person = Person(desk.client(), "agent")

    page = person.go("/alerts")
    after = page.partition('href="/alerts?after=')[2].partition('"')[0]
    following = person.go(f"/alerts?after={after}")

    assert "second is wrong" in page
    assert "first is wrong" not in page
    assert "first is wrong" in following
    assert person.go("/alerts?after=nonsense")
    assert person.status == 400


def test_a_live_update_is_the_first_page_as_it_is_now(desk: WebDesk) -> None:
    person = Person(desk.client(), "agent")
    before = person.go("/alerts/live", **{"HX-Request": "true"})
    tell(desk, "disk", title="Disk is full")

    page = person.go("/alerts/live", **{"HX-Request": "true"})

    assert "Nothing fires" in before
    assert "Disk is full" in page


def test_rows_somebody_has_hands_on_stay_and_new_ones_are_counted(desk: WebDesk) -> None:
    shown = tell(desk, "disk", title="Disk is full")
    tell(desk, "cpu", ci="mail-1", title="CPU is hot")
    person = Person(desk.client(), "agent")

    page = person.go(f"/alerts/live?shown={shown}", **{"HX-Request": "true"})

    assert "Disk is full" in page
    assert "CPU is hot" not in page
    assert "1 new" in page


def test_a_group_tells_its_alerts_why_they_are_together_and_what_happened(desk: WebDesk) -> None:
    group = tell(desk, "disk", title="Disk is full")
    known(desk, group, "disk", title="Disk is full", rule="databases", reason="All databases of one cluster.")
    person = Person(desk.client(), "agent")

    page = person.go(f"/alerts/{group}")

    assert "Disk is full" in page
    assert "All databases of one cluster. (rule databases)" in page
    assert "incident number 1 of this group was asked for" in page
    assert "1 of 1 alerts" in page
    assert f"/alerts/{group}/payload" not in page


def test_the_last_delivery_is_for_those_who_may_see_sources(desk: WebDesk) -> None:
    group = tell(desk, "disk")
    known(desk, group, "disk", body='{"title": "Disk", "secret": "shown to few"}')

    agent, admin = Person(desk.client(), "agent"), Person(desk.client(), "admin")
    agent.go(f"/alerts/{group}/payload")
    page = admin.go(f"/alerts/{group}/payload")

    assert agent.status == 403
    assert "shown to few" in page


def test_an_unknown_group_is_not_found(desk: WebDesk) -> None:
    person = Person(desk.client(), "agent")

    for path in ("/alerts/alerts-none", "/alerts/INC-000001"):
        person.go(path)

        assert person.status == 404


@pytest.mark.parametrize("login", ["requester", "approver"])
def test_alerts_are_not_for_those_outside_the_desk(desk: WebDesk, login: str) -> None:
    group = tell(desk, "disk")
    person = Person(desk.client(), login)

    answers = {path: (person.go(path), person.status)[1] for path in ("/alerts", "/alerts/parked", f"/alerts/{group}")}

    assert set(answers.values()) == {403}
    assert 'href="/alerts"' not in person.go("/")


def test_the_ticket_shows_the_same_alerts_and_leads_to_the_group(desk: WebDesk) -> None:
    group = tell(desk, "disk", title="Disk is full")
    known(desk, group, "disk", title="Disk is full", reason="It is about db-1.")
    person = Person(desk.client(), "agent")
    incident = person.go(f"/alerts/{group}").partition('href="/t/')[2].partition("?")[0]
    desk.loops.go_round(incident)  # opened by now, whoever is quicker

    page = person.go(f"/t/{incident}?tab=alerts")

    assert "Disk is full" in page
    assert "It is about db-1." in page
    assert f"/alerts/{group}" in page


def test_a_group_of_before_is_shown_as_the_group_itself_keeps_it(desk: WebDesk) -> None:
    tell(desk, "disk", title="Disk is full")
    person = Person(desk.client(), "agent")

    page = person.go(f"/alerts/{group_of()}")

    assert "Disk is full" in page
    assert '<td class="nums tight">1</td>' in page


def later(hours: int) -> str:
    """What a browser's input holds, so many hours from now."""
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def test_a_snoozed_group_stands_among_what_is_parked_until_somebody_wakes_it(desk: WebDesk) -> None:
    group = tell(desk, "disk", title="Disk is full")
    person = Person(desk.client(), "agent")
    person.go(f"/alerts/{group}")

    snoozed = person.send(f"/alerts/{group}/snooze", **{"for": "3600", "reason": "The disk is being replaced"})
    parked = person.go("/alerts/parked")
    woken = person.send(f"/alerts/{group}/unsnooze")

    assert "It is snoozed." in snoozed
    assert "Snoozed by" in parked
    assert "The disk is being replaced" in parked
    assert "It counts again." in woken
    assert "Nothing is parked" in person.go("/alerts/parked")


def test_a_snooze_says_until_when_and_why(desk: WebDesk) -> None:
    group = tell(desk, "disk")
    person = Person(desk.client(), "agent")
    person.go(f"/alerts/{group}")

    no_time = person.send(f"/alerts/{group}/snooze", **{"for": "until", "until": "", "reason": "Why not"})
    first = person.status
    past = person.send(f"/alerts/{group}/snooze", **{"for": "until", "until": later(-30), "reason": "Why not"})
    second = person.status
    no_reason = person.send(f"/alerts/{group}/snooze", **{"for": "3600", "reason": " "})

    assert (first, second, person.status) == (422, 409, 409)
    assert "Say until when." in no_time
    assert "That is past already." in past
    assert "Why not" in past
    assert "Say why" in no_reason


@pytest.mark.parametrize("login", ["auditor", "cmdb-editor"])
def test_only_those_who_work_on_incidents_snooze(desk: WebDesk, login: str) -> None:
    group = tell(desk, "disk")
    person = Person(desk.client(), login)

    page = person.go(f"/alerts/{group}")

    assert person.status == 200
    assert "/snooze" not in page


def test_every_fact_of_a_group_is_told_in_words() -> None:
    assert set(FACTS) <= set(alert_words._PHRASES)
