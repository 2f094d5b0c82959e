"""A desk in miniature around one problem: two who may accept its risk, a change that may solve it."""

from datetime import datetime, timedelta
from typing import Any

from longwatch.domain.approval import policy_data, read_policy
from longwatch.domain.problem import problem
from longwatch.domain.ticket import Actor, Fact, stamp
from tests.domain.incident_desk import AGENT, MONDAY, Desk, policy, ref

MANAGER = Actor("user:petra", roles=("problem-manager",), teams=("l1",))
OWNER = Actor("user:owner", roles=("approver",))
JOURNAL_OF = {"incident": Actor("process:INC-000009", "system"), "change": Actor("process:CHG-000001", "system")}
HOUR, DAY = 3600, 24 * 3600
LATER = stamp(MONDAY + timedelta(days=90))
RISK = {"reason": ref("cheap enough"), "review_at": LATER}


def acceptance(name: str = "risk-acceptance", **changes: Any) -> dict[str, Any]:
    """The owner of the risk accepts it within three days."""
    stage = {"id": "owner", "title": "Owner", "approvers": ["user:owner"], "rule": "any", "deadline": 3 * DAY}
    return dict(policy_data(read_policy({"name": name, "version": 1, "stages": [{**stage, **changes}]})))


class ProblemDesk(Desk):
    """One problem."""

    rules = problem

    def __init__(self, *args: Any, **answers: Any) -> None:
        found = {
            "approval_policy": acceptance(),
            "approvers": {"people": {}},
            "policy": lambda _, since, until: policy(since, until),
            "routing": {"team": "l1", "person": None, "reasons": ["rule"]},
            **answers,
        }
        super().__init__(*args, **found)

    def logged(self, actor: Actor = MANAGER, **data: Any) -> "ProblemDesk":
        """A suspicion, with one incident behind it."""
        links = [{"type": "caused", "ticket": "INC-000001"}]
        self.open(actor, **{"number": "PRB-000001", "source": "console", "links": links, "ci": "db-1", **data})
        return self

    def ask(self, actor: Actor, action: str, **data: Any) -> list[Fact]:
        """Sends, and answers what is asked then."""
        facts = self.send(actor, action, **data)
        self.answer()
        return facts

    def investigated(self, **data: Any) -> "ProblemDesk":
        """Somebody looks for the cause."""
        self.logged(**data)
        self.ask(MANAGER, "assess", impact=2, urgency=2, category="storage")
        self.ask(AGENT, "investigate")
        return self

    def known(self, **data: Any) -> "ProblemDesk":
        """The cause was found."""
        self.investigated(**data)
        self.ask(AGENT, "known_error", symptom=ref("slow"), cause=ref("leak"))
        return self

    def fixing(self, **data: Any) -> "ProblemDesk":
        """The change it asked for has its number."""
        self.known(**data)
        self.ask(AGENT, "raise_change")
        self.opened()
        return self

    def opened(self, number: str = "CHG-000001") -> None:
        self.send(Actor("system:desk", "system"), "opened", key=self.last("ChangeRaised").data["key"], number=number)

    def ended(self, outcome: str, ticket: str = "CHG-000001") -> list[Fact]:
        """The change says how it ended."""
        said = {"event": "change_ended", "ticket": ticket, "outcome": outcome, "kind": "change"}
        return self.send(JOURNAL_OF["change"], "told", **said)

    def resolved(self, **data: Any) -> "ProblemDesk":
        self.known(**data)
        self.ask(AGENT, "resolve", code="fixed", text=ref())
        return self

    def closed(self, **data: Any) -> "ProblemDesk":
        self.resolved(**data)
        self.ask(MANAGER, "confirm")
        return self

    def accepted(self) -> "ProblemDesk":
        """Its risk is accepted for ninety days."""
        self.known()
        self.ask(MANAGER, "request_risk_acceptance", **RISK)
        self.vote()
        return self

    def vote(self, actor: Actor = OWNER, decision: str = "approve", **data: Any) -> list[Fact]:
        said = {"comment": ref("no")} if decision == "refuse" else {}
        return self.ask(actor, "vote", **{"decision": decision, "content": self.state.approval.content, **said, **data})

    def happens(self, ticket: str = "INC-000002", at: datetime | None = None) -> list[Fact]:
        """An incident opened now (or then) is linked as caused by it."""
        return self.send(
            JOURNAL_OF["incident"],
            "linked",
            type="caused",
            ticket=ticket,
            marks=[f"{ticket}:1"],
            opened_at=stamp(at or self.at),
        )

    def sent(self, event: str) -> list[tuple[str, dict[str, Any]]]:
        """Which tickets were told of an event, and what."""
        told = [one for one in self.effects if getattr(one, "action", "") == "told" and one.data["event"] == event]
        return [(one.ticket, dict(one.data)) for one in told]

    @property
    def status(self) -> str:
        return str(self.state.status)


def fitting(state: problem.State, action: str) -> dict[str, Any]:
    """The least that makes sense to send with an action that is a problem's own, whatever state it is in."""
    text = ref("w2") if state.workaround == ref("w1") else ref("w1")
    original = next((link.ticket for link in state.links if link.type == "duplicate_of"), "PRB-000099")
    return {
        "open": {"number": "PRB-000001", "title": ref(), "source": "console"},
        "assess": {"impact": 1, "urgency": 2},
        "record_cause": {"text": ref(), "why:1": ref("w"), "contributing:2": ref("c")},
        "publish_workaround": {"text": text},
        "known_error": {"symptom": ref(), "cause": ref(), "cis": ["db-1"]},
        "raise_change": {"title": ref()},
        "resolve": {"code": "fixed", "text": ref()},
        "review": {"text": ref()},
        "request_risk_acceptance": {"reason": ref(), "review_at": stamp((state.updated_at or MONDAY) + _A_YEAR)},
        "duplicate": {"of": original},
        "not_reproducible": {"text": ref()},
        "vote": {"decision": "approve", "content": state.approval.content},
        "delegate": {"to": "user:agent2"},
    }.get(action, {})


_A_YEAR = timedelta(days=366)
