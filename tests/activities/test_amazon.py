"""Errands to Amazon: certificates, held calls, confirmations; a host that does not answer is asked again later."""

import pytest
from sqlalchemy import select, update

from activities import amazon
from activities.amazon import Amazon, BadAnswer
from longwatch.store.database import Store
from longwatch.store.tables import Inbox
from longwatch.store.tables_intake import SnsCertificate, SnsTopic
from tests.integrations import amazon_key
from tests.integrations.test_tools import SAMPLES


class Answers:
    """Plays Amazon's hosts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.texts = {amazon_key.CERTIFICATE: amazon_key.pem(), amazon_key.CONFIRM: "<ConfirmSubscriptionResponse/>"}
        self.down = False

    def get(self, address: str) -> str:
        self.asked.append(address)
        if self.down:
            raise BadAnswer("Amazon cannot be reached: ConnectionError.")
        return self.texts[address]


def held(store: Store, *bodies: bytes) -> None:
    with store.writing() as session:
        now = store.now(session)
        session.merge(SnsCertificate(url=amazon_key.CERTIFICATE, asked_at=now))
        for body in bodies:
            text = body.decode()
            session.add(Inbox(source="aws", kind="cloudwatch", body=text, size=1, received_at=now, state="held"))


def states(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(Inbox.state).order_by(Inbox.row)))


def test_a_held_call_flows_once_its_certificate_was_fetched(store: Store) -> None:
    answers = Answers()
    good = amazon_key.signed(SAMPLES["cloudwatch"]["firing"])
    held(store, good, good.replace(b"Threshold Crossed", b"Something else"))

    Amazon(store, answers.get).run()

    assert states(store) == ["new", "parked"]
    assert answers.asked == [amazon_key.CERTIFICATE]


def test_a_proven_confirmation_is_visited_once(store: Store) -> None:
    answers = Answers()
    held(store, amazon_key.signed(amazon_key.confirmation()))
    errands = Amazon(store, answers.get)

    errands.run()
    errands.run()

    assert answers.asked == [amazon_key.CERTIFICATE, amazon_key.CONFIRM]
    with store.reading() as session:
        topic = session.scalars(select(SnsTopic)).one()
    assert (topic.state, topic.source) == ("confirmed", "aws")


def test_a_host_that_is_away_is_asked_again_later_and_nothing_is_lost(store: Store) -> None:
    answers = Answers()
    answers.down = True
    held(store, amazon_key.signed(SAMPLES["cloudwatch"]["firing"]))
    errands = Amazon(store, answers.get)
    errands.run()
    errands.run()
    assert (states(store), len(answers.asked)) == (["held"], 1)

    answers.down = False
    with store.writing() as session:
        session.execute(update(SnsCertificate).values(asked_at=store.now(session)))
    errands.run()

    assert states(store) == ["new"]


def test_a_forged_confirmation_sends_us_nowhere(store: Store) -> None:
    answers = Answers()
    forged = amazon_key.signed(amazon_key.confirmation()).replace(b"Token=abc", b"Token=xyz")
    held(store, forged)

    Amazon(store, answers.get).run()

    assert answers.asked == [amazon_key.CERTIFICATE]
    assert states(store) == ["parked"]


def test_what_is_no_certificate_is_not_kept(store: Store) -> None:
    answers = Answers()
    answers.texts[amazon_key.CERTIFICATE] = "<html>"
    held(store, amazon_key.signed(SAMPLES["cloudwatch"]["firing"]))

    Amazon(store, answers.get).run()

    with store.reading() as session:
        row = session.scalars(select(SnsCertificate)).one()
    assert row.pem is None
    assert row.reason == "The certificate cannot be read."


def test_other_hosts_are_never_asked() -> None:
    with pytest.raises(BadAnswer, match="not an address of Amazon"):
        amazon.fetch("https://127.0.0.1/latest/meta-data")
