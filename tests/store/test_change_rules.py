"""Change models and questionnaires by version; a model whose change failed is demoted, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from longwatch.domain.change_model import ModelFault
from longwatch.domain.risk_questionnaire import RiskFault
from longwatch.store import change_rules
from longwatch.store.change_rules import CHANGE_MODEL, RISK, demote, pinned, publish_model, publish_questionnaire
from longwatch.store.configuration import switch
from longwatch.store.database import Store
from longwatch.store.tables import Configuration
from tests.domain.risk_examples import questionnaire
from tests.domain.test_change_model import data
from tests.store.changes import forget

LATER = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nothing_published(request: pytest.FixtureRequest) -> None:
    """Without what the demo brings."""
    name = "either_store" if "either_store" in request.fixturenames else "store"
    forget(request.getfixturevalue(name))


def published(store: Store, **changes: Any) -> datetime:
    with store.writing() as session:
        publish_model(store, session, "patch-database", data(**changes))
        return store.now(session)


def fallen(store: Store, at: datetime, outcome: str = "failed") -> bool:
    with store.writing() as session:
        return demote(session, "patch-database", "CHG-000007", outcome, at)


def in_force(store: Store) -> dict[str, Any]:
    with store.reading() as session:
        found = pinned(session, CHANGE_MODEL, "patch-database")
        assert found is not None
        return found


def test_a_version_stays_what_it_was_when_a_newer_one_is_published(either_store: Store) -> None:
    published(either_store)
    published(either_store, plan="Better.")

    with either_store.reading() as session:
        old = pinned(session, CHANGE_MODEL, "patch-database", 1)
        assert old is not None
        assert old["plan"] == "Stop, patch, start."
        assert pinned(session, CHANGE_MODEL, "patch-database", 7) is None
        assert [model["version"] for model in change_rules.models(session)] == [2]
    assert (in_force(either_store)["version"], in_force(either_store)["plan"]) == (2, "Better.")


def test_what_would_not_do_what_it_says_is_not_published(store: Store) -> None:
    with store.writing() as session, pytest.raises(ModelFault):
        publish_model(store, session, "patch-database", data(plan=""))
    with store.writing() as session, pytest.raises(RiskFault):
        publish_questionnaire(store, session, questionnaire(levels={}))

    with store.reading() as session:
        assert session.query(Configuration).filter(Configuration.kind.in_([CHANGE_MODEL, RISK])).count() == 0


def test_a_failure_demotes_the_model_once(either_store: Store) -> None:
    at = published(either_store) + LATER

    assert fallen(either_store, at)
    assert not fallen(either_store, at)

    assert in_force(either_store)["version"] == 2
    assert in_force(either_store)["demotion"]["ticket"] == "CHG-000007"


def test_a_success_demotes_nothing_nor_does_a_model_nobody_knows(store: Store) -> None:
    at = published(store) + LATER

    assert not fallen(store, at, "successful")
    with store.writing() as session:
        assert not demote(session, "never-published", "CHG-000007", "failed", at)
    assert in_force(store)["version"] == 1


def test_a_model_published_anew_since_the_failure_is_left_alone(store: Store) -> None:
    at = published(store)
    published(store, plan="Better.")

    assert not fallen(store, at - LATER)
    assert in_force(store)["version"] == 2


def test_a_model_that_was_switched_off_meanwhile_comes_back_demoted(store: Store) -> None:
    at = published(store) + LATER
    with store.writing() as session:
        switch(session, CHANGE_MODEL, "patch-database", active=False)

    assert fallen(store, at)
    with store.writing() as session:
        assert pinned(session, CHANGE_MODEL, "patch-database") is None
        switch(session, CHANGE_MODEL, "patch-database", active=True)

    assert in_force(store)["demotion"]["ticket"] == "CHG-000007"


def test_the_owner_restores_a_demoted_model_by_publishing_it(store: Store) -> None:
    fallen(store, published(store) + LATER)

    published(store)

    assert in_force(store)["version"] == 3
    assert in_force(store).get("demotion") is None
