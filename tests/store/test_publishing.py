"""Changes of settings: who made them stands in the audit log, and nobody is overwritten unseen."""

import pytest

from longwatch.domain.ticket import Actor
from longwatch.store import configuration, publishing
from longwatch.store.configuration import CATALOGUE
from longwatch.store.database import Store
from longwatch.store.publishing import Outdated, Setting
from tests.store.storm import at_once

ADMIN = Actor("user:admin", roles=("admin",))
THING = Setting(CATALOGUE, "thing")


def publish(store: Store, n: int, seen: int | None = None, why: str = "") -> int:
    """The administrator publishes a version."""
    with store.writing() as session:
        return publishing.publish(store, session, ADMIN, THING, {"n": n}, seen=seen, why=why)


def changes(store: Store) -> list[tuple[str, str, int, str]]:
    """What the log says of it."""
    with store.reading() as session:
        found = publishing.changes(session, THING)
        return [(one.actor, one.action, one.version, one.why) for one in found]


def test_a_change_is_noted_with_who_and_why(store: Store) -> None:
    publish(store, 1, seen=0)
    publish(store, 2, seen=1, why="Two is better.")

    assert changes(store) == [
        ("user:admin", publishing.PUBLISHED, 2, "Two is better."),
        ("user:admin", publishing.PUBLISHED, 1, ""),
    ]


def test_what_changes_nothing_is_not_noted(store: Store) -> None:
    publish(store, 1)

    assert publish(store, 1, seen=1) == 1
    assert len(changes(store)) == 1


@pytest.mark.parametrize("seen", [0, 1, 3])
def test_who_saw_another_version_is_told(store: Store, seen: int) -> None:
    publish(store, 1)
    publish(store, 2)

    with pytest.raises(Outdated) as caught:
        publish(store, 3, seen=seen)

    assert caught.value.version == 2
    assert len(changes(store)) == 2


def test_of_many_at_once_one_publishes(store: Store) -> None:
    publish(store, 0)

    def attempt(n: int) -> bool:
        try:
            return publish(store, n + 1, seen=1) == 2
        except Outdated:
            return False

    outcomes = at_once(5, attempt)

    assert sum(outcomes) == 1


def test_switching_off_and_on_is_noted(store: Store) -> None:
    publish(store, 1)
    with store.writing() as session:
        publishing.switch(store, session, ADMIN, THING, active=False, seen=1, why="Too dear.")
    with store.writing() as session:
        off = configuration.in_force(session, CATALOGUE, "thing")
        publishing.switch(store, session, ADMIN, THING, active=True, seen=1)

    assert off is None
    assert [change[1] for change in changes(store)] == [
        publishing.SWITCHED_ON,
        publishing.SWITCHED_OFF,
        publishing.PUBLISHED,
    ]
