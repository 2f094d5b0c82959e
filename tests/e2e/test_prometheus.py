"""From a figure that Prometheus watches, by a rule and a real Alertmanager, to an incident that ends by itself."""

import pytest
from sqlalchemy import select

from longwatch.store.tables import Body, Ticket
from tests.e2e.alertmanager import alertmanager
from tests.e2e.prometheus import Disk, exporter, prometheus
from tests.rig import Rig, until

pytestmark = pytest.mark.e2e


def incidents(desk: Rig, status: str | None = None) -> list[Ticket]:
    with desk.store.reading() as session:
        return [
            row for row in session.scalars(select(Ticket).where(Ticket.ci == "db-1")) if status in (None, row.status)
        ]


def title(desk: Rig, ticket: Ticket) -> str | None:
    with desk.store.reading() as session:
        body = session.get(Body, ticket.title_body)
        return body.text if body else None


async def test_a_disk_that_fills_up_is_an_incident_until_it_is_emptied(desk: Rig) -> None:
    hook, disk = desk.hook("alertmanager", "prometheus", hold_down=1, quiet=2, reopen=600), Disk("db-1")
    async with alertmanager(desk.settings.data, hook) as monitor:
        with exporter(disk) as port:
            async with prometheus(desk.settings.data, monitor, port):
                disk.used = 0.97
                (begun,) = await until(lambda: incidents(desk))
                disk.used = 0.4
                (ended,) = await until(lambda: incidents(desk, "resolved"))

    assert title(desk, begun) == "Disk of db-1 is nearly full"
    assert (ended.number, ended.priority) == (begun.number, 1)
    assert (await desk.proof(begun.number)).problems == []
