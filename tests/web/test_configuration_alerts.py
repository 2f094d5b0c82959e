"""Rules of correlation on the settings page: a form that gives back what it was given, faults by place, and a trial."""

import json
from typing import Any

import pytest

from activities.correlation import ONLY
from longwatch.store import configuration
from longwatch.store.configuration import ALERT_RULES
from longwatch.store.inbox import Call, keep
from tests.web.conftest import WebDesk
from tests.web.person import Person
from web.configuration.checks import faults_of
from web.configuration.form_kinds import FORMS, holds
from web.configuration.forms import rows_of
from web.configuration.kinds import KINDS, explained
from web.configuration.text import write

RULES: dict[str, Any] = {
    "rules": [
        {
            "name": "Shop at night",
            "when": {
                "sources": ["prom*"],
                "labels": {"team": "shop*"},
                "severities": ["warning"],
                "classes": ["server"],
                "services": ["Web*"],
                "words": ["disk full"],
                "hours": {"zone": "Europe/Warsaw", "weekly": {"5": [["22:00", "06:00"]], "6": [["22:00", "06:00"]]}},
            },
            "group": ["service", "label:cluster"],
            "across": True,
            "within": 3600,
            "neighbourhood": 2,
            "similar": 70,
            "treat": {"hold_down": 600, "severity": "info", "flap_count": 0, "auto_resolve": "always"},
            "open": "never",
        },
        {"name": "Symptoms", "neighbourhood": 1},
    ]
}


@pytest.mark.parametrize("data", [RULES, {"rules": []}, KINDS[ALERT_RULES].example])
def test_the_form_gives_back_what_it_was_given(data: dict[str, Any]) -> None:
    assert holds(ALERT_RULES, data)


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"group": ["rack"]}, "rules[0].group[0]"),
        ({"when": {"classes": ["moon"]}}, "rules[0].when.classes[0]"),
        ({"when": {"hours": {"zone": "Mars/Base", "weekly": {"0": [["08:00", "10:00"]]}}}}, "rules[0].when.hours.zone"),
        ({"when": {"hours": {"zone": "UTC", "weekly": "mondays"}}}, "rules[0].when.hours.weekly"),
        ({"treat": {"hold_down": "soon"}}, "rules[0].treat.hold_down"),
    ],
)
def test_what_could_not_work_is_refused_by_its_place(desk: WebDesk, rule: dict[str, Any], place: str) -> None:
    with desk.store.reading() as session:
        fault = faults_of(session, KINDS[ALERT_RULES].check, ONLY, {"rules": [{"name": "r", **rule}]})

    assert fault is not None
    assert fault.field == place


def test_rules_are_told_in_words() -> None:
    first, second, rest = explained(KINDS[ALERT_RULES], {**RULES, "name": ONLY, "version": 1})

    assert first.startswith("1. Shop at night: alerts from prom*, with team shop*, that are warning, ")
    assert "Saturday 22:00-06:00" in first
    assert "belong together by service and label cluster, whatever the source, for 1 h from the first one on." in first
    assert "They must last 10 min" in first
    assert "They count as info, whatever the tool says. They are kept and listed, and never open an incident." in first
    assert second == (
        "2. Symptoms: all alerts join what fires upstream of their item, up to one step; "
        "else they stand as they always do."
    )
    assert rest.startswith("All other alerts")


def arrived(desk: WebDesk) -> None:
    alerts = [
        {"id": ci, "state": "firing", "title": f"{ci} <fails>", "severity": "error", "ci": ci}
        for ci in ("db-1", "web-1", "web-2")
    ]
    with desk.store.writing() as session:
        keep(desk.store, session, [Call("prom", "generic", json.dumps({"alerts": alerts}), 3)])


def test_a_draft_is_tried_from_the_form_and_nothing_is_published(desk: WebDesk) -> None:
    arrived(desk)
    admin = Person(desk.client(), "admin")
    admin.go(f"/settings/{ALERT_RULES}/+new/form")
    rows = {f"f-{name}": text for name, text in rows_of(FORMS[ALERT_RULES], {"rules": [RULES["rules"][1]]}).items()}

    page = admin.send(f"/settings/{ALERT_RULES}/+new/form", name=ONLY, do="try", **rows)

    assert "These 3 alerts would have made" in page
    assert "downstream of db-1" in page
    assert "web-1 <fails>" not in page
    with desk.store.reading() as session:
        assert configuration.in_force(session, ALERT_RULES, ONLY) is None


def test_a_fault_stands_at_its_input(desk: WebDesk) -> None:
    admin = Person(desk.client(), "admin")
    admin.go(f"/settings/{ALERT_RULES}/+new/form")
    rows = {f"f-{name}": text for name, text in rows_of(FORMS[ALERT_RULES], RULES).items()}

    page = admin.send(
        f"/settings/{ALERT_RULES}/+new/form", name=ONLY, do="publish", **{**rows, "f-rules[0].similar": "5"}
    )

    assert admin.status == 422
    assert "This must be a whole number from 30 to 100." in page


def test_rules_are_published_as_text_too(desk: WebDesk) -> None:
    admin = Person(desk.client(), "admin")
    admin.go(f"/settings/{ALERT_RULES}/+new")
    admin.send(f"/settings/{ALERT_RULES}/+new", name=ONLY, text=write(RULES), do="publish")

    with desk.store.reading() as session:
        row = configuration.in_force(session, ALERT_RULES, ONLY)
    assert row is not None
    assert row.data == RULES


def test_other_settings_are_not_tried(desk: WebDesk) -> None:
    admin = Person(desk.client(), "admin")

    page = admin.go(f"/settings/{configuration.SIMILAR}/+new")

    assert "Try on the last 24 hours" not in page


def test_the_api_tries_a_draft(desk: WebDesk) -> None:
    arrived(desk)
    client = desk.api("admin")

    answer = client.post(f"/configuration/{ALERT_RULES}/{ONLY}/try", json={"data": {"rules": RULES["rules"][1:]}})

    assert answer.status_code == 200
    assert (answer.get_json()["alerts"], answer.get_json()["groups"]) == (3, 1)
    assert answer.get_json()["made"][0]["ci"] == "db-1"


def test_the_api_names_what_is_wrong_with_a_draft(desk: WebDesk) -> None:
    client = desk.api("admin")

    wrong = client.post(f"/configuration/{ALERT_RULES}/{ONLY}/try", json={"data": {"rules": [{}]}})
    other = client.post(f"/configuration/{configuration.SIMILAR}/x/try", json={"data": {}})

    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["rules[0].name"])
    assert other.status_code == 404
