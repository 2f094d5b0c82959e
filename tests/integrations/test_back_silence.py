"""Silences in Alertmanager and Grafana: made once, made longer, ended; requests as the tools' API describes them."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import back_silence
from integrations.back_call import Declined, mark_of
from integrations.webhook_out import TryAgain
from longwatch.domain.ticket import stamp
from tests.integrations.back_answers import AT, JSON, LABELS, MARK, Played, access, answer, behind, end_of, told

API = "http://am.example:9093"
LIST = f"GET {API}/api/v2/silences?filter=alertname%3D%22DiskFull%22"
UNTIL = stamp(AT + timedelta(hours=4))


def silence(identity: str = "one", mark: str = MARK, ends: str = "2026-11-22T13:00:00Z", state: str = "active") -> dict:
    return {
        "id": identity,
        "status": {"state": state},
        "matchers": [{"name": "alertname", "value": "DiskFull", "isRegex": False}],
        "startsAt": "2026-11-22T11:00:00Z",
        "endsAt": ends,
        "comment": f"INC-000007: Ann Agent works on it. [longwatch {mark}]",
        "createdBy": "Longwatch (Ann Agent)",
    }


def test_a_taken_incident_silences_exactly_its_alert_for_a_bounded_time() -> None:
    played = Played(
        back_silence.alertmanager(access(API), told(), behind()), [answer([]), answer({"silenceID": "one"})]
    )

    [wanted] = played.bodies
    assert played.lines == [LIST, f"POST {API}/api/v2/silences"]
    assert wanted == {
        "matchers": [
            {"name": name, "value": value, "isRegex": False, "isEqual": True} for name, value in sorted(LABELS.items())
        ],
        "startsAt": "2026-11-22T12:00:00.000000Z",
        "endsAt": UNTIL,
        "createdBy": "Longwatch (Ann Agent)",
        "comment": "INC-000007: Ann Agent works on it. https://desk.example/t/INC-000007 [longwatch 0123456789ab]",
    }
    assert (played.result.remote, played.result.until) == ("one", AT + timedelta(hours=4))


def test_a_lost_answer_makes_no_second_silence() -> None:
    stands = silence(ends=UNTIL)

    played = Played(back_silence.alertmanager(access(API), told(again=True), behind()), [answer([stands])])

    assert played.lines == [LIST]
    assert (played.result.remote, played.result.until) == ("one", AT + timedelta(hours=4))


def test_a_silence_that_ends_too_soon_is_made_longer_under_its_own_id() -> None:
    given_ = [answer([silence("two", "ffffffffffff"), silence()]), answer({"silenceID": "one"})]

    played = Played(back_silence.alertmanager(access(API), told("extended"), behind()), given_)

    [wanted] = played.bodies
    assert {name: wanted[name] for name in ("id", "startsAt", "endsAt", "matchers")} == {
        "id": "one",
        "startsAt": "2026-11-22T11:00:00Z",
        "endsAt": UNTIL,
        "matchers": silence()["matchers"],
    }


def test_what_a_person_ended_in_the_tool_is_not_made_again() -> None:
    played = Played(
        back_silence.alertmanager(access(API), told("extended", remote="one"), behind()),
        [answer([silence(state="expired")])],
    )

    assert played.result.until is None
    assert "ended in the tool" in played.result.text


def test_a_silence_that_ended_by_itself_while_the_tool_was_away_is_made_again() -> None:
    played = Played(
        back_silence.alertmanager(access(API), told("extended", remote="one", lapsed=True), behind()),
        [answer([silence(state="expired")]), answer({"silenceID": "two"})],
    )

    assert "id" not in played.bodies[0]
    assert played.result.remote == "two"


@pytest.mark.parametrize("what", ["resolved", "closed", "reopened", "released"])
def test_when_nobody_works_on_it_any_more_every_silence_of_ours_is_ended_and_no_other(what: str) -> None:
    listed = [silence(), silence("b/2"), silence("foreign", "ffffffffffff"), silence("old", state="expired")]
    given_ = [answer(listed), answer(), answer(status=404, reason="Not Found")]

    played = Played(back_silence.alertmanager(access(API), told(what), behind()), given_)

    assert played.lines[1:] == [f"DELETE {API}/api/v2/silence/one", f"DELETE {API}/api/v2/silence/b%2F2"]
    assert played.result.text == "2 silences were ended."
    assert played.result.until is None


def test_a_silence_is_known_by_its_id_where_the_comment_was_edited() -> None:
    edited = {**silence("nine"), "comment": "mine now"}

    played = Played(
        back_silence.alertmanager(access(API), told("resolved", remote="nine"), behind()), [answer([edited]), answer()]
    )

    assert played.result.text == "The silence was ended."


def test_grafana_is_asked_below_its_own_address_with_a_bearer_token() -> None:
    made = answer({"silenceID": "g1"}, 202, "Accepted")

    played = Played(
        back_silence.grafana(access("https://grafana.example/", secret="glsa_x"), told(), behind()),
        [answer([]), made],
    )

    base = "https://grafana.example/api/alertmanager/grafana/api/v2"
    assert played.lines[1] == f"POST {base}/silences"
    assert {ask.headers["Authorization"] for ask in played.asks} == {"Bearer glsa_x"}
    assert played.result.remote == "g1"


def test_a_user_means_basic_authentication_and_nothing_means_none() -> None:
    named = back_silence.alertmanager(access(API, user="desk", secret="pw"), told(), behind())
    open_ = back_silence.alertmanager(access(API), told(), behind())

    assert next(named).headers["Authorization"] == "Basic ZGVzazpwdw=="
    assert "Authorization" not in next(open_).headers


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ({}, "no labels"),
        ({"alertname": ""}, "no labels"),
        ({f"l{number}": "x" for number in range(64)}, "hide other alerts"),
        ({"alertname": "x" * 1_024}, "hide other alerts"),
    ],
)
def test_an_alert_that_cannot_be_matched_alone_is_not_silenced(labels: dict[str, str], why: str) -> None:
    with pytest.raises(Declined, match=why):
        Played(back_silence.alertmanager(access(API), told(), behind(labels=labels)), [answer([])])


@pytest.mark.parametrize(
    ("status", "reason", "error", "words"),
    [
        (401, "Unauthorized", Declined, "refused our credentials"),
        (403, "Forbidden", Declined, "refused our credentials"),
        (400, "Bad Request", Declined, "400 Bad Request: bad matcher"),
        (302, "Found", Declined, "redirect"),
        (307, "Temporary Redirect", Declined, "redirect"),
        (500, "Internal Server Error", TryAgain, "500"),
        (503, "Service Unavailable", TryAgain, "503"),
        (429, "Too Many Requests", TryAgain, "429"),
    ],
)
def test_answers_are_named_and_only_those_that_may_pass_are_tried_again(
    status: int, reason: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        Played(back_silence.alertmanager(access(API), told(), behind()), [answer(b"bad matcher", status, reason)])


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'"x"', b"null", b"[" * 5_000])
def test_something_that_is_no_alertmanager_is_told_apart(body: bytes) -> None:
    with pytest.raises(Declined):
        Played(back_silence.alertmanager(access(API), told(), behind()), [answer(body)])


def test_a_test_says_which_version_answered() -> None:
    played = Played(
        back_silence.try_alertmanager(access(API)), [answer({"versionInfo": {"version": "0.25.0"}, "uptime": "x"})]
    )

    assert played.lines == [f"GET {API}/api/v2/status"]
    assert played.result.text == "Alertmanager 0.25.0 answered."


@given(first=JSON, second=JSON, what=st.sampled_from(["acknowledged", "extended", "resolved"]))
def test_whatever_a_tool_lists_ends_in_a_request_a_result_or_a_reason(first: object, second: object, what: str) -> None:
    exchange = back_silence.alertmanager(access(API), told(what), behind())

    assert end_of(exchange, [answer(first), answer(second)])


@given(labels=st.dictionaries(st.text(min_size=1, max_size=10), st.text(max_size=20), min_size=1, max_size=8))
def test_every_label_with_a_value_is_matched_and_the_filter_stays_one_parameter(labels: dict[str, str]) -> None:
    labels = {"alertname": 'a"b\\c&d=e\n', **labels}

    played = Played(back_silence.alertmanager(access(API), told(), behind(labels=labels)), [answer([])])

    matched = {each["name"]: each["value"] for each in played.bodies[0]["matchers"]}
    assert matched == {name: value for name, value in labels.items() if value}
    assert set(parse_qs(urlsplit(played.asks[0].url).query)) == ({"filter"} if labels["alertname"] else set())


@given(st.text(max_size=30), st.text(max_size=30))
def test_marks_are_the_same_for_the_same_alert_of_the_same_incident_alone(one: str, two: str) -> None:
    first, second = (mark_of("https://desk", "INC-000001", "am", name) for name in (one, two))

    assert (first == second) == (one.encode(errors="replace") == two.encode(errors="replace"))
    assert len(json.dumps(first)) == 14
