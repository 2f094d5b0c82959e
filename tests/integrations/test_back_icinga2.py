"""Icinga 2 hears by its actions; requests as its API describes them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import back_icinga2
from integrations.back_call import Declined, comment
from tests.integrations.back_answers import JSON, Played, access, answer, behind, end_of, told

HERE = access("https://icinga.example:5665", user="desk", secret="pw")
SERVICE = {"host": "db-1", "service": "disk /"}
OK = {"results": [{"code": 200.0, "status": "Successfully acknowledged problem for object 'db-1!disk /'."}]}


def test_a_taken_incident_acknowledges_the_service_until_it_is_well_and_notifies_nobody() -> None:
    played = Played(back_icinga2.tell(HERE, told(), behind(labels=SERVICE)), [answer(OK)])

    assert played.lines == ["POST https://icinga.example:5665/v1/actions/acknowledge-problem"]
    assert played.bodies == [
        {
            "type": "Service",
            "filter": "host.name==wanted_host && service.name==wanted_service",
            "filter_vars": {"wanted_host": "db-1", "wanted_service": "disk /"},
            "author": "Longwatch (Ann Agent)",
            "comment": comment(told()),
            "sticky": True,
            "notify": False,
        }
    ]
    assert played.asks[0].headers == {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Authorization": "Basic ZGVzazpwdw==",
    }


def test_a_host_is_acknowledged_as_a_host() -> None:
    played = Played(back_icinga2.tell(HERE, told(), behind(labels={"host": "db-1", "service": ""})), [answer(OK)])

    assert (played.bodies[0]["type"], played.bodies[0]["filter"]) == ("Host", "host.name==wanted_host")


@pytest.mark.parametrize("what", ["resolved", "closed", "reopened"])
def test_when_nobody_works_on_it_any_more_the_acknowledgement_is_taken_back(what: str) -> None:
    played = Played(back_icinga2.tell(HERE, told(what), behind(labels=SERVICE)), [answer(OK)])

    assert played.lines == ["POST https://icinga.example:5665/v1/actions/remove-acknowledgement"]
    assert set(played.bodies[0]) == {"type", "filter", "filter_vars", "author"}


def test_what_is_acknowledged_already_is_no_failure() -> None:
    status = "Service db-1!disk / is already acknowledged."
    said = answer({"results": [{"code": 409.0, "status": status}]}, 409, "Conflict")

    played = Played(back_icinga2.tell(HERE, told(), behind(labels=SERVICE)), [said])

    assert status in played.result.text


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (404, {"error": 404, "status": "No objects found."}, "No objects found"),
        (500, {"results": []}, "knows no such host or service"),
        (401, b"<h1>Unauthorized</h1>", "refused our credentials"),
        (403, {"error": 403, "status": "Missing permission"}, "Missing permission"),
    ],
)
def test_a_refusal_is_named(status: int, content: Any, words: str) -> None:
    with pytest.raises(Declined, match=words):
        Played(back_icinga2.tell(HERE, told(), behind(labels=SERVICE)), [answer(content, status, "No")])


def test_an_alert_without_a_host_is_not_sent() -> None:
    with pytest.raises(Declined, match="which host"):
        next(back_icinga2.tell(HERE, told(), behind(labels={"service": "disk"})))


@pytest.mark.parametrize(
    ("permissions", "missing"),
    [
        (["*"], ""),
        (["actions/*"], ""),
        (["actions/acknowledge-problem", "actions/remove-acknowledgement"], ""),
        (["actions/acknowledge-problem"], "actions/remove-acknowledgement"),
        ([], "actions/acknowledge-problem and actions/remove-acknowledgement"),
    ],
)
def test_a_test_says_whether_the_user_may_acknowledge(permissions: list[str], missing: str) -> None:
    said = answer({"results": [{"user": "desk", "permissions": permissions, "version": "2.13.6"}]})
    if not missing:
        assert "desk may acknowledge" in Played(back_icinga2.try_out(HERE), [said]).result.text
        return

    with pytest.raises(Declined, match=missing):
        Played(back_icinga2.try_out(HERE), [said])


@given(content=JSON, status=st.sampled_from([200, 409]))
def test_whatever_it_answers_ends_in_a_result_or_a_reason(content: object, status: int) -> None:
    assert end_of(back_icinga2.tell(HERE, told(), behind(labels=SERVICE)), [answer(content, status)])


@given(host=st.text(min_size=1, max_size=20), service=st.text(max_size=20))
def test_names_never_become_part_of_the_filter(host: str, service: str) -> None:
    played = Played(back_icinga2.tell(HERE, told(), behind(labels={"host": host, "service": service})), [answer(OK)])

    body = played.bodies[0]
    assert body["filter"].replace("wanted_host", "").replace("wanted_service", "") in (
        "host.name==",
        "host.name== && service.name==",
    )
    assert body["filter_vars"]["wanted_host"] == host
