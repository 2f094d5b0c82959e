"""The incident: an unplanned interruption of a service, from the first report until it is closed for good (ITIL 4).

The process as the engine knows it. What it shares with other tickets stands in `case` and beside it; its own is in
`incident_moves` (statuses and moves), `incident_people` and `incident_alert` (what follows from what is asked),
`incident_links` (what it heeds of other tickets), `incident_fold`, `incident_effects` and `incident_waiting`; the major
incident, an axis of its own, in `incident_major` and beside it.
"""

from longwatch.domain import incident_major as major
from longwatch.domain import incident_major_time, roles
from longwatch.domain.case import Rules
from longwatch.domain.case_process import Process
from longwatch.domain.incident_alert import alert
from longwatch.domain.incident_effects import FOLLOWS, greets
from longwatch.domain.incident_fold import CHANGES
from longwatch.domain.incident_links import HEARS
from longwatch.domain.incident_moves import ACTIONS, MOVES, STATUSES
from longwatch.domain.incident_people import DOES, cancel_demand
from longwatch.domain.incident_state import RULES as RULES_IN_FORCE
from longwatch.domain.incident_state import State
from longwatch.domain.incident_waiting import WAITS, major_waits

PROCESS = Process(
    state=State,
    statuses=STATUSES,
    actions=ACTIONS,
    moves=MOVES,
    rights=roles.INCIDENT,
    does={**DOES, **major.DOES, "alert": alert},
    changes=CHANGES,
    follows=FOLLOWS,
    waits=WAITS,
    demands={**major.DEMANDS, "cancel": cancel_demand},
    due=incident_major_time.deadlines,
    rings=incident_major_time.RINGS,
    also_waits=major_waits,
    hears=HEARS,
    greets=greets,
    steps={"propose_major": major.propose_by_rule},
    rules=RULES_IN_FORCE,
)

incident = Rules(PROCESS)
