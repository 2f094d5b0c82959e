"""Which facts of an incident are told to which tools: one row each, in the journal's own transaction."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.back_channel import MOST_TOLD, said_by
from integrations.back_call import RELEASED
from longwatch.domain.ticket import Fact
from longwatch.settings import Settings
from longwatch.store.back_ledger import DONE, DUE, FAILED
from longwatch.store.back_settings import switch_off
from longwatch.store.database import Store
from longwatch.store.tables import Delivery
from longwatch.store.tables_back_channel import BackCall
from tests.activities.back_desk import AT, FACTS, NUMBER, SOURCE, BackDesk


@pytest.fixture
def desk(settings: Settings, either_store: Store) -> Iterator[BackDesk]:
    return BackDesk(either_store, settings)


@pytest.mark.parametrize(
    ("fact", "what"),
    [
        ("taken", "acknowledged"),
        ("started", "acknowledged"),
        ("dispatched", None),
        ("routed", None),
        ("noted", None),
        ("resolved", "resolved"),
        ("resolved with parent", "resolved"),
        ("cleared", "released"),
        ("confirmed", "closed"),
        ("closed by time", "released"),
        ("reopened", "reopened"),
        ("fires again", None),
        ("cancelled", "closed"),
        ("acknowledged in the tool", None),
    ],
)
def test_what_a_fact_means_to_the_tools(fact: str, what: str | None) -> None:
    assert said_by(FACTS[fact]) == what


@given(
    type_=st.sampled_from(["Assigned", "Started", "Resolved", "Closed", "Cancelled", "Reopened", "AlertChanged", "X"]),
    actor=st.text(max_size=10) | st.sampled_from(["process:alerts-1", "source:am", "system:timer", "process:"]),
    responds=st.booleans(),
)
def test_nobody_but_people_has_anything_told(type_: str, actor: str, *, responds: bool) -> None:
    told = said_by(Fact(type_, AT, actor, {"responds": responds, "automatic": False}))

    assert told in (None, RELEASED) or actor.startswith("user:")


def test_a_taken_incident_makes_one_row_and_one_delivery_for_every_alert_that_fires(desk: BackDesk) -> None:
    desk.fires("cpu")
    desk.fires("old", state="resolved")
    desk.fires("elsewhere", group="alerts-2")
    desk.another_source("silent")
    desk.fires("voiceless", source="silent")

    told = desk.happens("taken")

    rows = desk.rows()
    assert told == ["acknowledged disk", "acknowledged cpu"]
    assert {(row.incident, row.source, row.by, row.state, row.attempts) for row in rows} == {
        (NUMBER, SOURCE, "user:agent", DUE, 0)
    }
    deliveries = [desk.delivery(row.id) for row in rows]
    assert {(each.ticket, each.channel, each.recipient) for each in deliveries} == {(NUMBER, "tool", "source:monitor")}


def test_the_same_line_written_twice_is_told_once(desk: BackDesk) -> None:
    desk.happens("taken")
    desk.write(lambda session: session.query(BackCall).update({"state": FAILED}))
    desk.seq -= 1

    assert desk.happens("taken") == []


def test_who_takes_over_or_starts_tells_nothing_new(desk: BackDesk) -> None:
    assert desk.happens("taken", "started", "taken") == ["acknowledged disk"]


def test_a_life_is_told_in_its_order_and_the_confirmation_after_it_is_not(desk: BackDesk) -> None:
    told = desk.happens("taken", "resolved", "confirmed", "reopened", "taken", "cancelled")

    assert told == [f"{what} disk" for what in ("acknowledged", "resolved", "reopened", "acknowledged", "closed")]


def test_what_monitoring_does_itself_sends_nothing(desk: BackDesk) -> None:
    assert desk.happens("cleared", "fires again", "closed by time", "routed", "acknowledged in the tool") == []


def test_a_silence_of_ours_is_taken_away_when_monitoring_clears_the_incident(desk: BackDesk) -> None:
    desk.happens("taken")
    desk.fires("disk", state="resolved")

    assert desk.happens("cleared") == ["released disk"]
    assert desk.happens("closed by time") == []


def test_a_silence_of_an_alert_that_ended_meanwhile_is_ended_too(desk: BackDesk) -> None:
    desk.happens("taken")
    desk.fires("disk", state="resolved")

    assert desk.happens("resolved") == ["resolved disk"]


def test_a_silence_that_has_ended_by_itself_is_not_taken_away(desk: BackDesk) -> None:
    desk.happens("taken")
    desk.fires("disk", state="resolved")
    desk.write(lambda session: session.query(BackCall).update({"state": DONE, "ends_at": AT}))

    assert desk.happens("cleared") == []


def test_tools_hear_only_what_they_asked_to_hear(settings: Settings, store: Store) -> None:
    desk = BackDesk(store, settings, kind="pagerduty", tells=("resolved",), secret="key")

    assert desk.happens("taken", "resolved", "reopened", "taken", "cancelled") == ["resolved disk"]


def test_a_silence_ends_with_the_work_whatever_was_asked_for(settings: Settings, store: Store) -> None:
    desk = BackDesk(store, settings, tells=("acknowledged",))

    assert desk.happens("taken", "resolved") == ["acknowledged disk", "resolved disk"]


def test_a_back_channel_that_is_off_hears_nothing(desk: BackDesk) -> None:
    desk.write(lambda session: switch_off(desk.store, session, SOURCE))

    assert desk.happens("taken", "resolved") == []


def test_alerts_of_merged_incidents_hear_of_the_one_that_goes_on(desk: BackDesk) -> None:
    desk.fires("cpu", group="alerts-2")
    desk.merged_in("INC-000005", "alerts-2")

    assert desk.happens("resolved") == ["resolved disk", "resolved cpu"]
    assert {row.incident for row in desk.rows()} == {NUMBER}


def test_of_a_storm_the_first_hundred_are_told_and_the_ledger_says_how_many_were_not(
    settings: Settings, store: Store
) -> None:
    desk = BackDesk(store, settings)
    for number in range(MOST_TOLD + 4):
        desk.fires(f"alert-{number:03}")

    desk.happens("taken")

    rows = desk.rows()
    assert len(rows) == MOST_TOLD + 1
    assert (rows[-1].state, rows[-1].answer) == (
        "skipped",
        "5 more alerts: their tools are told of at most 100 at once.",
    )
    with store.reading() as session:
        assert session.query(Delivery).filter_by(channel="tool").count() == MOST_TOLD
