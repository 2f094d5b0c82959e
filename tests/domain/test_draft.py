"""A round in the making: outcomes, poison, staleness, adoption."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from longwatch import messages
from longwatch.domain.draft import Draft
from longwatch.domain.ticket import Actor, Alarm, Command, Decider, Effect, Fact, Question, Refused

START = datetime(2026, 1, 1, tzinfo=UTC)
ANNA = Actor("user:anna", roles=("agent",))


@dataclass(frozen=True)
class Tally:
    count: int = 0


class Counting:
    """The smallest process: it counts."""

    RULES = 1
    State = Tally

    def decide(self, state: Tally, command: Command) -> list[Fact]:
        if command.action == "refuse":
            raise Refused("Counting is over.", "n")
        if command.action == "break":
            raise KeyError("no such thing")
        return [Fact("Counted", command.at, command.actor.id, {"n": n}) for n in range(command.data.get("n", 1))]

    def evolve(self, state: Tally, fact: Fact) -> Tally:
        return replace(state, count=state.count + 1)

    def next_alarm(self, state: Tally) -> Alarm | None:
        return None

    def questions(self, state: Tally) -> tuple[Question, ...]:
        return ()

    def react(self, state: Tally, fact: Fact) -> list[Effect]:
        return []

    def sealed(self, state: Tally) -> bool:
        return False


def draft(**over: Any) -> Draft:
    return Draft(cast("Decider", Counting()), "T-1", Tally(), **over)


def command(action: str = "count", **over: Any) -> Command:
    return replace(Command("c1", action, START, ANNA), **over)


def test_an_applied_command_adds_its_facts_as_chained_lines() -> None:
    round_ = draft()

    outcome = round_.take(command(data={"n": 2}))

    assert (outcome.outcome, outcome.version) == ("applied", 2)
    assert [line.seq for line in round_.lines] == [1, 2]
    assert round_.lines[1].prev == round_.lines[0].hash == round_.lines[1].prev
    assert round_.state == Tally(2)


def test_a_refused_command_adds_nothing_and_says_why() -> None:
    round_ = draft()

    outcome = round_.take(command("refuse"))

    assert (outcome.outcome, outcome.reason, outcome.field) == ("refused", "Counting is over.", "n")
    assert round_.lines == []


def test_a_command_that_raises_anything_else_is_parked_and_harms_only_itself() -> None:
    round_ = draft()

    poison = round_.take(command("break"))
    after = round_.take(command(id="c2"))

    assert (poison.outcome, after.outcome) == ("parked", "applied")
    assert "KeyError" in str(poison.reason)
    assert round_.state == Tally(1)


def test_a_state_that_could_not_be_recorded_parks_its_command() -> None:
    def unrecordable(_: Tally) -> None:
        raise ValueError("not JSON")

    round_ = draft(check=unrecordable)

    outcome = round_.take(command())

    assert outcome.outcome == "parked"
    assert (round_.state, round_.lines) == (Tally(), [])


def test_a_command_given_for_an_older_version_is_stale() -> None:
    round_ = draft(seq=4)

    outcome = round_.take(command(expected_version=3))

    assert (outcome.outcome, outcome.version) == ("stale", 4)
    assert "version 3, it is now 4" in str(outcome.reason)


def test_a_journal_does_not_run_backwards() -> None:
    round_ = draft(last_at=START + timedelta(hours=1))

    round_.take(command())

    assert round_.last_at == START + timedelta(hours=1)


def test_adopted_lines_give_the_state_they_gave_where_they_were_written() -> None:
    written, adopting = draft(), draft()
    written.take(command(data={"n": 3}))

    adopting.adopt(written.lines)

    assert (adopting.state, adopting.seq, adopting.head) == (written.state, written.seq, written.head)
    assert adopting.lines == []


def test_lines_that_do_not_follow_are_not_adopted() -> None:
    written = draft()
    written.take(command(data={"n": 3}))

    with pytest.raises(ValueError, match="does not follow"):
        draft().adopt(written.lines[1:])


def test_every_process_offers_the_deciders_form() -> None:
    for kind in messages.WORKFLOWS:
        rules = messages.decider(kind)
        missing = [name for name in ("RULES", "State", *vars(Decider)) if name[0] != "_" and not hasattr(rules, name)]
        assert missing == []
