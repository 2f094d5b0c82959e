"""Whatever comes in place of an item, answers, tasks or a policy is refused with a sentence, or makes clean facts."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain.request import request
from longwatch.domain.ticket import Refused, canonical, fold
from tests.domain.incident_desk import AGENT, REQUESTER, ref
from tests.domain.request_desk import DEAR, RequestDesk, laptop

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | st.just(ref()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
ANSWERED = st.dictionaries(st.sampled_from(["kind", "cost", "why", "other"]), ANY, max_size=4)


def _clean(desk: RequestDesk) -> None:
    assert all(canonical(dict(fact.data)) for fact in desk.facts)
    assert not any("." in number for fact in desk.facts for number in _numbers(fact.data))
    assert fold(request, desk.facts) == desk.state


def _refused(act: Callable[[], object]) -> str | None:
    """The field that a refusal names (nothing: no field); None where it was done."""
    try:
        act()
    except Refused as refused:
        return refused.field or ""
    return None


def _numbers(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for one in value.values() for found in _numbers(one)]
    if isinstance(value, list | tuple):
        return [found for one in value for found in _numbers(one)]
    return [repr(value)] if isinstance(value, float) else []


@given(answers=ANSWERED | ANY)
@settings(max_examples=60, deadline=None)
def test_any_answers_are_taken_rejected_or_refused(answers: Any) -> None:
    desk = RequestDesk()
    field = _refused(lambda: desk.open(REQUESTER, number="REQ-000001", item="laptop", item_version=3, answers=answers))

    assert field != ""
    if field is not None:
        return
    assert desk.status in ("awaiting_approval", "in_fulfilment", "rejected")
    _clean(desk)


@given(answers=ANSWERED | ANY)
@settings(max_examples=60, deadline=None)
def test_any_edit_is_taken_or_refused_and_leaves_it_whole(answers: Any) -> None:
    desk = RequestDesk().ordered(DEAR)
    before = desk.state
    try:
        desk.ask(REQUESTER, "edit", answers=answers)
    except Refused:
        assert desk.state == before
        return

    _clean(desk)


@given(tasks=st.lists(st.dictionaries(st.sampled_from(["title", "team", "limit", "id"]), ANY), max_size=3) | ANY)
@settings(max_examples=60, deadline=None)
def test_any_tasks_are_added_or_refused_by_their_place(tasks: Any) -> None:
    desk = RequestDesk().free()
    field = _refused(lambda: desk.send(AGENT, "add_tasks", tasks=tasks))

    assert field is None or field.startswith("tasks")
    _clean(desk)


ITEMS = st.dictionaries(st.sampled_from(["name", "form", "tasks", "version", "team"]), ANY, max_size=3)


@given(answer=ANY | ITEMS.map(lambda changes: laptop(**changes)))
@settings(max_examples=60, deadline=None)
def test_any_answer_to_what_the_item_is_leaves_a_request_that_people_can_end(answer: Any) -> None:
    desk = RequestDesk().ordered(answer=False)

    desk.reply("catalogue", answer)

    _clean(desk)
    offered = [action.name for action in request.allowed(desk.state, AGENT)]
    assert desk.status == "rejected" or "cancel" in offered
