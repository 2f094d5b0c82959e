"""How calls prove whose they are: networks, signatures, each call once."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from integrations import signing
from longwatch.store.tables_intake import SourceSetup
from tests.web.conftest import WebDesk
from tests.web.test_hooks_pagerduty import stored
from tests.web.test_sources import added

ALERT = {"id": "disk", "title": "Disk full", "severity": "critical"}
SECRET = "a secret of sixteen and more"


def test_calls_from_other_networks_are_refused_and_seen(desk: WebDesk) -> None:
    person, key = added(desk)
    person.send("/sources/watch/protect", networks="10.0.0.0/8\n192.0.2.7")

    inside = desk.client().post(f"/hooks/generic/{key}", json=ALERT, environ_base={"REMOTE_ADDR": "10.1.2.3"})
    outside = desk.client().post(f"/hooks/generic/{key}", json=ALERT, environ_base={"REMOTE_ADDR": "198.51.100.1"})

    assert (inside.status_code, outside.status_code) == (202, 403)
    person.go("/sources/watch")
    assert "may not send from 198.51.100.1" in person.page


def test_what_is_no_network_changes_nothing(desk: WebDesk) -> None:
    person, _ = added(desk)

    person.send("/sources/watch/protect", networks="everywhere")

    assert "is no address or network" in person.page
    with desk.store.reading() as session:
        setup = session.get(SourceSetup, "watch")
    assert setup is None or setup.networks == []


def signed(style: str, raw: bytes, at: datetime) -> dict[str, str]:
    return signing.sign(style, SECRET, str(int(at.timestamp())), raw)


def test_a_signed_source_takes_what_is_signed_and_each_call_once(desk: WebDesk) -> None:
    person, key = added(desk)
    person.send("/sources/watch/protect", signature="longwatch", secret=SECRET)
    raw, now = json.dumps(ALERT).encode(), datetime.now(UTC)
    good = signed("longwatch", raw, now)
    path = f"/hooks/generic/{key}"

    first = desk.client().post(path, data=raw, headers=good)
    again = desk.client().post(path, data=raw, headers=good)

    assert (first.get_json(), again.get_json()) == ({"accepted": 1}, {"accepted": 0})
    assert (first.status_code, again.status_code) == (202, 202)
    assert len(stored(desk)) == 1


@pytest.mark.parametrize("change", ["none", "body", "secret", "late", "stamp"])
def test_what_is_signed_wrongly_is_refused_and_seen(desk: WebDesk, change: str) -> None:
    person, key = added(desk)
    person.send("/sources/watch/protect", signature="longwatch", secret=SECRET)
    raw, now = json.dumps(ALERT).encode(), datetime.now(UTC)
    headers = {
        "none": {},
        "body": signed("longwatch", raw + b" ", now),
        "secret": signing.sign("longwatch", "another secret", str(int(now.timestamp())), raw),
        "late": signed("longwatch", raw, now - timedelta(minutes=6)),
        "stamp": {**signed("longwatch", raw, now), "x-longwatch-timestamp": "soon"},
    }[change]

    response = desk.client().post(f"/hooks/generic/{key}", data=raw, headers=headers)

    assert response.status_code == 401
    assert stored(desk) == []
    person.go("/sources/watch")
    assert '<td class="mono">401</td>' in person.page


@pytest.mark.parametrize(("kind", "style"), [("sentry", "sentry"), ("grafana", "grafana")])
def test_tools_sign_in_their_own_way(desk: WebDesk, kind: str, style: str) -> None:
    person, key = added(desk, kind)
    person.send("/sources/watch/protect", signature=style, secret=SECRET)
    raw = json.dumps({"action": "created", "data": {"issue": {"id": "1", "title": "x"}}}).encode()
    if kind == "grafana":
        raw = json.dumps({"version": "1", "alerts": []}).encode()

    good = desk.client().post(f"/hooks/{kind}/{key}", data=raw, headers=signing.sign(style, SECRET, "", raw))
    bad = desk.client().post(f"/hooks/{kind}/{key}", data=raw + b" ", headers=signing.sign(style, SECRET, "", raw))

    assert (good.status_code, bad.status_code) == (202, 401)


def test_the_secret_is_kept_sealed_and_a_short_one_is_refused(desk: WebDesk) -> None:
    person, _ = added(desk)
    person.send("/sources/watch/protect", signature="longwatch", secret="short")
    assert "at least 16 characters" in person.page

    person.go("/sources/watch")
    person.send("/sources/watch/protect", signature="longwatch", secret=SECRET)

    with desk.store.reading() as session:
        setup = session.get(SourceSetup, "watch")
    assert setup is not None
    assert setup.secret is not None
    assert SECRET not in setup.secret
    assert base64.b64encode(SECRET.encode()).decode() not in setup.secret
