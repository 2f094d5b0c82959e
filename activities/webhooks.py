"""Calls the tools that do automatic tasks. What came of a call goes to the ticket as `task_called`, once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from integrations.outbound import NotAllowed, Outbound, networks_of
from integrations.webhook_out import Verdict, judged, letter
from longwatch.domain.tasks_hook import HookFault
from longwatch.domain.ticket import instant
from longwatch.messages import Deliver, kind_of
from longwatch.settings import Settings
from longwatch.store.acceptance import Request, accept
from longwatch.store.database import Store
from longwatch.store.hooks import hook_in_force, secret_of
from longwatch.store.tables import Delivery
from longwatch.store.tasks import awaits
from longwatch.store.writing import changed

ACTOR = "system:webhook"
LONGEST_CALL = timedelta(seconds=20)
"""How long a tool may take to answer; work that takes longer is taken on with 202 and told of later."""


@dataclass(frozen=True)
class _Prepared:
    """A call ready to be made."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class Calling:
    """Makes the calls that the delivery ledger holds."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._outbound = Outbound(networks_of(settings.outbound_networks))

    @activity.defn(name="call_hook", no_thread_cancel_exception=True)
    def call_hook(self, deliver: Deliver) -> None:
        """Makes one call unless its outcome is known. The delivery's id is its mark, so that a repetition shows.

        Raises ApplicationError where trying again would not help; anything else is tried again by the engine.
        """
        prepared = self._prepared(deliver)
        if prepared is None:
            return
        try:
            answer = self._outbound.post(prepared.url, prepared.headers, prepared.body, prepared.seconds)
        except NotAllowed as refusal:
            raise _hopeless(str(refusal)) from refusal
        self._settle(deliver.delivery, judged(answer))

    @activity.defn(name="call_failed", no_thread_cancel_exception=True)
    def call_failed(self, deliver: Deliver) -> None:
        """Writes down that a call could not be made, and tells the ticket why."""
        self._settle(deliver.delivery, Verdict(ok=False, text=deliver.reason), failed=True)

    def _prepared(self, deliver: Deliver) -> _Prepared | None:
        with self._store.reading() as session:
            row = session.query(Delivery).filter_by(id=deliver.delivery).one()
            if row.delivered_at is not None or row.failed_at is not None:
                return None
            told = json.loads(row.data)
            if awaits(session, row.ticket, told["task"], told["attempt"]):
                return self._letter(session, row, told)
        self._settle(deliver.delivery, None, failed=True)
        return None

    def _letter(self, session: Session, row: Delivery, told: Mapping[str, Any]) -> _Prepared:
        now, name = self._store.now(session), row.recipient.removeprefix("hook:")
        left = min(instant(told["until"]) - now, LONGEST_CALL).total_seconds()
        if left <= 0:
            raise _hopeless("The time for the call was over before it could be made.")
        try:
            hook = hook_in_force(session, name)
        except HookFault as fault:
            raise _hopeless(f"The hook {name} cannot be used: {fault.reason}") from fault
        if hook is None:
            raise _hopeless(f"There is no hook called {name}. An administrator can configure it.")
        secret = secret_of(session, self._settings.secret_keys, name)
        if secret is None:
            raise _hopeless(f"The hook {name} has no secret to sign with. `longwatch hook secret {name}` makes one.")
        headers, body = letter(row.id, secret, self._content(row, told), now)
        return _Prepared(hook.url, headers, body, left)

    def _content(self, row: Delivery, told: Mapping[str, Any]) -> dict[str, Any]:
        """What the tool reads: the task and its data, until when, and where to say later how it went."""
        actions = f"{self._settings.base_url}/api/v1/tickets/{row.ticket}/actions"
        return {
            "delivery": row.id,
            "ticket": row.ticket,
            "task": told["task"],
            "attempt": told["attempt"],
            "until": told["until"],
            **told["call"],
            "complete_url": f"{actions}/complete_task",
            "fail_url": f"{actions}/fail_task",
        }

    def _settle(self, delivery: str, verdict: Verdict | None, *, failed: bool = False) -> None:
        """Notes the outcome, once, and tells the ticket in the same transaction. None: nobody waits for it any more."""
        with self._store.writing() as session:
            row = session.query(Delivery).filter_by(id=delivery).one()
            if self._noted(session, delivery, verdict, failed=failed) and verdict is not None:
                told = json.loads(row.data)
                result = {"task": told["task"], "attempt": told["attempt"], "ok": verdict.ok, "text": verdict.text}
                request = Request(row.ticket, kind_of(row.ticket), "task_called", ACTOR, result, key=f"called:{row.id}")
                accept(self._store, session, request)

    def _noted(self, session: Session, delivery: str, verdict: Verdict | None, *, failed: bool) -> bool:
        now: datetime = self._store.now(session)
        reason = "Its task no longer waits for it." if verdict is None else verdict.text
        outcome = {"failed_at": now, "reason": reason} if failed else {"delivered_at": now}
        open_ = Delivery.id == delivery, Delivery.delivered_at.is_(None), Delivery.failed_at.is_(None)
        return changed(session, update(Delivery).where(*open_).values(**outcome)) == 1


def _hopeless(reason: str) -> ApplicationError:
    return ApplicationError(reason, type="Hopeless", non_retryable=True)
