"""Tells people: one delivery, one message, its outcome written down."""

import json
import smtplib
from datetime import UTC, tzinfo
from email.message import EmailMessage
from email.utils import formatdate
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import update
from sqlalchemy.orm import Session
from temporalio import activity

from activities.wording import place, wording
from longwatch.messages import Deliver
from longwatch.settings import Settings
from longwatch.store.database import Store
from longwatch.store.tables import Delivery, Person
from longwatch.store.writing import changed

SMTP_TIMEOUT = 30
"""Seconds a mail server may take for one step."""


class Notifying:
    """Sends what the delivery ledger holds."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    @activity.defn(name="deliver", no_thread_cancel_exception=True)
    def deliver(self, deliver: Deliver) -> None:
        """Sends one mail unless it was sent already. Its Message-ID is the delivery's id, so a repetition shows.

        Raises what SMTP raises; the engine tries again.
        """
        with self._store.reading() as session:
            row = session.query(Delivery).filter_by(id=deliver.delivery).one()
            if row.delivered_at is not None or row.failed_at is not None:
                return
            mail = self._mail(session, row)
        self._send(mail)
        with self._store.writing() as session:
            now = self._store.now(session)
            done = update(Delivery).where(Delivery.id == deliver.delivery, Delivery.delivered_at.is_(None))
            changed(session, done.values(delivered_at=now))

    @activity.defn(name="delivery_failed", no_thread_cancel_exception=True)
    def delivery_failed(self, deliver: Deliver) -> None:
        """Writes down that a message could not be delivered, and why."""
        with self._store.writing() as session:
            now = self._store.now(session)
            failed = update(Delivery).where(Delivery.id == deliver.delivery, Delivery.delivered_at.is_(None))
            changed(session, failed.values(failed_at=now, reason=deliver.reason))

    def _mail(self, session: Session, row: Delivery) -> EmailMessage:
        person = session.get(Person, row.recipient.removeprefix("user:"))
        assert person is not None
        assert person.email is not None
        zone = _zone(person.time_zone)
        subject, text = wording(session, row.ticket, row.template, json.loads(row.data), zone)
        mail = EmailMessage()
        mail["From"], mail["To"] = self._settings.mail_from, person.email
        mail["Subject"] = " ".join(subject.split())  # a title must not break out of its header
        mail["Date"] = formatdate(row.created_at.timestamp())
        mail["Message-ID"] = f"<{row.id.replace(':', '.')}@longwatch>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(f"{text}\n\n{self._settings.base_url}{place(row.ticket, row.template)}\n")
        return mail

    def _send(self, mail: EmailMessage) -> None:
        settings = self._settings
        with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=SMTP_TIMEOUT) as server:
            if settings.mail_starttls:
                server.starttls()
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password)
            server.send_message(mail)


def _zone(name: str) -> tzinfo:
    """The reader's time zone; UTC where the record names none that is known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
