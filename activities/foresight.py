"""What an opening is going to ask, answered along with it: an incident's first round needs no errands of its own.

The same rules decide here as in the ticket's loop, on the same commands, so that they ask the same questions. The loop
takes an answer from here only for exactly the question it asks; anything else it asks as ever.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from activities.answers import answered
from longwatch import messages
from longwatch.domain.draft import Draft
from longwatch.domain.ticket import Command
from longwatch.messages import ASKS, Foreseen


def foresee(session: Session, ticket: str, kind: str, commands: Sequence[Command], now: datetime) -> list[Foreseen]:
    """Questions and answers, in the order in which the rules will come to them."""
    rules = messages.decider(kind)
    draft = Draft(rules, ticket, rules.State())
    for command in commands:
        draft.take(command)
    foreseen: list[Foreseen] = []
    for _ in range(ASKS):
        known = {one.question.id for one in foreseen}
        questions = [question for question in rules.questions(draft.state) if question.id not in known]
        if not questions:
            break
        for question in questions:
            answer = answered(session, question, now)
            foreseen.append(Foreseen(question, answer))
            draft.answer(question, answer, now)
    return foreseen
