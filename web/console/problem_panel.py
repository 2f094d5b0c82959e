"""A problem on its page: its cause and the whys that led to it, what helps meanwhile, its change, how it is to end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from longwatch.messages import PROBLEM
from longwatch.store.tickets import Found
from web.console.conversation import Reader
from web.console.times import Moment, moment

SPELT = {
    "risk_accepted": "Closed: the risk is accepted",
    "duplicate": "Closed: another problem stands for it",
    "not_reproducible": "Closed: it cannot be reproduced",
    "fixed_by_change": "Solved by its change",
}


@dataclass(frozen=True)
class ProblemPanel:
    """What is known of a problem beyond what every ticket has. `cause` and `workaround` are empty while unknown."""

    cause: str
    why: Sequence[str]
    contributing: Sequence[str]
    symptom: str
    items: Sequence[str]
    workaround: str
    change: str
    changes: int
    risk: str
    risk_by: str
    review_at: Moment | None
    major: bool
    owes_review: bool
    review: str
    recurrences: int
    ended: str


def problem_panel(found: Found, reader: Reader) -> ProblemPanel | None:
    """The panel of a problem; none for other tickets."""
    if found.kind != PROBLEM:
        return None
    state = found.state
    cause, known, risk = state.cause, state.known, state.risk
    at = risk.review_at if risk else state.review_at
    asker = reader.names.face(risk.by) if risk else None
    return ProblemPanel(
        cause=_said(cause.text if cause else None, reader),
        why=_all(cause.why if cause else (), reader),
        contributing=_all(cause.contributing if cause else (), reader),
        symptom=_said(known.symptom if known else None, reader),
        items=[reader.names.ci(ci) for ci in known.cis] if known else [],
        workaround=_said(state.workaround, reader),
        change=state.change or "",
        changes=state.raised,
        risk=_said(risk.reason if risk else None, reader),
        risk_by=asker.name if asker else "",
        review_at=moment(at, reader.who.now, reader.who.zone) if at else None,
        major=state.major_review,
        owes_review=state.owes_review,
        review=_said(state.review, reader),
        recurrences=state.recurrences,
        ended=SPELT.get(getattr(state, "code", None) or "", ""),
    )


def _said(reference: Any, reader: Reader) -> str:
    return reader.text(reference) if reference else ""


def _all(references: Iterable[Any], reader: Reader) -> list[str]:
    return [reader.text(one) for one in references]
