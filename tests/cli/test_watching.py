"""Heartbeats and asking tools, from the command line."""

import io

import pytest

from longwatch.settings import Settings
from longwatch.store import polls
from longwatch.store.database import Store, open_engine
from longwatch.store.tables_heartbeats import Heartbeat, SourcePoll
from tests.cli.conftest import Longwatch


def store(settings: Settings) -> Store:
    return Store(open_engine(settings.database_url))


def test_a_heartbeat_is_expected_listed_and_removed(fresh: Settings, longwatch: Longwatch) -> None:
    longwatch("source", "add", "--kind", "generic", "--name", "jobs")

    added = longwatch("heartbeat", "add", "--source", "jobs", "--signal", "backup", "--every", "1 d", "--ci", "db-1")
    dead_man = longwatch("heartbeat", "add", "--source", "jobs", "--signal", "alertname=Watchdog", "--every", "90 s")

    assert (added.out, dead_man.out, dead_man.code) == ("/hooks/heartbeat/KEY/backup\n", "", 0)
    listed = longwatch("heartbeat", "list").out
    assert "waiting   jobs  backup  every 1 d  last never" in listed
    with store(fresh).reading() as session:
        assert {row.signal: row.guards for row in session.query(Heartbeat)} == {
            "backup": False,
            "alertname=Watchdog": True,
        }
    gone = longwatch("heartbeat", "remove", "--source", "jobs", "--signal", "backup")
    assert gone.out == "Nobody waits for backup of jobs any more.\n"
    assert longwatch("heartbeat", "remove", "--source", "jobs", "--signal", "backup").code == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--source", "nobody", "--every", "5 min"), "There is no source called nobody."),
        (("--source", "jobs", "--every", "soon"), "is no duration"),
        (("--source", "jobs", "--every", "5 min", "--ci", "nothing"), "There is no configuration item"),
    ],
)
def test_what_cannot_be_expected_is_one_clear_line(longwatch: Longwatch, arguments: tuple[str, ...], why: str) -> None:
    longwatch("source", "add", "--kind", "generic", "--name", "jobs")

    said = longwatch("heartbeat", "add", *arguments)

    assert said.code == 1
    assert why in said.err
    assert said.err.count("\n") == 1


def test_a_tool_is_asked_now_and_no_more(
    fresh: Settings, longwatch: Longwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    longwatch("source", "add", "--kind", "alertmanager", "--name", "prom")
    monkeypatch.setattr("sys.stdin", io.StringIO("s3cret\n"))

    said = longwatch("source", "poll", "prom", "--url", "https://am.example.net", "--login", "desk", "--secret-stdin")

    with store(fresh).reading() as session:
        poll = session.query(SourcePoll).one()
        assert polls.secret_of(poll, fresh.secret_keys) == "s3cret"
        assert (poll.every, poll.grace, poll.wanted_at is not None) == (120, 180, True)
    assert said.out == "prom: asked every 2 min\n"
    assert longwatch("source", "ask", "prom").code == 0
    assert longwatch("source", "polls", "prom").out == "prom: asked every 2 min\n"
    assert longwatch("source", "poll", "prom", "--off").out == "prom: asked no more\n"
    assert longwatch("source", "ask", "prom").code == 1


def test_what_cannot_be_asked_is_one_clear_line(longwatch: Longwatch) -> None:
    longwatch("source", "add", "--kind", "prtg", "--name", "prtg")
    longwatch("source", "add", "--kind", "icinga2", "--name", "ici")

    said = [
        longwatch("source", "poll", "prtg", "--url", "https://prtg.example.net"),
        longwatch("source", "poll", "ici"),
        longwatch("source", "poll", "ici", "--url", "https://i.example.net", "--authority", "/nowhere/ca.pem"),
        longwatch("source", "poll", "ici", "--off"),
        longwatch("source", "ask", "nobody"),
    ]

    assert [each.code for each in said] == [1] * 5
    assert all(each.err.count("\n") == 1 for each in said)


def test_alerts_are_marked_after_a_time_without_a_word(fresh: Settings, longwatch: Longwatch) -> None:
    longwatch("source", "add", "--kind", "prtg", "--name", "prtg")

    assert longwatch("source", "stale", "prtg", "--after", "2 h").out == "prtg: marked after 2 h\n"
    with store(fresh).reading() as session:
        assert polls.stale_after(session, "prtg") == 7_200
    assert longwatch("source", "stale", "prtg").out == "prtg: never marked\n"
    assert longwatch("source", "stale", "prtg", "--after", "never").code == 1
