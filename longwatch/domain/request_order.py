"""What was asked for: a catalogue item of a version, and answers to its form; both read with care.

The desk looks the item up (question `catalogue`). Only then can be judged whether the answers fit it and whether who
asked may have it. Who asks through the portal learns that before; a request that comes another way and does not fit is
rejected with the reason, in its journal.
"""

from collections.abc import Mapping
from typing import Any

from longwatch.domain import approval, tasks
from longwatch.domain import case_input as given
from longwatch.domain.approval import Excluded, policy_data, read_policy
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_process import Answer
from longwatch.domain.catalogue import Item, approval_policy, gathered, item_data, read_form, read_item, visible
from longwatch.domain.catalogue_field import FARTHEST, MOST_FIELDS, MOST_OPTIONS
from longwatch.domain.request_course import call_off, request_of
from longwatch.domain.request_state import Order, State
from longwatch.domain.ticket import Actor, Question, Refused

LONGEST_ANSWER = 250


def order_of(draft: Draft) -> dict[str, Any] | None:
    """What an opening asks for, as it goes into the journal; None for a request in free words. Raises Refused."""
    data, actor = draft.command.data, draft.command.actor
    item = given.optional_name(data, "item")
    if item is None:
        return None
    person = actor.kind == "person"
    return {
        "item": item,
        "version": given.optional_number(data, "item_version", 1, 10**9),
        "answers": answers_of({"answers": {}, **data}),
        "roles": list(actor.roles) if person else None,
        "teams": list(actor.teams) if person else [],
    }


def answers_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a command, before it is known what was asked. Raises Refused for what no field could take."""
    answers = gathered(data)
    if len(answers) > MOST_FIELDS:
        raise Refused(f"A form has at most {MOST_FIELDS} answers.", "answers")
    for name, value in answers.items():
        if not isinstance(name, str) or len(name) > LONGEST_ANSWER or not _answer(value):
            raise Refused("Each answer is a text, a whole number, true, false or a list of texts.", str(name)[:200])
    return dict(answers)


def _answer(value: Any) -> bool:
    if isinstance(value, Mapping):
        return set(value) == {"body", "sha256"} and all(_answer(one) for one in value.values())
    if isinstance(value, list):
        return len(value) <= MOST_OPTIONS and all(isinstance(one, str) and _answer(one) for one in value)
    if isinstance(value, str):
        return len(value) <= LONGEST_ANSWER and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) <= FARTHEST)


def _check_item(_: State, question: Question, answer: Mapping[str, Any]) -> dict[str, Any]:
    item = read_item(answer)
    if item.name != question.data["item"]:
        raise ValueError(f"{question.data['item']} was asked for, not {item.name}")
    return item_data(item)


def _pin(draft: Draft, question: Question, found: dict[str, Any]) -> None:
    """The item is known: its terms hold for this request from now on, whatever becomes of the catalogue."""
    item, order = read_item(found), request_of(draft).order
    assert order is not None
    try:
        _check_audience(item, order)
        answers = read_form(item, order.answers)
    except Refused as unfit:
        reject(draft, "answers do not fit", unfit.reason, question=question.id, field=unfit.field)
        return
    policy = approval_policy(item, answers)
    move = "no approval needed" if policy is None else "approval needed"
    terms = {name: value for name, value in found.items() if name != "tasks"}
    draft.record(
        "ItemPinned", question=question.id, item=terms, answers=answers, policy=policy, status=draft.status_after(move)
    )
    if item.tasks is not None:
        draft.add(tasks.plan(request_of(draft).tasks, draft.command, item.tasks))


def _check_audience(item: Item, order: Order) -> None:
    if order.roles is not None and not visible(item, Actor("", roles=order.roles, teams=order.teams)):
        raise Refused(f"{item.title} is not offered to whoever asked for it.", "item")


def reject(draft: Draft, move: str, words: str | None, **more: Any) -> None:
    """It will not be fulfilled: `words` are the desk's own, `reason` a person's. What was planned is called off."""
    status = draft.status_after(move)
    call_off(draft, "rejected")
    draft.record("Rejected", **{"why": move, "words": words, "reason": None, **more}, status=status)


def _check_policy(_: State, __: Question, answer: Mapping[str, Any]) -> dict[str, Any]:
    return policy_data(read_policy(answer))


def _begin_approval(draft: Draft, question: Question, found: dict[str, Any]) -> None:
    """Who must agree is known. Neither the requester nor whoever asked in their name has a voice."""
    draft.record("ApprovalPolicyPinned", question=question.id, policy=found["name"], version=found["version"])
    state = request_of(draft)
    asked = approval.begin(
        state.approval,
        draft.command,
        read_policy(found),
        content=content_of(state),
        excluded=_excluded(state),
        owners=(f"team:{state.team}" if state.team else "role:dispatcher", "role:lead"),
    )
    draft.add(asked)


def _excluded(state: State) -> list[Excluded]:
    opener = state.opened_by if state.opened_by is not None and state.opened_by.startswith("user:") else None
    people = ((state.requester, "the requester"), (opener, "who asked for it"))
    return [Excluded(person, reason) for person, reason in people if person is not None]


def content_of(state: State) -> str:
    """The hash of what is up for approval."""
    return approval.content_of(voted_on(state))


def voted_on(state: State) -> dict[str, Any]:
    """What is up for approval: the item and the answers, and the words beside them."""
    order = state.order
    assert order is not None
    terms = order.terms or {}
    return {
        "item": order.item,
        "version": terms.get("version"),
        "answers": order.answers,
        "title": state.title,
        "description": state.description,
    }


def edit(draft: Draft) -> None:
    """Other answers, while others have not agreed yet: the votes cast are void, and another approval may apply."""
    state = request_of(draft)
    order = state.order
    assert order is not None
    assert order.terms is not None
    item = read_item(order.terms)
    answers = read_form(item, answers_of(draft.command.data))
    if answers == order.answers:
        raise Refused("Nothing of it is different.", "answers")
    policy = approval_policy(item, answers)
    if policy != order.policy and state.approval.under_way:
        draft.add(approval.recall(state.approval, draft.command))
    wanted = "approved" if policy is None else "awaiting_approval"
    status = draft.status_after("edit", wanted)
    draft.record("AnswersEdited", answers=answers, before=order.answers, policy=policy, status=status)
    if policy == order.policy:
        edited = request_of(draft)
        draft.add(approval.edited(edited.approval, draft.command, content_of(edited)))


ANSWERS: dict[str, Answer] = {
    "catalogue": Answer(_check_item, _pin, about="what the catalogue item is"),
    "approval_policy": Answer(_check_policy, _begin_approval, about="who must agree"),
}
"""How the answers that a request needs besides are taken."""
