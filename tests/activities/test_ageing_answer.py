"""The rule by which a ticket's importance ages comes with its policy."""

from datetime import UTC, datetime
from typing import Any

from activities.answers import answered
from longwatch import seed
from longwatch.domain.ticket import Question, stamp
from longwatch.store.configuration import AGEING, publish
from longwatch.store.database import Store

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
STEPS = [{"after": 3600, "weight": 50}]


def policy(store: Store, **about: Any) -> dict[str, Any]:
    data = {"kind": "incident", "priority": 3, "service": None, "requester": None, "since": stamp(NOW), **about}
    with store.reading() as session:
        return answered(session, Question("policy:1", "policy", data), NOW)


def test_the_first_rule_that_fits_comes_with_the_policy_pinned_by_version(store: Store) -> None:
    seed.demo(store)
    with store.writing() as session:
        for name, rank in (("vip", 5), ("usual", 10)):
            match = {"priority": [1]} if name == "vip" else {"kind": ["incident"]}
            publish(store, session, AGEING, name, {"rank": rank, "match": match, "steps": STEPS})

    assert policy(store)["ageing"] == {"name": "usual", "version": 1, "steps": STEPS}
    assert policy(store, priority=1)["ageing"]["name"] == "vip"


def test_without_a_rule_nothing_is_said_of_ageing(store: Store) -> None:
    seed.demo(store)

    assert "ageing" not in policy(store)
