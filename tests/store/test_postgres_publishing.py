"""Settings on the production database: of many who publish at once one does, the others are told."""

import pytest
from sqlalchemy import text

from longwatch.domain.ticket import Actor
from longwatch.store import configuration, publishing
from longwatch.store.configuration import CATALOGUE
from longwatch.store.database import Store
from longwatch.store.publishing import Outdated, Setting
from tests.store.storm import at_once

pytestmark = pytest.mark.postgres

ADMIN = Actor("user:admin", roles=("admin",))
THING = Setting(CATALOGUE, "thing")


def attempt(store: Store, n: int, seen: int) -> int | None:
    """The version that was published; none when somebody was quicker."""
    try:
        with store.writing() as session:
            return publishing.publish(store, session, ADMIN, THING, {"n": n}, seen=seen)
    except Outdated:
        return None


@pytest.mark.parametrize("seen", [0, 1])
def test_of_many_at_once_one_publishes(postgres_store: Store, seen: int) -> None:
    for n in range(seen):
        attempt(postgres_store, -n - 1, n)

    outcomes = at_once(6, lambda n: attempt(postgres_store, n, seen))

    with postgres_store.reading() as session:
        versions = [row.version for row in configuration.versions(session, *THING)]
        assert (
            session.execute(text("SELECT count(*) FROM audit WHERE subject = 'catalogue/thing'")).scalar() == seen + 1
        )
    assert [version for version in outcomes if version is not None] == [seen + 1]
    assert versions == list(range(seen + 1, 0, -1))
