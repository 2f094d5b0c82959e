"""Tools that speak as PagerDuty or Opsgenie do hear by the key of their alert."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import back_events, pagerduty
from integrations.back_call import Declined, comment
from integrations.webhook_out import TryAgain
from tests.integrations.back_answers import Played, access, answer, behind, told

EVENTS = access("https://events.example/v2/enqueue", secret="routing")
GENIE = access("https://genie.example/", secret="key")
TAKEN = answer({"status": "success", "message": "Event processed", "dedup_key": "4711"}, 202, "Accepted")
REQUEST = answer({"result": "Request will be processed", "took": 0.1, "requestId": "r-1"}, 202, "Accepted")


@pytest.mark.parametrize(
    ("what", "action"), [("acknowledged", "acknowledge"), ("resolved", "resolve"), ("closed", "resolve")]
)
def test_an_event_carries_the_alerts_own_key(what: str, action: str) -> None:
    played = Played(back_events.pagerduty(EVENTS, told(what), behind()), [TAKEN])

    assert played.lines == ["POST https://events.example/v2/enqueue"]
    assert played.bodies == [{"routing_key": "routing", "dedup_key": "4711", "event_action": action}]


def test_a_reopened_incident_triggers_again_with_a_whole_payload() -> None:
    played = Played(back_events.pagerduty(EVENTS, told("reopened"), behind()), [TAKEN])

    [event] = played.bodies
    assert pagerduty.complaints(event) == []
    assert event["payload"]["summary"] == "Disk full on db-1"
    assert event["client_url"] == "https://desk.example/t/INC-000007"


def test_a_wrong_routing_key_is_a_refusal_and_a_full_queue_is_not() -> None:
    wrong = answer({"status": "invalid event", "errors": ["Invalid routing key"]}, 400, "Bad Request")
    with pytest.raises(Declined, match="Invalid routing key"):
        Played(back_events.pagerduty(EVENTS, told(), behind()), [wrong])
    with pytest.raises(TryAgain):
        Played(back_events.pagerduty(EVENTS, told(), behind()), [answer(b"", 429, "Too Many Requests")])


@pytest.mark.parametrize(
    ("what", "action"), [("acknowledged", "acknowledge"), ("resolved", "close"), ("closed", "close")]
)
def test_a_request_names_the_alias_in_its_path(what: str, action: str) -> None:
    played = Played(back_events.opsgenie(GENIE, told(what), behind(fingerprint="a/b c")), [REQUEST])

    assert played.lines == [f"POST https://genie.example/v2/alerts/a%2Fb%20c/{action}?identifierType=alias"]
    assert played.bodies == [{"user": "Ann Agent", "source": "Longwatch", "note": comment(told(what))}]
    assert played.asks[0].headers["Authorization"] == "GenieKey key"
    assert played.result.remote == "r-1"


def test_a_reopened_incident_creates_the_alert_again_under_its_alias() -> None:
    played = Played(back_events.opsgenie(GENIE, told("reopened"), behind(title="x" * 200)), [REQUEST])

    [body] = played.bodies
    assert played.lines == ["POST https://genie.example/v2/alerts"]
    assert (len(body["message"]), body["alias"], body["priority"]) == (130, "4711", "P1")


def test_tests_are_about_an_alert_that_there_is_not() -> None:
    events = Played(back_events.try_pagerduty(EVENTS), [TAKEN])
    genie = Played(back_events.try_opsgenie(GENIE), [REQUEST])

    assert events.bodies[0]["dedup_key"] == "longwatch-test"
    assert "longwatch-test/acknowledge" in genie.asks[0].url
    assert events.result.text == "It answered: Event processed."


@pytest.mark.parametrize("content", [b"", b"<html>", {"x": 1}, [1]])
def test_something_else_at_the_address_is_no_opsgenie(content: Any) -> None:
    with pytest.raises(Declined):
        Played(back_events.opsgenie(GENIE, told(), behind()), [answer(content)])


@given(st.text(min_size=1, max_size=60))
def test_an_alias_stays_one_part_of_the_path(alias: str) -> None:
    path = next(back_events.opsgenie(GENIE, told(), behind(fingerprint=alias))).url.removeprefix(
        "https://genie.example"
    )

    assert path.count("/") == 4
    assert path.isascii()
    assert path.count("?") == 1
