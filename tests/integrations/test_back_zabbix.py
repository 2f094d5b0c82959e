"""Zabbix hears by event.acknowledge; requests as its API describes them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import back_zabbix
from integrations.back_call import Declined, comment
from tests.integrations.back_answers import JSON, Played, access, answer, behind, end_of, told

HERE = access("https://zabbix.example/zabbix/", secret="token")
OK = {"jsonrpc": "2.0", "result": {"eventids": ["4711"]}, "id": 1}


def fault(data: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "error": {"code": -32500, "message": "Application error.", "data": data}, "id": 1}


@pytest.mark.parametrize(("what", "action"), [("acknowledged", 6), ("resolved", 4), ("closed", 4), ("reopened", 20)])
def test_what_happened_is_one_call_with_a_message(what: str, action: int) -> None:
    played = Played(back_zabbix.tell(HERE, told(what), behind()), [answer(OK)])

    assert played.lines == ["POST https://zabbix.example/zabbix/api_jsonrpc.php"]
    assert played.bodies == [
        {
            "jsonrpc": "2.0",
            "method": "event.acknowledge",
            "params": {"eventids": ["4711"], "action": action, "message": comment(told(what))},
            "id": 1,
        }
    ]
    assert played.asks[0].headers["Authorization"] == "Bearer token"
    assert played.asks[0].headers["Content-Type"] == "application/json-rpc"
    assert played.result.remote == "4711"


def test_an_older_zabbix_gets_the_token_in_the_body() -> None:
    old = access("https://zabbix.example/api_jsonrpc.php", secret="token", options={"in_body": True})

    played = Played(back_zabbix.tell(old, told(), behind()), [answer(OK)])

    assert played.lines == ["POST https://zabbix.example/api_jsonrpc.php"]
    assert played.bodies[0]["auth"] == "token"
    assert "Authorization" not in played.asks[0].headers


def test_a_resolved_incident_closes_the_problem_where_that_is_wanted() -> None:
    closing = access("https://zabbix.example", secret="token", options={"close": True})

    played = Played(back_zabbix.tell(closing, told("resolved"), behind()), [answer(OK)])

    assert played.bodies[0]["params"]["action"] == 5
    assert played.result.text == "The problem was closed."


def test_a_trigger_that_forbids_closing_by_hand_gets_the_message_alone() -> None:
    closing = access("https://zabbix.example", secret="token", options={"close": True})
    refused = fault("Cannot close problem: trigger does not allow manual closing.")

    played = Played(back_zabbix.tell(closing, told("closed"), behind()), [answer(refused), answer(OK)])

    assert [body["params"]["action"] for body in played.bodies] == [5, 4]
    assert "does not allow" in played.result.text


def test_a_message_whose_answer_was_lost_is_looked_for_and_not_written_twice() -> None:
    said = [{"eventid": "4711", "acknowledges": [{"message": "other"}, {"message": comment(told(again=True))}]}]

    played = Played(back_zabbix.tell(HERE, told(again=True), behind()), [answer({"result": said, "id": 1})])

    [asked] = played.bodies
    assert asked["method"] == "problem.get"
    assert asked["params"] == {"eventids": ["4711"], "output": ["eventid"], "selectAcknowledges": ["message"]}
    assert played.result.text == "It had been said already."


def test_a_message_that_was_not_written_is_written_now() -> None:
    played = Played(back_zabbix.tell(HERE, told(again=True), behind()), [answer({"result": [], "id": 1}), answer(OK)])

    assert [body["method"] for body in played.bodies] == ["problem.get", "event.acknowledge"]


@pytest.mark.parametrize("content", [{}, [], "x", {"error": None}, {"error": "no"}, fault("No permissions.")])
def test_a_refusal_is_given_in_the_tools_own_words(content: Any) -> None:
    with pytest.raises(Declined) as refused:
        Played(back_zabbix.tell(HERE, told(), behind()), [answer(content)])

    assert "No permissions." in str(refused.value) or content != fault("No permissions.")


def test_a_token_in_the_header_of_an_older_zabbix_is_explained() -> None:
    unknown = {"jsonrpc": "2.0", "error": {"code": -32602, "message": "Invalid params.", "data": "Not authorized."}}

    with pytest.raises(Declined, match=r"Not authorized\. Before 6\.4 it takes the token in the body alone"):
        Played(back_zabbix.try_out(HERE), [answer(unknown)])


def test_a_reopened_incident_takes_the_acknowledgement_back() -> None:
    played = Played(back_zabbix.tell(HERE, told("reopened"), behind()), [answer(OK)])

    assert played.result.text == "The acknowledgement was taken back."


@pytest.mark.parametrize("identity", ["", "abc", "4711 OR 1", "٣"])
def test_an_identity_that_is_no_event_is_not_sent(identity: str) -> None:
    with pytest.raises(Declined, match="no event"):
        next(back_zabbix.tell(HERE, told(), behind(fingerprint=identity)))


def test_a_test_says_what_the_token_sees() -> None:
    played = Played(back_zabbix.try_out(HERE), [answer({"jsonrpc": "2.0", "result": "3", "id": 1})])

    assert played.result.text == "Zabbix answered: the token sees 3 problems."


@given(first=JSON, second=JSON)
def test_whatever_it_answers_ends_in_a_result_or_a_reason(first: object, second: object) -> None:
    exchange = back_zabbix.tell(HERE, told(again=True), behind())

    assert end_of(exchange, [answer(first), answer({"result": second})])


@given(st.text(max_size=40))
def test_words_of_people_cannot_change_the_call(name: str) -> None:
    played = Played(back_zabbix.tell(HERE, told(by=name), behind()), [answer(OK)])

    assert played.bodies[0]["params"]["action"] == 6
    assert name in played.bodies[0]["params"]["message"]
