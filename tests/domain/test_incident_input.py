"""Whatever is sent, an incident answers with facts or a refusal, and never breaks."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain.incident import incident
from longwatch.domain.incident_moves import ACTIONS
from longwatch.domain.ticket import Command, Fact, Refused, canonical
from tests.domain.incident_desk import AGENT, DESK, LEAD, MONITORING, REQUESTER, TIMER, Desk, fitting, policy, ref

NAMES = [*(action.name for action in ACTIONS), "alert", "alarm", "answered", "calendar_changed", "nonsense"]
FIELDS = [
    "number",
    "title",
    "description",
    "expected_result",
    "requester",
    "source",
    "impact",
    "urgency",
    "category",
    "ci",
    "service",
    "tags",
    "links",
    "alert",
    "team",
    "person",
    "reason",
    "until",
    "text",
    "code",
    "public",
    "body",
    "level",
    "type",
    "ticket",
    "event",
    "severity",
    "count",
    "name",
    "question",
    "answer",
    "calendar",
]

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**12), st.text(max_size=5), st.sampled_from(["fixed", "2026-11-30"])
)
anything = st.recursive(
    st.one_of(scalars, st.just(ref())),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from((*FIELDS, "body", "sha256")), inner, max_size=3)
    ),
    max_leaves=6,
)
payloads = st.dictionaries(st.sampled_from(FIELDS), anything, max_size=6)


def decided(desk: Desk, actor: Any, action: str, data: dict[str, Any]) -> list[Fact] | None:
    try:
        return incident.decide(desk.state, Command("c", action, desk.at, actor, data))
    except Refused:
        return None


def on_hold() -> Desk:
    desk = Desk().open_by_alert()
    desk.send(AGENT, "start")
    desk.send(AGENT, "hold", reason="awaiting_requester")
    return desk


OPEN, HELD, UNOPENED, ASKING = Desk().open(), on_hold(), Desk(), Desk().open(answer=False)


@settings(max_examples=300)
@given(
    st.sampled_from([OPEN, HELD, UNOPENED, ASKING]),
    st.sampled_from([AGENT, LEAD, REQUESTER, MONITORING, TIMER]),
    st.sampled_from(NAMES),
    payloads,
)
def test_any_json_is_answered_with_clean_facts_or_a_refusal(
    desk: Desk, actor: Any, action: str, data: dict[str, Any]
) -> None:
    wanted = {**fitting(desk.state, action, desk.at), **data}

    facts = decided(desk, actor, action, wanted)

    assert facts is None or all(canonical(dict(fact.data)) for fact in facts)


@settings(max_examples=300)
@given(st.sampled_from(["impact", "matrix", "policy", "routing"]), st.one_of(anything, payloads), st.data())
def test_any_answer_is_understood_or_fails_and_leaves_a_usable_ticket(
    kind: str, answer: Any, data: st.DataObject
) -> None:
    desk = Desk(policy=None, routing=None).open() if kind in ("policy", "routing") else Desk().open(answer=False)
    question = next(one for one in incident.questions(desk.state) if one.kind == kind)
    if kind == "policy" and data.draw(st.booleans()):
        good = policy(desk.at, desk.at.replace(year=2027))
        answer = {**good, data.draw(st.sampled_from(sorted(good))): answer}

    desk.send(DESK, "answered", question=question.id, kind=kind, answer=answer)

    assert question.id not in [one.id for one in incident.questions(desk.state)]
    assert incident.waiting_for(desk.state)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", None),
        ("title", None),
        ("title", "just words"),
        ("title", {"body": "b"}),
        ("source", "telepathy"),
        ("impact", 0),
        ("urgency", "high"),
        ("category", 5),
        ("ci", "x" * 201),
        ("ci", "a\nb"),
        ("service", "\ud800"),
        ("tags", [1]),
        ("links", "INC-000001"),
        ("links", ["INC-000001"]),
        ("alert", []),
    ],
)
def test_an_opening_with_something_amiss_is_refused_by_the_name_of_it(field: str, value: Any) -> None:
    wanted = {"number": "INC-000001", "title": ref(), "source": "portal", field: value}

    refused = Desk().refusal(AGENT, "open", **wanted)

    assert refused.field == field
    assert refused.reason.endswith(".")


def test_dates_are_understood_in_any_zone_and_kept_in_utc() -> None:
    desk = Desk().open()

    desk.send(AGENT, "hold", reason="planned_until", until="2026-11-24T10:00:00+02:00")

    assert desk.last("Held").data["until"] == "2026-11-24T08:00:00.000000Z"


@pytest.mark.parametrize("until", ["2026-11-24T10:00:00", "24.11.2026", 5, "9999-12-31T23:59:59-12:00"])
def test_dates_without_a_zone_or_beyond_all_time_are_refused(until: Any) -> None:
    assert Desk().open().refusal(AGENT, "hold", reason="planned_until", until=until).field == "until"
