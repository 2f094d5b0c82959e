"""The approval policy: who must agree, in which order, by when. Data, versioned, pinned when it applies.

A policy is a list of stages, decided strictly one after another. A stage counts people, never groups: a team or a
role stands for the people in it, and each of them has one voice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ANY, ALL, N_OF, PERCENT, WEIGHTED = RULES = ("any", "all", "n_of", "percent", "weighted")

EXPIRE, JOIN, TAKE_OVER = AT_DEADLINE = ("expire", "join", "take_over")

MOST_STAGES, MOST_APPROVERS = 6, 50
MOST_NEED, MOST_WEIGHT = 100_000, 1_000
LONGEST_DEADLINE = 366 * 24 * 3600
"""Seconds. Every stage has a deadline, so that no approval waits for ever."""


@dataclass(frozen=True)
class Approver:
    """A name (`user:x`, `team:t` or `role:r`), what the voices it brings weigh, and whether one refusal ends it all."""

    name: str
    weight: int = 1
    veto: bool = False


@dataclass(frozen=True)
class Stage:
    """One round of asking. `need` is the N of n_of, the percentage of percent, the threshold of weighted, else 0.

    `deadline` is seconds after the stage opens, `reminder` seconds before the deadline (None: no reminder).
    """

    id: str
    title: str
    approvers: tuple[Approver, ...]
    rule: str
    need: int
    deadline: int
    reminder: int | None = None
    at_deadline: str = EXPIRE
    fallback: tuple[Approver, ...] = ()


@dataclass(frozen=True)
class Policy:
    """The stages in order. An `emergency` needs two different people to approve over all of them."""

    name: str
    version: int
    stages: tuple[Stage, ...]
    emergency: bool = False


class PolicyFault(ValueError):  # noqa: N818 - the trade's word
    """The policy would not do what it says. `reason` is a sentence, `field` names the entry at fault."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


def read_policy(data: Mapping[str, Any]) -> Policy:
    """The policy that plain data describes. Raises PolicyFault naming the entry at fault."""
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise PolicyFault("Please give the policy a name.", "name")
    version = _number(data, "version", 1, 10**9, "version")
    stages = _list(data.get("stages"), "stages", MOST_STAGES)
    read = tuple(_stage(one, f"stages[{n}]") for n, one in enumerate(stages))
    ids = [stage.id for stage in read]
    if len(dict.fromkeys(ids)) < len(ids):
        raise PolicyFault("Each stage needs an id of its own.", "stages")
    return Policy(name, version, read, _flag(data.get("emergency", False), "emergency"))


def _stage(data: Any, at: str) -> Stage:
    if not isinstance(data, Mapping):
        raise PolicyFault("A stage is a list of named entries.", at)
    rule = _choice(data.get("rule"), RULES, f"{at}.rule")
    stage = Stage(
        _text(data.get("id"), f"{at}.id"),
        _text(data.get("title") or data.get("id"), f"{at}.title"),
        _approvers(data.get("approvers"), data.get("veto", "none"), f"{at}.approvers"),
        rule,
        _need(data, rule, at),
        _number(data, "deadline", 1, LONGEST_DEADLINE, f"{at}.deadline"),
        _reminder(data, at),
        _choice(data.get("at_deadline") or EXPIRE, AT_DEADLINE, f"{at}.at_deadline"),
        _approvers(data["fallback"], data.get("veto", "none"), f"{at}.fallback") if data.get("fallback") else (),
    )
    _check_veto(data.get("veto", "none"), stage, f"{at}.veto")
    _check_fallback(stage, at)
    _check_reachable(stage, at)
    return stage


def _need(data: Mapping[str, Any], rule: str, at: str) -> int:
    if rule in (ANY, ALL):
        return 0
    return _number(data, "need", 1, 100 if rule == PERCENT else MOST_NEED, f"{at}.need")


def _reminder(data: Mapping[str, Any], at: str) -> int | None:
    if data.get("reminder") is None:
        return None
    return _number(data, "reminder", 1, int(data["deadline"]) - 1, f"{at}.reminder")


def _approvers(value: Any, veto: Any, at: str) -> tuple[Approver, ...]:
    read = tuple(_approver(one, veto, f"{at}[{n}]") for n, one in enumerate(_list(value, at, MOST_APPROVERS)))
    names = [approver.name for approver in read]
    if len(dict.fromkeys(names)) < len(names):
        raise PolicyFault("Each name stands here once.", at)
    return read


def _approver(data: Any, veto: Any, at: str) -> Approver:
    entry = {"name": data} if isinstance(data, str) else data
    if not isinstance(entry, Mapping):
        raise PolicyFault("An approver is a name, with a weight if it has one.", at)
    name = entry.get("name")
    kind, _, rest = name.partition(":") if isinstance(name, str) else ("", "", "")
    if kind not in ("user", "team", "role") or not rest:
        raise PolicyFault("An approver is user:..., team:... or role:...", f"{at}.name")
    weight = 1 if entry.get("weight") is None else _number(entry, "weight", 1, MOST_WEIGHT, f"{at}.weight")
    vetoes = veto == "all" or (isinstance(veto, Sequence) and not isinstance(veto, str) and name in veto)
    return Approver(str(name), weight, vetoes)


def _check_veto(veto: Any, stage: Stage, at: str) -> None:
    if veto in ("none", "all"):
        return
    names = [approver.name for approver in (*stage.approvers, *stage.fallback)]
    if not isinstance(veto, Sequence) or isinstance(veto, str) or any(name not in names for name in veto):
        raise PolicyFault("veto is none, all, or a list of approvers of this stage.", at)


def _check_fallback(stage: Stage, at: str) -> None:
    if (stage.at_deadline == EXPIRE) is bool(stage.fallback):
        raise PolicyFault("A fallback goes with join or take_over, and these go with a fallback.", f"{at}.fallback")
    if stage.at_deadline == JOIN and stage.rule in (ALL, PERCENT):
        raise PolicyFault(
            f"With {stage.rule} a fallback that joins only adds to those who must approve. Let it take over.",
            f"{at}.at_deadline",
        )


def _check_reachable(stage: Stage, at: str) -> None:
    """Where all are named one by one, whether they can reach the rule is known beforehand."""
    if not all(approver.name.startswith("user:") for approver in stage.approvers):
        return
    weights = [approver.weight for approver in stage.approvers]
    most = {N_OF: len(weights), WEIGHTED: sum(weights)}.get(stage.rule)
    if most is not None and stage.need > most:
        raise PolicyFault(f"The approvers named reach {most} at most.", f"{at}.need")


def _number(data: Mapping[str, Any], name: str, least: int, most: int, at: str) -> int:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise PolicyFault(f"This must be a whole number from {least} to {most}.", at)
    return value


def _text(value: Any, at: str) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 100:  # noqa: PLR2004 - a line on a screen
        raise PolicyFault("This must be a text of 1 to 100 characters.", at)
    return value


def _flag(value: Any, at: str) -> bool:
    if not isinstance(value, bool):
        raise PolicyFault("This must be true or false.", at)
    return value


def _choice(value: Any, options: Sequence[str], at: str) -> str:
    if value not in options:
        raise PolicyFault(f"This must be one of {', '.join(options)}.", at)
    return str(value)


def _list(value: Any, at: str, most: int) -> list[Any]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not 0 < len(value) <= most:
        raise PolicyFault(f"This must be a list of 1 to {most}.", at)
    return list(value)


def policy_of(data: Mapping[str, Any]) -> Policy:
    """The policy a fact holds, unjudged: it was judged by the rules of its day, which may have become stricter."""
    stages = tuple(_stage_of(one) for one in data["stages"])
    return Policy(data["name"], data["version"], stages, data["emergency"])


def _stage_of(data: Mapping[str, Any]) -> Stage:
    vetoes = data["veto"]
    approvers, fallback = (
        tuple(Approver(one["name"], one["weight"], vetoes != "none" and one["name"] in vetoes) for one in data[part])
        for part in ("approvers", "fallback")
    )
    plain = {name: data[name] for name in ("id", "title", "rule", "need", "deadline", "reminder", "at_deadline")}
    return Stage(**plain, approvers=approvers, fallback=fallback)


def policy_data(policy: Policy) -> dict[str, Any]:
    """The policy as facts and screens hold it, `read_policy`'s inverse."""
    return {
        "name": policy.name,
        "version": policy.version,
        "emergency": policy.emergency,
        "stages": [_stage_data(stage) for stage in policy.stages],
    }


def _stage_data(stage: Stage) -> dict[str, Any]:
    everyone = (*stage.approvers, *stage.fallback)
    return {
        "id": stage.id,
        "title": stage.title,
        "approvers": [{"name": one.name, "weight": one.weight} for one in stage.approvers],
        "rule": stage.rule,
        "need": stage.need,
        "veto": list(dict.fromkeys(one.name for one in everyone if one.veto)) or "none",
        "deadline": stage.deadline,
        "reminder": stage.reminder,
        "at_deadline": stage.at_deadline,
        "fallback": [{"name": one.name, "weight": one.weight} for one in stage.fallback],
    }
