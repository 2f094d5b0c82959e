"""Tools that are asked name the same alerts that they tell, as recorded answers of real ones show."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import KINDS, alertmanager, icinga2, poll_alertmanager, poll_icinga2
from integrations.poll import Answer, Unanswered
from integrations.polls import POLLS
from tests.integrations.payloads import JSON, as_bytes, recorded

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATUS = {"uptime": "2026-11-20T00:00:00.000Z", "cluster": {"status": "ready", "peers": []}}
ALERT = {
    "annotations": {"summary": "Disk of db-1 is full", "runbook_url": "https://wiki.example.net/disk"},
    "endsAt": "2026-11-22T12:04:00.000Z",
    "fingerprint": "0a1b2c3d4e5f6071",
    "receivers": [{"name": "desk"}],
    "startsAt": "2026-11-22T11:58:00.000Z",
    "status": {"inhibitedBy": [], "silencedBy": [], "state": "active"},
    "updatedAt": "2026-11-22T12:00:00.000Z",
    "generatorURL": "http://prometheus.example.net/graph",
    "labels": {"alertname": "DiskFull", "instance": "db-1.example.net:9100", "severity": "critical"},
}
SILENCE = {"id": "s-1", "createdBy": "ann", "comment": "CHG-000007", "endsAt": "2026-11-22T13:00:00.000Z"}


def alertmanagers(alerts: Any = (ALERT,), status: Any = STATUS, silences: Any = (SILENCE,), grace: int = 180) -> Answer:
    bodies = {"alerts": as_bytes(alerts), "status": as_bytes(status), "silences": as_bytes(silences)}
    return poll_alertmanager.read(bodies, NOON, grace)


def icingas(**changed: bytes) -> Answer:
    bodies = {name: recorded(f"icinga2_{name}") for name in ("hosts", "services", "comments")}
    return poll_icinga2.read({**bodies, **changed}, NOON, 180)


def test_every_tool_that_is_asked_is_a_tool_that_tells() -> None:
    assert set(POLLS) <= set(KINDS)


def test_alertmanager_names_the_alert_that_it_tells() -> None:
    [named] = alertmanagers().named
    call = {"version": "4", "alerts": [{**ALERT, "status": "firing", "endsAt": "0001-01-01T00:00:00Z"}]}
    [told] = [alertmanager.alert(member) for member in alertmanager.members(as_bytes(call))]

    assert named.alert == told
    assert (named.tells, named.note) == (True, "")


def test_what_is_silenced_there_is_said_with_who_and_why() -> None:
    status = {"state": "suppressed", "silencedBy": ["s-1"], "inhibitedBy": []}

    [named] = alertmanagers([{**ALERT, "status": status}]).named

    assert not named.tells
    assert named.note == "Silenced in Alertmanager by ann until 2026-11-22T13:00:00.000Z: CHG-000007"
    assert (named.remark().about, named.remark().fingerprint) == ("note", ALERT["fingerprint"])


def test_what_we_told_the_tool_ourselves_is_no_news() -> None:
    mark = "INC-000001: taken by Ann. https://desk.example.net/t/INC-000001 [longwatch 0123456789ab]"
    status = {"state": "suppressed", "silencedBy": ["s-1"], "inhibitedBy": []}
    comments = json.loads(recorded("icinga2_comments"))
    comments["results"][0]["attrs"]["text"] = mark

    [silenced] = alertmanagers([{**ALERT, "status": status}], silences=[{**SILENCE, "comment": mark}]).named
    named = {each.alert.fingerprint: each for each in icingas(comments=as_bytes(comments)).named}

    assert (silenced.tells, silenced.note) == (False, "")
    assert (named["web1!disk"].tells, named["web1!disk"].note) == (False, "")


def test_what_another_alert_holds_back_is_said() -> None:
    status = {"state": "suppressed", "silencedBy": [], "inhibitedBy": ["ffff"]}

    [named] = alertmanagers([{**ALERT, "status": status}]).named

    assert (named.tells, named.note) == (False, "Held back in Alertmanager, since another alert fires.")


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ({**STATUS, "uptime": "2026-11-22T11:58:00Z"}, "just started"),
        ({**STATUS, "cluster": {"status": "settling"}}, "not settled"),
        ({"cluster": {"status": "ready"}}, "since when"),
    ],
)
def test_an_alertmanager_that_may_not_know_yet_gives_no_complete_answer(status: Any, why: str) -> None:
    answer = alertmanagers([], status)

    assert not answer.complete
    assert why in answer.reason


def test_an_alert_that_cannot_be_read_makes_the_answer_incomplete() -> None:
    answer = alertmanagers([ALERT, {**ALERT, "labels": {}}, "what"])

    assert ([each.alert.fingerprint for each in answer.named], answer.complete) == (["0a1b2c3d4e5f6071"], False)
    assert alertmanagers([]).complete


def test_a_receiver_is_asked_for_by_name() -> None:
    assert poll_alertmanager.targets("the desk")["alerts"] == "/api/v2/alerts?receiver=the%20desk"
    assert poll_alertmanager.targets("")["alerts"] == "/api/v2/alerts"


def test_icinga_names_what_is_hard_and_not_well_as_it_tells_it() -> None:
    named = {each.alert.fingerprint: each for each in icingas().named}
    env = {"NOTIFICATIONTYPE": "PROBLEM", "HOSTNAME": "web1", "SERVICENAME": "http", "SERVICESTATE": "CRITICAL"}
    told = icinga2.alert({"env": env})

    assert sorted(named) == ["db1", "web1!disk", "web1!http", "web1!never", "web1!slow"]
    assert sorted(name for name, each in named.items() if each.tells) == ["web1!http"]
    assert named["web1!http"].alert.fingerprint == told.fingerprint
    assert named["web1!http"].alert.severity == told.severity == "critical"
    assert named["web1!http"].alert.title == "http on Web server 1 is CRITICAL"
    assert named["web1!http"].alert.ci_hints == ("web1", "Web server 1", "10.0.0.5", "http")
    assert named["db1"].alert.title == "Database 1 is DOWN"


def test_icinga_says_who_acknowledged_what_and_what_is_planned() -> None:
    named = {each.alert.fingerprint: each for each in icingas().named}

    acknowledged = named["web1!disk"].remark()
    assert (acknowledged.about, acknowledged.author, acknowledged.text) == ("acknowledged", "Ann", "seen, disk ordered")
    assert named["db1"].remark().about == "planned"


def test_a_check_that_flaps_or_is_soft_or_never_ran_is_neither_well_nor_told() -> None:
    services = json.loads(recorded("icinga2_services"))
    for one in services["results"]:
        one["attrs"] |= {"state": 0, "state_type": 1, "flapping": True, "acknowledgement": 0}
    flapping = icingas(services=as_bytes(services))

    assert {each.alert.fingerprint for each in flapping.named if "!" in each.alert.fingerprint} == {
        f"web1!{name}" for name in ("disk", "http", "load", "never", "slow")
    }
    assert not any(each.tells for each in flapping.named)


def test_an_icinga_without_hosts_has_lost_its_configuration() -> None:
    empty = as_bytes({"results": []})

    answer = icingas(hosts=empty, services=empty, comments=empty)

    assert (answer.named, answer.complete) == ((), False)


def test_numbers_of_older_releases_are_understood() -> None:
    text = recorded("icinga2_services").decode().replace('"state": 2', '"state": 2.0')
    text = text.replace('"state_type": 1', '"state_type": 1.0')

    assert {each.alert.fingerprint for each in icingas(services=text.encode()).named if each.tells} == {"web1!http"}


def test_a_filter_is_carried_whole() -> None:
    target = poll_icinga2.targets('match("db*", host.name)')["services"]

    assert target.endswith("&filter=match%28%22db%2A%22%2C%20host.name%29")


@pytest.mark.parametrize("part", ["alerts", "status", "silences"])
@given(value=JSON)
def test_no_body_of_alertmanager_breaks_us(part: str, value: Any) -> None:
    assert alertmanagers_or_why(**{part: value}) is not None


@pytest.mark.parametrize("part", ["hosts", "services", "comments"])
@given(value=JSON | st.lists(st.fixed_dictionaries({"attrs": JSON})).map(lambda rows: {"results": rows}))
def test_no_body_of_icinga_breaks_us(part: str, value: Any) -> None:
    try:
        found: object = icingas(**{part: as_bytes(value)})
    except Unanswered as problem:
        found = str(problem)
    assert found


def alertmanagers_or_why(**parts: Any) -> Answer | str:
    try:
        return alertmanagers(**parts)
    except Unanswered as problem:
        return str(problem)


def test_half_a_body_is_no_answer() -> None:
    with pytest.raises(Unanswered):
        poll_alertmanager.read(
            {"alerts": as_bytes([ALERT])[:-10], "status": as_bytes(STATUS), "silences": b"[]"}, NOON, 180
        )


@given(st.integers(0, 400))
def test_an_alertmanager_is_believed_once_it_runs_for_longer_than_the_grace(age: int) -> None:
    started = (NOON - timedelta(seconds=age)).isoformat()

    assert alertmanagers([], {**STATUS, "uptime": started}).complete == (age >= 180)
