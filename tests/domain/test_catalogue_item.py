"""Catalogue items are read strictly: what they say they will do they can do, or the entry at fault is named."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from longwatch.domain.catalogue import CatalogueFault, approval_policy, item_data, read_form, read_item, visible
from longwatch.domain.ticket import Actor, canonical
from tests.domain.catalogue_desk import ANYTHING, answers, attempt, fields, item, laptop


def fault(**changes: Any) -> CatalogueFault:
    """What is wrong with the laptop once it is changed."""
    with pytest.raises(CatalogueFault) as caught:
        read_item(laptop(**changes))
    return caught.value


def field_fault(**field: Any) -> CatalogueFault:
    """What is wrong with a form of one field."""
    return fault(form=[{"id": "one", "label": "One", "type": "text", **field}], approval=None)


def test_an_item_is_read_as_it_was_written() -> None:
    read = item()

    assert read == read_item(item_data(read))
    assert [field.id for field in read.form][:3] == ["purpose", "tag", "kind"]


@settings(max_examples=60)
@given(form=fields())
def test_what_was_read_is_written_and_read_alike(form: list[dict[str, Any]]) -> None:
    read = read_item(laptop(form=form, approval=None))

    assert read_item(item_data(read)) == read
    assert canonical(item_data(read))


@settings(max_examples=150)
@given(entry=st.sampled_from(sorted(laptop())), value=ANYTHING)
def test_whatever_stands_in_an_entry_is_read_or_refused_by_name(entry: str, value: Any) -> None:
    read, problem = attempt(lambda: read_item(laptop(**{entry: value})), CatalogueFault)

    assert (read is None) is (problem is not None and bool(problem.field and problem.reason))
    assert read is None or read_item(item_data(read)) == read


@settings(max_examples=150)
@given(
    entry=st.sampled_from(["id", "label", "type", "least", "most", "pattern", "options", "shown_if"]), value=ANYTHING
)
def test_whatever_stands_in_a_field_is_read_or_refused_by_its_place(entry: str, value: Any) -> None:
    form = [{"id": "one", "label": "One", "type": "text"}, {"id": "two", "label": "Two", "type": "text", entry: value}]

    read, problem = attempt(lambda: read_item(laptop(form=form, approval=None)), CatalogueFault)

    assert (read is None) is (problem is not None and problem.field.startswith("form"))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": ""}, "title"),
        ({"version": True}, "version"),
        ({"name": "New Laptop"}, "name"),
        ({"icon": "rocket"}, "icon"),
        ({"colour": "red"}, "colour"),
        ({"visible_to": {"roles": ["emperor"]}}, "visible_to.roles[0]"),
        ({"visible_to": {"roles": [], "teams": []}}, "visible_to"),
        ({"target": {"work": 0, "calendar": "office"}}, "target.work"),
        ({"target": {"work": 5}}, "target.calendar"),
        ({"approval": {"policy": "x", "when": [{"field": "nothing"}]}}, "approval.when[0].field"),
        (
            {"approval": {"policy": "x", "when": [{"field": "abroad", "sign": "equals", "value": True}]}},
            "approval.when[0].field",
        ),
        (
            {"approval": {"policy": "x", "when": [{"field": "kind", "sign": "above", "value": "light"}]}},
            "approval.when[0].sign",
        ),
        (
            {"approval": {"policy": "x", "when": [{"field": "cost", "sign": "above", "value": 5}]}},
            "approval.when[0].value",
        ),
        ({"tasks": [{"id": "order", "title": "Order it"}]}, "tasks[0].team"),
        ({"tasks": {"on_failure": "stop", "tasks": [{"id": "order", "team": "x"}]}}, "tasks.tasks[0].title"),
        ({"texts": {"sent": "x"}}, "texts.sent"),
    ],
)
def test_what_an_item_cannot_do_is_named(changes: dict[str, Any], place: str) -> None:
    assert fault(**changes).field == place


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ({"type": "file"}, "form[0].type"),
        ({"id": "One"}, "form[0].id"),
        ({"label": "two\nlines"}, "form[0].label"),
        ({"required": "yes"}, "form[0].required"),
        ({"least": 9, "most": 3}, "form[0].most"),
        ({"type": "decimal", "least": 1}, "form[0].least"),
        ({"type": "decimal", "least": "10", "most": "9.5"}, "form[0].most"),
        ({"type": "boolean", "most": 3}, "form[0].most"),
        ({"type": "date", "least": "yesterday"}, "form[0].least"),
        ({"type": "integer", "pattern": "x"}, "form[0].pattern"),
        ({"pattern": "(a+)+"}, "form[0].pattern"),
        ({"pattern": "x", "most": 500}, "form[0].pattern"),
        ({"options": ["a"]}, "form[0].options"),
        ({"type": "choice"}, "form[0].options"),
        ({"type": "choice", "options": ["a", "a"]}, "form[0].options"),
        ({"shown_if": {"field": "one", "equals": 1}}, "form[0].shown_if.field"),
    ],
)
def test_what_a_field_cannot_do_is_named(field: dict[str, Any], place: str) -> None:
    assert field_fault(**field).field == place


def test_a_field_is_not_shown_for_an_answer_that_is_never_given() -> None:
    form = [
        {"id": "kind", "label": "Kind", "type": "choice", "options": ["a"]},
        {"id": "more", "label": "More", "type": "text", "shown_if": {"field": "kind", "equals": "b"}},
    ]

    assert fault(form=form, approval=None).field == "form[1].shown_if.equals"


def test_two_fields_of_one_id_are_refused() -> None:
    one = {"id": "one", "label": "One", "type": "text"}

    assert fault(form=[one, one], approval=None).field == "form"


@pytest.mark.parametrize(
    ("sign", "cost", "needed"),
    [
        ("above", "1000.00", False),
        ("above", "1000.01", True),
        ("at_least", "1000", True),
        ("below", "999.99", True),
        ("at_most", "1000.0", True),
        ("at_most", "1000.1", False),
        ("equals", "1000.0", True),
        ("differs", "1000.0", False),
    ],
)
def test_an_approval_is_needed_when_its_condition_holds(sign: str, cost: str, *, needed: bool) -> None:
    when = [{"field": "cost", "sign": sign, "value": "1000"}]
    read = item(approval={"policy": "request-manager", "when": when})

    policy = approval_policy(read, read_form(read, answers(cost=cost)))

    assert policy == ("request-manager" if needed else None)


def test_all_conditions_must_hold_and_without_any_it_is_always_needed() -> None:
    both = [
        {"field": "cost", "sign": "above", "value": "1000"},
        {"field": "kind", "sign": "differs", "value": "strong"},
    ]
    strict, always, never = (
        item(approval={"policy": "p", "when": both}),
        item(approval="p"),
        item(approval=None),
    )
    given = read_form(strict, answers())

    assert [approval_policy(one, given) for one in (strict, always, never)] == [None, "p", None]


def test_a_condition_on_a_field_that_is_not_shown_does_not_hold() -> None:
    read = item(approval={"policy": "p", "when": [{"field": "memory", "sign": "below", "value": 64}]})

    assert approval_policy(read, read_form(read, answers(kind="light"))) is None
    assert approval_policy(read, read_form(read, answers(kind="strong"))) == "p"


def test_a_multiple_choice_equals_what_is_among_its_answers() -> None:
    form = [{"id": "extras", "label": "Extras", "type": "multi_choice", "required": True, "options": ["dock", "bag"]}]
    read = item(form=form, approval={"policy": "p", "when": [{"field": "extras", "sign": "equals", "value": "dock"}]})

    assert approval_policy(read, read_form(read, {"extras": ["bag", "dock"]})) == "p"
    assert approval_policy(read, read_form(read, {"extras": ["bag"]})) is None


@pytest.mark.parametrize(
    ("actor", "sees"),
    [
        (Actor("user:a", roles=("requester",)), True),
        (Actor("user:b", roles=("auditor",)), False),
        (Actor("user:c", roles=("auditor",), teams=("sales",)), True),
        (Actor("user:d"), False),
    ],
)
def test_an_item_is_shown_to_its_audience(actor: Actor, *, sees: bool) -> None:
    assert visible(item(), actor) is sees


def test_an_item_for_all_is_shown_to_everybody_with_a_role() -> None:
    assert visible(item(visible_to="all"), Actor("user:b", roles=("auditor",)))
    assert not visible(item(visible_to="all"), Actor("user:d"))
