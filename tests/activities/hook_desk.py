"""A desk with one hook and one task that calls it."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from activities.effects import Effects
from activities.webhooks import Calling
from longwatch.domain.ticket import Call, Line
from longwatch.messages import CHANGE, Deliver, Entry
from longwatch.settings import Settings
from longwatch.store import configuration
from longwatch.store.database import Store
from longwatch.store.hooks import keep_secret
from longwatch.store.tables import Command, Delivery

NUMBER = "CHG-000001"
SECRET = "hush-hush-hush"
LIMIT = timedelta(hours=1)


def here(settings: Settings) -> Settings:
    """Settings of a desk that may call tools on this machine."""
    return replace(settings, outbound_networks="127.0.0.0/8")


class HookDesk:
    def __init__(self, store: Store, settings: Settings, url: str | None, *, secret: bool = True) -> None:
        self.store = store
        self.settings = here(settings)
        with store.writing() as session:
            if url is not None:
                configuration.publish(store, session, configuration.HOOK, "deploy", {"url": url})
            if secret:
                keep_secret(store, session, settings.secret_keys, "deploy", SECRET)

    def asks(self, limit: timedelta = LIMIT, attempt: int = 1) -> Deliver:
        """A task opens: its call becomes a delivery, as in the journal's transaction."""
        with self.store.writing() as session:
            now = self.store.now(session)
            self.effects(session, now, limit, attempt)
        return Deliver(f"{NUMBER}:{attempt}:0:deploy:webhook")

    def effects(self, session: Any, now: datetime, limit: timedelta, attempt: int = 1) -> None:
        data = {"title": "Deploy the shop", "back_out": False, "data": {"app": "shop"}}
        call = Call("deploy", "a", attempt, data, now + limit)
        entry = Entry(NUMBER, CHANGE, "run", "Change", 0, "", [], [])
        Effects(self.store, mail=False).carry_out(session, entry, Line(attempt, "", "", ""), [call], now)

    def call(self, deliver: Deliver) -> None:
        Calling(self.store, self.settings).call_hook(deliver)

    def fail(self, deliver: Deliver, reason: str) -> None:
        Calling(self.store, self.settings).call_failed(replace(deliver, reason=reason))

    def told(self) -> list[dict[str, Any]]:
        """What the ticket was told."""
        with self.store.reading() as session:
            rows = session.query(Command).filter_by(ticket=NUMBER, action="task_called").order_by(Command.row).all()
            assert all(row.actor == "system:webhook" for row in rows)
            return [json.loads(row.data) for row in rows]

    def row(self) -> Delivery:
        with self.store.reading() as session:
            row = session.query(Delivery).filter_by(channel="webhook").one()
            session.expunge(row)
            return row
