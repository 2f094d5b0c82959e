"""The service request: something people may ask for, from the asking until it is there and closed for good (ITIL 4).

The process as the engine knows it. What it shares with other tickets stands in `case` and beside it; its own is in
`request_moves` (statuses, moves, rights), `request_order` (item, answers, approval), `request_course` (what approval
and tasks lead to), `request_people`, `request_fold`, `request_effects` and `request_waiting`.
"""

from longwatch.domain.case import Rules
from longwatch.domain.case_process import Process
from longwatch.domain.request_course import follow
from longwatch.domain.request_effects import FOLLOWS
from longwatch.domain.request_fold import CHANGES
from longwatch.domain.request_moves import ACTIONS, MOVES, RIGHTS, STATUSES
from longwatch.domain.request_order import ANSWERS, voted_on
from longwatch.domain.request_people import DEMANDS, DOES
from longwatch.domain.request_state import State
from longwatch.domain.request_waiting import WAITS

PROCESS = Process(
    state=State,
    statuses=STATUSES,
    actions=ACTIONS,
    moves=MOVES,
    rights=RIGHTS,
    does=DOES,
    changes=CHANGES,
    follows=FOLLOWS,
    waits=WAITS,
    demands=DEMANDS,
    answers=ANSWERS,
    after=follow,
    voted_on=voted_on,
)

request = Rules(PROCESS)
