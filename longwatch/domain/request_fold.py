"""What the facts of a request alone make of it."""

from dataclasses import replace

from longwatch.domain import case_fold
from longwatch.domain import case_fold_clocks as timed
from longwatch.domain.case_fold import Change
from longwatch.domain.case_questions import answered, ask, unasked
from longwatch.domain.request_state import AWAITING_APPROVAL, Order, State
from longwatch.domain.ticket import Fact


def _opened(state: State, fact: Fact) -> State:
    asked = fact.data["order"]
    order = None
    if asked is not None:
        held = None if asked["roles"] is None else tuple(asked["roles"])
        order = Order(asked["item"], asked["version"], dict(asked["answers"]), held, tuple(asked["teams"]))
    begun = case_fold.opened(state, fact, order=order, opened_by=fact.actor)
    if order is None:
        return begun
    return ask(begun, "catalogue", {"item": order.item, "version": order.version})


def _pinned(state: State, fact: Fact) -> State:
    """The terms hold; policy and routing are asked for again where the item has a say in them."""
    data = fact.data
    assert state.order is not None
    terms = dict(data["item"])
    order = replace(state.order, answers=dict(data["answers"]), terms=terms, policy=data["policy"])
    known = answered(replace(state, order=order, status=data["status"]), fact)
    known = replace(known, team=known.team or terms["team"], category=known.category or terms["category"])
    if known.judged and terms["target"] is not None:
        known = case_fold.ask_policy(known)
    if known.judged and known.assignee is None:
        known = ask(known, "routing", case_fold.routing(known))
    return _awaiting(known, fact) if data["policy"] is not None else known


def _awaiting(state: State, fact: Fact) -> State:
    """Others must agree first: the clocks stand still, and who they are is asked."""
    waiting = timed.held(state, fact.at, AWAITING_APPROVAL)
    return ask(waiting, "approval_policy", {"policy": fact.data["policy"]})


def _policy_pinned(state: State, fact: Fact) -> State:
    return answered(state, fact)


def _edited(state: State, fact: Fact) -> State:
    """Another approval policy is asked for anew; where none applies any more nobody is waited for."""
    data = fact.data
    assert state.order is not None
    order = replace(state.order, answers=dict(data["answers"]), policy=data["policy"])
    edited = replace(state, order=order, status=data["status"])
    if data["policy"] == state.order.policy:
        return edited
    edited = unasked(edited, "approval_policy")
    if data["policy"] is None:
        return timed.resumed(edited, fact.at)
    return ask(edited, "approval_policy", {"policy": data["policy"]})


def _approved(state: State, fact: Fact) -> State:
    return timed.resumed(replace(state, status=fact.data["status"]), fact.at)


def _rejected(state: State, fact: Fact) -> State:
    over = replace(state, status=fact.data["status"], rejected_at=fact.at, pending=(), retries=())
    return timed.stopped(over, fact.at, "rejected")


def _begun(state: State, fact: Fact) -> State:
    return replace(state, status=fact.data["status"])


def _noted(state: State, _: Fact) -> State:
    return state


CHANGES: dict[str, Change] = {
    "Opened": _opened,
    "ItemPinned": _pinned,
    "ApprovalPolicyPinned": _policy_pinned,
    "AnswersEdited": _edited,
    "Approved": _approved,
    "Rejected": _rejected,
    "FulfilmentBegun": _begun,
    "WorkBegun": _noted,
}
