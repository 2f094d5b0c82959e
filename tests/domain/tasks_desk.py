"""A desk in miniature around one plan of tasks: people act, tools answer, time passes when told to."""

from datetime import UTC, datetime, timedelta
from typing import Any

from longwatch.domain import tasks
from longwatch.domain.draft import Draft
from longwatch.domain.tasks import Run, Tasks
from longwatch.domain.ticket import Actor, Call, Command, Effect, Fact, Notify, read_line
from tests.domain import tasks_host as host
from tests.domain.embedding import pass_time

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
WHY = {"body": "b1", "sha256": "0" * 64}

TIMER = Actor("system:timer", kind="system")
TOOLS = Actor("system:webhook", kind="system")
ANN = Actor("user:ann", roles=("agent",), teams=("network",))
BEN = Actor("user:ben", roles=("agent",), teams=("network",))
CAT = Actor("user:cat", roles=("agent",), teams=("database",))
MAX = Actor("user:max", roles=("change-manager",))
EVE = Actor("user:eve", roles=("agent",), teams=("sales",))
OWNERS = ("role:change-manager",)


def task(id_: str, **changes: Any) -> dict[str, Any]:
    """A task of the network team; automatic as soon as it has a hook."""
    kind = {"kind": "automatic", "limit": HOUR} if "hook" in changes else {}
    return {"id": id_, "title": f"Do {id_}", "team": "network", **kind, **changes}


def undone(id_: str, **changes: Any) -> dict[str, Any]:
    """A task with its back-out; what the back-out differs in begins with `undo_`."""
    own = {name: value for name, value in changes.items() if not name.startswith("undo_")}
    back = {name.removeprefix("undo_"): value for name, value in changes.items() if name.startswith("undo_")}
    paired = task("x", title=f"Undo {id_}", **back)
    del paired["id"]
    return task(id_, back_out=paired, **own)


def plan(*listed: dict[str, Any], on_failure: str = "back_out") -> dict[str, Any]:
    return {"on_failure": on_failure, "tasks": list(listed)}


class Desk:
    """Keeps facts and effects, each reaction made on the state right after its fact, as the journal makes it."""

    def __init__(self, *listed: dict[str, Any], on_failure: str = "back_out", begun: bool = True) -> None:
        self.at = MONDAY
        self.draft = Draft(host, "CHG-000001", host.State())
        self.seen = host.State()
        self.facts: list[Fact] = []
        self.effects: list[Effect] = []
        self.sent = 0
        if listed:
            self.send(MAX, "plan", plan=plan(*listed, on_failure=on_failure))
        if listed and begun:
            self.begin()

    @property
    def tasks(self) -> Tasks:
        held: Tasks = self.draft.state.tasks
        return held

    def send(self, actor: Actor, action: str, **data: Any) -> list[str]:
        """The types of the facts that followed. Raises Refused."""
        self.sent += 1
        self.draft.step(Command(f"c{self.sent}", action, self.at, actor, data))
        news = [read_line(line) for line in self.draft.lines[len(self.facts) :]]
        for fact in news:
            self.seen = host.evolve(self.seen, fact)
            self.effects += host.react(self.seen, fact)
        self.facts += news
        return [fact.type for fact in news]

    def begin(self) -> list[str]:
        return self.send(MAX, "begin", owners=list(OWNERS))

    def do(self, action: str, id_: str, actor: Actor = ANN, **data: Any) -> list[str]:
        return self.send(actor, f"{action}_task", task=id_, **{"text": WHY, **data})

    def complete(self, *ids: str, actor: Actor = ANN) -> "Desk":
        for id_ in ids:
            self.do("complete", id_, actor)
        return self

    def answers(self, id_: str, *, ok: bool | None, text: str | None = None, attempt: int | None = None) -> list[str]:
        """The tool speaks, of its last attempt unless told otherwise."""
        number = self.run(id_).attempt if attempt is None else attempt
        return self.send(TOOLS, "task_called", task=id_, attempt=number, ok=ok, text=text)

    def run(self, id_: str) -> Run:
        found = self.tasks.run(id_)
        assert found is not None
        return found

    @property
    def statuses(self) -> dict[str, str]:
        return {one.id: one.status for one in self.tasks.everything}

    @property
    def open(self) -> list[str]:
        return [one.id for one in self.tasks.everything if one.live]

    @property
    def outcome(self) -> str:
        return tasks.outcome(self.tasks)

    def passes(self, seconds: int) -> None:
        """Time passes and every alarm rings in time."""
        until = self.at + timedelta(seconds=seconds)
        pass_time(self, until, lambda: host.nearest(self.draft.state), lambda: self.send(TIMER, "alarm"))

    def all(self, type_: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.type == type_]

    def ids(self, type_: str) -> list[str]:
        return [fact.data["task"] for fact in self.all(type_)]

    def told(self, template: str) -> list[tuple[str, ...]]:
        return [note.to for note in self.effects if isinstance(note, Notify) and note.template == template]

    @property
    def calls(self) -> list[Call]:
        return [effect for effect in self.effects if isinstance(effect, Call)]
