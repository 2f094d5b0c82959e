"""Trouble of ours is 503 with Retry-After at every door, in the door's own words; never another 5xx, never a 4xx."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from longwatch.store.database import Store
from tests.integrations import amazon_key
from tests.integrations.test_tools import SAMPLES
from tests.web.conftest import WebDesk

DOORS = ("generic", "pagerduty", "change", "opsgenie", "close", "servicenow", "cloudwatch")


def call(desk: WebDesk, door: str) -> dict[str, Any]:
    """A good call at a door."""
    kind = {"change": "pagerduty", "close": "opsgenie"}.get(door, door)
    path = desk.source(kind)
    key = path.rsplit("/", 1)[1]
    genie = {"Authorization": f"GenieKey {key}"}
    return {
        "generic": {"path": path, "json": {"title": "x"}},
        "cloudwatch": {"path": path, "data": amazon_key.signed(SAMPLES["cloudwatch"]["firing"])},
        "pagerduty": {"path": "/v2/enqueue", "json": {"routing_key": key, **SAMPLES["pagerduty"]["firing"]}},
        "change": {"path": "/v2/change/enqueue", "json": {"routing_key": key, **SAMPLES["pagerduty"]["note"]}},
        "opsgenie": {"path": "/v2/alerts", "json": SAMPLES["opsgenie"]["firing"], "headers": genie},
        "close": {"path": "/v2/alerts/a/close?identifierType=alias", "json": {}, "headers": genie},
        "servicenow": {
            "path": "/api/now/table/incident",
            "json": SAMPLES["servicenow"]["firing"],
            "auth": ("watcher", key),
        },
    }[door]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("fault", [OperationalError("INSERT", {}, Exception("disk full")), RuntimeError("a fault")])
def test_every_door_says_try_again(desk: WebDesk, monkeypatch: pytest.MonkeyPatch, door: str, fault: Exception) -> None:
    asked = call(desk, door)

    def broken(_store: Store) -> Any:
        raise fault

    monkeypatch.setattr(Store, "writing", broken)
    response = desk.client().post(**asked)
    monkeypatch.undo()

    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.is_json
    assert desk.client().post(**asked).status_code in (201, 202)


@pytest.mark.parametrize("door", DOORS)
def test_no_door_leaves_a_cookie_or_needs_one(desk: WebDesk, door: str) -> None:
    response = desk.client().post(**call(desk, door))

    assert response.status_code in (201, 202)
    assert "Set-Cookie" not in response.headers
