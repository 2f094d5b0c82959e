"""Settings in words: what each will do, line by line, for those who would not read its data."""

from collections.abc import Callable, Mapping
from typing import Any

from longwatch.domain.approval_policy import EXPIRE, JOIN, Policy, Stage, read_policy
from longwatch.domain.catalogue import Field, Item, read_item
from longwatch.domain.catalogue_condition import Condition
from longwatch.domain.change_model import read_model
from longwatch.domain.risk_questionnaire import read_questionnaire
from longwatch.domain.tasks_hook import read_hook

Words = Callable[[Mapping[str, Any]], list[str]]

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
_SCALE = {1: "high", 2: "medium", 3: "low"}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def span(seconds: int) -> str:
    """A time in its two largest units: 90000 is `1 d 1 h`."""
    parts = []
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def working(seconds: int) -> str:
    """Working time, in hours and minutes: a working day has no fixed length."""
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join([*([f"{hours} h"] if hours else []), *([f"{minutes} min"] if minutes or not hours else [])])


def named(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as its reader wants it, whatever it is called."""
    return {**data, "name": data.get("name", "new"), "version": data.get("version", 1)}


def _match(match: Mapping[str, Any]) -> str:
    terms = [f"{name} is {' or '.join(str(value) for value in values)}" for name, values in match.items()]
    return " and ".join(terms) or "everything"


def policy(data: Mapping[str, Any]) -> list[str]:
    """A service level policy."""
    close = data["close_after"]
    return [
        f"Applies where {_match(data.get('match', {}))}. Of several that fit the lowest rank counts: {data['rank']}.",
        *(
            f"{target['clock'].capitalize()} within {working(target['work'])} of calendar {target['calendar']}."
            for target in data["targets"]
        ),
        *([] if data["targets"] else ["It sets no targets."]),
        *(_rung(rung) for rung in (data.get("ladder") or {}).get("rungs", ())),
        f"What is resolved closes by itself after {working(close['work'])} of calendar {close['calendar']}.",
        *([f"It can be reopened for {span(data['reopen_window'])}."] if data.get("reopen_window") else []),
    ]


def _rung(rung: Mapping[str, Any]) -> str:
    when = f"At {rung['share']} %" if rung.get("share") is not None else f"After {working(rung.get('after') or 0)}"
    steps = [
        f"{act} {', '.join(to) if isinstance(to, list) else to}" for step in rung["do"] for act, to in step.items()
    ]
    repeat = rung.get("repeat")
    again = f", then {repeat['times']} times every {working(repeat['every'])}" if repeat and repeat["times"] else ""
    return f"{when} of the {rung['clock']} clock: {'; '.join(steps) or 'nothing'}{again}."


def calendar(data: Mapping[str, Any]) -> list[str]:
    """A calendar."""
    if data.get("always"):
        return ["Open round the clock, every day."]
    days = [
        f"{_DAYS[int(day)]} {', '.join(f'{begin}-{end}' for begin, end in spans)}"
        for day, spans in sorted(data["weekly"].items())
        if spans
    ]
    holidays = data.get("holidays") or []
    closed = f"Closed on {len(holidays)} holidays, the last on {max(holidays)}." if holidays else "It has no holidays."
    return [f"Open in the time zone {data['zone']}: {'; '.join(days)}.", closed]


def matrix(data: Mapping[str, Any]) -> list[str]:
    """A priority matrix."""
    return [
        f"Impact {_SCALE[impact]}: "
        + ", ".join(f"urgency {_SCALE[urgency]} makes P{cell}" for urgency, cell in enumerate(row, 1))
        + "."
        for impact, row in enumerate(data["cells"], 1)
    ]


def ageing(data: Mapping[str, Any]) -> list[str]:
    """A rule by which importance ages."""
    steps = [f"Open for {span(step['after'])}, a ticket gains {step['weight']}." for step in data["steps"]]
    worth = "A priority is worth 100: with that much more a ticket stands one priority higher in queues."
    return [f"Where {_match(data.get('match', {}))}. Rank {data['rank']}, lowest first.", *steps, worth]


def similar(data: Mapping[str, Any]) -> list[str]:
    """A rule for similar incidents."""
    alike = "on one configuration item" if data["by"] == "ci" else "of one category"
    team = f", of team {data['team']}" if data.get("team") else ""
    return [f"{data['least']} incidents {alike} within {span(data['window'])}{team} propose a problem, once."]


def routing(data: Mapping[str, Any]) -> list[str]:
    """A routing rule."""
    return [f"Where {_match(data.get('match', {}))}, team {data['team']} gets it. Rank {data['rank']}, lowest first."]


def approval(data: Mapping[str, Any]) -> list[str]:
    """An approval policy."""
    read: Policy = read_policy(named(data))
    lines = [f"Stage {n}, {_stage(stage)}" for n, stage in enumerate(read.stages, 1)]
    if read.emergency:
        lines.append("For emergencies: two different people must approve over all stages.")
    return [*lines, "Who asks and who carries it out never votes. A change of what is voted on voids the votes."]


def _stage(stage: Stage) -> str:
    who = ", ".join(_who(one.name) + (f" (weight {one.weight})" if one.weight > 1 else "") for one in stage.approvers)
    rule = {
        "any": "one approval is enough",
        "all": "all must approve",
        "n_of": f"{stage.need} must approve",
        "percent": f"{stage.need} % must approve",
        "weighted": f"approvals must weigh {stage.need}",
    }[stage.rule]
    vetoes = [_who(one.name) for one in (*stage.approvers, *stage.fallback) if one.veto]
    veto = f" One refusal of {', '.join(vetoes)} ends it." if vetoes else ""
    reminder = f", reminded {span(stage.reminder)} before" if stage.reminder else ""
    return f"{stage.title}: {who}; {rule}, within {span(stage.deadline)}{reminder}. {_late(stage)}{veto}"


def _who(name: str) -> str:
    part, _, identity = name.partition(":")
    return {"role": f"whoever is {identity}", "team": f"team {identity}"}.get(part, identity)


def _late(stage: Stage) -> str:
    if stage.at_deadline == EXPIRE:
        return "Undecided by then, it expires."
    names = ", ".join(_who(one.name) for one in stage.fallback)
    return f"Undecided by then, {names} {'join' if stage.at_deadline == JOIN else 'decide instead'}."


def catalogue(data: Mapping[str, Any]) -> list[str]:
    """A catalogue item."""
    item = read_item(named(data))
    return [
        f"Offered under {item.category} to {_audience(item)}.",
        *(f"Asks: {_field(field, item)}" for field in item.form),
        _agreement(item),
        *_fulfilment(item),
    ]


def _audience(item: Item) -> str:
    if item.visible_to is None:
        return "everybody"
    roles = [f"role {role}" for role in item.visible_to.roles]
    return ", ".join(roles + [f"team {team}" for team in item.visible_to.teams])


def _field(field: Field, item: Item) -> str:
    other = item.field(field.shown_if.field) if field.shown_if else None
    when = f", only when “{other.label}” is {field.shown_if.equals}" if other and field.shown_if else ""
    return f"{field.label} ({field.type}{', required' if field.required else ''}{when})"


def _agreement(item: Item) -> str:
    if item.approval is None:
        return "Nobody need agree."
    when = " and ".join(_condition(condition, item) for condition in item.approval.when)
    return f"Approved by the policy {item.approval.policy}{f', only when {when}' if when else ''}."


def _condition(condition: Condition, item: Item) -> str:
    field = item.field(condition.field)
    sign = condition.sign.replace("_", " ").replace("equals", "is").replace("differs", "is not")
    return f"“{field.label if field else condition.field}” {sign} {condition.value}"


def _fulfilment(item: Item) -> list[str]:
    lines = [
        f"Stage {step.stage}: {step.job.title}, by {step.job.team or step.job.person or step.job.hook}."
        for step in (item.tasks.steps if item.tasks else ())
    ]
    if item.target:
        lines.append(f"Fulfilled within {working(item.target.work)} of calendar {item.target.calendar}.")
    return lines


def change_model(data: Mapping[str, Any]) -> list[str]:
    """A model of standard changes."""
    model = read_model(named(data))
    terms = model.conditions
    what = ", ".join([*terms.cis, *(f"class {name}" for name in terms.classes)]) or "every item"
    lines = [
        f"{model.title}: pre-authorised for {what}, at most {terms.most_items} at a time, for {span(terms.longest)}.",
        f"By {', '.join(terms.teams) or 'any team'}{', at stated times' if terms.times else ''}.",
    ]
    if model.demotion:
        lines.append(f"Demoted: {model.demotion.ticket} ended {model.demotion.outcome}. Publish it anew to allow it.")
    if not model.enabled:
        lines.append("Switched off by its owner.")
    return lines


def questionnaire(data: Mapping[str, Any]) -> list[str]:
    """A risk questionnaire with its table of authorities."""
    read = read_questionnaire(named(data))
    return [
        *(
            f"{question.text} {', '.join(f'{one.text}: {one.points}' for one in question.answers)}."
            for question in read.questions
        ),
        "Levels: " + ", ".join(f"{level} from {least} points" for level, least in read.levels) + ".",
        *(
            f"Changes of type {line.type or 'any'} and level {line.level or 'any'}: policy {line.policy}."
            for line in read.authorities
        ),
    ]


def hook(data: Mapping[str, Any]) -> list[str]:
    """An outbound hook."""
    read = read_hook(data)
    said = ["Calls are signed with a secret that only the command line makes: `longwatch hook secret`."]
    return [f"Automatic tasks that name it call {read.url}.", *([read.about] if read.about else []), *said]
