"""Sources from the command line: keys, protection, mapping, what to copy, a test alert."""

import io
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from integrations import KINDS
from longwatch.settings import Settings
from longwatch.store import people, sealing, sources
from longwatch.store.database import Store, open_engine
from longwatch.store.sources import Sender
from longwatch.store.tables import Inbox
from tests.cli.conftest import Longwatch


def the_sender(settings: Settings, path: str) -> Sender | None:
    store = Store(open_engine(settings.database_url))
    with store.reading() as session:
        return sources.sender(store, session, people.secret_digest(path.strip().split("/")[-1]))


def test_a_rotated_key_opens_beside_the_old_one_or_in_its_place(fresh: Settings, longwatch: Longwatch) -> None:
    old = longwatch("source", "add", "--kind", "zabbix", "--name", "zbx").out
    new = longwatch("source", "rotate", "zbx").out
    assert the_sender(fresh, old) is not None
    assert the_sender(fresh, new) is not None

    newest = longwatch("source", "rotate", "zbx", "--overlap", "0").out

    assert newest.startswith("/hooks/zabbix/")
    assert [the_sender(fresh, key) is not None for key in (old, new, newest)] == [False, False, True]


def test_a_source_is_switched_off_and_on(fresh: Settings, longwatch: Longwatch) -> None:
    path = longwatch("source", "add", "--kind", "zabbix", "--name", "zbx").out

    off = longwatch("source", "off", "zbx")
    assert (off.out, the_sender(fresh, path)) == ("zbx may send no more.\n", None)
    on = longwatch("source", "on", "zbx")

    assert (on.code, the_sender(fresh, path) is not None) == (0, True)


def test_protection_keeps_the_secret_sealed(
    fresh: Settings, longwatch: Longwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = longwatch("source", "add", "--kind", "sentry", "--name", "errors").out
    monkeypatch.setattr("sys.stdin", io.StringIO("the client secret of sentry\n"))

    said = longwatch(
        *("source", "protect", "errors", "--network", "10.1.2.3/8", "--signature", "sentry", "--secret-stdin")
    )

    sender = the_sender(fresh, path)
    assert said.code == 0
    assert sender is not None
    assert (sender.networks, sender.signature) == (("10.0.0.0/8",), "sentry")
    assert sealing.unseal(fresh.secret_keys, sender.secret or "") == "the client secret of sentry"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["rotate", "nobody"], "There is no source called nobody."),
        (["protect", "zbx", "--network", "everywhere"], "is no address or network"),
        (["protect", "zbx", "--signature", "seal"], "There is no signature called seal."),
        (["protect", "zbx", "--signature", "longwatch"], "A signature needs a secret"),
        (["map", "zbx", "/nowhere.json"], "is no mapping"),
        (["test", "nobody"], "There is no source called nobody."),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(longwatch: Longwatch, arguments: list[str], told: str) -> None:
    longwatch("source", "add", "--kind", "zabbix", "--name", "zbx")

    said = longwatch("source", *arguments)

    assert (said.code, said.err.count("\n")) == (1, 1)
    assert told in said.err


def test_a_mapping_comes_from_a_file(fresh: Settings, longwatch: Longwatch, tmp_path: Path) -> None:
    path = longwatch("source", "add", "--kind", "mapped", "--name", "own").out
    file = tmp_path / "mapping.json"
    file.write_text(json.dumps({"title": "a.b", "identity": "{a.b}/{c}"}))

    said = longwatch("source", "map", "own", str(file))

    sender = the_sender(fresh, path)
    assert said.out == "own is mapped: title, identity.\n"
    assert sender is not None
    assert sender.mapping == {"title": "a.b", "identity": "{a.b}/{c}"}


def test_setup_prints_what_to_copy_and_kinds_lists_them_all(longwatch: Longwatch) -> None:
    longwatch("source", "add", "--kind", "netdata", "--name", "nd")

    setup, kinds = longwatch("source", "setup", "nd", "--key", "SECRET"), longwatch("source", "kinds")

    assert "/hooks/netdata/SECRET" in setup.out
    assert len(kinds.out.splitlines()) == len(KINDS)


def test_a_test_alert_waits_in_the_inbox(fresh: Settings, longwatch: Longwatch) -> None:
    longwatch("source", "add", "--kind", "netdata", "--name", "nd")

    said = longwatch("source", "test", "nd")

    store = Store(open_engine(fresh.database_url))
    with store.reading() as session:
        call = session.scalars(select(Inbox)).one()
    assert said.code == 0
    assert (call.source, call.kind, call.state) == ("nd", "generic", "new")


def test_how_alerts_are_judged_is_said_and_taken_back(fresh: Settings, longwatch: Longwatch) -> None:
    longwatch("source", "add", "--kind", "zabbix", "--name", "zbx")

    said = longwatch("source", "treat", "zbx", "storm_rate=600", "auto_resolve=never")
    wrong = longwatch("source", "treat", "zbx", "storm_rate=many")
    listed = longwatch("source", "list")
    back = longwatch("source", "treat", "zbx")

    assert said.out.strip() == "auto_resolve=never storm_rate=600"
    assert "write a whole number up to" in wrong.out + wrong.err
    assert "auto_resolve=never storm_rate=600" in listed.out
    assert back.out.strip() == "as usual"
