"""Signing in: who may, for how long, and what every answer carries."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from longwatch.store import people
from longwatch.store.database import Store
from longwatch.store.tables import Person, SignIn, Token
from tests.conftest import settings_for
from tests.web.conftest import WebDesk, running
from web import policies
from web.auth.sign_in import local

PASSWORD = "correct horse battery"


def with_password(desk: WebDesk, login: str = "agent") -> None:
    with desk.store.writing() as session:
        people.set_password(session, login, PASSWORD, desk.store.now(session))


def csrf_token(client: FlaskClient, path: str = "/sign-in", base_url: str = "http://localhost") -> str:
    page = client.get(path, base_url=base_url).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


def enter(client: FlaskClient, login: str = "agent", password: str = PASSWORD, **more: Any) -> TestResponse:
    base = more.pop("base_url", "http://localhost")
    form = {"login": login, "password": password, "csrf_token": csrf_token(client, base_url=base), **more}
    headers = {"Referer": f"{base}/sign-in"}
    return client.post("/sign-in", data=form, base_url=base, headers=headers)


def is_in(client: FlaskClient, base_url: str = "http://localhost") -> bool:
    return client.get("/sign-in", base_url=base_url).status_code == 303


def test_name_and_password_open_the_desk(desk: WebDesk) -> None:
    with_password(desk)
    client = desk.client()

    response = enter(client, next="/account")

    assert (response.status_code, response.headers["Location"]) == (303, "/account")
    assert is_in(client)


def test_the_mail_address_serves_as_name(desk: WebDesk) -> None:
    with_password(desk)
    client = desk.client()

    assert enter(client, "Agent@example.net").status_code == 303


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("agent", "wrong"),
        ("nobody", PASSWORD),
        ("agent2", PASSWORD),
        ("agent2", ""),
        ("a\x00b", PASSWORD),
        ("agent", "x" * 5000),
    ],
)
def test_what_does_not_belong_together_opens_nothing(desk: WebDesk, login: str, password: str) -> None:
    with_password(desk)
    client = desk.client()

    response = enter(client, login, password)

    assert response.status_code == 422
    assert "do not belong together" in response.get_data(as_text=True)
    assert not is_in(client)


def test_guessing_is_slowed_down(desk: WebDesk) -> None:
    with_password(desk)
    client = desk.client()
    token = csrf_token(client)

    codes = [
        client.post("/sign-in", data={"login": "agent", "password": "wrong", "csrf_token": token}).status_code
        for _ in range(11)
    ]

    assert codes == [422] * 10 + [429]


def test_signing_in_makes_a_new_session_each_time(desk: WebDesk) -> None:
    with_password(desk)
    client = desk.client()
    enter(client)
    first = client.get_cookie(f"longwatch-{desk.settings.port}")
    assert first is not None

    client.post("/sign-out", data={"csrf_token": csrf_token(client, "/account")})
    enter(client)

    second = client.get_cookie(f"longwatch-{desk.settings.port}")
    assert second is not None
    assert first.value != second.value


def test_a_cookie_kept_from_before_signing_out_is_worth_nothing(desk: WebDesk) -> None:
    with_password(desk)
    client, thief = desk.client(), desk.client()
    enter(client)
    name = f"longwatch-{desk.settings.port}"
    kept = client.get_cookie(name)
    assert kept is not None
    thief.set_cookie(name, kept.value)
    assert is_in(thief)

    client.post("/sign-out", data={"csrf_token": csrf_token(client, "/account")})

    assert not is_in(client)
    assert not is_in(thief)


@pytest.mark.parametrize(
    "change", [{"ended_at": timedelta(0)}, {"expires_at": timedelta(0)}, {"seen_at": -people.IDLE_SIGN_IN}]
)
def test_a_session_that_ended_expired_or_lay_idle_is_over(desk: WebDesk, change: dict[str, timedelta]) -> None:
    with_password(desk)
    client = desk.client()
    enter(client)

    with desk.store.writing() as session:
        now = desk.store.now(session)
        session.execute(update(SignIn).values(**{name: now + span for name, span in change.items()}))

    assert not is_in(client)


def test_who_has_left_is_out_at_once(desk: WebDesk) -> None:
    with_password(desk)
    client, program = desk.client(), desk.api("agent")
    enter(client)

    with desk.store.writing() as session:
        session.execute(update(Person).where(Person.login == "agent").values(active=False))

    assert not is_in(client)
    assert program.get("/tickets").status_code == 401


def test_a_role_taken_away_is_gone_with_the_next_request(desk: WebDesk) -> None:
    program = desk.api("auditor")
    assert program.get("/inbox").status_code == 200

    with desk.store.writing() as session:
        session.execute(update(Person).where(Person.login == "auditor").values(roles=["requester"]))

    assert program.get("/inbox").status_code == 403


def test_a_new_password_ends_all_sessions(desk: WebDesk) -> None:
    with_password(desk)
    client = desk.client()
    enter(client)

    with_password(desk)

    assert not is_in(client)


def came_from(client: FlaskClient, store: Store) -> str:
    """The address a sign-in is noted with, when a proxy names another one."""
    form = {"login": "agent", "csrf_token": csrf_token(client)}
    client.post("/sign-in/demo", data=form, headers={"X-Forwarded-For": "203.0.113.7"})
    with store.reading() as session:
        return session.query(SignIn).order_by(SignIn.created_at.desc()).first().address


def test_a_visitors_own_word_about_his_address_is_not_believed(desk: WebDesk) -> None:
    assert came_from(desk.client(), desk.store) == "127.0.0.1"


def test_a_proxy_of_ours_is_believed(tmp_path: Path) -> None:
    for desk in running(settings_for(tmp_path, LONGWATCH_DEMO="1", LONGWATCH_PROXIES="1")):
        assert came_from(desk.client(), desk.store) == "203.0.113.7"


def test_one_click_signs_in_on_a_demo_desk(desk: WebDesk) -> None:
    client = desk.client()

    response = client.post("/sign-in/demo", data={"login": "lead", "csrf_token": csrf_token(client)})

    assert response.status_code == 303
    assert is_in(client)
    assert (
        client.post("/sign-in/demo", data={"login": "root", "csrf_token": csrf_token(client, "/account")}).status_code
        == 404
    )


def test_no_click_signs_in_anywhere_else(public_desk: WebDesk) -> None:
    client, base = public_desk.client(), public_desk.settings.base_url
    token = csrf_token(client, base_url=base)

    response = client.post(
        "/sign-in/demo", data={"login": "admin", "csrf_token": token}, base_url=base, headers={"Referer": base + "/"}
    )

    assert response.status_code == 404
    assert "demo" not in client.get("/sign-in", base_url=base).get_data(as_text=True)


def test_a_form_without_our_token_changes_nothing(desk: WebDesk) -> None:
    client = desk.client()

    assert client.post("/sign-in/demo", data={"login": "agent"}).status_code == 400
    assert not is_in(client)


def test_a_form_from_another_site_changes_nothing(desk: WebDesk) -> None:
    client = desk.client()
    token = csrf_token(client)

    response = client.post(
        "/sign-in/demo", data={"login": "agent", "csrf_token": token}, headers={"Origin": "https://evil.example"}
    )

    assert response.status_code == 403
    assert not is_in(client)


def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: WebDesk, public_desk: WebDesk) -> None:
    with_password(desk)
    with_password(public_desk)
    near, far = desk.client(), public_desk.client()

    plain = enter(near).headers["Set-Cookie"]
    secure = enter(far, base_url=public_desk.settings.base_url).headers["Set-Cookie"]

    assert plain.startswith(f"longwatch-{desk.settings.port}=")
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert secure.startswith("__Host-longwatch=")
    assert "Secure" in secure
    assert "Path=/" in secure
    assert "Domain" not in secure


def test_every_answer_carries_the_guards(desk: WebDesk, public_desk: WebDesk) -> None:
    for path in ("/sign-in", "/nowhere", "/api/v1/tickets", "/healthz"):
        headers = desk.client().get(path).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
    secure = public_desk.client().get("/sign-in", base_url=public_desk.settings.base_url).headers
    assert secure["Strict-Transport-Security"].startswith("max-age=")


def test_a_page_that_needs_signing_in_leads_there_and_back(desk: WebDesk) -> None:
    response = desk.client().get("/account")

    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in?next=/account")


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", None, "/a\nb"]
)
def test_the_way_back_never_leads_away(wanted: str | None) -> None:
    assert local(wanted) == "/"


def test_the_way_back_keeps_its_query() -> None:
    assert local("/q/mine?team=servers") == "/q/mine?team=servers"


def test_the_api_knows_no_cookies(desk: WebDesk) -> None:
    client = desk.client()
    client.post("/sign-in/demo", data={"login": "agent", "csrf_token": csrf_token(client)})

    response = client.get("/api/v1/tickets")

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.get_json()["code"] == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer lw_wrong", "Basic YTpi", "lw_x"])
def test_a_token_nobody_gave_opens_nothing(desk: WebDesk, header: str) -> None:
    assert desk.client().get("/api/v1/tickets", headers={"Authorization": header}).status_code == 401


def test_a_revoked_token_opens_nothing(desk: WebDesk) -> None:
    program = desk.api()
    assert program.get("/tickets").status_code == 200

    with desk.store.writing() as session:
        assert people.revoke_token(session, people.secret_digest(program.token), desk.store.now(session))

    assert program.get("/tickets").status_code == 401
    with desk.store.reading() as session:
        assert session.get(Token, people.secret_digest(program.token)) is not None


def test_a_route_without_a_policy_stops_the_start(desk: WebDesk) -> None:
    desk.app.view_functions["forgotten"] = lambda: "open to the world"
    desk.app.url_map.add(desk.app.url_rule_class("/forgotten", endpoint="forgotten"))

    with pytest.raises(policies.NoPolicy, match="/forgotten"):
        policies.check(desk.app)
    assert desk.client().get("/forgotten").status_code == 403


def test_every_route_states_who_may_come_in(desk: WebDesk) -> None:
    open_doors = {
        rule.rule
        for rule in desk.app.url_map.iter_rules()
        if (policy := policies.of(desk.app, rule.endpoint)) is not None and policy.anyone
    }

    assert open_doors == {
        "/static/<path:filename>",
        "/sign-in",
        "/sign-in/demo",
        "/theme",
        "/hooks/<kind>/<key>",
        "/hooks/heartbeat/<key>",
        "/hooks/heartbeat/<key>/<path:signal>",
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/openapi.json",
        "/api/v1/docs",
        # These prove who they are by a key of their own: tools by their source's, calendars by their address.
        "/hooks/<kind>",
        "/api/v1/calendar/feeds/<secret>.ics",
        "/v2/enqueue",
        "/v2/change/enqueue",
        "/v2/alerts",
        "/v2/alerts/<path:identifier>/<any(close,acknowledge,unacknowledge,notes):action>",
        "/v2/alerts/<path:identifier>/<any(message,description,priority):action>",
        "/v2/alerts/requests/<identity>",
        "/api/now/table/incident",
        "/api/now/table/incident/<sys_id>",
    }
