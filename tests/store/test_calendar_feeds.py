"""Secret addresses of the schedule: hashed, revocable, a handful per person."""

import pytest

from longwatch.store import calendar_feeds
from longwatch.store.database import Store
from longwatch.store.tables import Person
from longwatch.store.tables_schedule import CalendarFeed


def created(store: Store, login: str = "agent", name: str = "Phone") -> str:
    with store.writing() as session:
        return calendar_feeds.create(store, session, login, name)


def whose(store: Store, secret: str) -> str | None:
    with store.reading() as session:
        person = calendar_feeds.person_of(session, secret)
        return person.login if person else None


def test_an_address_is_its_persons_and_kept_as_a_digest_only(either_store: Store) -> None:
    secret = created(either_store)

    assert whose(either_store, secret) == "agent"
    assert whose(either_store, secret + "x") is None
    with either_store.reading() as session:
        kept = session.query(CalendarFeed).one()
        assert secret not in (kept.sha256, kept.name)


def test_a_revoked_address_opens_nothing(either_store: Store) -> None:
    secret, other = created(either_store), created(either_store, name="Wall")
    with either_store.writing() as session:
        feed = next(one for one in calendar_feeds.of_person(session, "agent") if one.name == "Phone")
        digest, now = feed.sha256, either_store.now(session)
        assert not calendar_feeds.revoke(session, "agent2", digest, now)
        assert calendar_feeds.revoke(session, "agent", digest, now)
        assert not calendar_feeds.revoke(session, "agent", digest, now)

    assert whose(either_store, secret) is None
    assert whose(either_store, other) == "agent"


def test_who_left_sees_nothing_any_more(store: Store) -> None:
    secret = created(store)
    with store.writing() as session:
        person = session.get(Person, "agent")
        assert person is not None
        person.active = False

    assert whose(store, secret) is None


def test_nobody_gathers_addresses(store: Store) -> None:
    for n in range(calendar_feeds.MOST_FEEDS):
        created(store, name=str(n))

    with pytest.raises(calendar_feeds.TooMany):
        created(store)
    assert created(store, "agent2")
