"""The back channel from the command line."""

import io
from pathlib import Path

import pytest

from longwatch.settings import Settings
from longwatch.store import back_ledger, sealing
from longwatch.store.back_ledger import DONE
from longwatch.store.database import Store, open_engine
from longwatch.store.tables_back_channel import SourceBack
from tests.cli.conftest import Longwatch


@pytest.fixture
def named(longwatch: Longwatch) -> Longwatch:
    """The command line of a desk with a source."""
    longwatch("source", "add", "--kind", "icinga2", "--name", "ici")
    return longwatch


def given(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{secret}\n"))


def test_a_back_channel_is_set_with_credentials_from_standard_input(
    fresh: Settings, named: Longwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, "its password")

    said = named(
        *("source", "back", "ici", "--kind", "icinga2", "--address", "https://ici.example:5665", "--user", "desk"),
        *("--secret-stdin", "--tell", "acknowledged"),
    )

    store = Store(open_engine(fresh.database_url))
    with store.reading() as session:
        row = session.get_one(SourceBack, "ici")
        assert (row.user, row.tells, row.hours) == ("desk", ["acknowledged"], 4)
        assert sealing.unseal(fresh.secret_keys, row.secret or "") == "its password"
    assert (said.code, "its password" in said.out) == (0, False)


def test_a_test_and_its_answer_are_seen(fresh: Settings, named: Longwatch, monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "key")
    named("source", "back", "ici", "--kind", "pagerduty", "--secret-stdin")
    tested = named("source", "back-test", "ici")
    store = Store(open_engine(fresh.database_url))
    with store.writing() as session:
        row = back_ledger.last_test(session, "ici")
        assert row is not None
        back_ledger.settle(session, row, DONE, store.now(session), "It answered: taken.")

    told = named("source", "told", "ici")

    assert tested.code == 0
    assert told.out.endswith("  -  test  done  It answered: taken.\n")
    assert named("source", "back-off", "ici").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("back", "nobody", "--kind", "pagerduty"), "no source called nobody"),
        (("back", "ici", "--kind", "zabbix"), "Choose how the tool is told: icinga2, pagerduty, opsgenie."),
        (("back", "ici", "--kind", "pagerduty"), "credentials are missing"),
        (("back", "ici", "--kind", "icinga2", "--address", "x", "--tell", "jokes"), "Choose what it is told"),
        (("back", "ici", "--kind", "icinga2", "--option", "close"), "Of options this tool has: none."),
        (("back", "ici", "--kind", "icinga2", "--authority", "/nowhere"), "cannot be read"),
        (("back-test", "ici"), "has no back channel"),
        (("back-off", "ici"), "has no back channel"),
        (("told", "nobody"), "no source called nobody"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(named: Longwatch, arguments: tuple[str, ...], words: str) -> None:
    said = named("source", *arguments)

    assert said.code != 0
    assert words in said.err
    assert said.err.count("\n") == 1


def test_the_authority_of_a_certificate_is_read_from_a_file(
    fresh: Settings, named: Longwatch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tests.integrations.certificates import made_certificate  # noqa: PLC0415 - making one is dear

    pem = tmp_path / "ca.pem"
    pem.write_text(made_certificate(tmp_path).read_text().partition("-----BEGIN PRIVATE")[0])
    given(monkeypatch, "pw")

    said = named(
        *("source", "back", "ici", "--kind", "icinga2", "--address", "https://ici.example:5665", "--user", "desk"),
        *("--secret-stdin", "--authority", str(pem)),
    )

    assert said.code == 0
    with Store(open_engine(fresh.database_url)).reading() as session:
        assert session.get_one(SourceBack, "ici").authority == pem.read_text().strip()
