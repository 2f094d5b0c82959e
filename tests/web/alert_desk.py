"""Alert groups on a desk with a web: told what fires as intake would tell them, and the alerts as they are known."""

from datetime import timedelta
from typing import Any

from longwatch.domain.alerts import group_id
from longwatch.domain.ticket import stamp
from longwatch.messages import ALERT_GROUP
from longwatch.store.acceptance import Request, accept_machines
from longwatch.store.inbox import Call, keep
from longwatch.store.tables_alerts import KnownAlert
from tests.web.conftest import WebDesk


def group_of(ci: str = "db-1", source: str = "prometheus") -> str:
    """The group of a source's alerts about an item."""
    return group_id(source, f"{source}/ci/{ci}")


def tell(
    desk: WebDesk, fingerprint: str, state: str = "firing", *, ci: str = "db-1", source: str = "prometheus", **more: Any
) -> str:
    """One delivery, decided at once; returns the group. `hold_down` 0 opens an incident without delay."""
    group = group_of(ci, source)
    with desk.store.writing() as session:
        now = desk.store.now(session)
        told = {
            "fingerprint": fingerprint,
            "state": state,
            "title": more.get("title", f"{fingerprint} is wrong"),
            "text": "What is wrong.",
            "severity": more.get("severity", "critical"),
            "starts_at": None,
            "ends_at": None,
            "links": [],
            "at": stamp(now),
        }
        data = {"group": group, "source": source, "key": f"{source}/ci/{ci}", "ci": ci}
        data |= {"settings": {"hold_down": more.get("hold_down", 0)}, "alerts": [told]}
        request = Request(group, ALERT_GROUP, "alerts", f"source:{source}", data)
        accept_machines(desk.store, session, [request])
    desk.loops.go_round(group)
    desk.loops.go_round(group)  # to hear the number of the incident it asked for
    return group


def known(desk: WebDesk, group: str, fingerprint: str, *, source: str = "prometheus", **more: Any) -> None:
    """The alert as the table of alerts has it, with the call it came in."""
    with desk.store.writing() as session:
        keep(desk.store, session, [Call(source, "generic", more.pop("body", "{}"), 1)])
        now = desk.store.now(session)
        values = {
            "state": "firing",
            "severity": "critical",
            "title": f"{fingerprint} is wrong",
            "ci": "db-1",
            "labels": {},
            "rule": None,
            "reason": "It is about db-1.",
            "first_at": now - timedelta(hours=1),
            "last_at": now,
            "changed_at": now,
            "again": 0,
            "fired": 1,
            "stale_at": None,
            "inbox": 1,
            "position": 0,
            **more,
        }
        session.add(KnownAlert(source=source, fingerprint=fingerprint, group=group, **values))
