"""Where a stranger goes: upstream, to what it is like, to its own kind, or to a new group; in a storm, to the storm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from longwatch.domain.correlating import Seen
from longwatch.domain.correlating_place import Correlator, Living, Placing
from longwatch.domain.correlating_rules import read_rules

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
UP = {"web-1": {"web-1": 0, "db-1": 1, "rack-1": 2}}


@dataclass
class Known:
    """What lives, in the simplest way there is."""

    groups: list[Living] = field(default_factory=list)
    folds: set[tuple[str, str]] = field(default_factory=set)

    def newest(self, base: str) -> Living | None:
        return next((each for each in reversed(self.groups) if each.base == base), None)

    def upstream(self, ci: str, hops: int) -> Sequence[tuple[int, Living]]:
        ways = UP.get(ci, {})
        found = [(ways[each.ci], each) for each in self.groups if each.ci in ways and ways[each.ci] <= hops]
        return sorted(found, key=lambda each: each[0])

    def firing(self) -> Iterable[Living]:
        return self.groups

    def begin(self, group: Living) -> None:
        self.groups.append(group)

    def fold(self, storm: str, base: str) -> bool:
        new = (storm, base) not in self.folds
        self.folds.add((storm, base))
        return new


def seen(name: str, **over: Any) -> Seen:
    plain = Seen(source="prom", fingerprint=name, title=f"{name} fails", severity="error", at=NOON)
    return replace(plain, **over)


def correlator(*rules: dict[str, Any], source: str = "prom", known: Known | None = None, bound: int = 0) -> Correlator:
    read = read_rules({"rules": [{"name": f"r{n}", **rule} for n, rule in enumerate(rules)]})
    return Correlator(source, read, known or Known(), lambda _, at: at, bound)


def placed(at: Correlator, *alerts: Seen) -> list[Placing]:
    return [at.place(each, firing=True) for each in alerts]


def test_what_lies_downstream_of_what_fails_is_a_symptom_of_it() -> None:
    at = correlator({"neighbourhood": 1})

    root, symptom = placed(at, seen("db", ci="db-1"), seen("web", ci="web-1"))

    assert symptom.group == root.group
    assert symptom.reason == "Rule “r0”: downstream of db-1, which fails since 2026-11-22 12:00 UTC."


def test_no_further_than_the_rule_says() -> None:
    rack, web = placed(correlator({"neighbourhood": 1}), seen("rack", ci="rack-1"), seen("web", ci="web-1"))

    assert web.group != rack.group


def test_the_nearest_cause_is_joined() -> None:
    at = correlator({"neighbourhood": 2})

    rack, db, web = placed(at, seen("rack", ci="rack-1"), seen("db", ci="db-1"), seen("web", ci="web-1"))

    assert rack.group != db.group == web.group


def test_a_symptom_of_another_source_joins_only_across() -> None:
    known = Known()
    [root] = placed(correlator(known=known), seen("db", ci="db-1"))
    alone = Known(list(known.groups))
    other = seen("web", ci="web-1", source="zabbix")

    [apart] = placed(correlator({"neighbourhood": 1}, source="zabbix", known=alone), other)
    [joined] = placed(correlator({"neighbourhood": 1, "across": True}, source="zabbix", known=known), other)

    assert apart.group.source == "zabbix"
    assert joined.group == root.group


def test_titles_that_are_alike_enough_meet() -> None:
    at = correlator({"similar": 80})

    one, other, apart = placed(
        at, seen("a", title="Disk 1 of web-1 full"), seen("b", title="Disk 2 of web-7 full"), seen("c")
    )

    assert one.group == other.group != apart.group
    assert other.reason == "Rule “r0”: 100 % like “Disk 1 of web-1 full”, which fires."


def test_a_window_that_has_passed_begins_another_group() -> None:
    at = correlator({"group": ["all"], "within": 600})

    first, soon, late = placed(
        at,
        seen("a"),
        seen("b", at=NOON + timedelta(seconds=600)),
        seen("c", at=NOON + timedelta(seconds=601)),
    )

    assert first.group == soon.group != late.group
    assert first.group.base == late.group.base


def test_the_end_of_what_nobody_knew_begins_nothing() -> None:
    known = Known()

    correlator(known=known, bound=1).place(seen("a"), firing=False)

    assert known.groups == []


def test_groups_that_never_open_gather_nothing_else() -> None:
    known = Known()
    placed(correlator({"open": "never"}, known=known), seen("db", ci="db-1"))

    [web] = placed(correlator({"neighbourhood": 1}, known=known), seen("web", ci="web-1"))

    assert web.begins


def test_above_its_rate_a_source_makes_one_group_of_what_is_new() -> None:
    known = Known()
    at = correlator(known=known, bound=5)

    found = placed(at, *(seen(f"a{n}") for n in range(20)))

    assert [each.group.key for each in found[:5]] == [f"prom/alert/a{n}" for n in range(5)]
    assert len({each.group.id for each in found[5:]}) == 1
    assert found[5].group.key.startswith("prom/storm/")
    assert found[5].group.treat == {"storm": 5}
    assert len(known.groups) == 6


def test_in_a_storm_known_groups_go_on_gathering_their_own() -> None:
    at = correlator(bound=2)

    placed(at, seen("db", ci="db-1"), *(seen(f"a{n}") for n in range(5)))
    [more] = placed(at, seen("db-disk", ci="db-1"))

    assert more.group.key == "prom/ci/db-1"


def test_the_same_group_folded_twice_counts_once() -> None:
    at = correlator(bound=2)

    placed(at, *(seen(f"a{n}") for n in range(3)), *(seen(f"b{n}", ci="db-1") for n in range(50)))

    assert at.storm is not None
    assert at.storm.counted == 4


def test_what_never_opens_is_no_storm() -> None:
    found = placed(correlator({"open": "never"}, bound=2), *(seen(f"a{n}") for n in range(10)))

    assert all("/storm/" not in each.group.key for each in found)


def test_after_a_storm_groups_are_made_again() -> None:
    at = correlator(bound=2)
    placed(at, *(seen(f"a{n}") for n in range(10)))

    [later] = placed(at, seen("z", at=NOON + timedelta(minutes=10)))

    assert later.group.key == "prom/alert/z"
