"""The whole desk on PostgreSQL as its callers see it: hooks in, API out."""

import pytest
from sqlalchemy import select

from longwatch.settings import Settings
from longwatch.store.database import Store
from longwatch.store.tables import Ticket
from tests.cli.conftest import environ, typed
from tests.e2e.api import Api, call
from tests.rig import Rig, rig, until

pytestmark = [pytest.mark.engine, pytest.mark.postgres, pytest.mark.e2e]


def of_monitoring(desk: Rig) -> list[str]:
    """The numbers of what monitoring opened."""
    with desk.store.reading() as session:
        return list(session.scalars(select(Ticket.number).where(Ticket.source == "monitoring")))


async def test_alerts_and_people_are_served(
    postgres_settings: Settings,
    postgres_store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, value in {**environ(postgres_settings), "LONGWATCH_DATABASE_URL": postgres_settings.database_url}.items():
        monkeypatch.setenv(name, value)
    async with rig(postgres_settings, postgres_store) as desk:
        desk.start(desk.worker)
        await desk.start_web()
        agent = Api(desk, "lead")
        hook = desk.hook("generic", hold_down=1)
        alert = {"id": "disk-1", "state": "firing", "title": "Disk full", "severity": "critical", "ci": "db-1"}
        sent = [call(hook, alert).status_code for _ in range(30)]
        opened = agent.post("/incidents", {"title": "Żółty alarm", "impact": 2, "urgency": 2, "ci": "mail-1"})
        number = opened.json()["number"]
        await until(lambda: desk.version(number))
        took = agent.post(f"/tickets/{number}/actions/assign", {"team": "network", "person": "user:lead"})
        said = agent.post(f"/tickets/{number}/messages", {"text": "Zaglądam.", "public": True})
        incidents = await until(lambda: of_monitoring(desk))
        found = agent.get("/tickets?q=alarm&team=network&status=open").json()
        pages = [
            agent.get(f"/tickets/{number}{part}").status_code
            for part in ("", "/journal", "/messages", "/clocks", "/links", "/waiting", "/proof")
        ]
        health = [agent.health(page) for page in ("/healthz", "/readyz", "/metrics")]
        verified = await typed(capfd, "verify", "--all")

    assert sent == [202] * 30
    assert opened.status_code == 201
    assert (took.status_code, said.ok) == (200, True)
    assert len(incidents) == 1
    assert [ticket["number"] for ticket in found["items"]] == [number]
    assert pages == [200] * 7
    assert health == [200] * 3
    assert (verified.code, verified.out.endswith("all hold.\n")) == (0, True)
