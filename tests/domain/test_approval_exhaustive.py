"""Every sequence of votes of up to four approvers under every rule comes to what a naive reading of the rule says.

The oracle knows nothing of counting: it tries every way in which those who have not voted might still vote.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

import pytest

from longwatch.domain import approval
from longwatch.domain.approval import Approval
from longwatch.domain.ticket import Actor, Command, Refused
from tests.domain.approval_desk import MONDAY, WHY, policy, stage

PEOPLE = ("user:a", "user:b", "user:c", "user:d")
ACTORS = {name: Actor(name, roles=("approver",)) for name in PEOPLE}
DECISIONS = ("approve", "refuse", "abstain")
WEIGHTS = (1, 2, 3, 5)

Votes = tuple[str | None, ...]
"""What each approver said, None for nothing yet."""

CASES = [
    ("any", 0),
    ("all", 0),
    *(("n_of", n) for n in (1, 2, 3, 4)),
    *(("percent", n) for n in (1, 25, 26, 50, 51, 67, 75, 100)),
    *(("weighted", n) for n in (1, 4, 6, 11)),
]


def granted(rule: str, need: int, votes: Votes) -> bool:
    """The rule read aloud."""
    yes = [weight for vote, weight in zip(votes, WEIGHTS, strict=False) if vote == "approve"]
    match rule:
        case "any":
            return "approve" in votes
        case "all":
            return "approve" in votes and "refuse" not in votes and None not in votes
        case "n_of":
            return len(yes) >= need
        case "percent":
            return bool(yes) and Fraction(len(yes), len(votes)) >= Fraction(need, 100)
        case _:
            return sum(yes) >= need


@cache
def expected(rule: str, need: int, vetoes: tuple[bool, ...], votes: Votes) -> str:
    """By trying out every future."""
    if any(veto and vote == "refuse" for veto, vote in zip(vetoes, votes, strict=True)):
        return "refused"
    if granted(rule, need, votes):
        return "granted"
    futures = product(*(DECISIONS if vote is None else (vote,) for vote in votes))
    return "none" if any(granted(rule, need, future) for future in futures) else "refused"


def opened(rule: str, need: int, size: int, veto: Any) -> Approval:
    """An approval whose approvers are known and wait."""
    approvers = [{"name": name, "weight": weight} for name, weight in zip(PEOPLE[:size], WEIGHTS, strict=False)]
    read = approval.read_policy(policy(stage(rule, *approvers, need=need, veto=veto)))
    held = folded(Approval(), lambda held: approval.begin(held, command("submit"), read, content="v1"))
    question = approval.questions(held)[0]
    answer = command("answered", question=question.id, answer={"people": {}})
    return folded(held, lambda held: approval.decide(held, answer))


def command(action: str, who: str = "user:req", **data: Any) -> Command:
    return Command("c", action, MONDAY, ACTORS.get(who, Actor(who, kind="system")), data)


def folded(held: Approval, step: Callable[[Approval], list[Any]]) -> Approval:
    for fact in step(held):
        held = approval.evolve(held, fact)
    return held


@cache
def vote(who: str, decision: str) -> Command:
    return command("vote", who, decision=decision, content="v1", comment=WHY)


def reachable(rule: str, need: int, size: int) -> bool:
    return not ((rule == "n_of" and need > size) or (rule == "weighted" and need > sum(WEIGHTS[:size])))


def variants() -> Iterator[tuple[str, int, int, Any]]:
    for (rule, need), size in product(CASES, (1, 2, 3, 4)):
        if reachable(rule, need, size):
            for veto in ("none", "all", [PEOPLE[0]]):
                yield rule, need, size, veto


@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_sequence_of_up_to_three_first_votes_in_any_order_ends_as_the_rule_says(size: int) -> None:
    for rule, need, number, veto in variants():
        if number == size:
            vetoes = tuple(veto == "all" or name in veto for name in PEOPLE[:size])
            _every_order(opened(rule, need, size, veto), (rule, need, vetoes), (None,) * size)


def _every_order(held: Approval, terms: Any, votes: Votes) -> None:
    assert approval.outcome(held) == expected(*terms, votes)
    if held.under_way:
        for n, decision in product(range(len(votes)), DECISIONS):
            if votes[n] is None:
                after = folded(held, lambda held, n=n, said=decision: approval.decide(held, vote(PEOPLE[n], said)))
                _every_order(after, terms, (*votes[:n], decision, *votes[n + 1 :]))


@pytest.mark.parametrize("veto", ["none", "all", "some"])
@pytest.mark.parametrize(("rule", "need"), CASES)
def test_every_vote_at_every_point_of_every_sequence_of_four_is_counted_as_the_rule_says(
    rule: str, need: int, veto: str
) -> None:
    """Walks all that can be reached, changed and withdrawn votes included: what follows a sequence depends on no more
    than where it led, so this is every sequence of any length."""
    names = [PEOPLE[0]] if veto == "some" else veto
    vetoes = tuple(veto == "all" or (veto == "some" and n == 0) for n in range(4))
    start: Votes = (None, None, None, None)
    known = {start: opened(rule, need, 4, names)}
    ahead = [start]
    while ahead:
        votes = ahead.pop()
        for n, said in product(range(4), (*DECISIONS, None)):
            after = (*votes[:n], said, *votes[n + 1 :])
            held = _said(known[votes], votes[n], n, said)
            assert approval.outcome(held) == expected(rule, need, vetoes, after)
            if after in known:
                assert held == known[after]
            elif held.under_way:
                known[after] = held
                ahead.append(after)
            else:
                _is_over(held)


def _said(held: Approval, before: str | None, n: int, said: str | None) -> Approval:
    if said is not None:
        return folded(held, lambda held: approval.decide(held, vote(PEOPLE[n], said)))
    if before is None:
        with pytest.raises(Refused, match="no vote to withdraw"):
            approval.decide(held, command("withdraw_vote", PEOPLE[n]))
        return held
    return folded(held, lambda held: approval.decide(held, command("withdraw_vote", PEOPLE[n])))


def _is_over(held: Approval) -> None:
    """Nobody's vote changes it any more."""
    cast = {seat.person: seat.vote.decision for seat in held.run.seats if seat.vote is not None}
    for name in PEOPLE:
        other = "refuse" if cast.get(name) == "approve" else "approve"
        with pytest.raises(Refused, match="nothing is voted on any more"):
            approval.decide(held, vote(name, other))
