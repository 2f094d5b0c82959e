"""Alerts find their groups by the desk's rules, on both databases: with items, neighbours, windows and storms."""

import json
from typing import Any

from activities.correlation import ONLY, forget
from activities.intake import Intake
from longwatch.messages import ALERT_GROUP
from longwatch.store import sources
from longwatch.store.acceptance import data_of
from longwatch.store.configuration import ALERT_RULES, publish
from longwatch.store.database import Store
from longwatch.store.inbox import Call, keep
from longwatch.store.tables import AlertRoute, Command
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_correlation import AlertStorm, CorrelatedGroup, StormFold


def ruled(store: Store, *rules: dict[str, Any]) -> None:
    named = [{"name": f"r{n}", **rule} for n, rule in enumerate(rules)]
    with store.writing() as session:
        publish(store, session, ALERT_RULES, ONLY, {"rules": named})


def call(store: Store, *alerts: dict[str, Any], source: str = "prom") -> None:
    with store.writing() as session:
        keep(store, session, [Call(source, "generic", json.dumps({"alerts": list(alerts)}), len(alerts))])
    splitter = Intake(store)
    while splitter.split_next():
        pass


def firing(name: str, **over: Any) -> dict[str, Any]:
    return {"id": name, "state": "firing", "title": f"{name} fails", "severity": "error", **over}


def told(store: Store) -> list[dict[str, Any]]:
    with store.reading() as session:
        return [data_of(row) for row in session.query(Command).filter_by(kind=ALERT_GROUP).order_by(Command.row)]


def groups(store: Store) -> dict[str, str]:
    """The group of every alert, by source and fingerprint."""
    with store.reading() as session:
        return {f"{row.source}/{row.fingerprint}": row.group for row in session.query(KnownAlert)}


def test_alerts_of_one_service_meet_across_sources_under_names_that_tell_them_apart(either_store: Store) -> None:
    ruled(either_store, {"group": ["service"], "across": True})

    call(either_store, firing("f1", ci="web-1"), source="prom")
    call(either_store, firing("f1", ci="web-2"), source="zabbix")

    first, second = told(either_store)
    assert first["group"] == second["group"]
    assert (first["source"], second["source"]) == ("prom", "prom")
    assert [first["alerts"][0]["fingerprint"], second["alerts"][0]["fingerprint"]] == ["prom/f1", "zabbix/f1"]
    assert (second["rule"], second["reason"]) == ("r0", "Rule “r0”: same service Web shop.")


def test_the_end_of_an_alert_goes_where_it_fired_though_the_rules_are_others_now(either_store: Store) -> None:
    ruled(either_store, {"group": ["service"], "across": True, "treat": {"hold_down": 77}})
    call(either_store, firing("f1", ci="web-1"))
    ruled(either_store)

    call(either_store, firing("f1", ci="web-1", state="resolved"))

    first, second = told(either_store)
    assert (second["group"], second["source"], second["alerts"][0]["fingerprint"]) == (
        first["group"],
        "prom",
        "prom/f1",
    )
    assert second["settings"]["hold_down"] == 77


def test_a_symptom_joins_the_group_upstream_of_it_and_says_why(either_store: Store) -> None:
    ruled(either_store, {"neighbourhood": 2, "across": True})

    call(either_store, firing("db-down", ci="db-1"))
    call(either_store, firing("web-slow", ci="web-1"), source="zabbix")

    first, second = told(either_store)
    assert second["group"] == first["group"]
    assert second["ci"] == "db-1"
    assert second["alerts"][0]["fingerprint"] == "zabbix/web-slow"
    assert second["reason"].startswith("Rule “r0”: downstream of db-1, which fails since ")
    with either_store.reading() as session:
        known = session.get_one(KnownAlert, ("zabbix", "web-slow"))
    assert (known.ci, known.rule, known.reason) == ("web-1", "r0", second["reason"])


def test_symptoms_in_the_same_call_join_too(either_store: Store) -> None:
    ruled(either_store, {"neighbourhood": 2})

    call(either_store, firing("db-down", ci="db-1"), firing("one", ci="web-1"), firing("two", ci="web-2"))

    assert len(set(groups(either_store).values())) == 1


def test_what_has_ended_upstream_has_no_symptoms(either_store: Store) -> None:
    ruled(either_store, {"neighbourhood": 2})
    call(either_store, firing("db-down", ci="db-1"))
    call(either_store, firing("db-down", ci="db-1", state="resolved"))

    call(either_store, firing("web-slow", ci="web-1"))

    assert len(set(groups(either_store).values())) == 2


def test_what_lies_upstream_of_what_fails_is_no_symptom(either_store: Store) -> None:
    ruled(either_store, {"neighbourhood": 2})

    call(either_store, firing("web-slow", ci="web-1"), firing("db-down", ci="db-1"))

    assert len(set(groups(either_store).values())) == 2


def test_titles_that_are_alike_meet_while_the_first_fires(either_store: Store) -> None:
    ruled(either_store, {"similar": 80})

    call(either_store, firing("a", title="Certificate of shop-1 expires"))
    call(either_store, firing("b", title="Certificate of shop-2 expires"))

    assert len(set(groups(either_store).values())) == 1


def test_classes_stand_for_what_is_below_them(either_store: Store) -> None:
    ruled(either_store, {"when": {"classes": ["server"]}, "group": ["all"]})

    call(either_store, firing("a", ci="web-1"), firing("b", ci="mail-1"), firing("c", ci="db-1"))

    found = groups(either_store)
    assert found["prom/a"] == found["prom/b"] != found["prom/c"]


def test_a_rule_says_how_severe_its_alerts_are_to_their_end(either_store: Store) -> None:
    ruled(either_store, {"when": {"words": ["backup"]}, "treat": {"severity": "info"}})

    call(either_store, firing("backup", severity="critical"))
    call(either_store, firing("backup", severity="critical"))

    assert [each["alerts"][0]["severity"] for each in told(either_store)] == ["info", "info"]


def test_what_never_opens_is_told_so(either_store: Store) -> None:
    ruled(either_store, {"when": {"sources": ["lab*"]}, "open": "never"})

    call(either_store, firing("a", ci="web-1"), source="lab")
    call(either_store, firing("a", ci="web-1"), source="prom")

    lab, prom = told(either_store)
    assert lab["settings"]["opens"] is False
    assert "opens" not in prom["settings"]


def test_a_sealed_group_is_forgotten_with_all_that_was_known_of_it(either_store: Store) -> None:
    call(either_store, firing("a", ci="web-1"))
    [group] = set(groups(either_store).values())

    with either_store.writing() as session:
        forget(session, group)

    with either_store.reading() as session:
        assert session.query(AlertRoute).count() == session.query(CorrelatedGroup).count() == 0


def test_rules_that_cannot_be_read_any_more_keep_no_alert_out(either_store: Store) -> None:
    ruled(either_store, {"of_an_older_release": True})

    call(either_store, firing("a", ci="web-1"))

    assert told(either_store)[0]["key"] == "prom/ci/web-1"


def test_a_storm_folds_what_is_new_and_leaves_other_sources_alone(either_store: Store) -> None:
    with either_store.writing() as session:
        sources.add(either_store, session, "generic", "prom", {"storm_rate": 20})

    call(either_store, *(firing(f"a{n}", group=f"g{n}") for n in range(600)))
    call(either_store, *(firing(f"a{n}", group=f"g{n}") for n in range(30)), source="zabbix")

    found = groups(either_store)
    mine = {group for name, group in found.items() if name.startswith("prom/")}
    assert len(mine) == 21
    assert len(found) == 630
    with either_store.reading() as session:
        storm = session.get_one(AlertStorm, "prom")
        assert storm.key is not None
        assert session.query(StormFold).count() == 580
    stormy = [each for each in told(either_store) if each["key"] == storm.key]
    assert sum(len(each["alerts"]) for each in stormy) == 580
    assert stormy[0]["settings"]["storm"] == 20
    assert stormy[0]["ci"] is None
    assert len({group for name, group in found.items() if name.startswith("zabbix/")}) == 30


def test_alerts_of_a_storm_end_where_they_fired(either_store: Store) -> None:
    with either_store.writing() as session:
        sources.add(either_store, session, "generic", "prom", {"storm_rate": 5})
    call(either_store, *(firing(f"a{n}", group=f"g{n}") for n in range(30)))
    before = groups(either_store)

    call(either_store, *(firing(f"a{n}", group=f"g{n}", state="resolved") for n in range(30)))

    assert groups(either_store) == before
