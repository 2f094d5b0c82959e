"""What stands beside a ticket about its item."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import render_template
from sqlalchemy import update

from cmdb.items import change_item
from longwatch.domain.ticket import Actor
from longwatch.store.tables import Ticket
from longwatch.store.tables_schedule import PlannedCi, PlannedWork
from tests.web.conftest import WebDesk
from web.console.ci_beside import CiBeside, ci_beside
from web.console.people import Viewer

NOW = datetime.now(UTC)


def viewer(*roles: str) -> Viewer:
    return Viewer(Actor("user:agent", roles=roles), "Anna Agent", NOW, UTC)


def beside(desk: WebDesk, ticket: str, ci: str | None = "web-1", *roles: str) -> CiBeside | None:
    with desk.store.reading() as session:
        return ci_beside(session, viewer(*(roles or ("agent",))), ci, ticket)


def change(desk: WebDesk, number: str, begin: timedelta) -> None:
    with desk.store.writing() as session:
        told: dict[str, Any] = {"stands": True, "firm": True, "status": "scheduled", "version": 1, "updated_at": NOW}
        window = {"begin": NOW + begin, "end": NOW + begin + timedelta(hours=1)}
        session.add(PlannedWork(ticket=number, kind="change", type="normal", **told, **window))
        session.flush()
        session.add(PlannedCi(ticket=number, ci="web-1"))


def test_other_tickets_changes_known_errors_and_ends_stand_beside(desk: WebDesk) -> None:
    mine = desk.api().opened("The shop is slow", ci="web-1")["number"]
    other = desk.api().opened("The shop is red", ci="web-1")["number"]
    known = desk.api().opened("It leaks memory", ci="web-2")["number"]
    with desk.store.writing() as session:
        session.execute(update(Ticket).where(Ticket.number == known).values(kind="problem", status="known_error"))
        soon = (NOW + timedelta(days=5)).date().isoformat()
        change_item(desk.store, session, "cert-shop", {"expires": soon}, "user:cmdb-editor")
        change_item(desk.store, session, "web-1", {"support_hours": "24x7"}, "user:cmdb-editor")
    change(desk, "CHG-000101", timedelta(days=-2))
    change(desk, "CHG-000102", timedelta(days=60))

    found = beside(desk, mine)

    assert found is not None
    assert (found.kind, found.owner, found.support_hours) == ("Server", "Servers", "24x7")
    assert [line.number for line in found.open] == [other]
    assert [line.number for line in found.changes] == ["CHG-000101"]
    assert [(line.number, line.title) for line in found.known_errors] == [(known, "It leaks memory")]
    assert [(one.ci, one.on, one.over) for one in found.endings] == [("cert-shop", soon, False)]


def test_nothing_stands_beside_without_an_item_or_for_requesters(desk: WebDesk) -> None:
    assert beside(desk, "INC-000001", None) is None
    assert beside(desk, "INC-000001", "no-such") is None
    assert beside(desk, "INC-000001", "web-1", "requester") is None


def test_it_is_drawn(desk: WebDesk) -> None:
    mine = desk.api().opened("The shop is slow", ci="web-1")["number"]
    other = desk.api().opened("The shop is <red>", ci="web-1")["number"]
    with desk.app.test_request_context("/t/1"):
        drawn = render_template("ticket_ci.html", beside=beside(desk, mine))
        nothing = render_template("ticket_ci.html", beside=None)

    assert f'href="/t/{other}"' in drawn
    assert "The shop is &lt;red&gt;" in drawn
    assert nothing.strip() == ""
