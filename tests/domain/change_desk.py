"""A desk in miniature around one change: a calendar to stand in the way, a questionnaire, a model, two approvers."""

from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.approval import policy_data, read_policy
from longwatch.domain.change import change
from longwatch.domain.ticket import Actor, Fact, stamp
from tests.domain.incident_desk import DESK, MONDAY, Desk, policy, ref
from tests.domain.risk_examples import questionnaire

QUESTIONNAIRE = questionnaire()

AUTHOR = Actor("user:author", roles=("agent",), teams=("network",))
MAKER = Actor("user:maker", roles=("agent",), teams=("network",))
MANAGER = Actor("user:manager", roles=("change-manager",))
ANN = Actor("user:ann", roles=("approver",))
BEN = Actor("user:ben", roles=("approver",))
OTHER = Actor("user:other", roles=("agent",), teams=("sales",))
BYSTANDER = Actor("user:bystander", roles=("requester",))

HOUR, DAY = 3600, 24 * 3600
BEGIN, END = MONDAY + timedelta(days=5), MONDAY + timedelta(days=5, hours=4)
WORDS = {"plan": ref("p"), "backout": ref("b"), "test": ref("t"), "communication": ref("c")}
WINDOW = {"begin": stamp(BEGIN), "end": stamp(END)}
ANSWERS = {question["id"]: question["answers"][0]["id"] for question in QUESTIONNAIRE["questions"]}

CLEAR: dict[str, Any] = {
    "subjects": [{"ci": "db-1", "class": "database", "service": "shop", "team": "network", "related": False}],
    "freezes": [],
    "maintenance": [],
    "planned": [],
    "unknown": [],
}


def cab(name: str = "cab") -> dict[str, Any]:
    """Both approvers, within two days; nobody after them."""
    stage = {
        "id": "cab",
        "title": "The board",
        "approvers": ["user:ann", "user:ben"],
        "rule": "all",
        "deadline": 2 * DAY,
    }
    return dict(policy_data(read_policy({"name": name, "version": 1, "stages": [stage], "emergency": name == "ecab"})))


def frozen(begin: datetime = BEGIN, end: datetime = BEGIN + timedelta(hours=1), **more: Any) -> dict[str, Any]:
    """A freeze of everything."""
    scope = {"kind": "all", "names": []}
    freeze = {
        "id": "F1",
        "name": "Year end",
        "scope": scope,
        "blocking": True,
        "begin": stamp(begin),
        "end": stamp(end),
    }
    return {**CLEAR, "freezes": [{**freeze, **more}]}


def task(id_: str, stage: int, **more: Any) -> dict[str, Any]:
    undo = {"title": f"Undo {id_}", "team": "network", "limit": HOUR}
    return {"id": id_, "stage": stage, "title": f"Do {id_}", "team": "network", "limit": HOUR, "back_out": undo, **more}


THREE = {"on_failure": "back_out", "tasks": [task("one", 1), task("two", 2), task("three", 3)]}

MODEL: dict[str, Any] = {
    "name": "reboot",
    "version": 3,
    "title": "Reboot a server",
    "plan": "Reboot it.",
    "test": "Ping it.",
    "backout": "Call the vendor.",
    "communication": "Tell the shop.",
    "tasks": {"on_failure": "back_out", "tasks": [task("reboot", 1)]},
    "conditions": {"cis": ["db-1"], "classes": [], "teams": [], "longest": 8 * HOUR},
}


class ChangeDesk(Desk):
    """One change. `answers` may be changed on the way: a freeze is declared, a model demoted."""

    rules = change

    def __init__(self, at: datetime = MONDAY, **answers: Any) -> None:
        basis = {"affected": 3, "gravest": 2, "closed": 0, "per_mille": 0, "items": [], "unknown": []}
        found = {
            "guard": CLEAR,
            "risk": {"questionnaire": QUESTIONNAIRE, **basis},
            "approval_policy": cab(),
            "approvers": {"people": {"user:ann": ["user:ann"], "user:ben": ["user:ben"]}},
            "change_model": {"model": MODEL, "subjects": CLEAR["subjects"], "open_times": None, "unknown": []},
            "policy": lambda _, since, until: policy(since, until, targets=[], ladder={}),
            "routing": {"team": "network", "person": None, "reasons": []},
            **answers,
        }
        super().__init__(at, **found)

    def planned(self, type_: str = "normal", **data: Any) -> "ChangeDesk":
        """A change with all that a plan needs."""
        whole = {"type": type_, "cis": ["db-1"], "answers": ANSWERS, **WINDOW, **WORDS, **data}
        self.open(AUTHOR, number="CHG-000001", source="console", **whole)
        return self

    def ask(self, actor: Actor, action: str, **data: Any) -> list[Fact]:
        """Sends, and answers what is asked then."""
        facts = self.send(actor, action, **data)
        self.answer()
        return facts

    def vote(self, actor: Actor, decision: str = "approve", **data: Any) -> list[Fact]:
        said = {"comment": ref("no")} if decision == "refuse" else {}
        return self.ask(actor, "vote", decision=decision, content=self.state.approval.content, **said, **data)

    def told(self, event: str, **data: Any) -> list[Fact]:
        return self.send(Actor("process:INC-000009", "system"), "told", event=event, **data)

    def before_the_board(self, **data: Any) -> "ChangeDesk":
        self.planned(**data)
        self.ask(AUTHOR, "submit")
        self.ask(MANAGER, "assess")
        self.ask(MANAGER, "request_authorization")
        return self

    def authorised(self, **data: Any) -> "ChangeDesk":
        self.before_the_board(**data)
        self.vote(ANN)
        self.vote(BEN)
        return self

    def implementing(self, **data: Any) -> "ChangeDesk":
        self.authorised(**data)
        self.ask(MAKER, "take")
        self.wait_until(BEGIN)
        self.ask(MAKER, "start")
        return self

    def reviewing(self, **data: Any) -> "ChangeDesk":
        self.implementing(**data)
        self.ask(MAKER, "complete")
        return self

    @property
    def status(self) -> str:
        return str(self.state.status)

    def reply(self, kind: str, answer: Any) -> list[Fact]:
        """Answers the pending question of a kind by hand."""
        question = next(one for one in self.rules.questions(self.state) if one.kind == kind)
        return self.send(DESK, "answered", question=question.id, kind=kind, answer=answer)
