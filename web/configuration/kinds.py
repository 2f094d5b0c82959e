"""The kinds of settings that are edited, in the order of the page: what each is for, how it is judged and told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from activities import correlation, expiring
from activities.cmdb_import_settings import SOURCE_NAME
from longwatch import seed, seed_processes
from longwatch.store import configuration
from web.configuration import alert_checks, alert_words, checks, ci_checks, ci_words, words
from web.configuration.checks import Check
from web.configuration.words import Words

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
"""What a setting may be called: it stands in addresses and in other settings."""


@dataclass(frozen=True)
class Kind:
    """A kind of settings. `example` is what a new one begins with; `only` the one name that such a setting has."""

    name: str
    title: str
    one: str
    about: str
    check: Check
    words: Words
    example: Mapping[str, Any]
    only: str | None = None
    names: re.Pattern[str] = NAME
    tried: bool = False
    """Whether a draft can be tried on the alerts of the last day."""

    def misnamed(self, name: str) -> str:
        """Why a setting of this kind cannot be called so; empty when it can."""
        if self.only not in (None, name):
            return f"There is one {self.one}, called {self.only}."
        if self.names.match(name):
            return ""
        signs, most = ("digits, - and _", 40) if self.names is NAME else ("digits, dots, - and _", 60)
        return f"A name has small letters, {signs}, at most {most}, a letter or digit first."


_MODEL = {
    "title": "Restart a web server",
    "plan": "Take it out of the pool, restart it, put it back.",
    "test": "The start page answers.",
    "backout": "Leave it out of the pool and call the servers team.",
    "communication": "None: nobody notices.",
    "conditions": {"classes": ["server"], "teams": ["servers"], "longest": 3600, "most_items": 1},
}
_QUESTIONS = {
    "questions": [
        {
            "id": "rehearsed",
            "text": "Was it rehearsed?",
            "answers": [{"id": "yes", "text": "Yes", "points": 0}, {"id": "no", "text": "No", "points": 20}],
        }
    ],
    "closure": {"per_item": 2, "most_items": 20, "criticality": {"1": 15, "2": 5}},
    "experience": {"few": 3, "unknown": 10, "success": [{"below": 700, "points": 20}, {"below": 900, "points": 10}]},
    "levels": {"medium": 25, "high": 50, "very_high": 75},
    "authority": [{"type": "emergency", "policy": "ecab"}, {"policy": "cab-normal"}],
}
_MAPPING = {
    "class": {"column": "Type", "values": {"VM": "virtual-machine"}, "otherwise": "server"},
    "key": "Asset",
    "columns": {"Hostname": "name", "Serial number": "serial"},
    "relations": [{"column": "Runs on", "type": "runs_on", "to": {"class": "hypervisor", "by": "name"}}],
}

_RULES = {
    "rules": [
        {"name": "Symptoms", "neighbourhood": 2, "across": True},
        {"name": "By service", "when": {"severities": ["critical", "error"]}, "group": ["service"], "within": 3600},
    ]
}

ALL = (
    Kind(
        configuration.CATALOGUE,
        "Service catalogue",
        "catalogue item",
        "What people may ask for: the form, who must agree, who does what, by when.",
        checks.catalogue,
        words.catalogue,
        {"title": "", "category": "General", "visible_to": "all", "form": [], "approval": None, "tasks": None},
    ),
    Kind(
        configuration.APPROVAL_POLICY,
        "Approval policies",
        "approval policy",
        "Who must agree before a change is made, a request fulfilled, a risk accepted.",
        checks.approval,
        words.approval,
        seed_processes.APPROVALS["peer-review"],
    ),
    Kind(
        configuration.CHANGE_MODEL,
        "Change models",
        "change model",
        "Standard changes: pre-authorised, under stated conditions, until one of them fails.",
        checks.change_model,
        words.change_model,
        _MODEL,
    ),
    Kind(
        configuration.QUESTIONNAIRE,
        "Risk and change authorities",
        "risk questionnaire",
        "What a change is asked, what the answers weigh, and who authorises which level.",
        checks.questionnaire,
        words.questionnaire,
        _QUESTIONS,
    ),
    Kind(
        configuration.POLICY,
        "Service level policies",
        "service level policy",
        "Targets, escalation ladders and closing, by kind, priority and service.",
        checks.policy,
        words.policy,
        seed.POLICIES["incident-p3"],
    ),
    Kind(
        configuration.CALENDAR,
        "Calendars",
        "calendar",
        "Service hours and holidays. Calendars are live: open tickets are told of every edit.",
        checks.calendar,
        words.calendar,
        seed.CALENDARS["office"],
    ),
    Kind(
        configuration.ROUTING,
        "Routing rules",
        "routing rule",
        "Which team gets what; below them the item's owner, then the service desk.",
        checks.routing,
        words.routing,
        {"rank": 10, "match": {"category": ["network"]}, "team": "service-desk"},
    ),
    Kind(
        configuration.AGEING,
        "Ageing",
        "ageing rule",
        "How much importance a ticket gains with its age, so that nothing waits for ever behind what is newer.",
        checks.ageing,
        words.ageing,
        {"rank": 10, "match": {"kind": ["incident"]}, "steps": [{"after": 3 * 24 * 3600, "weight": 50}]},
    ),
    Kind(
        configuration.SIMILAR,
        "Similar incidents",
        "rule for similar incidents",
        "How many incidents on one item, or of one category, let a problem be suspected behind them.",
        checks.similar,
        words.similar,
        {"least": 3, "window": 7 * 24 * 3600, "by": "ci", "team": None},
    ),
    Kind(
        configuration.MATRIX,
        "Priority matrix",
        "priority matrix",
        "Which priority impact and urgency make.",
        checks.matrix,
        words.matrix,
        {"cells": seed.MATRIX_CELLS},
        only=checks.PRIORITY,
    ),
    Kind(
        configuration.HOOK,
        "Hooks",
        "hook",
        "Tools that automatic tasks of changes and requests may call.",
        checks.hook,
        words.hook,
        {"url": "https://deploy.example.net/tasks", "about": ""},
    ),
    Kind(
        configuration.CI_MAPPING,
        "Mappings of imports",
        "mapping",
        "How the columns of a table become configuration items, saved for every delivery of that table.",
        ci_checks.mapping,
        ci_words.mapping,
        _MAPPING,
        names=SOURCE_NAME,
    ),
    Kind(
        configuration.CI_IMPORT,
        "Scheduled imports",
        "scheduled import",
        "Tools that are asked again and again what configuration items they know; the name is the source's.",
        ci_checks.scheduled,
        ci_words.scheduled,
        {"kind": "netbox", "url": "https://netbox.example.net", "every": 3600, "complete": True, "apply": True},
        names=SOURCE_NAME,
    ),
    Kind(
        configuration.CI_EXPIRY,
        "Lead times of renewals",
        "set of lead times",
        "How long before its end a certificate, contract, licence or domain name opens a request.",
        ci_checks.expiry,
        ci_words.expiry,
        {"days": dict(expiring.LEAD_TIMES)},
        only=expiring.ONLY,
    ),
    Kind(
        configuration.ALERT_RULES,
        "Which alerts belong together",
        "list of rules",
        "Rules in order: what becomes one incident, what joins it as a symptom, what never opens one.",
        alert_checks.rules,
        alert_words.rules,
        _RULES,
        only=correlation.ONLY,
        tried=True,
    ),
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in ALL}


def explained(kind: Kind, data: Mapping[str, Any]) -> list[str]:
    """A setting in words; of one that today's readers do not take any more, that it is so."""
    try:
        return kind.words(data)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return ["This version was written for an earlier release: it cannot be told in words. Its data is whole."]
