"""doctor: every trouble is named with what to do next; a healthy desk passes."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from longwatch import doctor
from longwatch.settings import Settings
from longwatch.store.checkup import Finding
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import Command, Delivery, Inbox, Parked, Process, Run
from tests.cli.conftest import Longwatch, bare, typed
from tests.cli.desk import at_work, lived


def found(settings: Settings) -> dict[str, Finding]:
    """The findings of a desk by what they are about; of several the last."""
    return {finding.what: finding for finding in doctor.examine(settings)}


@pytest.mark.engine
async def test_a_desk_at_work_is_well(fresh: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    async with at_work(fresh) as desk:
        await lived(desk)
        said = await typed(capfd, "doctor")

    assert said.out.endswith(" checks, all well.\n")
    assert (said.code, said.err) == (0, "")
    assert "ok     worker: polls for tickets" in said.out
    assert "ok     retention: the engine keeps closed histories 400 days" in said.out


def test_a_desk_without_engine_is_told_to_start_it(fresh: Settings, longwatch: Longwatch) -> None:
    said = longwatch("doctor")

    assert said.code == 1
    assert f"WRONG  engine: does not answer at {fresh.temporal_address}" in said.out
    assert "-> Start it (`longwatch engine`" in said.out
    assert said.out.endswith(" checks, 1 wrong.\n")


def test_looking_makes_nothing(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LONGWATCH_SECRET_KEY")
    said = bare(capfd)("doctor")

    assert "ok     secret key: none yet" in said.out
    assert not (fresh.data / "secret.key").exists()


def test_a_database_without_tables_is_told_how_to_get_them(fresh: Settings) -> None:
    tables = found(fresh)["tables"]

    assert (tables.well, tables.advice) == (False, "longwatch db upgrade")


def test_tables_changed_by_hand_are_named(fresh: Settings, longwatch: Longwatch) -> None:
    assert longwatch("db", "upgrade").code == 0
    with open_engine(fresh.database_url).connect() as connection:
        connection.execute(text("DROP TABLE audit"))
        connection.commit()
    tables = found(fresh)["tables"]

    assert not tables.well
    assert "audit" in tables.text


def test_a_database_that_is_away_is_named(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fresh.data.exists()
    monkeypatch.setenv("LONGWATCH_DATABASE_URL", f"postgresql://desk@127.0.0.1:{fresh.port}/desk")
    database = found(doctored())["database"]

    assert not database.well
    assert "postgresql does not answer" in database.text
    assert "LONGWATCH_DATABASE_URL" in database.advice


def doctored() -> Settings:
    """The settings as the environment has them now."""
    from longwatch.settings import read  # noqa: PLC0415 - after the environment was changed

    return read(make_key=False)


def test_weak_keys_and_open_files_are_named(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LONGWATCH_SECRET_KEY", "0123456789abcdef" * 4 + "," + "ab" * 20)
    fresh.data.chmod(0o755)
    (fresh.data / "secret.key").write_text("x")
    (fresh.data / "secret.key").chmod(0o644)
    findings = found(doctored())

    assert (findings["secret key"].well, findings["secret key"].text) == (False, "key 2 of 2 was not drawn by lot")
    assert findings["data folder"].advice == f"chmod 700 {fresh.data}"
    assert findings["key file"].advice == f"chmod 600 {fresh.data / 'secret.key'}"


def test_production_without_tls_or_with_demo_accounts_is_wrong(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fresh.data.exists()
    monkeypatch.setenv("LONGWATCH_ENV", "production")
    monkeypatch.setenv("LONGWATCH_DEMO", "1")
    open_to_all = found(doctored())
    monkeypatch.setenv("LONGWATCH_BASE_URL", "https://desk.example.net")
    behind_tls = found(doctored())

    assert not open_to_all["demo"].well
    assert not open_to_all["address"].well
    assert behind_tls["address"].well


def test_what_waits_too_long_is_counted(fresh: Settings, longwatch: Longwatch) -> None:
    assert longwatch("seed").code == 0
    store = Store(open_engine(fresh.database_url))
    with store.writing() as session:
        now = store.now(session)
        ago = now - timedelta(hours=1)
        command = {"kind": "incident", "ticket": "INC-1", "data": "{}", "actor": "user:agent", "accepted_at": ago}
        parked = {"outcome": "parked", "reason": "ZeroDivisionError", "settled_at": now}
        run = {"ticket": "INC-1", "workflow": "Incident", "first_seq": 0, "started_at": ago, "ended": True}
        mail = {"ticket": "INC-1", "recipient": "user:agent", "channel": "mail", "template": "assigned", "data": "{}"}
        session.add_all(
            [
                Command(id="1", action="take", wakes=3, **command),
                Command(id="2", action="take", wakes=1, **command, **parked),
                Process(id="INC-1", kind="incident", version=1, head="", state="{}", next_alarm_at=ago),
                Inbox(source="am", kind="alertmanager", body="{}", size=1, received_at=ago, state="new"),
                Parked(inbox=1, position=0, reason="no labels", body="{}", parked_at=now),
                Run(run="a", **run),
                Run(run="b", **run, exported_at=ago),
                Delivery(id="d", **mail, created_at=ago, relayed_at=ago, failed_at=now, reason="550"),
            ]
        )
    findings = found(fresh)

    wrong = {what: finding.text.split(" ", 1)[0] for what, finding in findings.items() if not finding.well}
    assert wrong == {
        "engine": "does",
        "commands": "1",
        "alarms": "1",
        "calls": "1",
        "exports": "1",
        "histories": "1",
        "parked": "2",
        "messages": "1",
    }
    assert all(finding.advice for finding in findings.values() if not finding.well)


@pytest.fixture
def mail_server() -> Iterator[int]:
    """A real mail server; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Controller(object(), hostname="127.0.0.1", port=port)
    server.start()
    yield port
    server.stop()


def test_a_mail_server_that_answers_is_well(fresh: Settings, monkeypatch: pytest.MonkeyPatch, mail_server: int) -> None:
    assert fresh.data.exists()
    monkeypatch.setenv("LONGWATCH_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("LONGWATCH_MAIL_PORT", str(mail_server))

    assert found(doctored())["mail"].well


def test_a_mail_server_without_tls_or_that_is_away_is_named(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch, mail_server: int
) -> None:
    monkeypatch.setenv("LONGWATCH_MAIL_HOST", "127.0.0.1")
    monkeypatch.setenv("LONGWATCH_MAIL_PORT", str(mail_server))
    monkeypatch.setenv("LONGWATCH_MAIL_STARTTLS", "1")
    without_tls = found(doctored())["mail"]
    monkeypatch.setenv("LONGWATCH_MAIL_PORT", str(fresh.port))
    away = found(doctored())["mail"]

    assert (without_tls.well, "STARTTLS" in without_tls.text) == (False, True)
    assert (away.well, away.advice) == (False, "Mend the LONGWATCH_MAIL_ settings.")


def test_clocks_that_differ_are_named(fresh: Settings, longwatch: Longwatch) -> None:
    assert longwatch("seed").code == 0
    store = Store(open_engine(fresh.database_url))
    honest = doctor.clocks(store)
    late = doctor.clocks(Store(store.engine, clock=lambda: doctor.host_clock() - timedelta(seconds=10)))

    assert honest.well
    assert not late.well
    assert "differ by 10.0" in late.text or "differ by 9.9" in late.text
