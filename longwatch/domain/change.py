"""The change: the addition, modification or removal of anything that could affect services (ITIL 4 change enablement).

Normal changes are submitted, assessed, authorised by the authority that their risk picks, scheduled, made and reviewed.
Standard ones are authorised by their model. Emergencies go before their authority at once, or are made first and
ratified afterwards. What stands in the way of the window is judged three times: planned, authorised, started.

What it shares with other tickets stands in `case`; its own in `change_moves` (statuses, moves, rights), `change_people`
and `change_work` (what follows from what is asked), `change_course` (what follows of itself), `change_answers`,
`change_time`, `change_fold`, `change_effects` and `change_waiting`.
"""

from longwatch.domain import case_input as given
from longwatch.domain import change_people, change_work
from longwatch.domain.case import Rules
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_process import Process
from longwatch.domain.change_answers import ANSWERS
from longwatch.domain.change_course import after, change_of, voted_on
from longwatch.domain.change_effects import FOLLOWS
from longwatch.domain.change_fold import CHANGES
from longwatch.domain.change_moves import ACTIONS, MOVES, RIGHTS, STATUSES
from longwatch.domain.change_state import RULES, State
from longwatch.domain.change_time import RINGS, SETTLES, due
from longwatch.domain.change_waiting import WAITS, also


def _incident(draft: Draft) -> None:
    """An incident linked to it as caused by it: while one is open the change does not close."""
    data, state = draft.command.data, change_of(draft)
    ticket, is_open = given.name(data, "ticket", "which incident"), given.flag(data, "open")
    caused = any((link.type, link.ticket) == ("caused", ticket) for link in state.links)
    if caused and state.caused.get(ticket) is not is_open:
        draft.record("IncidentCaused", ticket=ticket, open=is_open)


PROCESS = Process(
    state=State,
    statuses=STATUSES,
    actions=ACTIONS,
    moves=MOVES,
    rights=RIGHTS,
    does={**change_people.DOES, **change_work.DOES},
    changes=CHANGES,
    follows=FOLLOWS,
    waits=WAITS,
    demands=change_work.DEMANDS,
    answers=ANSWERS,
    due=due,
    settles=SETTLES,
    rings=RINGS,
    also_waits=also,
    after=after,
    hears={"incident": _incident},
    rules=RULES,
    voted_on=voted_on,
)

change = Rules(PROCESS)
