"""A catalogue item: what people may ask for, how they are asked, who must agree, and who does what to fulfil it.

An item is data, by version; a request pins the version it was made under.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from longwatch.domain.catalogue_condition import Condition, condition_data, holds, read_conditions
from longwatch.domain.catalogue_entries import (
    CatalogueFault,
    choice,
    distinct,
    known_only,
    line,
    listed,
    optional_line,
    optional_prose,
    whole,
    word,
)
from longwatch.domain.catalogue_field import Field, field_data, read_fields
from longwatch.domain.roles import ROLES
from longwatch.domain.tasks_plan import Plan, PlanFault, plan_data, read_plan
from longwatch.domain.ticket import Actor, canonical

ENTRIES = (
    "name",
    "version",
    "title",
    "description",
    "category",
    "icon",
    "visible_to",
    "form",
    "approval",
    "tasks",
    "target",
    "team",
    "texts",
)
ICONS = ("package", "laptop", "key", "folder", "user-plus", "life-buoy", "server", "phone", "mail", "printer", "globe")
USUAL_ICON = "package"
ALL = "all"
LONGEST_TARGET = 366 * 24 * 3600
MOST_VERSION = 10**9
MOST_AUDIENCE = 50
MOST_ITEM = 40_000
"""Bytes of an item as JSON: every request made from it carries it along as long as it lives."""


@dataclass(frozen=True)
class Audience:
    """Who may ask for it: holders of one of the roles, and members of one of the teams."""

    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Approval:
    """Which approval policy applies, and when: all conditions must hold; none means always."""

    policy: str
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Target:
    """By when it is to be fulfilled: seconds of working time of a calendar, from its approval or submission."""

    work: int
    calendar: str


@dataclass(frozen=True)
class Item:
    """A catalogue item. `tasks` is the plan of fulfilment; `team` has the request, and fulfils what has no plan.

    `submitted` and `fulfilled` are what the requester reads when it was asked for, and when it is done.
    """

    name: str
    version: int
    title: str
    description: str = ""
    category: str = "General"
    icon: str = USUAL_ICON
    visible_to: Audience | None = None
    form: tuple[Field, ...] = ()
    approval: Approval | None = None
    tasks: Plan | None = None
    target: Target | None = None
    team: str | None = None
    submitted: str = ""
    fulfilled: str = ""

    def field(self, name: str) -> Field | None:
        """The field of the form with this id."""
        return next((field for field in self.form if field.id == name), None)


def read_item(data: Mapping[str, Any]) -> Item:
    """The item that plain data describes. Raises CatalogueFault naming the entry at fault."""
    entry = known_only(data, ENTRIES, "")
    form = read_fields(entry.get("form"), "form")
    texts = known_only(entry.get("texts") or {}, ("submitted", "fulfilled"), "texts")
    item = Item(
        word(entry.get("name"), "name"),
        whole(entry.get("version"), 1, MOST_VERSION, "version"),
        line(entry.get("title"), "title"),
        optional_prose(entry.get("description"), "description"),
        optional_line(entry.get("category"), "category") or "General",
        choice(entry.get("icon") or USUAL_ICON, ICONS, "icon"),
        _audience(entry.get("visible_to"), "visible_to"),
        form,
        _approval(entry.get("approval"), form, "approval"),
        _plan(entry.get("tasks"), "tasks"),
        _target(entry.get("target"), "target"),
        None if entry.get("team") in (None, "") else line(entry.get("team"), "team"),
        optional_prose(texts.get("submitted"), "texts.submitted"),
        optional_prose(texts.get("fulfilled"), "texts.fulfilled"),
    )
    if len(canonical(item_data(item)).encode(errors="surrogatepass")) > MOST_ITEM:
        raise CatalogueFault(f"The item must be at most {MOST_ITEM} bytes of JSON. Shorten its texts.", "form")
    return item


def _audience(value: Any, at: str) -> Audience | None:
    if value is None or value == ALL:
        return None
    entry = known_only(value, ("roles", "teams"), at)
    roles = [
        choice(role, ROLES, f"{at}.roles[{n}]")
        for n, role in enumerate(listed(entry.get("roles"), 0, MOST_AUDIENCE, f"{at}.roles"))
    ]
    teams = [
        line(team, f"{at}.teams[{n}]")
        for n, team in enumerate(listed(entry.get("teams"), 0, MOST_AUDIENCE, f"{at}.teams"))
    ]
    if not roles and not teams:
        raise CatalogueFault("Name roles or teams, or say all.", at)
    distinct(roles, f"{at}.roles", "role")
    distinct(teams, f"{at}.teams", "team")
    return Audience(tuple(roles), tuple(teams))


def _approval(value: Any, form: tuple[Field, ...], at: str) -> Approval | None:
    if value is None or value == "":
        return None
    entry = {"policy": value} if isinstance(value, str) else known_only(value, ("policy", "when"), at)
    return Approval(word(entry.get("policy"), f"{at}.policy"), read_conditions(entry.get("when"), form, f"{at}.when"))


def _target(value: Any, at: str) -> Target | None:
    if value is None:
        return None
    entry = known_only(value, ("work", "calendar"), at)
    work = whole(entry.get("work"), 1, LONGEST_TARGET, f"{at}.work")
    return Target(work, line(entry.get("calendar"), f"{at}.calendar"))


def _plan(value: Any, at: str) -> Plan | None:
    """Tasks alone stop where one fails: a request has people to ask what then."""
    if value is None or value == []:
        return None
    alone = isinstance(value, list)
    try:
        return read_plan({"on_failure": "stop", "tasks": value} if alone else value)
    except PlanFault as fault:
        place = fault.field if alone else f"{at}.{fault.field.removeprefix('plan')}".rstrip(".")
        raise CatalogueFault(fault.reason, place) from fault


def approval_policy(item: Item, given: Mapping[str, Any]) -> str | None:
    """The approval policy that applies to these answers (as `read_form` returns them); none when no one must agree."""
    if item.approval is None or not all(holds(condition, given) for condition in item.approval.when):
        return None
    return item.approval.policy


def visible(item: Item, actor: Actor) -> bool:
    """Whether this person may ask for the item."""
    audience = item.visible_to
    if audience is None:
        return bool(actor.roles)
    return any(role in audience.roles for role in actor.roles) or any(team in audience.teams for team in actor.teams)


def item_data(item: Item) -> dict[str, Any]:
    """The item as it is stored, `read_item`'s inverse."""
    audience, approval, target = item.visible_to, item.approval, item.target
    return {
        "name": item.name,
        "version": item.version,
        "title": item.title,
        "description": item.description,
        "category": item.category,
        "icon": item.icon,
        "visible_to": ALL if audience is None else {"roles": list(audience.roles), "teams": list(audience.teams)},
        "form": [field_data(field) for field in item.form],
        "approval": approval
        and {"policy": approval.policy, "when": [condition_data(condition) for condition in approval.when]},
        "tasks": item.tasks and plan_data(item.tasks),
        "target": target and {"work": target.work, "calendar": target.calendar},
        "team": item.team,
        "texts": {"submitted": item.submitted, "fulfilled": item.fulfilled},
    }
