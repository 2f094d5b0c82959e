"""The problem: the cause of incidents, from the first suspicion until it is solved and stays so (ITIL 4).

The process as the engine knows it. What it shares with other tickets stands in `case` and beside it; its own is in
`problem_moves` (statuses, moves, rights), `problem_people` (what people do), `problem_fix` (the change, recurrences),
`problem_end` (resolved, left, accepted), `problem_fold`, `problem_effects` and `problem_waiting`.
"""

from longwatch.domain.case import Rules
from longwatch.domain.case_process import Process
from longwatch.domain.problem_effects import FOLLOWS, greets
from longwatch.domain.problem_end import ANSWERS, SETTLES, due, follow, voted_on
from longwatch.domain.problem_fix import HEARS, MACHINES
from longwatch.domain.problem_fold import CHANGES
from longwatch.domain.problem_moves import ACTIONS, MOVES, RIGHTS, STATUSES
from longwatch.domain.problem_people import DEMANDS, DOES
from longwatch.domain.problem_state import State
from longwatch.domain.problem_waiting import WAITS, also

PROCESS = Process(
    state=State,
    statuses=STATUSES,
    actions=ACTIONS,
    moves=MOVES,
    rights=RIGHTS,
    does={**DOES, **MACHINES},
    changes=CHANGES,
    follows=FOLLOWS,
    waits=WAITS,
    demands=DEMANDS,
    answers=ANSWERS,
    due=due,
    settles=SETTLES,
    also_waits=also,
    after=follow,
    hears=HEARS,
    greets=greets,
    voted_on=voted_on,
)

problem = Rules(PROCESS)
