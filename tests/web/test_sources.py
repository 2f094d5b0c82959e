"""The sources pages: adding, rotating, switching off, protecting, testing, mapping; what was refused is seen there."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from integrations import KINDS
from longwatch.store.tables import Audit, Inbox, Source
from longwatch.store.tables_intake import SourceOldKey, SourceSetup
from tests.integrations import amazon_key
from tests.integrations.test_tools import SAMPLES
from tests.web.conftest import WebDesk
from tests.web.person import Person, forms_of
from tests.web.test_hooks_pagerduty import split, stored

ALERT = {"id": "disk", "title": "Disk full", "severity": "critical"}
SECRET = "a secret of sixteen and more"


def admin(desk: WebDesk) -> Person:
    return Person(desk.client(), "admin")


def added(desk: WebDesk, kind: str = "generic", name: str = "watch") -> tuple[Person, str]:
    """An administrator on the page of a source just added, and its key."""
    person = admin(desk)
    person.go("/sources")
    person.send("/sources", kind=kind, name=name)
    found = re.search(r"<dt>Key</dt><dd><code>([^<]{32})</code>", person.page)
    assert found is not None, person.page
    return person, found.group(1)


def test_a_source_is_added_and_its_key_is_shown_once(desk: WebDesk) -> None:
    person, key = added(desk)

    assert f"/hooks/generic/{key}" in person.page
    assert desk.client().post(f"/hooks/generic/{key}", json=ALERT).status_code == 202
    person.go("/sources/watch")
    assert key not in person.page
    assert "/hooks/generic/KEY" in person.page


def test_every_kind_has_a_page_with_what_to_copy(desk: WebDesk) -> None:
    person = admin(desk)
    for kind in sorted(KINDS):
        person.go("/sources")
        person.send("/sources", kind=kind, name=f"of-{kind}")

        assert (person.status, person.page.count("This is the key.")) == (200, 1)
        assert KINDS[kind].TOOL.label in person.page.replace("&amp;", "&")


@pytest.mark.parametrize(("kind", "name"), [("generic", "bad name"), ("", "watch"), ("pigeon", "watch")])
def test_what_cannot_be_a_source_is_told(desk: WebDesk, kind: str, name: str) -> None:
    person = admin(desk)
    person.go("/sources")

    person.send("/sources", kind=kind, name=name)

    assert person.status == 409
    with desk.store.reading() as session:
        assert session.get(Source, name) is None


def test_only_administrators_change_sources_and_agents_see_how_they_do(desk: WebDesk) -> None:
    added(desk)
    agent = Person(desk.client(), "agent")

    agent.go("/sources")

    assert "watch" in agent.page
    assert agent.forms().count("/sources") == 0
    agent.go("/sources/watch")
    assert agent.status == 403
    requester = Person(desk.client(), "requester")
    requester.go("/sources")
    assert requester.status == 403


def test_the_old_key_opens_until_the_overlap_is_over(desk: WebDesk) -> None:
    person, old = added(desk)

    person.send("/sources/watch/rotate", hours="24")

    new = re.search(r"<dt>Key</dt><dd><code>([^<]{32})</code>", person.page)
    assert new is not None
    assert new.group(1) != old
    codes = [desk.client().post(f"/hooks/generic/{key}", json=ALERT).status_code for key in (old, new.group(1))]
    assert codes == [202, 202]
    with desk.store.writing() as session:
        row = session.scalars(select(SourceOldKey)).one()
        row.until = datetime.now(UTC) - timedelta(seconds=1)
    assert desk.client().post(f"/hooks/generic/{old}", json=ALERT).status_code == 401


def test_a_lost_key_opens_nothing_at_once(desk: WebDesk) -> None:
    person, old = added(desk)

    person.send("/sources/watch/rotate", hours="0")

    assert desk.client().post(f"/hooks/generic/{old}", json=ALERT).status_code == 401


def test_a_source_that_is_switched_off_is_a_stranger(desk: WebDesk) -> None:
    person, key = added(desk)
    person.send("/sources/watch/switch")
    assert desk.client().post(f"/hooks/generic/{key}", json=ALERT).status_code == 401

    person.send("/sources/watch/switch")

    assert desk.client().post(f"/hooks/generic/{key}", json=ALERT).status_code == 202


def test_the_key_may_stand_in_a_header_or_in_the_query(desk: WebDesk) -> None:
    _, key = added(desk)
    client = desk.client()

    codes = [
        client.post("/hooks/generic", json=ALERT, headers={"Authorization": f"Bearer {key}"}).status_code,
        client.post("/hooks/generic", json=ALERT, auth=("watch", key)).status_code,
        client.post(f"/hooks/generic?auth_token={key}", json=ALERT).status_code,
        client.post(f"/hooks/generic?access_token={key}", json=ALERT).status_code,
        client.post("/hooks/generic", json=ALERT).status_code,
        client.post("/hooks/generic", json=ALERT, headers={"Authorization": "Basic !!!"}).status_code,
    ]

    assert codes == [202, 202, 202, 202, 401, 401]


def test_what_was_refused_is_kept_with_its_beginning_ten_of_them(desk: WebDesk) -> None:
    person, key = added(desk)
    for number in range(12):
        desk.client().post(f"/hooks/generic/{key}", data=f"<broken {number}>")

    person.go("/sources/watch")

    assert "&lt;broken 11&gt;" in person.page
    assert "&lt;broken 0&gt;" not in person.page
    assert person.page.count("<summary>Show</summary>") == 10


def test_counters_tell_what_came(desk: WebDesk) -> None:
    person, key = added(desk)
    bad = {"id": "x", "title": "x", "state": "sideways"}
    desk.client().post(f"/hooks/generic/{key}", json={"alerts": [ALERT, bad, ALERT]})

    split(desk)
    person.go("/sources")

    row = person.page.split('href="/sources/watch"')[1].split("</tr>")[0]
    assert re.findall(r"<td>(\d+)</td>", row) == ["1", "2", "1", "0", "0"]
    assert "Sends" in row


def test_a_test_alert_goes_the_way_of_every_alert_and_ends(desk: WebDesk) -> None:
    person, _ = added(desk, "zabbix")
    person.send("/sources/watch/test")
    first = split(desk)

    person.send_again(next(form for form in forms_of(person.page) if form.fields.get("over") == "1"))

    both = split(desk)
    assert [alert["state"] for alert in both] == ["firing", "resolved"]
    assert first[0]["title"] == "Test alert of watch"
    assert both[0]["fingerprint"] == both[1]["fingerprint"]


def test_a_mapping_is_tried_on_the_last_call_and_holds_from_then_on(desk: WebDesk) -> None:
    person, key = added(desk, "mapped")
    call = {"events": [{"check": "disk", "node": {"name": "db1"}, "ok": "no"}, {"check": "load"}]}
    assert desk.client().post(f"/hooks/mapped/{key}", json=call).status_code == 202
    person.go("/sources/watch")
    assert "&#34;check&#34;: &#34;disk&#34;" in person.page
    mapping = {
        "each": "events",
        "title": "{check} on {node.name}",
        "identity": "{node.name}/{check}",
        "host": "node.name",
    }

    block = _preview(person, mapping)

    assert "disk on db1" in block
    assert "<html" not in block
    person.go("/sources/watch")
    person.send("/sources/watch/mapping", **mapping)
    assert "The mapping is saved" in person.page
    desk.client().post(f"/hooks/mapped/{key}", json=call)
    assert [alert["title"] for alert in split(desk)] == ["disk on db1", "load on"]


def _preview(person: Person, mapping: dict[str, str]) -> str:
    form = person.form("/sources/watch/mapping")
    form.action = "/sources/watch/preview"
    return person.send_again(form, htmx=True, **mapping)


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"title": "a..b", "identity": "a"}, "is no path"),
        ({"title": "a", "identity": ""}, "Identity is missing"),
        ({"title": "a", "identity": "a", "each": "events[x]"}, "is no path"),
    ],
)
def test_a_mapping_that_cannot_be_is_told(desk: WebDesk, mapping: dict[str, str], told: str) -> None:
    person, key = added(desk, "mapped")
    desk.client().post(f"/hooks/mapped/{key}", json={"a": "b"})
    person.go("/sources/watch")

    person.send("/sources/watch/mapping", **mapping)

    assert told in person.page
    with desk.store.reading() as session:
        setup = session.get(SourceSetup, "watch")
    assert setup is None or setup.mapping is None


def test_changes_of_sources_are_audited(desk: WebDesk) -> None:
    person, _ = added(desk)
    person.send("/sources/watch/rotate", hours="1")
    person.send("/sources/watch/switch")

    with desk.store.reading() as session:
        rows = session.scalars(select(Audit).where(Audit.subject == "source:watch").order_by(Audit.row))
        actions = [(row.action, row.actor) for row in rows]
    assert actions == [
        ("add source", "user:admin"),
        ("rotate key", "user:admin"),
        ("switch source", "user:admin"),
    ]


def test_a_form_and_a_text_are_taken_like_json(desk: WebDesk) -> None:
    _, kuma = added(desk, "uptime-kuma", "kuma")
    body = {"heartbeat": None, "monitor": None, "msg": "Longwatch Testing"}

    form = desk.client().post(
        f"/hooks/uptime-kuma/{kuma}", data={"data": json.dumps(body)}, content_type="multipart/form-data"
    )
    _, apprise = added(desk, "apprise", "app")
    urlencoded = desk.client().post(f"/hooks/apprise/{apprise}", data={"title": "t", "message": "m", "type": "failure"})

    assert (form.status_code, urlencoded.status_code) == (202, 202)
    assert [alert["title"] for alert in split(desk)] == ["t"]


def test_cloudevents_shake_hands_and_come_in_three_modes(desk: WebDesk) -> None:
    _, key = added(desk, "cloudevents")
    path = f"/hooks/cloudevents/{key}"
    origin = {"WebHook-Request-Origin": "events.example.net", "WebHook-Request-Rate": "120"}
    event = {
        "specversion": "1.0",
        "id": "1",
        "source": "/a",
        "type": "x.failed",
        "subject": "db1",
        "data": {"title": "t"},
    }
    binary = {"ce-specversion": "1.0", "ce-id": "2", "ce-source": "/a", "ce-type": "x.failed", "ce-subject": "db2"}

    hand = desk.client().options(path, headers=origin)
    stranger = desk.client().options("/hooks/cloudevents/nobody", headers=origin)
    codes = [
        desk.client().post(path, data=json.dumps(event), content_type="application/cloudevents+json").status_code,
        desk.client().post(path, json={"title": "t"}, headers=binary).status_code,
        desk.client()
        .post(path, data=json.dumps([event, 7]), content_type="application/cloudevents-batch+json")
        .status_code,
        desk.client().post(path, data=json.dumps(event), content_type="application/cloudevents+avro").status_code,
    ]

    assert (hand.status_code, hand.headers["WebHook-Allowed-Origin"]) == (200, "events.example.net")
    assert hand.headers["WebHook-Allowed-Rate"] == "*"
    assert stranger.status_code == 401
    assert codes == [202, 202, 202, 415]
    assert len(split(desk)) == 3
    with desk.store.reading() as session:
        assert [row.size for row in session.scalars(select(Inbox))] == [1, 1, 2]


def test_what_uptime_kuma_knows_of_its_monitors_is_not_kept(desk: WebDesk) -> None:
    _, key = added(desk, "uptime-kuma", "kuma")
    kuma = json.loads(json.dumps(SAMPLES["uptime-kuma"]["firing"]))
    kuma["monitor"]["basic_auth_pass"] = "hunter2"

    response = desk.client().post(f"/hooks/uptime-kuma/{key}", json=kuma)

    assert response.status_code == 202
    [call] = stored(desk)
    assert "hunter2" not in call.body
    assert [alert["title"] for alert in split(desk)] == ["Shop is down"]


def test_a_call_that_is_held_is_seen(desk: WebDesk) -> None:
    person, key = added(desk, "cloudwatch", "aws")
    desk.client().post(f"/hooks/cloudwatch/{key}", data=amazon_key.signed(SAMPLES["cloudwatch"]["firing"]))

    person.go("/sources/aws")

    assert "of which 1 wait" in person.page
    assert "is a certificate that is not at hand yet" in person.page
    waiting = desk.api().get("/inbox").get_json()["items"]
    assert [item["why"] for item in waiting] == ["Stored; waits for the certificate that proves its signature."]


def test_what_people_say_in_the_tool_is_seen_on_its_page(desk: WebDesk) -> None:
    person, key = added(desk, "zabbix", "zbx")
    desk.client().post(f"/hooks/zabbix/{key}", json=SAMPLES["zabbix"]["acknowledged"])
    split(desk)

    person.go("/sources/zbx")

    row = person.page.split('id="said-title"')[1].split("</section>")[0]
    assert "<td>acknowledged</td>" in row
    assert "Kim Key (kim)" in row
    assert "looking at it" in row
