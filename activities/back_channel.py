"""What the tools behind an incident's alerts must hear: decided fact by fact, in the journal's own transaction.

Only what people do is told. What monitoring itself cleared it knows already; a silence of ours that still stands then
is taken away, lest it hides the next alert. An acknowledgement that a tool passes on to us is no act of a person here,
so nothing goes in circles.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.back_call import ACKNOWLEDGED, CLOSED, EXTENDED, RELEASED, REOPENED, RESOLVED
from integrations.back_kinds import KINDS
from longwatch.domain.ticket import Fact
from longwatch.messages import ALERT_GROUP, INCIDENT, decider, kind_of
from longwatch.store import back_ledger, states
from longwatch.store.back_ledger import Key, Word
from longwatch.store.back_settings import active_backs
from longwatch.store.tables import Process
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_back_channel import BackCall, SourceBack

MOST_TOLD = 100
"""Alerts of one incident that their tools are told of at once; that there were more stands in the ledger."""
_WORKED_ON = (ACKNOWLEDGED, EXTENDED)
_OVER = (RESOLVED, CLOSED)
_ENDS = ("Resolved", "Closed")


def tell_tools(session: Session, state: Any, seq: int, fact: Fact, now: datetime) -> None:
    """Writes a row for every alert whose tool must hear of the fact; `state` is the incident after it."""
    what = said_by(fact)
    if what is None or (state.alert is None and not state.merging.followers):
        return
    incidents, groups = _whole(session, state)
    last = back_ledger.last_words(session, incidents)
    firing = _firing(session, groups)
    keys = list(dict.fromkeys([*firing, *last]))
    backs = active_backs(session, sorted({source for source, _ in keys}))
    wanted = [key for key in keys if key[0] in backs and _due(what, backs[key[0]], key in firing, last.get(key), now)]
    words = [Word(state.number, seq, source, fingerprint, what, fact.actor) for source, fingerprint in wanted]
    for word in words[:MOST_TOLD]:
        back_ledger.write(session, word, now)
    if len(words) > MOST_TOLD:
        why = f"{len(words) - MOST_TOLD} more alerts: their tools are told of at most {MOST_TOLD} at once."
        back_ledger.leave_out(session, words[MOST_TOLD], now, why)


def said_by(fact: Fact) -> str | None:
    """What a fact of an incident means to the tools; None for nothing. Pure."""
    data = fact.data
    if not _by_people(fact.actor):
        return RELEASED if fact.type in _ENDS else None
    if fact.type in ("Assigned", "Started"):
        return ACKNOWLEDGED if data.get("responds") and not data.get("automatic") else None
    return {"Resolved": RESOLVED, "Closed": CLOSED, "Cancelled": CLOSED, "Reopened": REOPENED}.get(fact.type)


def _by_people(actor: str) -> bool:
    """A person, or another ticket that people brought to its end; alert groups are monitoring's."""
    kind, _, name = actor.partition(":")
    return kind == "user" or (kind == "process" and _kind(name) != ALERT_GROUP)


def _kind(ticket: str) -> str:
    try:
        return kind_of(ticket)
    except KeyError:
        return ALERT_GROUP


def _due(what: str, back: SourceBack, firing: bool, before: BackCall | None, now: datetime) -> bool:  # noqa: FBT001 - read once, above
    told = None if before is None else before.what
    if _stands(back, before, now):
        return what != ACKNOWLEDGED
    if not firing or what == RELEASED:
        return False
    if what == ACKNOWLEDGED:
        return what in back.tells and told not in _WORKED_ON
    if what in _OVER:
        return RESOLVED in back.tells and told not in _OVER
    return what in back.tells


def _stands(back: SourceBack, before: BackCall | None, now: datetime) -> bool:
    """Whether something of ours still hides the alert in its tool."""
    if before is None or before.what not in _WORKED_ON or not KINDS[back.kind].stands:
        return False
    return before.ends_at is None or before.ends_at > now


def _whole(session: Session, state: Any) -> tuple[list[str], list[str]]:
    """The incident with those merged into it, and the alert groups behind them all."""
    known = [state, *(found for name in state.merging.followers if (found := state_of(session, name)) is not None)]
    groups = [each.alert.group for each in known if getattr(each, "alert", None) is not None]
    return [each.number for each in known], groups


def state_of(session: Session, number: str) -> Any:
    """The recorded state of an incident; None for what is none."""
    row = session.get(Process, number) if _kind(number) == INCIDENT else None
    return None if row is None else states.load(decider(INCIDENT), row.state)


def _firing(session: Session, groups: Iterable[str]) -> dict[Key, None]:
    mine = KnownAlert.group.in_(list(groups)), KnownAlert.state == "firing"
    rows = select(KnownAlert.source, KnownAlert.fingerprint).where(*mine)
    ordered = rows.order_by(KnownAlert.first_at, KnownAlert.source, KnownAlert.fingerprint)
    return dict.fromkeys((source, fingerprint) for source, fingerprint in session.execute(ordered))
