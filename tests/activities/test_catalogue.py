"""What a request pins: an item and a policy of the version asked for, or of the one in force."""

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.answers import answered
from longwatch import seed_processes
from longwatch.domain.catalogue import read_item
from longwatch.domain.ticket import Question
from longwatch.store import configuration
from longwatch.store.configuration import APPROVAL_POLICY, CATALOGUE
from longwatch.store.database import Store

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def offering(store: Store) -> Store:
    """A desk with policies and a catalogue."""
    with store.writing() as session:
        seed_processes.basics(store, session)
        seed_processes.demo(store, session)
    return store


def ask(store: Store, kind: str, **data: Any) -> dict[str, Any]:
    """The answer to a question of a ticket."""
    with store.reading() as session:
        return answered(session, Question("q", kind, data), NOW)


def republish(store: Store, kind: str, name: str, **changes: Any) -> None:
    """A new version of a setting."""
    with store.writing() as session:
        row = configuration.in_force(session, kind, name)
        assert row is not None
        configuration.publish(store, session, kind, name, {**row.data, **changes})


def test_an_item_is_pinned_whole(offering: Store) -> None:
    answer = ask(offering, "catalogue", item="new-laptop")

    assert read_item(answer).title == "New laptop"
    assert [task["id"] for task in answer["tasks"]["tasks"]] == ["order", "install", "hand-over"]


def test_the_version_under_which_the_form_was_filled_in_counts(offering: Store) -> None:
    republish(offering, CATALOGUE, "new-laptop", title="New computer")

    assert ask(offering, "catalogue", item="new-laptop", version=1)["title"] == "New laptop"
    assert ask(offering, "catalogue", item="new-laptop")["title"] == "New computer"


def test_an_item_that_was_switched_off_is_found_by_its_version_alone(offering: Store) -> None:
    with offering.writing() as session:
        configuration.switch(session, CATALOGUE, "new-laptop", active=False)

    assert ask(offering, "catalogue", item="new-laptop", version=1)["version"] == 1
    assert "new-laptop" in ask(offering, "catalogue", item="new-laptop")["error"]


def test_an_unknown_item_is_named(offering: Store) -> None:
    assert "called moon" in ask(offering, "catalogue", item="moon")["error"]
    assert "version 9" in ask(offering, "catalogue", item="new-laptop", version=9)["error"]


def test_an_approval_policy_is_pinned_with_its_version(offering: Store) -> None:
    republish(offering, APPROVAL_POLICY, "ecab", emergency=False)

    first, now = (ask(offering, "approval_policy", policy="ecab", version=version) for version in (1, None))

    assert (first["version"], first["emergency"]) == (1, True)
    assert (now["version"], now["emergency"]) == (2, False)
