"""What a ticket asks of the desk, and what it is told when the desk does not know."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from activities.answers import Answering
from longwatch.domain.ticket import Question, instant, stamp
from longwatch.messages import INCIDENT, Ask
from longwatch.store.configuration import CALENDAR, POLICY, publish
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import Configuration

SINCE = datetime(2026, 3, 2, 8, tzinfo=UTC)


def ask(store: Store, kind: str, /, **data: Any) -> dict[str, Any]:
    question = Question("q", kind, data)
    return Answering(store).answer(Ask("INC-000001", INCIDENT, [question])).answers[0]


def policy(store: Store, priority: int = 3, **data: Any) -> dict[str, Any]:
    return ask(store, "policy", kind="incident", priority=priority, since=stamp(SINCE), **data)


def test_an_item_is_told_with_what_priority_and_routing_need(store: Store) -> None:
    answer = ask(store, "impact", ci="db-1")

    assert (answer["ci"], answer["criticality"], answer["owner_team"]) == ("db-1", 1, "databases")
    assert answer["affected"][0] == "db-1"


def test_an_unknown_item_is_told_as_none(store: Store) -> None:
    assert ask(store, "impact", ci="nothing-such")["ci"] is None


@pytest.mark.parametrize(("priority", "name"), [(1, "incident-p1"), (3, "incident-p3"), (5, "incident-rest")])
def test_the_policy_is_chosen_by_priority(store: Store, priority: int, name: str) -> None:
    assert policy(store, priority)["policy"] == name


def test_a_policy_of_lower_rank_comes_first(store: Store) -> None:
    with store.writing() as session:
        terms = dict(session.query(Configuration).filter_by(kind=POLICY, name="incident-p3").one().data)
        vip = {**terms, "rank": 1, "match": {"kind": ["incident"], "service": ["Web shop"]}}
        publish(store, session, POLICY, "web-shop", vip)

    assert policy(store, service="Web shop")["policy"] == "web-shop"
    assert policy(store, service="Mail")["policy"] == "incident-p3"


def test_a_policy_brings_the_working_hours_it_counts_in(store: Store) -> None:
    hours = policy(store)["calendars"]["office"]

    assert hours["since"] == stamp(SINCE)
    assert instant(hours["until"]) > datetime.now(UTC) + timedelta(days=60)
    assert hours["intervals"][0] == ["2026-03-02T08:00:00.000000Z", "2026-03-02T17:00:00.000000Z"]


def test_a_target_of_the_tickets_own_goes_before_the_policys(store: Store) -> None:
    answer = policy(store, target={"work": 3600, "calendar": "24x7"})

    targets = {target["clock"]: (target["work"], target["calendar"]) for target in answer["targets"]}
    assert targets["resolution"] == (3600, "24x7")
    assert targets["response"] == (2 * 3600, "office")
    assert {"24x7", "office"} <= set(answer["calendars"])


def test_a_new_version_is_in_force_and_the_old_one_is_kept(store: Store) -> None:
    with store.writing() as session:
        publish(store, session, CALENDAR, "office", {"always": True})

    hours = ask(store, "calendar", calendar="office", since=stamp(SINCE), until=stamp(SINCE + timedelta(days=1)))

    with store.reading() as session:
        assert session.query(Configuration).filter_by(kind=CALENDAR, name="office").count() == 2
    assert hours["version"] == 2


@pytest.mark.parametrize(
    ("kind", "data", "sentence"),
    [
        ("calendar", {"calendar": "moon", "since": stamp(SINCE), "until": stamp(SINCE)}, "no calendar called moon"),
        ("policy", {"kind": "incident", "priority": 9, "since": stamp(SINCE)}, "No policy fits"),
        ("horoscope", {}, "KeyError"),
    ],
)
def test_what_cannot_be_answered_says_why_and_harms_no_other_question(
    store: Store, kind: str, data: dict[str, Any], sentence: str
) -> None:
    questions = [Question("bad", kind, data), Question("good", "matrix")]

    bad, good = Answering(store).answer(Ask("INC-000001", INCIDENT, questions)).answers

    assert sentence in bad["error"]
    assert good["cells"] == [[1, 2, 3], [2, 3, 4], [3, 4, 5]]


def test_a_database_that_is_away_is_no_answer(tmp_path: Any) -> None:
    nowhere = Store(open_engine(f"sqlite:///{tmp_path / 'no' / 'where.db'}"))

    with pytest.raises(OperationalError):
        ask(nowhere, "matrix")
