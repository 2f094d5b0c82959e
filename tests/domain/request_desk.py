"""A desk in miniature around one service request: a laptop that somebody must agree to, made ready in three tasks."""

from typing import Any

from longwatch.domain.approval import policy_data, read_policy
from longwatch.domain.request import request
from longwatch.domain.ticket import Actor, Fact
from tests.domain.incident_desk import AGENT, DESK, REQUESTER, Desk, policy, ref

BOSS = Actor("user:boss", roles=("lead",), teams=("sales",))
DEPUTY = Actor("user:deputy", roles=("approver",))
HOUR, DAY = 3600, 24 * 3600
AGREES = "user:boss"

FORM: list[dict[str, Any]] = [
    {"id": "kind", "label": "Which?", "type": "choice", "required": True, "options": ["light", "strong"]},
    {"id": "cost", "label": "Cost", "type": "integer", "required": True, "least": 0, "most": 10_000},
    {"id": "why", "label": "What for?", "type": "long_text"},
]

TASKS: list[dict[str, Any]] = [
    {"id": "order", "title": "Order it", "team": "l1", "limit": 2 * DAY},
    {"id": "install", "title": "Install it", "team": "l1", "limit": 2 * DAY},
    {"id": "hand-over", "title": "Hand it over", "team": "l1"},
]


def laptop(**changes: Any) -> dict[str, Any]:
    """The catalogue item. What costs a thousand or more must be agreed to."""
    return {
        "name": "laptop",
        "version": 3,
        "title": "New laptop",
        "form": FORM,
        "approval": {"policy": "manager", "when": [{"field": "cost", "sign": "at_least", "value": 1000}]},
        "tasks": TASKS,
        "team": "l1",
        "texts": {"submitted": "We ask your lead.", "fulfilled": "Fetch it."},
        **changes,
    }


def manager(name: str = "manager", **changes: Any) -> dict[str, Any]:
    """One who leads agrees within two days; then those who approve take over."""
    stage = {
        "id": "manager",
        "title": "Manager",
        "approvers": [AGREES],
        "rule": "any",
        "deadline": 2 * DAY,
        "reminder": DAY,
        "at_deadline": "take_over",
        "fallback": ["role:approver"],
        **changes,
    }
    return dict(policy_data(read_policy({"name": name, "version": 2, "stages": [stage]})))


CHEAP = {"kind": "light", "cost": 500}
DEAR = {"kind": "strong", "cost": 2000}


class RequestDesk(Desk):
    """One request. `answers` may be changed on the way."""

    rules = request

    def __init__(self, *args: Any, **answers: Any) -> None:
        found = {
            "catalogue": laptop(),
            "approval_policy": manager(),
            "approvers": {"people": {"role:approver": ["user:deputy"]}},
            "policy": lambda about, since, until: policy(since, until, **_own(about)),
            **answers,
        }
        super().__init__(*args, **found)

    def ordered(self, answers: dict[str, Any] | None = None, actor: Actor = REQUESTER, **data: Any) -> "RequestDesk":
        """A laptop is asked for; a dear one unless told otherwise."""
        asked = {"item": "laptop", "item_version": 3, "answers": DEAR if answers is None else answers, **data}
        self.open(actor, number="REQ-000001", **asked)
        return self

    def free(self, actor: Actor = REQUESTER, **data: Any) -> "RequestDesk":
        """Something is asked for in free words."""
        self.open(actor, number="REQ-000001", **data)
        return self

    def ask(self, actor: Actor, action: str, **data: Any) -> list[Fact]:
        """Sends, and answers what is asked then."""
        facts = self.send(actor, action, **data)
        self.answer()
        return facts

    def vote(self, actor: Actor = BOSS, decision: str = "approve", **data: Any) -> list[Fact]:
        said = {"comment": ref("no")} if decision == "refuse" else {}
        return self.ask(actor, "vote", **{"decision": decision, "content": self.state.approval.content, **said, **data})

    def approved(self) -> "RequestDesk":
        """Agreed to: its tasks are open."""
        self.ordered()
        self.vote()
        return self

    def fulfilled(self, actor: Actor = AGENT) -> "RequestDesk":
        """All three tasks are done, an hour after one another."""
        self.approved()
        for task in TASKS:
            self.wait(hours=1)
            self.ask(actor, "complete_task", task=task["id"])
        return self

    def closed(self) -> "RequestDesk":
        self.fulfilled()
        self.send(REQUESTER, "confirm")
        return self

    @property
    def status(self) -> str:
        return str(self.state.status)

    def reply(self, kind: str, answer: Any) -> list[Fact]:
        """Answers the pending question of a kind by hand."""
        question = next(one for one in request.questions(self.state) if one.kind == kind)
        return self.send(DESK, "answered", question=question.id, kind=kind, answer=answer)

    def told(self, template: str) -> list[tuple[str, ...]]:
        """To whom messages of this wording went."""
        return [effect.to for effect in self.effects if getattr(effect, "template", "") == template]


def _own(about: dict[str, Any]) -> dict[str, Any]:
    """An item's own target goes before the policy's, as the desk answers it."""
    target = about.get("target")
    if target is None:
        return {}
    return {"targets": [{"clock": "response", "work": 900, "calendar": "office"}, {"clock": "resolution", **target}]}


def fitting(state: request.State, action: str) -> dict[str, Any]:
    """The least that makes sense to send with an action that is a request's own, whatever state it is in."""
    answers = DEAR if state.order is not None and state.order.answers != DEAR else {"kind": "light", "cost": 3000}
    live = next((run.id for run in state.tasks.everything if run.live), "order")
    failed = next((run.id for run in state.tasks.everything if run.status == "failed"), live)
    return {
        "open": {"number": "REQ-000001", "title": ref(), "source": "portal"},
        "fulfil": {"text": ref()},
        "reject": {"reason": ref()},
        "edit": {"answers": answers},
        "add_tasks": {"tasks": [{"title": "Look after it", "team": "l1"}]},
        "redo_tasks": {"tasks": [step.id for step in state.tasks.plan.steps][:1] if state.tasks.plan else ["order"]},
        "vote": {"decision": "approve", "content": state.approval.content},
        "delegate": {"to": "user:agent2"},
        "take_task": {"task": live},
        "complete_task": {"task": live},
        "fail_task": {"task": live, "text": ref()},
        "retry_task": {"task": failed},
        "skip_task": {"task": live, "text": ref()},
        "assign_task": {"task": live, "team": "l2"},
    }.get(action, {})
