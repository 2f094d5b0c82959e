"""People are told by mail: a real mail server receives it, once, with the right words and headers."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from activities.notify import Notifying
from longwatch.domain.ticket import canonical
from longwatch.messages import Deliver
from longwatch.settings import Settings
from longwatch.store.database import Store
from longwatch.store.tables import Body, Delivery, Ticket
from tests.conftest import free_port

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Postbox:
    """What a mail server took in."""

    def __init__(self) -> None:
        self.mails: list[Message] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def postbox(settings: Settings) -> Iterator[tuple[Postbox, Settings]]:
    """A real mail server, and settings that use it."""
    box, port = Postbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, replace(settings, mail_host="127.0.0.1", mail_port=port)
    server.stop()


def delivery(store: Store, template: str = "assigned", title: str = "Mail is down", **data: Any) -> str:
    """A row of the delivery ledger about a ticket."""
    with store.writing() as session:
        for name, text in {"title": title, "said": "We are on it."}.items():
            session.add(Body(id=name, ticket="INC-1", author="x", salt="", text=text, sha256="", created_at=NOW))
        times = {"due_at": NOW, "opened_at": NOW, "updated_at": NOW}
        ticket = {"kind": "incident", "status": "new", "open": True, "priority": 3, "version": 1, "title_body": "title"}
        session.add(Ticket(number="INC-1", **ticket, **times))
        row = {"recipient": "user:agent", "channel": "mail", "template": template, "data": canonical(data)}
        session.add(Delivery(id="INC-1:4:0:agent:mail", ticket="INC-1", created_at=NOW, **row))
    return "INC-1:4:0:agent:mail"


def ledger(store: Store) -> Delivery:
    with store.reading() as session:
        return session.query(Delivery).one()


def test_a_mail_names_the_ticket_and_how_to_get_there(store: Store, postbox: tuple[Postbox, Settings]) -> None:
    box, settings = postbox

    Notifying(store, settings).deliver(Deliver(delivery(store)))

    [mail] = box.mails
    assert mail["To"] == "agent@example.net"
    assert mail["Subject"] == "INC-1 is yours: Mail is down"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert f"{settings.base_url}/t/INC-1" in str(mail.get_payload())
    assert ledger(store).delivered_at is not None


def test_a_delivery_made_again_is_not_sent_again(store: Store, postbox: tuple[Postbox, Settings]) -> None:
    box, settings = postbox
    identity = delivery(store)

    for _ in range(2):
        Notifying(store, settings).deliver(Deliver(identity))

    assert len(box.mails) == 1


def test_a_reply_carries_the_words_that_were_written(store: Store, postbox: tuple[Postbox, Settings]) -> None:
    box, settings = postbox

    Notifying(store, settings).deliver(Deliver(delivery(store, "reply", body={"body": "said", "sha256": ""})))

    assert "We are on it." in str(box.mails[0].get_payload())


def test_erased_words_stay_erased(store: Store, postbox: tuple[Postbox, Settings]) -> None:
    box, settings = postbox
    identity = delivery(store, "reply", body={"body": "said", "sha256": ""})
    with store.writing() as session:
        session.query(Body).filter_by(id="said").one().text = None

    Notifying(store, settings).deliver(Deliver(identity))

    assert "We are on it." not in str(box.mails[0].get_payload())


def test_a_title_cannot_break_out_of_its_header(store: Store, postbox: tuple[Postbox, Settings]) -> None:
    box, settings = postbox
    identity = delivery(store, title="Mail\r\nBcc: everybody@example.net")

    Notifying(store, settings).deliver(Deliver(identity))

    assert box.mails[0]["Bcc"] is None
    assert "Bcc: everybody" in str(box.mails[0]["Subject"])


def test_a_template_nobody_worded_is_still_told(store: Store, postbox: tuple[Postbox, Settings]) -> None:
    box, settings = postbox

    Notifying(store, settings).deliver(Deliver(delivery(store, "moon_phase")))

    assert box.mails[0]["Subject"] == "INC-1: moon phase: Mail is down"


def test_a_mail_server_that_is_away_is_an_error_the_engine_repeats(store: Store, settings: Settings) -> None:
    away = replace(settings, mail_host="127.0.0.1", mail_port=free_port())

    with pytest.raises((OSError, smtplib.SMTPException)):
        Notifying(store, away).deliver(Deliver(delivery(store)))

    assert ledger(store).delivered_at is None


def test_a_message_given_up_says_why(store: Store, settings: Settings) -> None:
    Notifying(store, settings).delivery_failed(Deliver(delivery(store), "550 no such mailbox"))

    assert (ledger(store).reason, ledger(store).failed_at is not None) == ("550 no such mailbox", True)


def test_who_is_asked_to_approve_is_led_to_the_page_where_it_is_read_and_decided(
    store: Store, postbox: tuple[Postbox, Settings]
) -> None:
    box, settings = postbox
    identity = delivery(store, "approval_asked", stage_title="CAB", due="2026-03-02T09:00:00.000000Z", why=["by name"])

    Notifying(store, settings).deliver(Deliver(identity))

    [mail] = box.mails
    assert f"{settings.base_url}/approvals/INC-1\r\n" in str(mail.get_payload())
    assert "/vote" not in str(mail.get_payload())
    assert "until Mon 2 Mar 2026, 09:00 UTC" in str(mail.get_payload())
