"""Trouble, told plainly: to people on a page that keeps what they typed, to programs in one shape."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from longwatch.store.database import Store
from tests.web.conftest import WebDesk

AWAY = OperationalError("SELECT 1", {}, Exception("connection refused"))


def test_a_page_that_is_not_there_says_so(desk: WebDesk) -> None:
    response = desk.client().get("/nowhere")

    assert response.status_code == 404
    assert "There is nothing here" in response.get_data(as_text=True)


def test_while_the_database_is_away_a_page_says_so_and_keeps_what_was_typed(
    desk: WebDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_store: Store) -> Any:
        raise AWAY

    desk.app.config["WTF_CSRF_ENABLED"] = False
    desk.loops.stop()
    monkeypatch.setattr(Store, "reading", gone)

    response = desk.client().post("/sign-in", data={"login": "<b>agent</b>", "password": "secret words"})

    page = response.get_data(as_text=True)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "The database is away for a moment" in page
    assert "&lt;b&gt;agent" in page
    assert "secret words" not in page


def test_a_fault_of_ours_is_told_without_its_inside(desk: WebDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = desk.api()

    def faulty(_store: Store) -> Any:
        raise RuntimeError("the inside")

    desk.loops.stop()
    monkeypatch.setattr(Store, "reading", faulty)

    response = agent.get("/tickets")

    assert response.status_code == 500
    assert set(response.get_json()) == {"code", "status", "message", "errors"}
    assert "the inside" not in response.get_data(as_text=True)


def test_a_method_that_an_address_does_not_know_is_refused(desk: WebDesk) -> None:
    assert desk.client().delete("/api/v1/tickets").status_code == 405
    assert desk.client().put("/healthz").get_json()["code"] == 405
