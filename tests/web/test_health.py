"""Alive, ready, and in figures."""

import pytest
from sqlalchemy.exc import OperationalError

from longwatch.store.database import Store
from tests.web.conftest import WebDesk


def test_a_desk_with_all_its_parts_is_ready(desk: WebDesk) -> None:
    response = desk.client().get("/readyz")

    assert response.status_code == 200
    assert response.get_json() == {"ready": True, "database": True, "engine": True, "worker": True, "reason": ""}


def test_a_desk_without_its_engine_lives_and_says_what_is_missing(desk: WebDesk) -> None:
    desk.loops.away = True

    ready = desk.client().get("/readyz")

    assert ready.status_code == 503
    assert (ready.get_json()["database"], ready.get_json()["engine"]) == (True, False)
    assert ready.get_json()["reason"]
    assert desk.client().get("/healthz").status_code == 200


def test_a_desk_without_its_database_is_not_ready(desk: WebDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_store: Store) -> None:
        raise OperationalError("SELECT 1", {}, Exception("away"))

    desk.loops.stop()
    monkeypatch.setattr(Store, "reading", gone)

    ready = desk.client().get("/readyz")

    assert ready.status_code == 503
    assert ready.get_json()["database"] is False
    figures = desk.client().get("/metrics")
    assert "longwatch_database_up 0.0" in figures.get_data(as_text=True)


def test_the_figures_tell_what_is_open_and_what_was_answered(desk: WebDesk) -> None:
    desk.api().opened(impact=1, urgency=1)

    figures = desk.client().get("/metrics").get_data(as_text=True)

    assert 'longwatch_open_tickets{priority="P1",status="assigned"} 1.0' in figures
    assert 'longwatch_http_requests_total{method="POST",route="/api/v1/incidents",status="201"} 1.0' in figures
    assert "longwatch_oldest_command_seconds 0.0" in figures


def test_the_figures_tell_what_waits(desk: WebDesk) -> None:
    desk.client().post(desk.source(), json={"alerts": []})

    figures = desk.client().get("/metrics").get_data(as_text=True)

    assert "longwatch_waiting_calls 1.0" in figures


@pytest.mark.parametrize(
    "options",
    [{"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}, {"headers": {"X-Forwarded-For": "127.0.0.1"}}],
)
def test_the_figures_are_for_this_machine_and_administrators(desk: WebDesk, options: dict[str, dict[str, str]]) -> None:
    outside = desk.client().get("/metrics", **options)  # type: ignore[arg-type] # options by name
    agent = {**options.get("headers", {}), "Authorization": f"Bearer {desk.api('agent').token}"}
    admin = {**options.get("headers", {}), "Authorization": f"Bearer {desk.api('admin').token}"}
    base = options.get("environ_base", {})

    assert outside.status_code == 403
    assert desk.client().get("/metrics", headers=agent, environ_base=base).status_code == 403
    assert desk.client().get("/metrics", headers=admin, environ_base=base).status_code == 200
