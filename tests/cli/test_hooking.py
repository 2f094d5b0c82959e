"""Outbound hooks from the command line: a secret is shown once and kept sealed."""

import pytest

from longwatch.settings import Settings
from longwatch.store import configuration, hooks
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import Audit
from tests.cli.conftest import Longwatch

ADD = ("hook", "add", "--name", "deploy", "--url", "https://deploy.example.net/tasks")


def the_store(settings: Settings) -> Store:
    return Store(open_engine(settings.database_url))


def test_a_hook_is_added_and_its_secret_is_shown_this_once(fresh: Settings, longwatch: Longwatch) -> None:
    said = longwatch(*ADD)
    again = longwatch(*ADD[:-1], "https://deploy.example.net/other")

    with the_store(fresh).reading() as session:
        kept = hooks.secret_of(session, fresh.secret_keys, "deploy")
        hook = hooks.hook_in_force(session, "deploy")
    assert (said.code, said.out, said.err) == (0, f"{kept}\n", "")
    assert (again.code, again.out) == (0, "")
    assert hook is not None
    assert hook.url == "https://deploy.example.net/other"


def test_a_secret_is_renewed(fresh: Settings, longwatch: Longwatch) -> None:
    first = longwatch(*ADD).out

    second = longwatch("hook", "secret", "deploy").out

    with the_store(fresh).reading() as session:
        assert hooks.secret_of(session, fresh.secret_keys, "deploy") == second.strip()
        notes = [row.action for row in session.query(Audit).filter_by(subject="hook/deploy").order_by(Audit.row)]
    assert first != second
    assert notes == ["configuration published", "hook secret made", "hook secret made"]


def test_the_list_says_which_hooks_can_be_called(fresh: Settings, longwatch: Longwatch) -> None:
    longwatch(*ADD)
    store = the_store(fresh)
    with store.writing() as session:
        configuration.publish(store, session, configuration.HOOK, "bare", {"url": "https://a.example/"})

    said = longwatch("hook", "list")

    assert said.out.splitlines() == [
        "bare  https://a.example/  has no secret: `longwatch hook secret`",
        "deploy  https://deploy.example.net/tasks  signed",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["hook", "secret", "ghost"], "There is no hook called ghost."),
        (["hook", "add", "--name", "De ploy", "--url", "https://a"], "cannot name a hook"),
        (["hook", "add", "--name", "deploy", "--url", "ftp://a"], "--url: This must be an address"),
        (
            ["hook", "add", "--name", "deploy", "--url", "https://a", "--about", "x\ny"],
            "--about: This must be one line",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(longwatch: Longwatch, arguments: list[str], told: str) -> None:
    said = longwatch(*arguments)

    assert (said.code, said.out) == (1, "")
    assert told in said.err
    assert said.err.count("\n") == 1
