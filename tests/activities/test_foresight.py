"""An opening is handed over with the answers to what it is going to ask."""

from sqlalchemy import delete

from activities.answers import Answering
from activities.commands import Commands
from activities.effects import Effects
from activities.journal import Journal
from longwatch import messages
from longwatch.domain.draft import DESK, Draft
from longwatch.domain.ticket import Command
from longwatch.messages import INCIDENT, Ask, Entry, Foreseen, Load, Loaded
from longwatch.store.acceptance import Request, accept, accept_opening
from longwatch.store.configuration import MATRIX
from longwatch.store.database import Store
from longwatch.store.tables import Configuration
from longwatch.temporal import OneConverter

FIELDS = {"requester": "user:requester", "source": "portal", "impact": 2, "urgency": 2, "ci": "mail-1"}


def opened(store: Store, **data: object) -> str:
    with store.writing() as session:
        asked = Request("", INCIDENT, "open", "user:requester", {**FIELDS, **data}, {"title": "Mail is down"})
        return accept_opening(store, session, INCIDENT, asked).ticket


def drafted(loaded: Loaded, number: str) -> Draft:
    rules = messages.decider(INCIDENT)
    draft = Draft(rules, number, rules.State())
    for command in loaded.commands:
        draft.take(command)
    return draft


def answer_all(draft: Draft, foreseen: list[Foreseen]) -> list[str]:
    """Answers what is asked as long as it was foreseen; returns the questions in the order they came."""
    asked: list[str] = []
    while questions := [one for one in draft.rules.questions(draft.state) if one.id not in asked]:
        for question in questions:
            (answer,) = [one.answer for one in foreseen if one.question == question]
            at = draft.state.opened_at
            data = {"question": question.id, "kind": question.kind, "answer": answer}
            draft.own(Command(f"answer:{question.id}", "answered", at, DESK, data))
            asked.append(question.id)
    return asked


def test_every_question_of_an_opening_comes_with_its_answer_also_after_a_trip_through_the_engine(store: Store) -> None:
    number = opened(store)
    converter = OneConverter()
    (loaded,) = converter.from_payloads(converter.to_payloads([Commands(store).load(Load(number))]), [Loaded])
    draft = drafted(loaded, number)

    asked = answer_all(draft, loaded.foreseen)

    assert len(asked) == len(loaded.foreseen) >= 3
    assert draft.state.clocks
    assert draft.state.team == "servers"


def test_the_answers_are_those_that_asking_would_bring(store: Store) -> None:
    loaded = Commands(store).load(Load(opened(store)))
    questions = [one.question for one in loaded.foreseen if one.question.kind != "policy"]  # hours are told up to now

    found = Answering(store).answer(Ask("INC-000001", INCIDENT, questions))

    assert found.answers == [one.answer for one in loaded.foreseen if one.question in questions]


def test_what_cannot_be_answered_is_foreseen_with_the_reason(store: Store) -> None:
    with store.writing() as session:
        session.execute(delete(Configuration).where(Configuration.kind == MATRIX))
    loaded = Commands(store).load(Load(opened(store)))

    told = {one.question.kind: one.answer for one in loaded.foreseen}
    assert "longwatch seed" in told["matrix"]["error"]
    assert "error" not in told["impact"]


def test_a_ticket_that_stands_already_asks_for_itself(store: Store) -> None:
    number = opened(store)
    loaded = Commands(store).load(Load(number))
    draft = drafted(loaded, number)
    Journal(store, Effects(store, mail=False)).journal(
        Entry(number, INCIDENT, "run", "Incident", 0, draft.lines[0].prev, draft.lines, draft.outcomes)
    )
    with store.writing() as session:
        accept(store, session, Request(number, INCIDENT, "take", "user:agent"))

    assert Commands(store).load(Load(number)).foreseen == []
