"""Settings by version: the newest active one is in force, none is ever changed, each can be read for good."""

from longwatch.store import configuration
from longwatch.store.configuration import CATALOGUE
from longwatch.store.database import Store


def publish(store: Store, name: str = "thing", **data: object) -> int:
    """Publishes a version."""
    with store.writing() as session:
        return configuration.publish(store, session, CATALOGUE, name, dict(data))


def force(store: Store, name: str = "thing") -> dict[str, object] | None:
    """The data in force."""
    with store.reading() as session:
        row = configuration.in_force(session, CATALOGUE, name)
        return None if row is None else dict(row.data)


def test_the_newest_version_is_in_force_and_older_ones_stay(store: Store) -> None:
    versions = [publish(store, n=1), publish(store, n=2)]

    with store.reading() as session:
        first = configuration.version_of(session, CATALOGUE, "thing", 1)
        kept = [row.version for row in configuration.versions(session, CATALOGUE, "thing")]
    assert versions == [1, 2]
    assert force(store) == {"n": 2}
    assert first is not None
    assert first.data == {"n": 1}
    assert kept == [2, 1]


def test_what_is_in_force_is_not_published_again(store: Store) -> None:
    assert [publish(store, n=1), publish(store, n=1)] == [1, 1]


def test_what_was_switched_off_is_not_in_force_in_any_version(store: Store) -> None:
    publish(store, n=1)
    publish(store, n=2)
    with store.writing() as session:
        configuration.switch(session, CATALOGUE, "thing", active=False)
    off = force(store)
    with store.writing() as session:
        configuration.switch(session, CATALOGUE, "thing", active=True)

    assert off is None
    assert force(store) == {"n": 2}


def test_a_version_published_after_switching_off_has_a_number_of_its_own(store: Store) -> None:
    publish(store, n=1)
    publish(store, n=2)
    with store.writing() as session:
        configuration.switch(session, CATALOGUE, "thing", active=False)

    assert publish(store, n=2) == 3
    assert force(store) == {"n": 2}


def test_lists_tell_what_is_off_too_when_asked(store: Store) -> None:
    publish(store, "mine", n=1)
    publish(store, "off", n=1)
    with store.writing() as session:
        configuration.switch(session, CATALOGUE, "off", active=False)

    with store.reading() as session:
        names = [row.name for row in configuration.all_newest(session, CATALOGUE)]
        on = [row.name for row in configuration.all_in_force(session, CATALOGUE)]
    assert {"mine", "off"} <= set(names)
    assert "off" not in on
