"""Bad input at the API: a clear 4xx, nothing half-written, and the next one served as ever."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from longwatch.store.tables import Body, Command
from tests.web.conftest import WebDesk


def written(desk: WebDesk) -> tuple[int, int]:
    """How many commands and texts the desk holds."""
    with desk.store.reading() as session:
        commands = session.scalar(select(func.count()).select_from(Command)) or 0
        return commands, session.scalar(select(func.count()).select_from(Body)) or 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 422),
        (b"{", 400),
        (b"title=x", 400),
        (b'{"title": NaN}', 400),
        (b'{"title": "\xff"}', 400),
        (b'{"title": "\\ud800"}', 400),
        (b'{"title": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
        (b"[" * 200_000, 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"title"', 422),
        (b"{}", 422),
        (b'{"title": null}', 422),
        (b'{"title": 5}', 422),
        (b'{"title": ["x"]}', 422),
        (b'{"title": ""}', 422),
        (b'{"title": "a\\u0000b"}', 422),
        (b'{"title": "a\\nb"}', 422),
        (b'{"title": "\\u202ex"}', 422),
        (b'{"title": "x", "status": "closed"}', 422),
        (b'{"title": "x", "number": "INC-000009"}', 422),
        (b'{"title": "x", "source": "monitoring"}', 422),
        (b'{"title": "x", "ci": "nothing"}', 422),
        (b'{"title": "x", "impact": 0}', 422),
        (b'{"title": "x", "impact": 1e400}', 400),
        (b'{"title": "x", "impact": 99999999999999999999999}', 400),
        (b'{"title": "x", "tags": [1]}', 422),
        (b'{"title": "x", "description": "' + b"x" * 50_001 + b'"}', 422),
        (b'{"title": "' + b"x" * 100_000 + b'"}', 422),
        (b'{"title": "' + b"x" * (1024 * 1024) + b'"}', 413),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_and_leaves_nothing(desk: WebDesk, body: bytes, code: int) -> None:
    program = desk.api()
    before = written(desk)

    response = program.post("/incidents", data=body, content_type="application/json")

    assert response.status_code == code
    assert set(response.get_json()) == {"code", "status", "message", "errors"}
    assert response.get_json()["message"]
    assert written(desk) == before


def test_a_title_of_100_kb_is_refused_by_its_name(desk: WebDesk) -> None:
    response = desk.api().post("/incidents", {"title": "x" * 100_000})

    assert response.get_json()["errors"] == {"title": ["Length must be between 1 and 250."]}


def test_json_must_say_that_it_is(desk: WebDesk) -> None:
    response = desk.api().post("/incidents", data='{"title": "x"}', content_type="text/plain")

    assert response.status_code == 415


def test_an_address_with_control_characters_leads_nowhere(desk: WebDesk) -> None:
    assert desk.api().get("/tickets/INC-%00").status_code == 404
    assert desk.api().get("/tickets/INC-%0a").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "surprise=1",
        "limit=0",
        "limit=x",
        "limit=1000",
        "order=random",
        "status=unknown",
        "kind=cat",
        "priority=9",
        "after=x",
        "after=W10",
        "after=WzEsMl0",
        "status=open,new",
        "q=%00",
    ],
)
def test_a_list_that_nobody_can_make_sense_of_is_refused(desk: WebDesk, query: str) -> None:
    response = desk.api().get(f"/tickets?{query}")

    assert response.status_code == 422
    assert response.get_json()["errors"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("title", "description", "impact", "urgency", "ci", "tags", "requester", "category", "service")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), JSON, max_size=5))
def test_whatever_is_sent_is_opened_or_refused(desk: WebDesk, body: dict[str, Any]) -> None:
    response = desk.api().post("/incidents", body)

    assert response.status_code in (201, 400, 422)
    assert response.get_json()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.sampled_from(
        ["take", "assign", "hold", "resolve", "prioritise", "escalate", "tag", "link", "message", "reopen"]
    ),
    st.dictionaries(
        st.sampled_from(["person", "team", "reason", "until", "code", "text", "impact", "level", "tags", "public"]),
        JSON,
        max_size=4,
    ),
)
def test_whatever_is_asked_is_done_or_refused(desk: WebDesk, action: str, body: dict[str, Any]) -> None:
    program = desk.api()
    if not program.get("/tickets").get_json()["items"]:
        program.opened()

    response = program.post(f"/tickets/INC-000001/actions/{action}", body)

    assert response.status_code in (200, 400, 403, 409, 422)
