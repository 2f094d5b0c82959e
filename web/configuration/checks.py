"""What is judged before a setting is published: by the reader of its kind, and by what else there is on the desk.

Every check raises a fault with `reason` and `field`, as the readers do; what a setting names must be there.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from longwatch.domain.approval_policy import PolicyFault, read_policy
from longwatch.domain.catalogue import read_item
from longwatch.domain.change_model import read_model
from longwatch.domain.configuring_terms import (
    calendars_of,
    check_ageing,
    check_calendar,
    check_matrix,
    check_policy,
    check_routing,
)
from longwatch.domain.entries import Fault
from longwatch.domain.risk_questionnaire import read_questionnaire
from longwatch.domain.roles import ROLES
from longwatch.domain.similar import read_rule
from longwatch.domain.tasks_hook import HookFault, read_hook
from longwatch.domain.tasks_plan import Plan, PlanFault, read_plan
from longwatch.store import configuration
from longwatch.store.configuration import APPROVAL_POLICY, CALENDAR, CI_MAPPING, HOOK
from longwatch.store.tables import Person, Team

Data = Mapping[str, Any]
Check = Callable[[Session, str, Data], None]

PRIORITY = "priority"
"""The one name a matrix has: the desk asks for it by that."""


class SettingFault(Fault):
    """A setting names what there is not. `reason` is a sentence, `field` names the entry at fault."""


def faults_of(session: Session, check: Check, name: str, data: Data) -> Fault | None:
    """What is wrong with a setting; None when it may be published."""
    try:
        check(session, name, data)
    except Fault as fault:
        return fault
    except (PolicyFault, PlanFault, HookFault) as fault:
        return SettingFault(fault.reason, fault.field)
    return None


def policy(session: Session, _name: str, data: Data) -> None:
    """A service level policy and the calendars it counts by."""
    check_policy(data)
    for place, calendar in calendars_of(data):
        _there(session, CALENDAR, calendar, place)


def calendar(_session: Session, _name: str, data: Data) -> None:
    """A calendar and its time zone."""
    check_calendar(data)
    if not data.get("always"):
        check_zone(str(data["zone"]), "zone")


def check_zone(zone: str, place: str) -> None:
    """Raises SettingFault where there is no such time zone."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise SettingFault(f"There is no time zone called {zone}; for example Europe/Warsaw.", place) from problem


def ageing(_session: Session, _name: str, data: Data) -> None:
    """A rule by which importance ages."""
    check_ageing(data)


def similar(session: Session, name: str, data: Data) -> None:
    """A rule for similar incidents and its team."""
    rule = read_rule(name, data)
    if rule.team is not None:
        _team(session, rule.team, "team")


def matrix(_session: Session, name: str, data: Data) -> None:
    """The priority matrix; there is one."""
    if name != PRIORITY:
        raise SettingFault(f"There is one matrix, called {PRIORITY}.", "name")
    check_matrix(data)


def routing(session: Session, _name: str, data: Data) -> None:
    """A routing rule and its team."""
    check_routing(data)
    _team(session, data["team"], "team")


def approval(session: Session, name: str, data: Data) -> None:
    """An approval policy and the people it names."""
    for n, stage in enumerate(read_policy(_named(name, data)).stages):
        for part, approvers in (("approvers", stage.approvers), ("fallback", stage.fallback)):
            for m, one in enumerate(approvers):
                _voice(session, one.name, f"stages[{n}].{part}[{m}]")


def _voice(session: Session, name: str, place: str) -> None:
    part, _, identity = name.partition(":")
    if part == "user":
        _person(session, name, place)
    elif part == "team":
        _team(session, identity, place)
    elif identity not in ROLES:
        raise SettingFault(f"There is no role called {identity}. Roles are: {', '.join(ROLES)}.", place)


def catalogue(session: Session, name: str, data: Data) -> None:
    """A catalogue item: its policy, calendar, teams and people."""
    item = read_item(_named(name, data))
    if item.approval:
        place = "approval.policy" if isinstance(data.get("approval"), Mapping) else "approval"
        _there(session, APPROVAL_POLICY, item.approval.policy, place)
    if item.target:
        _there(session, CALENDAR, item.target.calendar, "target.calendar")
    if item.team:
        _team(session, item.team, "team")
    for n, team in enumerate(item.visible_to.teams if item.visible_to else ()):
        _team(session, team, f"visible_to.teams[{n}]")
    if item.tasks:
        _plan(session, item.tasks, "tasks" if isinstance(data.get("tasks"), list) else "tasks.tasks")


def _plan(session: Session, plan: Plan, at: str) -> None:
    for n, step in enumerate(plan.steps):
        for place, job in ((f"{at}[{n}]", step.job), (f"{at}[{n}].back_out", step.back_out)):
            if job is not None and job.team is not None:
                _team(session, job.team, f"{place}.team")
            if job is not None and job.person is not None:
                _person(session, job.person, f"{place}.person")
            if job is not None and job.hook is not None:
                _there(session, HOOK, job.hook, f"{place}.hook")


def change_model(session: Session, name: str, data: Data) -> None:
    """A model of standard changes: its plan of tasks, teams and time zone."""
    model = read_model(_named(name, data))
    if model.tasks is not None:
        try:
            plan = read_plan(model.tasks)
        except PlanFault as fault:
            raise SettingFault(fault.reason, f"tasks.{fault.field.removeprefix('plan')}".rstrip(".")) from fault
        _plan(session, plan, "tasks.tasks")
    for n, team in enumerate(model.conditions.teams):
        _team(session, team, f"conditions.teams[{n}]")
    if model.conditions.times is not None:
        check_zone(model.conditions.times.zone, "conditions.times.zone")


def questionnaire(session: Session, name: str, data: Data) -> None:
    """A risk questionnaire, and the policies its table of authorities names."""
    for n, line in enumerate(read_questionnaire(_named(name, data)).authorities):
        _there(session, APPROVAL_POLICY, line.policy, f"authority[{n}].policy")


def hook(_session: Session, _name: str, data: Data) -> None:
    """An outbound hook."""
    read_hook(data)


def _named(name: str, data: Data) -> dict[str, Any]:
    for entry in ("name", "version"):
        if entry in data:
            raise SettingFault(f"The {entry} is not written here: it belongs to the setting itself.", entry)
    return {**data, "name": name, "version": 1}


def _there(session: Session, kind: str, name: str, place: str) -> None:
    if configuration.in_force(session, kind, name) is None:
        words = {CALENDAR: "calendar", APPROVAL_POLICY: "approval policy", HOOK: "hook"}
        raise SettingFault(f"There is no {words[kind]} called {name}.", place)


def _team(session: Session, team: str, place: str) -> None:
    if session.get(Team, team) is None:
        raise SettingFault(f"There is no team called {team}.", place)


def _person(session: Session, name: str, place: str) -> None:
    person = session.get(Person, name.removeprefix("user:"))
    if person is None or not person.active:
        raise SettingFault(f"Nobody here is called {name}.", place)


def dependants(session: Session, kind: str, name: str) -> list[str]:
    """The settings in force that name this one: it cannot be switched off before them."""
    found: list[str] = []
    for other, names in _NAMING.get(kind, {}).items():
        rows = configuration.all_in_force(session, other)
        found += [f"{other} {row.name}" for row in rows if name in names(row.data)]
    return found


def _calendars_of_item(data: Data) -> Iterable[str]:
    target = data.get("target")
    return [target["calendar"]] if target else []


def _policies_of_item(data: Data) -> Iterable[str]:
    approval = data.get("approval")
    return [approval["policy"] if isinstance(approval, Mapping) else approval] if approval else []


def _hooks(data: Data) -> Iterable[str]:
    plan = data.get("tasks") or []
    steps = plan.get("tasks", []) if isinstance(plan, Mapping) else plan
    jobs = [job for step in steps for job in (step, step.get("back_out") or {})]
    return [job["hook"] for job in jobs if job.get("hook")]


_NAMING: dict[str, dict[str, Callable[[Data], Iterable[str]]]] = {
    CALENDAR: {
        configuration.POLICY: lambda data: [calendar for _, calendar in calendars_of(data)],
        configuration.CATALOGUE: _calendars_of_item,
    },
    APPROVAL_POLICY: {
        configuration.CATALOGUE: _policies_of_item,
        configuration.QUESTIONNAIRE: lambda data: [line["policy"] for line in data["authority"]],
    },
    HOOK: {configuration.CATALOGUE: _hooks, configuration.CHANGE_MODEL: _hooks},
    CI_MAPPING: {configuration.CI_IMPORT: lambda data: [data["mapping"]] if data.get("mapping") else []},
}
