"""The smallest ticket that needs an approval, for the pages of approvals: an incident's life, put up to be voted on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from activities.commands import actor_of
from longwatch import messages
from longwatch.domain import approval, roles
from longwatch.domain.approval import Excluded, content_of, read_policy
from longwatch.domain.case import Rules
from longwatch.domain.case_draft import Draft
from longwatch.domain.case_moves import stay
from longwatch.domain.case_process import Process
from longwatch.domain.case_state import Governed
from longwatch.domain.incident import PROCESS as INCIDENT
from longwatch.domain.incident_moves import WORKABLE
from longwatch.domain.incident_state import State as Incident
from longwatch.domain.ticket import Action, Actor, Json
from tests.domain.approval_desk import policy, stage
from tests.web.conftest import WebDesk
from web import action_kinds, commands
from web.action_kinds import Forms
from web.actions import SCHEMAS, OpenForAnother, OpenOwn
from web.commands import Result

KIND = "request"


@dataclass(frozen=True)
class State(Incident, Governed):
    KIND: ClassVar[str] = KIND


def voted_on(state: State) -> dict[str, Json]:
    return {"title": state.title, "description": state.description, "ci": state.ci, "tags": list(state.tags)}


def submit(draft: Draft) -> None:
    state: Any = draft.state
    excluded = [Excluded(state.requester, "the requester")]
    wanted = read_policy(draft.command.data["policy"])
    draft.add(
        approval.begin(
            state.approval,
            draft.command,
            wanted,
            content=content_of(voted_on(state)),
            excluded=excluded,
            owners=[state.requester, "role:change-manager"],
        )
    )


def after(draft: Draft) -> None:
    state: Any = draft.state
    draft.add(approval.edited(state.approval, draft.command, content_of(voted_on(state))))


PROCESS = Process(
    state=State,
    statuses=INCIDENT.statuses,
    actions=(*INCIDENT.actions, *approval.ACTIONS, Action("submit", "Submit", ("policy",), ("policy",))),
    moves={**INCIDENT.moves, "submit": stay(*WORKABLE)},
    rights=roles.Rights({**roles.MAY, "agent": (*roles.MAY["agent"], "submit")}),
    does={**INCIDENT.does, "submit": submit},
    changes=INCIDENT.changes,
    follows=INCIDENT.follows,
    waits=INCIDENT.waits,
    after=after,
)


class GovernedRules(Rules):
    """As a process's module, with what its votes are about."""

    def voted_on(self, state: State) -> dict[str, Json]:
        return voted_on(state)


def install(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Requests are such tickets, as long as this lasts."""
    patch.setitem(messages._DECIDERS, KIND, GovernedRules(PROCESS))
    patch.setitem(messages.WORKFLOWS, KIND, "Request")
    patch.setitem(action_kinds._FORMS, KIND, Forms(OpenOwn(), OpenForAnother(), SCHEMAS))
    yield


def asked(desk: WebDesk, title: str = "A laptop", *stages: dict[str, Any], **fields: Any) -> str:
    """The number of a new ticket of `requester`'s that is up for approval."""
    texts = {"title": title, "description": fields.pop("description", "Mine is broken.")}
    data = {"requester": "user:requester", "source": "console", **fields}
    with desk.app.app_context():
        opened = commands.open_ticket(_actor(desk, "agent2"), KIND, data, texts)
    assert opened.outcome == "applied", opened
    submitted(desk, opened.ticket, *stages)
    return opened.ticket


def submitted(desk: WebDesk, number: str, *stages: dict[str, Any]) -> None:
    """Puts it up for approval: by anyone of the approvers, unless stages are given."""
    result = do(desk, "agent2", number, "submit", policy=policy(*(stages or [stage()])))
    assert result.outcome == "applied", result


def do(desk: WebDesk, login: str, number: str, action: str, **data: Any) -> Result:
    """What somebody does to it otherwise."""
    with desk.app.app_context():
        return commands.ask(_actor(desk, login), number, action, data)


def _actor(desk: WebDesk, login: str) -> Actor:
    with desk.store.reading() as session:
        actor = actor_of(session, f"user:{login}")
    assert actor is not None
    return actor
