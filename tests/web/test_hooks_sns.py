"""Amazon SNS at the hook: held until proven, refused when forged, confirmed outside of the request."""

from sqlalchemy import select

from longwatch.store import source_counts
from longwatch.store.tables_intake import SnsCertificate, SnsTopic
from tests.integrations import amazon_key
from tests.integrations.test_tools import SAMPLES
from tests.web.conftest import WebDesk
from tests.web.test_hooks_pagerduty import stored

FIRING = SAMPLES["cloudwatch"]["firing"]


def known(desk: WebDesk) -> None:
    with desk.store.writing() as session:
        now = desk.store.now(session)
        session.add(SnsCertificate(url=amazon_key.CERTIFICATE, pem=amazon_key.pem(), asked_at=now, fetched_at=now))


def test_the_first_message_is_held_until_its_certificate_is_there(desk: WebDesk) -> None:
    response = desk.client().post(
        desk.source("cloudwatch"), data=amazon_key.signed(FIRING), content_type="text/plain; charset=UTF-8"
    )

    assert response.status_code == 202
    assert [(call.state, call.size) for call in stored(desk)] == [("held", 1)]
    with desk.store.reading() as session:
        assert session.get(SnsCertificate, amazon_key.CERTIFICATE) is not None


def test_a_proven_message_flows_at_once_and_a_forged_one_is_refused(desk: WebDesk) -> None:
    known(desk)
    path = desk.source("cloudwatch")
    good = amazon_key.signed(FIRING)

    codes = [desk.client().post(path, data=body).status_code for body in (good, good.replace(b"Crossed", b"crossed"))]

    assert codes == [202, 401]
    assert [call.state for call in stored(desk)] == ["new"]
    with desk.store.reading() as session:
        assert source_counts.counts(session)["watcher"].refused == 1


def test_a_confirmation_is_noted_and_asks_nobody_here(desk: WebDesk) -> None:
    known(desk)

    response = desk.client().post(desk.source("cloudwatch"), data=amazon_key.signed(amazon_key.confirmation()))

    assert response.get_json() == {"accepted": 0}
    with desk.store.reading() as session:
        topic = session.scalars(select(SnsTopic)).one()
    assert (topic.state, topic.url) == ("asked", amazon_key.CONFIRM)


def test_an_address_that_is_not_amazons_is_refused(desk: WebDesk) -> None:
    path = desk.source("cloudwatch")
    evil = {**amazon_key.confirmation(), "SubscribeURL": "https://169.254.169.254/latest"}

    response = desk.client().post(path, data=amazon_key.signed(evil))

    assert response.status_code == 400
    assert list(response.get_json()["errors"]) == ["SubscribeURL"]
    assert stored(desk) == []
