"""The desk's own tools on its production database: verify, doctor, rebuild."""

import pytest
from sqlalchemy import text

from longwatch.settings import Settings
from longwatch.store.database import Store
from tests.cli.conftest import environ, typed
from tests.cli.desk import assigned, lived
from tests.postgres_server import PostgresServer
from tests.rig import rig, until

pytestmark = [pytest.mark.engine, pytest.mark.postgres]


@pytest.fixture
def at_the_desk(postgres_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """From now on commands are this desk's."""
    for name, value in {**environ(postgres_settings), "LONGWATCH_DATABASE_URL": postgres_settings.database_url}.items():
        monkeypatch.setenv(name, value)
    return postgres_settings


async def test_a_desk_on_postgresql_is_well_and_all_of_it_holds(
    at_the_desk: Settings, postgres_store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    async with rig(at_the_desk, postgres_store) as desk:
        desk.start(desk.worker)
        await lived(desk)
        verified = await typed(capfd, "verify", "--all")
        with postgres_store.engine.connect() as connection:
            durable = connection.execute(text("SHOW fsync")).scalar()
        examined = await typed(capfd, "doctor")

    assert (verified.code, verified.out.endswith("all hold.\n")) == (0, True)
    assert "ok     database: postgresql answers\n" in examined.out
    assert "ok     tables: revision " in examined.out
    assert "ok     clocks: database and host differ by 0.0" in examined.out
    # the private server of these tests runs without fsync to be quick, and doctor does not let that pass
    assert durable == "off"
    assert "WRONG  durability: fsync is off, not on" in examined.out
    assert examined.out.endswith(", 1 wrong.\n")


async def test_what_postgresql_forgot_comes_back_from_the_engine(
    at_the_desk: Settings, postgres_store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    async with rig(at_the_desk, postgres_store) as desk:
        desk.start(desk.worker)
        kept, forgotten = await lived(desk, "Stays"), await lived(desk, "Is forgotten")
        known = {number: desk.facts(number) for number in (kept, forgotten)}
        desk.worker.stop()
        with postgres_store.engine.begin() as connection:
            for table, column in {
                "journal": "ticket",
                "processes": "id",
                "tickets": "number",
                "runs": "ticket",
            }.items():
                connection.execute(text(f"DELETE FROM {table} WHERE {column} = :n"), {"n": forgotten})
            connection.execute(text("DELETE FROM commands WHERE ticket = :n"), {"n": forgotten})
            connection.execute(text("DELETE FROM journal WHERE ticket = :n AND seq > 4"), {"n": kept})
            connection.execute(text("UPDATE counters SET value = 1"))

        rebuilt = await typed(capfd, "rebuild")
        desk.start(desk.worker)
        newest = desk.open("After the rebuild")
        await until(lambda: desk.version(newest))
        command = assigned(desk, newest)
        await until(lambda: desk.outcome(command))
        verified = await typed(capfd, "verify", "--all")
        back = {number: desk.facts(number) for number in (kept, forgotten)}

    assert (rebuilt.code, rebuilt.err) == (0, "")
    assert " of 2 tickets and 3 commands came back" in rebuilt.out
    assert back == known
    assert newest not in known
    assert (verified.code, verified.out.endswith("all hold.\n")) == (0, True)


async def test_a_database_that_went_away_is_told_by_every_tool(
    mortal_postgres: PostgresServer,
    mortal_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for name, value in {**environ(mortal_settings), "LONGWATCH_DATABASE_URL": mortal_settings.database_url}.items():
        monkeypatch.setenv(name, value)
    mortal_postgres.kill()
    said = [await typed(capfd, *words.split()) for words in ("verify --all", "rebuild", "token create --user agent")]
    examined = await typed(capfd, "doctor")

    assert [one.code for one in said] == [1, 1, 1]
    assert all(one.err.startswith("longwatch: the database cannot be used: ") for one in said)
    assert all(one.err.count("\n") == 1 for one in said)
    assert "WRONG  database: postgresql does not answer" in examined.out
