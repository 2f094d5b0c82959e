"""verify and replay: what holds is said to hold, whatever was altered is found, here and on another installation."""

import gzip
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from longwatch.domain.ticket import digest, fold, read_line
from longwatch.messages import decider
from longwatch.settings import Settings
from longwatch.store import states
from longwatch.store.database import Store
from tests.cli.conftest import bare, typed
from tests.cli.desk import at_work, furnished, lived
from tests.conftest import settings_for
from workflows.bundle import read, write

pytestmark = pytest.mark.engine


def altered(store: Store, statement: str, **values: object) -> None:
    with store.writing() as session:
        session.execute(text(statement), values)


def elsewhere(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """From now on commands are another installation's, with another key and no engine."""
    other = settings_for(folder)
    monkeypatch.setenv("LONGWATCH_DATA", str(other.data))
    monkeypatch.setenv("LONGWATCH_ENGINE_PORT", str(other.engine_port))
    monkeypatch.setenv("LONGWATCH_SECRET_KEY", "fedcba9876543210" * 4)


async def test_what_lived_holds_and_what_was_altered_does_not(
    fresh: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    async with at_work(fresh) as desk:
        number, other = await lived(desk), await lived(desk, "Printer on fire")
        one = await typed(capfd, "verify", number)
        everything = await typed(capfd, "verify", "--all")
        replayed = await typed(capfd, "replay", "--open")
        altered(desk.store, "UPDATE tickets SET assignee = 'user:agent' WHERE number = :n", n=number)
        row = await typed(capfd, "verify", number)
        altered(desk.store, "UPDATE bodies SET text = 'Nothing happened.' WHERE ticket = :n", n=other)
        words = await typed(capfd, "verify", other)
        altered(desk.store, "UPDATE journal SET text = replace(text, 'fixed', 'duplicate') WHERE ticket = :n", n=number)
        chain = await typed(capfd, "verify", "--all")

    assert (one.code, one.err) == (0, "")
    assert one.out.startswith("1 checked, ")
    assert one.out.endswith(" runs: all hold.\n")
    assert (everything.code, everything.out.startswith("2 checked, ")) == (0, True)
    assert (replayed.code, replayed.out) == (0, "2 histories replay on this code, 0 do not, 0 could not be had.\n")
    assert (row.code, f"{number}: Its row in lists is wrong in assignee.\n" in row.out) == (1, True)
    assert (words.code, f"{other}: The text " in words.out) == (1, True)
    assert chain.code == 1
    assert f"{number}: The chain is broken at line " in chain.out
    assert chain.out.endswith("2 do not hold.\n")


async def test_a_bundle_holds_on_an_installation_without_key_or_engine(
    fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    bundle, damaged = tmp_path / "evidence.zip", tmp_path / "damaged.zip"
    async with at_work(fresh) as desk:
        number = await lived(desk, "A secret matter")
        altered(desk.store, "UPDATE bodies SET text = NULL WHERE text = 'A secret matter'")
        written = await typed(capfd, "verify", number, "--bundle", str(bundle))
        again = await typed(capfd, "verify", number, "--bundle", str(bundle))
        head = desk.facts(number)
    elsewhere(monkeypatch, tmp_path / "elsewhere")
    verified = await typed(capfd, "verify", str(bundle))
    forge(bundle, damaged)
    forged = await typed(capfd, "verify", str(damaged))

    assert (written.code, "check it with `longwatch verify" in written.out) == (0, True)
    assert (again.code, "cannot be written" in again.err) == (1, True)
    assert verified.code == 0
    assert f"1 checked, {len(head)} lines, {len(head)} of them replayed from 1 runs: all hold." in verified.out
    assert forged.code == 1
    assert f"{number}: The chain is broken at line " in forged.out
    with zipfile.ZipFile(bundle) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"A secret matter" not in everything
    assert b"Restarted it." in everything
    assert b"binary/encrypted" not in everything


def forge(bundle: Path, target: Path) -> None:
    """The same bundle, with another resolution code in its journal."""
    with zipfile.ZipFile(bundle) as archive, zipfile.ZipFile(target, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name)
            copy.writestr(name, content.replace(b"fixed", b"faked") if name == "journal.jsonl" else content)


async def test_a_forger_who_hashes_anew_is_told_on_by_the_histories(
    fresh: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    bundle, forged = tmp_path / "evidence.zip", tmp_path / "forged.zip"
    async with at_work(fresh) as desk:
        number = await lived(desk)
        await typed(capfd, "verify", number, "--bundle", str(bundle))
    rehash(bundle, forged)
    said = await typed(capfd, "verify", str(forged))

    assert said.code == 1
    assert "differs between journal and history" in said.out


def rehash(bundle: Path, target: Path) -> None:
    """A forgery that is whole in itself: another actor from the first line on, every hash made anew."""
    evidence = read(bundle)
    prev, lines = evidence.lines[0].prev, []
    for line in evidence.lines:
        text_ = line.text.replace("user:dispatcher", "user:somebody")
        lines.append(replace(line, text=text_, prev=prev, hash=digest(prev, text_)))
        prev = lines[-1].hash
    rules = decider(evidence.kind)
    state = states.dump(rules, fold(rules, [read_line(line) for line in lines]))
    assert evidence.recorded is not None
    recorded = replace(evidence.recorded, head=prev, state=state)
    write(target, replace(evidence, lines=lines, recorded=recorded), ("0123456789abcdef" * 4,))


async def test_with_the_engine_away_kept_histories_alone_are_replayed_and_it_is_said(
    fresh: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    async with at_work(fresh) as desk:
        number = await lived(desk)
        desk.kill(desk.engine)
        said = await typed(capfd, "verify", number)

    assert said.code == 1
    assert f"The engine at {fresh.temporal_address} cannot be reached" in said.err
    assert f"{number}: No history accounts for lines 1-" in said.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["verify"], "Say what to verify"),
        (["verify", "INC-000001", "--all"], "Say what to verify"),
        (["verify", "--all", "--bundle", "all.zip"], "A bundle holds one ticket"),
        (["verify", "nowhere.zip"], "cannot be read: No such file"),
    ],
)
def test_what_cannot_be_verified_is_said(
    fresh: Settings, capfd: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    furnished(fresh).engine.dispose()
    said = bare(capfd)(*arguments)

    assert said.code == 1
    assert told in said.err


def test_an_unknown_number_does_not_hold(fresh: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    furnished(fresh).engine.dispose()
    said = bare(capfd)("verify", "INC-999999")

    assert said.code == 1
    assert "INC-999999: It has no journal." in said.out


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"bundle.json": "[]"},
        {"bundle.json": json.dumps({"format": 99})},
        {"bundle.json": json.dumps({"format": 1, "ticket": "INC-1", "kind": "incident"})},
        {"bundle.json": "{", "journal.jsonl": ""},
    ],
)
def test_a_file_that_is_no_bundle_is_refused_in_one_line(
    fresh: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str], files: dict[str, str]
) -> None:
    assert fresh.data.exists()
    path = tmp_path / "strange.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    said = bare(capfd)("verify", str(path))

    assert said.code == 1
    assert said.err.startswith("longwatch: ")
    assert said.err.count("\n") == 1


async def test_a_history_that_this_code_does_not_follow_is_named_before_it_is_deployed(
    fresh: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    async with at_work(fresh) as desk:
        number, other = await lived(desk), await lived(desk, "Printer on fire")
        history = await (await desk.client()).get_workflow_handle(number).fetch_history()
        strange = history.to_json().replace('"name": "Incident"', '"name": "Accident"')
        assert strange != history.to_json()
        kept = gzip.compress(strange.encode())
        altered(desk.store, "UPDATE runs SET history = :h WHERE ticket = :n", h=kept, n=number)
        said = await typed(capfd, "replay")

    assert said.code == 1
    problem, summary, advice = said.out.splitlines()
    assert problem.startswith(f"{number} run {history.run_id}: ")
    assert other not in problem
    assert summary == "1 histories replay on this code, 1 do not, 0 could not be had."
    assert advice.startswith("Do not deploy this code")
    assert said.err == ""
