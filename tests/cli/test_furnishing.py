"""People, tokens, teams and sources from the command line."""

import io

import pytest

from longwatch.settings import Settings
from longwatch.store import people, sources
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import Person, Source
from tests.cli.conftest import Longwatch, bare


def the_store(settings: Settings) -> Store:
    return Store(open_engine(settings.database_url))


def test_a_user_is_added_with_roles_teams_and_a_password(
    fresh: Settings, longwatch: Longwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    said = longwatch(
        *("user", "add", "kim", "--name", "Kim Key", "--role", "agent", "--role", "lead", "--team", "service-desk"),
        *("--email", "Kim@Example.net", "--password-stdin"),
    )

    assert (said.code, said.out, said.err) == (0, "Added kim.\n", "")
    with the_store(fresh).reading() as session:
        kim = people.verify_password(session, "kim@example.net", "a long enough password")
    assert kim is not None
    assert (kim.name, kim.roles) == ("Kim Key", ["agent", "lead"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["kim", "--role", "king"], "There is no role called king. Roles are:"),
        (["kim", "--team", "ghosts"], "There is no team ghosts"),
        (["agent"], "Somebody has the login agent already."),
        (["Kim Key"], "cannot be a login"),
        (["kim", "--email", "agent@example.net"], "Somebody has this address already"),
    ],
)
def test_a_user_that_cannot_be_is_refused_in_one_line(longwatch: Longwatch, arguments: list[str], told: str) -> None:
    said = longwatch("user", "add", *arguments)

    assert said.code == 1
    assert told in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_a_refused_user_leaves_nothing_behind(fresh: Settings, longwatch: Longwatch) -> None:
    longwatch("user", "add", "kim", "--team", "ghosts")

    with the_store(fresh).reading() as session:
        assert session.get(Person, "kim") is None


def test_a_short_password_and_an_empty_one_are_refused(longwatch: Longwatch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    short = longwatch("user", "add", "kim", "--password-stdin")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    empty = longwatch("user", "add", "kim", "--password-stdin")

    assert (short.code, "at least 12 characters" in short.err) == (1, True)
    assert (empty.code, "No password came" in empty.err) == (1, True)


def test_a_new_password_takes_the_place_of_the_old(
    fresh: Settings, longwatch: Longwatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("first of two passwords\nsecond of two passwords\n"))
    longwatch("user", "add", "kim", "--password-stdin")
    said = longwatch("user", "password", "kim")

    assert said.code == 0
    with the_store(fresh).reading() as session:
        assert people.verify_password(session, "kim", "first of two passwords") is None
        assert people.verify_password(session, "kim", "second of two passwords") is not None


def test_a_new_team_takes_members(longwatch: Longwatch) -> None:
    team = longwatch("team", "add", "storage", "--name", "Storage")
    member = longwatch("user", "add", "kim", "--team", "storage")

    assert (team.code, member.code) == (0, 0)


def test_token_create_prints_only_a_token_that_works(fresh: Settings, longwatch: Longwatch) -> None:
    said = longwatch("token", "create", "--user", "agent", "--name", "script")

    assert said.code == 0
    assert said.out.count("\n") == 1
    with the_store(fresh).reading() as session:
        person = people.person_of_token(session, said.out.strip())
        assert person is not None
        assert person.login == "agent"


def test_a_token_for_nobody_is_refused(longwatch: Longwatch) -> None:
    said = longwatch("token", "create", "--user", "nobody")

    assert (said.code, said.out) == (1, "")
    assert said.err == "longwatch: Nobody is called nobody.\n"


def test_source_add_prints_only_the_path_of_a_hook_whose_key_opens_it(fresh: Settings, longwatch: Longwatch) -> None:
    said = longwatch(
        *("source", "add", "--kind", "alertmanager", "--name", "am-1"), *("--hold-down", "0", "--quiet", "60")
    )

    _, hooks, kind, key = said.out.strip().split("/")
    assert (said.code, hooks, kind) == (0, "hooks", "alertmanager")
    with the_store(fresh).reading() as session:
        known = sources.sender(the_store(fresh), session, people.secret_digest(key))
        source = session.get(Source, "am-1")
    assert known is not None
    assert source is not None
    assert source.settings == {"hold_down": 0, "quiet": 60}
    assert key not in source.key_sha256


def test_sources_are_listed_without_their_keys(longwatch: Longwatch) -> None:
    path = longwatch("source", "add", "--kind", "generic", "--name", "probe", "--reopen", "10").out.strip()
    said = longwatch("source", "list")

    assert said.out == "probe  generic  active  reopen=10  never sent\n"
    assert path.rsplit("/", 1)[1] not in said.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--kind", "carrier-pigeon", "--name", "a"], "There is no kind of source called carrier-pigeon. Kinds are:"),
        (["--kind", "generic", "--name", "a b"], "cannot name a source"),
        (["--kind", "generic", "--name", "x" * 81], "cannot name a source"),
    ],
)
def test_a_source_that_cannot_be_is_refused(longwatch: Longwatch, arguments: list[str], told: str) -> None:
    said = longwatch("source", "add", *arguments)

    assert said.code == 1
    assert told in said.err


def test_two_sources_never_share_a_name(fresh: Settings, longwatch: Longwatch) -> None:
    longwatch("source", "add", "--kind", "generic", "--name", "probe")
    again = longwatch("source", "add", "--kind", "generic", "--name", "probe")

    assert (again.code, "already" in again.err) == (1, True)
    with the_store(fresh).reading() as session:
        assert [source.name for source in sources.every(session)] == ["probe"]


def test_seconds_must_be_seconds(longwatch: Longwatch, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        longwatch("source", "add", "--kind", "generic", "--name", "a", "--quiet", "soon")

    assert ended.value.code == 2
    assert "must be whole seconds" in capfd.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["seed"],
        ["user", "add", "kim"],
        ["token", "create", "--user", "kim"],
        ["source", "list"],
        ["verify", "--all"],
        ["replay"],
        ["rebuild"],
    ],
)
def test_a_desk_without_tables_says_how_to_get_them(
    fresh: Settings, capfd: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    said = bare(capfd)(*arguments)

    assert said.code == 1
    assert said.err == "longwatch: The database has no tables yet: run `longwatch db upgrade` first.\n"
    assert fresh.data.exists()
