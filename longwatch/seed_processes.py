"""What the processes begin with: approval policies, and, for a demo, a service catalogue.

Each is a first version; whoever owns the process edits it in the settings, and from then on this has no say in it.
"""

from typing import Any

from sqlalchemy.orm import Session

from longwatch.store.configuration import APPROVAL_POLICY, CATALOGUE, SIMILAR, newest, publish
from longwatch.store.database import Store

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


def _stage(name: str, title: str, approvers: list[str], deadline: int, reminder: int, **more: Any) -> dict[str, Any]:
    plain = {"id": name, "title": title, "approvers": approvers, "rule": "any"}
    return {**plain, "deadline": deadline, "reminder": reminder, **more}


def _handed_on(*names: str) -> dict[str, Any]:
    """Who decides when those asked did not in time."""
    return {"at_deadline": "take_over", "fallback": list(names)}


def _joined_by(*names: str) -> dict[str, Any]:
    """Who decides along with those asked once their time is up."""
    return {"at_deadline": "join", "fallback": list(names)}


_TECHNICAL = _stage(
    "technical", "Technical review", ["role:lead"], 2 * DAY, DAY, **_handed_on("role:change-manager", "role:admin")
)

APPROVALS: dict[str, dict[str, Any]] = {
    "peer-review": {
        "stages": [
            _stage(
                "peer",
                "Review by a peer",
                ["role:lead", "role:change-manager"],
                2 * DAY,
                DAY,
                **_joined_by("role:approver", "role:admin"),
            )
        ]
    },
    "cab-normal": {
        "stages": [
            _TECHNICAL,
            _stage(
                "cab",
                "Change advisory board",
                ["role:approver", "role:change-manager"],
                3 * DAY,
                DAY,
                rule="n_of",
                need=2,
                **_joined_by("role:lead", "role:admin"),
            ),
        ]
    },
    "cab-high": {
        "stages": [
            _TECHNICAL,
            _stage(
                "cab",
                "Change advisory board, all of it",
                ["role:approver"],
                5 * DAY,
                2 * DAY,
                rule="all",
                veto="all",
                **_handed_on("role:change-manager", "role:admin"),
            ),
            _stage("authority", "Change authority", ["role:change-manager"], 2 * DAY, DAY, **_handed_on("role:admin")),
        ]
    },
    "ecab": {
        "emergency": True,
        "stages": [
            _stage(
                "ecab",
                "Emergency change advisory board",
                ["role:approver", "role:change-manager"],
                30 * MINUTE,
                15 * MINUTE,
                rule="n_of",
                need=2,
                **_joined_by("role:lead", "role:admin"),
            )
        ],
    },
    "request-manager": {
        "stages": [
            _stage("manager", "Team lead", ["role:lead"], 2 * DAY, DAY, **_handed_on("role:approver", "role:admin"))
        ]
    },
    "risk-acceptance": {
        "stages": [
            _stage(
                "problem",
                "Problem management",
                ["role:problem-manager"],
                3 * DAY,
                DAY,
                **_handed_on("role:lead", "role:admin"),
            ),
            _stage("owner", "Owner of the risk", ["role:approver"], 5 * DAY, 2 * DAY, **_handed_on("role:admin")),
        ]
    },
}
"""Who must agree. The risk questionnaire's table of authorities names these."""


def _task(name: str, title: str, team: str, limit: int, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": title, "team": team, "limit": limit, **more}


_LAPTOP = {
    "title": "New laptop",
    "description": "A computer for somebody who begins, or in place of one that is old or broken.",
    "category": "Equipment",
    "icon": "laptop",
    "visible_to": "all",
    "form": [
        {"id": "model", "label": "Which one?", "type": "choice", "required": True, "options": [
            {"value": "light", "label": "Light, for travelling"},
            {"value": "strong", "label": "Strong, for building software"},
        ]},
        {"id": "memory", "label": "Memory in GB", "type": "integer", "required": True, "least": 16, "most": 128,
         "shown_if": {"field": "model", "equals": "strong"}},
        {"id": "purpose", "label": "What is it for?", "type": "long_text", "required": True, "least": 10, "most": 2000},
        {"id": "cost", "label": "Expected price in euros", "type": "decimal", "required": True, "least": "0",
         "help": "A guess will do, such as 1200."},
        {"id": "replaces", "label": "Which one does it replace?", "type": "ci"},
        {"id": "by", "label": "When is it needed?", "type": "date"},
    ],
    "approval": {"policy": "request-manager"},
    "tasks": [
        _task("order", "Order the laptop", "service-desk", 2 * DAY),
        _task("install", "Install and encrypt it", "service-desk", 5 * DAY),
        _task("hand-over", "Hand it over, against a signature", "service-desk", 7 * DAY),
    ],
    "target": {"work": 7 * 10 * HOUR, "calendar": "office"},
    "team": "service-desk",
    "texts": {
        "submitted": "Your team lead is asked first. Then we order it; that takes about a week.",
        "fulfilled": "Your laptop is ready. Please fetch it at the service desk.",
    },
}  # fmt: skip

_FOLDER = {
    "title": "Access to a shared folder",
    "description": "Reading or writing in a folder that others own.",
    "category": "Access",
    "icon": "folder",
    "visible_to": "all",
    "form": [
        {"id": "folder", "label": "Which folder?", "type": "text", "required": True, "most": 200,
         "help": r"Its path, such as \\files\finance\2026."},
        {"id": "right", "label": "What may be done?", "type": "choice", "required": True, "options": [
            {"value": "read", "label": "Read"}, {"value": "write", "label": "Read and write"},
        ]},
        {"id": "for_whom", "label": "For whom?", "type": "person", "help": "Left open, it is for you."},
        {"id": "until", "label": "Until when?", "type": "date", "help": "Left open, until it is taken away."},
        {"id": "reason", "label": "Why?", "type": "long_text", "required": True, "most": 2000,
         "shown_if": {"field": "right", "equals": "write"}},
    ],
    "approval": {"policy": "request-manager", "when": [{"field": "right", "sign": "equals", "value": "write"}]},
    "tasks": [_task("grant", "Ask the folder's owner and grant the access", "service-desk", DAY)],
    "target": {"work": 2 * 10 * HOUR, "calendar": "office"},
    "team": "service-desk",
    "texts": {"fulfilled": "The folder is open to you. Sign out and in again if you do not see it."},
}  # fmt: skip

_STARTER = {
    "title": "New starter",
    "description": "Everything somebody needs on the first day: account, computer, access, desk.",
    "category": "People",
    "icon": "user-plus",
    "visible_to": {"roles": ["admin", "lead", "agent", "dispatcher", "change-manager"]},
    "form": [
        {"id": "name", "label": "Name", "type": "text", "required": True, "most": 100},
        {"id": "starts", "label": "First day", "type": "date", "required": True},
        {"id": "team", "label": "Team", "type": "team", "required": True},
        {"id": "needs", "label": "What is needed?", "type": "multi_choice", "required": True, "options": [
            {"value": "account", "label": "Account and mail"}, {"value": "laptop", "label": "Laptop"},
            {"value": "phone", "label": "Phone"}, {"value": "vpn", "label": "Work from outside"},
        ]},
        {"id": "remote", "label": "Works from elsewhere?", "type": "boolean"},
        {"id": "address", "label": "Where to send things?", "type": "long_text", "required": True, "most": 500,
         "shown_if": {"field": "remote", "equals": True}},
    ],
    "approval": {"policy": "request-manager"},
    "tasks": [
        _task("account", "Make the account and the mailbox", "service-desk", 2 * DAY, stage=1),
        _task("computer", "Prepare the computer", "service-desk", 4 * DAY, stage=1),
        _task("access", "Give the team's access", "servers", 2 * DAY, stage=2),
        _task("welcome", "Welcome call: everything works", "service-desk", DAY, stage=3, skippable=True),
    ],
    "target": {"work": 5 * 10 * HOUR, "calendar": "office"},
    "team": "service-desk",
    "texts": {
        "submitted": "We prepare everything for the first day.",
        "fulfilled": "Everything is ready for the first day.",
    },
}  # fmt: skip

_PASSWORD = {
    "title": "Password reset",
    "description": "You cannot sign in any more, or somebody may know your password.",
    "category": "Access",
    "icon": "key",
    "visible_to": "all",
    "form": [
        {"id": "system", "label": "Where?", "type": "choice", "required": True, "options": [
            {"value": "windows", "label": "My computer"}, {"value": "mail", "label": "Mail"},
            {"value": "vpn", "label": "Work from outside"}, {"value": "other", "label": "Somewhere else"},
        ]},
        {"id": "which", "label": "What is it called?", "type": "text", "required": True, "most": 100,
         "shown_if": {"field": "system", "equals": "other"}},
        {"id": "known", "label": "Might somebody else know it?", "type": "boolean"},
    ],
    "approval": None,
    "tasks": [_task("reset", "Check who asks, then reset the password", "service-desk", 2 * HOUR)],
    "target": {"work": 4 * HOUR, "calendar": "office"},
    "team": "service-desk",
    "texts": {"submitted": "We call you back within the hour.", "fulfilled": "You can sign in again."},
}  # fmt: skip

ITEMS: dict[str, dict[str, Any]] = {
    "new-laptop": _LAPTOP,
    "shared-folder": _FOLDER,
    "new-starter": _STARTER,
    "password-reset": _PASSWORD,
}


RULES: dict[str, dict[str, Any]] = {
    "same-item": {"least": 5, "window": 7 * DAY, "by": "ci", "team": None},
    "same-category": {"least": 20, "window": 7 * DAY, "by": "category", "team": None},
}
"""Behind how many similar incidents a problem is suspected."""


def basics(store: Store, session: Session) -> None:
    """Approval policies, rules for similar incidents. What was there once stays as it is, also when switched off."""
    _furnish(store, session, APPROVAL_POLICY, APPROVALS)
    _furnish(store, session, SIMILAR, RULES)


def demo(store: Store, session: Session) -> None:
    """The catalogue of the demo company."""
    _furnish(store, session, CATALOGUE, ITEMS)


def _furnish(store: Store, session: Session, kind: str, rows: dict[str, dict[str, Any]]) -> None:
    for name, data in rows.items():
        if newest(session, kind, name) is None:
            publish(store, session, kind, name, data)
