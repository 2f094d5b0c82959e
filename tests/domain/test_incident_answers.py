"""What an incident asks, what it makes of the answers, and how it goes on without one."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from longwatch.domain.incident import incident
from longwatch.domain.ticket import canonical, stamp
from tests.domain.incident_desk import AGENT, DESK, MATRIX, MONDAY, UNKNOWN_CI, Desk, office, policy, ref

CRITICAL_CI = {
    "ci": "db-1",
    "name": "Orders database",
    "criticality": 1,
    "owner_team": "databases",
    "service": "Web shop",
    "affected": ["web-1", "web-2"],
}
AWAY = {"error": "the database is away"}


def kinds(desk: Desk) -> list[str]:
    return [question.kind for question in incident.questions(desk.state)]


def test_an_opened_incident_asks_for_impact_and_matrix_then_for_policy_and_routing() -> None:
    desk = Desk(policy=None, routing=None).open(answer=False, ci="db-1", category="database")
    assert [(one.kind, one.data) for one in incident.questions(desk.state)] == [
        ("impact", {"ci": "db-1"}),
        ("matrix", {}),
    ]

    desk.answer()

    chosen, routing = incident.questions(desk.state)
    assert chosen.data == {
        "kind": "incident",
        "priority": 3,
        "service": None,
        "requester": "user:requester",
        "since": stamp(MONDAY),
    }
    assert routing.data == {"ci": "db-1", "category": "database", "priority": 3, "team": None}


def test_questions_are_named_alike_every_time() -> None:
    names = [question.id for question in incident.questions(Desk().open(answer=False).state)]

    assert names == ["impact:1", "matrix:2"]


def test_a_critical_item_raises_the_impact() -> None:
    desk = Desk(impact=CRITICAL_CI).open(ci="db-1", impact=3, urgency=2)

    assert (desk.state.impact, desk.state.urgency, desk.state.priority) == (1, 2, 2)
    assert desk.state.service == "Web shop"
    assert desk.state.item.affected == ("web-1", "web-2")
    assert desk.last("PrioritySet").data["criticality"] == 1


def test_an_alert_on_a_critical_item_is_p1_and_a_warning_on_a_minor_one_p5() -> None:
    assert Desk(impact=CRITICAL_CI).open_by_alert("critical").state.priority == 1
    assert Desk(impact={**CRITICAL_CI, "criticality": 3}).open_by_alert("warning").state.priority == 5


def test_the_priority_follows_the_matrix_of_the_house() -> None:
    desk = Desk(matrix={"version": 9, "cells": [[1, 1, 1], [1, 1, 1], [1, 1, 5]]}).open(impact=3, urgency=3)

    assert desk.state.priority == 5
    assert desk.state.matrix.version == 9


def test_a_person_may_set_another_priority_and_that_is_final() -> None:
    desk = Desk(impact=CRITICAL_CI).open(ci="db-1")

    desk.send(AGENT, "prioritise", impact=3)
    desk.send(AGENT, "relate_ci", ci="db-2")
    desk.answer()

    assert (desk.state.impact, desk.state.priority) == (3, 4)
    assert desk.last("PrioritySet").data["by"] == "person"


def test_a_priority_that_is_so_already_or_says_nothing_is_refused() -> None:
    desk = Desk().open()
    desk.send(AGENT, "prioritise", impact=1, urgency=1)

    assert "so already" in desk.refusal(AGENT, "prioritise", impact=1).reason
    assert "impact or urgency" in desk.refusal(AGENT, "prioritise").reason
    assert desk.refusal(AGENT, "prioritise", impact=4).field == "impact"
    assert desk.refusal(AGENT, "prioritise", urgency=True).field == "urgency"


def test_a_person_may_prioritise_before_anything_is_known() -> None:
    desk = Desk().open(answer=False)

    desk.send(AGENT, "prioritise", impact=1, urgency=1)
    assert desk.state.priority == 1

    desk.answer()
    assert desk.state.priority == 1
    assert desk.state.judged == "person"


def test_another_item_is_asked_about_and_may_raise_the_priority() -> None:
    desk = Desk().open()
    assert desk.state.priority == 3
    desk.answers["impact"] = CRITICAL_CI

    desk.send(AGENT, "relate_ci", ci="db-1")
    desk.answer()

    assert desk.state.ci == "db-1"
    assert desk.state.priority == 2
    assert "already" in desk.refusal(AGENT, "relate_ci", ci="db-1").reason
    assert desk.refusal(AGENT, "relate_ci").field == "ci"


def test_a_service_that_becomes_known_chooses_its_policy() -> None:
    desk = Desk().open()
    desk.answers["impact"] = {**CRITICAL_CI, "criticality": 2}
    desk.answers["policy"] = lambda about, since, until: policy(since, until, policy=about["service"] or "standard")

    desk.send(AGENT, "relate_ci", ci="db-1")
    desk.answer()

    assert desk.state.policy is not None
    assert desk.state.policy.name == "Web shop"


def test_an_answer_nobody_waits_for_changes_nothing() -> None:
    desk = Desk().open()

    for question in ("impact:1", "policy:99", None):
        assert desk.send(DESK, "answered", question=question, kind="impact", answer=CRITICAL_CI) == []


def test_a_newer_question_takes_the_place_of_the_older_and_its_answer_counts_alone() -> None:
    desk = Desk(policy=None).open()
    older = next(one for one in incident.questions(desk.state) if one.kind == "policy")
    desk.send(AGENT, "prioritise", impact=1, urgency=1)

    late = desk.send(DESK, "answered", question=older.id, kind="policy", answer=policy(MONDAY, MONDAY))

    assert late == []
    assert kinds(desk).count("policy") == 1


def test_a_team_chosen_by_a_rung_keeps_the_incident_when_no_person_is_found_in_it() -> None:
    desk = Desk(routing={"team": "l2", "person": None, "reasons": []}).open()
    desk.send(AGENT, "assign", team="l1")

    desk.wait(hours=4)

    assert (desk.state.team, desk.state.assignee) == ("l2", None)
    assert desk.last("AnswerSetAside").data["kind"] == "routing"


def test_without_impact_and_matrix_an_incident_is_p3() -> None:
    desk = Desk(impact=AWAY, matrix=AWAY).open(answer=False)
    for question in incident.questions(desk.state):
        desk.send(DESK, "answered", question=question.id, kind=question.kind, answer=AWAY)

    assert desk.state.priority == 3
    assert [fact.data["kind"] for fact in desk.all("QuestionFailed")] == ["impact", "matrix"]
    assert desk.last("QuestionFailed").data["error"] == "the database is away"


def test_an_impact_known_at_last_raises_the_priority() -> None:
    desk = Desk(impact=AWAY).open(ci="db-1")
    assert desk.state.priority == 3
    desk.answers["impact"] = CRITICAL_CI

    desk.wait(minutes=5)

    assert desk.state.priority == 2
    assert desk.state.retries == ()


def test_a_matrix_known_at_last_is_applied() -> None:
    desk = Desk(matrix=AWAY).open()
    desk.answers["matrix"] = {"version": 2, "cells": [[1, 1, 1], [1, 1, 1], [1, 1, 1]]}

    desk.wait(minutes=5)

    assert desk.state.priority == 1


def failed_policy() -> Desk:
    desk = Desk(policy=None).open()
    question = next(one for one in incident.questions(desk.state) if one.kind == "policy")
    desk.send(DESK, "answered", question=question.id, kind="policy", answer=AWAY)
    return desk


def test_without_a_policy_no_clock_runs_and_the_incident_says_so() -> None:
    desk = failed_policy()

    said = " ".join(one["what"] for one in incident.waiting_for(desk.state))
    assert desk.state.clocks == ()
    assert "No clock runs" in said
    assert "the database is away" in said


def test_without_a_policy_people_work_resolve_and_close_all_the_same() -> None:
    desk = failed_policy()

    desk.send(AGENT, "start")
    desk.send(AGENT, "resolve", code="fixed", text=ref())
    desk.wait(days=30)

    assert incident.sealed(desk.state)


def test_what_could_not_be_answered_is_asked_again_later_each_time() -> None:
    desk = failed_policy()
    desk.answers["policy"] = lambda *_: AWAY

    desk.wait(days=3)

    asked = [fact.at for fact in desk.all("QuestionAsked")]
    gaps = [later - sooner for sooner, later in pairwise([MONDAY, *asked])]
    assert gaps[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert gaps == sorted(gaps)
    assert len(desk.all("QuestionFailed")) == len(asked) + 1


def test_an_answer_at_last_starts_the_clocks_from_the_beginning() -> None:
    desk = failed_policy()
    del desk.answers["policy"]

    desk.wait(minutes=6)

    assert desk.clock("response").since == MONDAY
    assert desk.state.retries == ()


def test_asking_ends_after_thirty_times_and_a_person_must_see_to_it() -> None:
    desk = failed_policy()
    desk.answers["policy"] = lambda *_: AWAY

    desk.wait(days=60)

    assert len(desk.all("QuestionFailed")) == 30
    assert any(one["who"] == "role:admin" for one in incident.waiting_for(desk.state))
    assert incident.next_alarm(desk.state) is None


POLICY = policy(MONDAY, MONDAY + timedelta(days=90))


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "gold",
        {},
        {**POLICY, "targets": [{"clock": "lunch", "work": 60, "calendar": "office"}]},
        {**POLICY, "targets": [{"clock": "response", "work": 0, "calendar": "office"}]},
        {**POLICY, "targets": [{"clock": "response", "work": 1.5, "calendar": "office"}]},
        {**POLICY, "targets": [{"clock": "response", "work": 60, "calendar": "moon"}]},
        {**POLICY, "ladder": {"version": 1, "rungs": [{"id": "x"}]}},
        {**POLICY, "calendars": {"office": office(MONDAY + timedelta(hours=1), MONDAY + timedelta(days=9))}},
        {**POLICY, "calendars": {"office": {"version": 1, "since": "yesterday", "until": "x", "intervals": []}}},
        {**POLICY, "reopen_window": -5},
        {**POLICY, "close_after": {"work": "long", "calendar": "office"}},
    ],
)
def test_a_malformed_policy_is_a_failed_answer_and_never_a_broken_ticket(answer: Any) -> None:
    desk = Desk(policy=None).open()
    question = next(one for one in incident.questions(desk.state) if one.kind == "policy")

    facts = desk.send(DESK, "answered", question=question.id, kind="policy", answer=answer)

    assert [fact.type for fact in facts] == ["QuestionFailed"]
    assert desk.state.clocks == ()


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("impact", {**UNKNOWN_CI, "criticality": 7}),
        ("impact", {**UNKNOWN_CI, "affected": 5}),
        ("matrix", {"version": 1, "cells": [[1]]}),
        ("matrix", {**MATRIX, "version": "new"}),
    ],
)
def test_a_malformed_answer_is_a_failed_one(kind: str, answer: Any) -> None:
    desk = Desk(**{kind: None}).open()
    question = incident.questions(desk.state)[0]

    facts = desk.send(DESK, "answered", question=question.id, kind=kind, answer=answer)

    assert facts[0].type == "QuestionFailed"
    assert desk.state.priority == 3


def test_service_hours_that_end_too_early_are_a_failed_answer() -> None:
    desk = Desk(calendar=None).open()
    desk.send(DESK, "calendar_changed", calendar="office")
    question = incident.questions(desk.state)[0]

    short = office(desk.at, desk.at + timedelta(days=1))
    facts = desk.send(DESK, "answered", question=question.id, kind="calendar", answer=short)

    assert [fact.type for fact in facts] == ["QuestionFailed"]
    assert desk.clock("resolution").since == MONDAY


def test_every_fact_is_clean_json_without_fractions() -> None:
    desk = Desk(impact=CRITICAL_CI).open_by_alert("critical", ci="db-1").wait(days=3)
    desk.send(AGENT, "resolve", code="fixed", text=ref())

    for fact in desk.facts:
        assert canonical(dict(fact.data))
        assert not any(isinstance(value, float) for value in _values(fact.data))


def _values(data: Any) -> list[Any]:
    if isinstance(data, dict):
        return [inner for value in data.values() for inner in _values(value)]
    if isinstance(data, list):
        return [inner for value in data for inner in _values(value)]
    return [data]


@pytest.mark.parametrize("name", [[], {}, 7, None])
def test_a_changed_calendar_must_be_named(name: object) -> None:
    desk = Desk().open()

    assert "calendar" in desk.refusal(DESK, "calendar_changed", calendar=name).reason
