"""The words for what is voted on: labels of entries; questions and answers as the form or questionnaire has them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LABELS: Mapping[str, str] = {
    "ci": "Configuration item",
    "cis": "Configuration items",
    "begin": "Begins",
    "end": "Ends",
    "plan": "Implementation plan",
    "backout": "Back-out plan",
    "back_out": "Back-out",
    "test": "Test plan",
    "steps": "Tasks",
    "model": "Change model",
    "item": "What is asked for",
    "version": "Version of the form",
    "risk": "The risk, and when it is looked at again",
    "cause": "Root cause, and what led to it",
    "known": "Known error",
}


@dataclass(frozen=True)
class Vocabulary:
    """Labels by entry, words by entry and value, and which entries hold identifiers of items and teams.

    Answers stand under `answers.<question>`.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[tuple[str, str], str] = field(default_factory=dict)
    items: frozenset[str] = frozenset({"ci", "cis", "affected"})
    teams: frozenset[str] = frozenset({"team"})


def vocabulary(state: Any) -> Vocabulary:
    """The words that a ticket pinned: its catalogue item's form, or its risk questionnaire."""
    order = getattr(state, "order", None)
    if order is not None and order.terms is not None:
        return _of_form(order.item, order.terms)
    basis = getattr(state, "basis", None)
    return _of_questionnaire(basis["questionnaire"]) if basis is not None else Vocabulary()


def _of_form(item: str, terms: Mapping[str, Any]) -> Vocabulary:
    form = terms.get("form") or ()
    options = {
        (f"answers.{one['id']}", option["value"]): option["label"]
        for one in form
        for option in one.get("options") or ()
    }
    plain = Vocabulary()
    return Vocabulary(
        labels={f"answers.{one['id']}": one["label"] for one in form},
        options={**options, ("item", item): terms["title"]},
        items=plain.items | {f"answers.{one['id']}" for one in form if one["type"] == "ci"},
        teams=plain.teams | {f"answers.{one['id']}" for one in form if one["type"] == "team"},
    )


def _of_questionnaire(questionnaire: Mapping[str, Any]) -> Vocabulary:
    asked = questionnaire["questions"]
    answers = {(f"answers.{one['id']}", each["id"]): each["text"] for one in asked for each in one["answers"]}
    return Vocabulary(labels={f"answers.{one['id']}": one["text"] for one in asked}, options=answers)
