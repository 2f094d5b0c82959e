"""Backup and restore: taken while the desk works, restored elsewhere, and nothing is ever overwritten."""

import json
import socket
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from longwatch.messages import ALERT_GROUP
from longwatch.settings import Settings
from longwatch.store import inbox, sources
from longwatch.store.tables import Process, Ticket
from tests.cli.conftest import Longwatch, bare, environ, typed
from tests.cli.desk import at_work, lived
from tests.conftest import settings_for
from tests.rig import Rig, rig, until


def another(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """From now on commands are a new installation's, with the same key and other ports."""
    settings = settings_for(folder)
    for name, value in environ(settings).items():
        monkeypatch.setenv(name, value)
    return settings


@pytest.mark.engine
async def test_a_backup_of_a_working_desk_goes_on_elsewhere(
    fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "desk.zip"
    async with at_work(fresh) as desk:
        number = await lived(desk)
        made = await typed(capfd, "backup", str(file))
        before = desk.facts(number)
    moved = another(tmp_path / "elsewhere", monkeypatch)
    restored = await typed(capfd, "restore", str(file))
    rebuilt = await typed(capfd, "rebuild")
    async with at_work(moved) as desk:
        reopen = desk.ask(number, "reopen", "user:lead", texts={"reason": "Down again."})
        await until(lambda: desk.outcome(reopen) == "applied")
        fresh_one = desk.open("Another")
        await until(lambda: desk.version(fresh_one))
        verified = await typed(capfd, "verify", "--all")
        after = desk.facts(number)

    assert (made.code, made.err) == (0, "")
    assert "holds temporal.db, longwatch.db" in made.out
    assert "Not in it: LONGWATCH_SECRET_KEY" in made.out
    assert file.stat().st_mode & 0o077 == 0
    assert (restored.code, restored.err) == (0, "")
    assert rebuilt.code == 0
    assert after[: len(before)] == before
    assert len(after) > len(before)
    assert fresh_one != number
    assert (verified.code, verified.out.endswith("all hold.\n")) == (0, True)


def test_the_key_a_desk_made_for_itself_is_in_its_backup(
    fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longwatch: Longwatch
) -> None:
    monkeypatch.delenv("LONGWATCH_SECRET_KEY")
    longwatch("seed")
    key = (fresh.data / "secret.key").read_text()
    assert longwatch("backup", str(tmp_path / "desk.zip")).code == 0
    monkeypatch.setenv("LONGWATCH_DATA", str(tmp_path / "new"))
    restored = longwatch("restore", str(tmp_path / "desk.zip"))

    assert (restored.code, restored.err) == (0, "")
    assert (tmp_path / "new" / "secret.key").read_text() == key
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"secret.key", "longwatch.db"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "new").iterdir())


def test_no_file_is_ever_overwritten(longwatch: Longwatch, tmp_path: Path) -> None:
    file = tmp_path / "precious.txt"
    file.write_text("mine")
    said = longwatch("backup", str(file))

    assert said.err == f"longwatch: {file} exists already: name another file.\n"
    assert (said.code, file.read_text()) == (1, "mine")


def test_a_folder_that_is_not_there_is_named(longwatch: Longwatch, tmp_path: Path) -> None:
    said = longwatch("backup", str(tmp_path / "nowhere" / "desk.zip"))

    assert said.code == 1
    assert "cannot be written: No such file or directory" in said.err


def test_a_desk_without_database_has_nothing_to_pack(fresh: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    said = bare(capfd)("backup", str(fresh.data.parent / "desk.zip"))

    assert said.code == 1
    assert "There is no database at" in said.err
    assert not (fresh.data.parent / "desk.zip").exists()


def test_a_desk_on_postgresql_is_told_to_use_pg_dump(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LONGWATCH_DATABASE_URL", "postgresql://desk@127.0.0.1/desk")
    monkeypatch.delenv("LONGWATCH_SECRET_KEY")
    said = bare(capfd)("backup", str(fresh.data.parent / "desk.zip"))

    assert said.code == 0
    assert "desk.zip holds secret.key." in said.out
    assert "Not in it: The desk's database: run `pg_dump" in said.out


def test_a_folder_that_holds_something_is_not_restored_into(
    fresh: Settings, tmp_path: Path, longwatch: Longwatch
) -> None:
    longwatch("backup", str(tmp_path / "desk.zip"))
    before = (fresh.data / "longwatch.db").read_bytes()
    said = longwatch("restore", str(tmp_path / "desk.zip"))

    assert said.code == 1
    assert "is not empty: set LONGWATCH_DATA to a new folder" in said.err
    assert (fresh.data / "longwatch.db").read_bytes() == before


def test_a_running_desk_is_not_restored_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longwatch: Longwatch
) -> None:
    longwatch("backup", str(tmp_path / "desk.zip"))
    other = another(tmp_path / "other", monkeypatch)
    with socket.socket() as running:
        running.bind(("127.0.0.1", other.engine_port))
        running.listen()
        said = longwatch("restore", str(tmp_path / "desk.zip"))

    assert said.code == 1
    assert f"Something listens on port {other.engine_port}" in said.err
    assert list(other.data.iterdir()) == []


@pytest.mark.parametrize("harm", ["cut", "flipped", "strange", "absent"])
def test_a_damaged_backup_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longwatch: Longwatch, harm: str
) -> None:
    file = tmp_path / "desk.zip"
    if harm != "absent":
        longwatch("backup", str(file))
        harmed(file, harm)
    other = another(tmp_path / "other", monkeypatch)
    said = longwatch("restore", str(file))

    assert said.code == 1
    assert said.err.startswith("longwatch: ")
    assert said.err.count("\n") == 1
    assert list(other.data.iterdir()) == []


def harmed(file: Path, harm: str) -> None:
    content = file.read_bytes()
    if harm == "cut":
        file.write_bytes(content[: len(content) // 2])
        return
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if harm == "flipped":
        parts["longwatch.db"] = parts["longwatch.db"][:-1] + b"?"
    else:
        parts["backup.json"] = parts["backup.json"].replace(b"longwatch.db", b"../../../etc/x")
    with zipfile.ZipFile(file, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


async def alarmed(desk: Rig) -> tuple[str, str]:
    """An incident that monitoring opened, and its alert group."""
    with desk.store.writing() as session:
        sources.add(desk.store, session, "generic", "watcher", {"hold_down": 0})
        body = {"id": "disk-1", "state": "firing", "title": "Disk full", "severity": "critical", "ci": "db-1"}
        inbox.keep(desk.store, session, [inbox.Call("watcher", "generic", json.dumps(body), 1)])
    return await until(lambda: opened_by_monitoring(desk))


def opened_by_monitoring(desk: Rig) -> tuple[str, str] | None:
    """Number and alert group, once the group knows the number."""
    with desk.store.reading() as session:
        number = session.scalar(select(Ticket.number).where(Ticket.source == "monitoring"))
        group = session.scalar(select(Process.id).where(Process.kind == ALERT_GROUP))
    told = group is not None and number is not None and any(number in str(fact) for fact in desk.facts(group))
    return (number, group) if told and number and group else None


@pytest.mark.engine
async def test_a_restored_database_that_is_older_than_its_engine_catches_up(
    fresh: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The engine remembers what the database forgot: `rebuild` brings it back, once, and nothing is sent again."""
    async with at_work(fresh) as desk:
        number = await lived(desk)
        old = tmp_path / "old.zip"
        assert (await typed(capfd, "backup", str(old))).code == 0
        reopen = desk.ask(number, "reopen", "user:lead", texts={"reason": "Down again."})
        await until(lambda: desk.outcome(reopen) == "applied")
        later = await lived(desk, "Opened after the backup")
        alerted, group = await alarmed(desk)
        refused = desk.ask(later, "start", "user:requester2")
        await until(lambda: desk.outcome(refused))
        known = {ticket: desk.facts(ticket) for ticket in (number, later, alerted, group)}
    for path in fresh.data.glob("longwatch.db*"):
        path.unlink()
    with zipfile.ZipFile(old) as archive:
        (fresh.data / "longwatch.db").write_bytes(archive.read("longwatch.db"))

    rebuilt = await typed(capfd, "rebuild")
    again = await typed(capfd, "rebuild")
    async with at_work(fresh) as desk:
        back = {ticket: desk.facts(ticket) for ticket in known}
        outcomes = [desk.outcome(command) for command in (reopen, refused)]
        newest = await lived(desk, "Opened after the rebuild")
        hold = desk.ask(number, "assign", "user:dispatcher", team="servers")
        await until(lambda: desk.outcome(hold))
        verified = await typed(capfd, "verify", "--all")

    assert (rebuilt.code, rebuilt.err) == (0, "")
    assert " of 4 tickets and " in rebuilt.out
    assert again.out.startswith("0 journal lines of 0 tickets and 0 commands")
    assert back == known
    assert outcomes == ["applied", "refused"]
    assert newest not in known
    assert (verified.code, verified.out.endswith("all hold.\n")) == (0, True)


@pytest.mark.engine
async def test_an_engine_that_lost_everything_gets_its_tickets_back(
    fresh: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    async with at_work(fresh) as desk:
        numbers = [desk.open(f"Incident {n}") for n in range(3)]
        await until(lambda: all(desk.version(number) for number in numbers))
        store = desk.store
    for path in fresh.data.glob("temporal.db*"):
        path.unlink()

    rebuilt = await typed(capfd, "rebuild")
    async with rig(fresh, store) as desk:
        desk.start(desk.worker)
        client = await desk.client()
        running = [one.id async for one in client.list_workflows("WorkflowType = 'Incident'")]
        take = [desk.ask(number, "assign", "user:dispatcher", team="network", person="user:lead") for number in numbers]
        await until(lambda: all(desk.outcome(command) for command in take))
        verified = await typed(capfd, "verify", "--all")

    assert (rebuilt.code, "; 3 tickets were woken" in rebuilt.out) == (0, True)
    assert sorted(running) == numbers
    assert (verified.code, verified.out.endswith("all hold.\n")) == (0, True)


@pytest.mark.engine
async def test_an_altered_line_is_named_and_left_alone(fresh: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    async with at_work(fresh) as desk:
        number = await lived(desk)
        with desk.store.engine.connect().execution_options(longwatch_write=True) as connection, connection.begin():
            connection.exec_driver_sql("UPDATE journal SET text = replace(text, 'fixed', 'faked')")
        before = desk.facts(number)
        rebuilt = await typed(capfd, "rebuild")

        assert rebuilt.code == 1
        assert f"{number}: line " in rebuilt.out
        assert "was altered, histories tell another" in rebuilt.out
        assert desk.facts(number) == before


@pytest.mark.engine
async def test_lost_lines_and_a_spoilt_row_are_mended(fresh: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    async with at_work(fresh) as desk:
        number = await lived(desk)
        before = desk.facts(number)
        with desk.store.engine.connect().execution_options(longwatch_write=True) as connection, connection.begin():
            connection.exec_driver_sql("DELETE FROM journal WHERE seq IN (2, 3)")
            connection.exec_driver_sql("UPDATE tickets SET status = 'new'")
            connection.exec_driver_sql("UPDATE processes SET state = '{}'")
        rebuilt = await typed(capfd, "rebuild")
        verified = await typed(capfd, "verify", number)

        assert rebuilt.code == 0
        assert rebuilt.out.startswith("2 journal lines of 1 tickets and 0 commands came back")
        assert desk.facts(number) == before
        assert (verified.code, verified.out.endswith("all hold.\n")) == (0, True)
