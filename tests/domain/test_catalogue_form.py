"""Answers to a form: what fits is kept as it is, what does not is refused by the name of its field."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from longwatch.domain.catalogue import gathered, read_form, schema_of, texts_of
from longwatch.domain.ticket import Refused, canonical
from tests.domain.catalogue_desk import ANYTHING, REF, answers, attempt, fields, item, laptop

RAW = {"purpose": "To work with.", "tag": "LW-1234"}
"""The words of good answers, as a person writes them."""


def refusal(**changes: Any) -> Refused:
    """The refusal of answers that are changed like this."""
    with pytest.raises(Refused) as caught:
        read_form(item(), answers(**changes))
    return caught.value


def words_refusal(**changes: Any) -> Refused:
    """The refusal of what a person wrote."""
    with pytest.raises(Refused) as caught:
        texts_of(
            item(), answers(**RAW, **changes) if not RAW.keys() & changes.keys() else answers(**{**RAW, **changes})
        )
    return caught.value


def test_good_answers_are_kept() -> None:
    read = read_form(item(), answers())

    assert read["handover"] == "2026-12-01T08:00:00.000000Z"
    assert read["extras"] == ["dock", "bag"]
    assert read == read_form(item(), read)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("purpose", "plain words"),
        ("purpose", {"body": "b"}),
        ("tag", 5),
        ("kind", "heavy"),
        ("kind", ["light"]),
        ("memory", "32"),
        ("memory", True),
        ("memory", 8),
        ("memory", 256),
        ("cost", 1500),
        ("cost", "1,500"),
        ("cost", "1e3"),
        ("cost", "NaN"),
        ("cost", "-1"),
        ("cost", "10000"),
        ("extras", "dock"),
        ("extras", ["dock", "car"]),
        ("extras", ["dock", "mouse", "bag"]),
        ("abroad", "true"),
        ("abroad", 1),
        ("by", "2026-02-30"),
        ("by", "20260201"),
        ("by", "2025-12-31"),
        ("handover", "tomorrow"),
        ("handover", "2026-12-01T09:00:00"),
        ("handover", 1700000000),
        ("for_whom", "anna"),
        ("for_whom", "user:"),
        ("team", 7),
        ("old", "x" * 300),
        ("old", "two\nlines"),
    ],
)
def test_a_wrong_answer_is_refused_by_its_field(name: str, wrong: Any) -> None:
    said = refusal(**{name: wrong})

    assert said.field == name
    assert said.reason.endswith(".")


@settings(max_examples=200)
@given(name=st.sampled_from([field["id"] for field in laptop()["form"]]), value=ANYTHING)
def test_any_answer_is_kept_clean_or_refused_by_its_field(name: str, value: Any) -> None:
    read, said = attempt(lambda: read_form(item(), answers(**{name: value})), Refused)

    if said is not None:
        assert said.field in (name, "memory")
    else:
        assert canonical(read)
        assert read_form(item(), read) == read


@pytest.mark.parametrize("name", ["purpose", "kind", "memory", "cost"])
@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_required_is_asked_for(name: str, nothing: Any) -> None:
    assert refusal(**{name: nothing}).field == name


@pytest.mark.parametrize("name", ["tag", "extras", "abroad", "by", "handover", "for_whom", "team", "old"])
def test_what_is_not_required_may_be_left_out(name: str) -> None:
    assert name not in read_form(item(), {key: value for key, value in answers().items() if key != name})


def test_an_unknown_field_is_refused_by_its_name() -> None:
    assert refusal(colour="red").field == "colour"


@pytest.mark.parametrize("nonsense", [None, [], "x", 5])
def test_answers_are_named_entries(nonsense: Any) -> None:
    with pytest.raises(Refused, match="named entries"):
        read_form(item(), nonsense)


def test_a_field_that_is_not_shown_is_not_asked_for_and_not_kept() -> None:
    hidden = read_form(item(), answers(kind="light", memory=64))
    left_out = read_form(item(), {key: value for key, value in answers(kind="light").items() if key != "memory"})

    assert "memory" not in hidden
    assert hidden == left_out


def test_a_field_behind_one_that_is_not_shown_is_not_shown_either() -> None:
    form = [
        {"id": "a", "label": "A", "type": "boolean"},
        {"id": "b", "label": "B", "type": "boolean", "shown_if": {"field": "a", "equals": True}},
        {"id": "c", "label": "C", "type": "text", "required": True, "shown_if": {"field": "b", "equals": True}},
    ]

    assert read_form(item(form=form, approval=None), {"a": False, "b": True}) == {"a": False}


def test_a_number_is_no_truth() -> None:
    form = [
        {"id": "n", "label": "N", "type": "integer"},
        {"id": "c", "label": "C", "type": "text", "required": True, "shown_if": {"field": "n", "equals": 1}},
    ]

    with pytest.raises(Refused):
        read_form(item(form=form, approval=None), {"n": 1})


def test_one_of_several_answers_shows_what_hangs_on_it() -> None:
    form = [
        {"id": "m", "label": "M", "type": "multi_choice", "options": ["x", "y"]},
        {"id": "c", "label": "C", "type": "ci", "required": True, "shown_if": {"field": "m", "equals": "y"}},
    ]
    read = item(form=form, approval=None)

    assert read_form(read, {"m": ["x"]}) == {"m": ["x"]}
    with pytest.raises(Refused):
        read_form(read, {"m": ["x", "y"]})


@settings(max_examples=60)
@given(form=fields(), data=st.data())
def test_what_is_hidden_is_never_required(form: list[dict[str, Any]], data: st.DataObject) -> None:
    read = item(form=form, approval=None)
    good: dict[str, Any] = {}
    for field in form:
        good[field["id"]] = {
            "text": REF,
            "long_text": REF,
            "integer": 5,
            "decimal": "1.5",
            "boolean": data.draw(st.booleans()),
            "choice": data.draw(st.sampled_from(field.get("options", ["-"]))),
            "date": "2026-11-23",
            "ci": "pc-7",
        }[field["type"]]

    kept = read_form(read, good)

    assert read_form(read, kept) == kept
    assert [name for name in good if name in kept] == list(kept)


def test_words_are_kept_apart_from_what_is_not_a_persons_own() -> None:
    plain, texts = texts_of(item(), answers(purpose="To work\r\nwith. ", tag=" LW-1234"))

    assert texts == {"answer:purpose": "To work\nwith.", "answer:tag": "LW-1234"}
    assert "purpose" not in plain
    assert plain["memory"] == 32


def test_what_was_taken_apart_is_gathered_again() -> None:
    plain, texts = texts_of(item(), answers(**RAW))

    command = {"item": "new-laptop", "item_version": 3, "answers": plain, **dict.fromkeys(texts, REF)}

    assert read_form(item(), gathered(command)) == read_form(item(), answers())


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("purpose", "x"),
        ("purpose", "x" * 2001),
        ("purpose", "   "),
        ("purpose", {"body": "b", "sha256": "s"}),
        ("purpose", "nul\x00 here"),
        ("tag", "LW-12345"),
        ("tag", "LW-1234\nx"),
        ("kind", "heavy"),
    ],
)
def test_words_that_do_not_fit_are_refused_by_their_field(name: str, wrong: Any) -> None:
    assert words_refusal(**{name: wrong}).field == name


def test_words_of_a_hidden_field_are_dropped() -> None:
    form = [
        {"id": "a", "label": "A", "type": "boolean"},
        {"id": "b", "label": "B", "type": "text", "pattern": "x", "shown_if": {"field": "a", "equals": True}},
    ]

    assert texts_of(item(form=form, approval=None), {"a": False, "b": "not x"}) == ({"a": False}, {})


def test_the_answers_of_a_command_must_be_there() -> None:
    with pytest.raises(Refused) as caught:
        gathered({"item": "new-laptop"})

    assert caught.value.field == "answers"


def test_the_schema_lets_good_answers_through_and_holds_back_others() -> None:
    schema = schema_of(item())
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    good = answers(**RAW)

    assert judge.is_valid(good)
    assert judge.is_valid({key: value for key, value in answers(**RAW, kind="light").items() if key != "memory"})
    assert not judge.is_valid({key: value for key, value in good.items() if key != "memory"})
    for name, wrong in (("kind", "heavy"), ("memory", "32"), ("tag", "X"), ("extras", ["car"]), ("colour", "red")):
        assert not judge.is_valid({**good, name: wrong}), name
