"""What stands in the way of a window: freezes, other changes, missed maintenance windows, a busy assignee."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longwatch.domain.schedule import Window
from longwatch.domain.schedule_judge import (
    BUSY,
    CONFLICT,
    FREEZE,
    MOST_OBSTACLES,
    OUTSIDE,
    RELATED,
    Verdict,
    judge,
    verdict_data,
    verdict_of,
)
from longwatch.domain.schedule_scope import (
    Around,
    Freeze,
    Maintenance,
    Planned,
    Scope,
    Subject,
    around_data,
    around_of,
    covers,
)

NIGHT = datetime(2026, 11, 24, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


def span(begin: int, end: int) -> Window:
    return Window(NIGHT + begin * HOUR, NIGHT + end * HOUR)


WINDOW, LATER, AROUND_IT, ALL = span(0, 2), span(1, 3), span(-5, 5), Scope()
DB = Subject("db-1", "database", "Web shop", "databases")
WEB = Subject("web-1", "server", "Web shop", "servers", related=True)


def seen(around: Around, **options: Any) -> Verdict:
    return judge(WINDOW, replace(around, subjects=around.subjects or (DB, WEB)), ticket="CHG-000001", **options)


def kinds(verdict: Verdict) -> list[str]:
    return [one.kind for one in verdict.obstacles]


def frozen(scope: Scope = ALL, window: Window = AROUND_IT, **more: Any) -> Around:
    return Around(freezes=(Freeze("f1", "Year end", window, scope, **more),))


def other(ci: str, window: Window = LATER, **more: Any) -> Planned:
    return Planned("CHG-000002", window, (ci,), **more)


def test_nothing_around_means_nothing_in_the_way() -> None:
    verdict = seen(Around())

    assert verdict == Verdict()
    assert not verdict.blocked
    assert verdict.again is None


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope("cis", ("db-1",)),
        Scope("classes", ("database", "printer")),
        Scope("services", ("Web shop",)),
        Scope("teams", ("databases",)),
        Scope("cis", ("web-1",)),
    ],
)
def test_a_freeze_of_an_item_changed_or_affected_blocks_until_it_ends(scope: Scope) -> None:
    verdict = seen(frozen(scope))

    assert kinds(verdict) == [FREEZE]
    assert verdict.blocked
    assert verdict.again == NIGHT + 5 * HOUR


def test_a_freeze_of_something_else_is_none() -> None:
    assert not seen(frozen(Scope("cis", ("mail-1",)))).obstacles


def test_a_freeze_of_the_team_that_makes_the_change_counts() -> None:
    around = frozen(Scope("teams", ("projects",)))

    assert not seen(around).blocked
    assert seen(around, team="projects").blocked


def test_a_freeze_of_all_stops_a_change_of_no_item() -> None:
    verdict = judge(WINDOW, frozen(), ticket="CHG-000001")

    assert verdict.obstacles[0].reason == "Year end is a freeze of all changes."
    assert verdict.obstacles[0].ci is None


def test_a_freeze_says_which_affected_item_it_is_about() -> None:
    verdict = seen(frozen(Scope("cis", ("web-1",))))

    assert verdict.obstacles[0].reason == "Year end is a freeze of web-1, which this change affects."


@pytest.mark.parametrize("window", [span(-2, 0), span(2, 4)])
def test_a_freeze_that_touches_the_window_is_not_in_the_way(window: Window) -> None:
    assert not seen(frozen(window=window)).obstacles


def test_a_soft_freeze_only_warns() -> None:
    verdict = seen(frozen(blocking=False))

    assert kinds(verdict) == [FREEZE]
    assert not verdict.blocked


def test_an_emergency_is_warned_of_a_freeze_and_not_stopped() -> None:
    assert kinds(seen(frozen(), emergency=True)) == [FREEZE]
    assert not seen(frozen(), emergency=True).blocked


def test_an_emergency_is_stopped_by_another_change_of_the_same_item() -> None:
    assert seen(Around(planned=(other("db-1"),)), emergency=True).blocked


def test_another_change_of_the_same_item_blocks() -> None:
    verdict = seen(Around(planned=(other("db-1"),)))

    assert kinds(verdict) == [CONFLICT]
    assert verdict.blocked
    assert verdict.again == NIGHT + 3 * HOUR
    assert verdict.obstacles[0].source == "CHG-000002"


def test_another_change_that_is_only_asked_for_warns() -> None:
    verdict = seen(Around(planned=(other("db-1", firm=False),)))

    assert kinds(verdict) == [CONFLICT]
    assert not verdict.blocked


def test_another_change_of_an_affected_item_warns() -> None:
    verdict = seen(Around(planned=(other("web-1"),)))

    assert kinds(verdict) == [RELATED]
    assert not verdict.blocked


def test_another_change_that_affects_an_item_of_ours_warns() -> None:
    verdict = seen(Around(planned=(other("san-1", affects=("db-1",)),)))

    assert kinds(verdict) == [RELATED]
    assert verdict.obstacles[0].reason == "CHG-000002 affects db-1 in the same time."


def test_who_wants_related_conflicts_to_block_says_so() -> None:
    around = Around(planned=(other("web-1"),))

    assert seen(around, gravity={CONFLICT: True, RELATED: True, BUSY: False}).blocked


def test_a_change_is_not_in_its_own_way() -> None:
    own = replace(other("db-1", assignee="user:agent"), ticket="CHG-000001")

    assert not seen(Around(planned=(own,)), assignee="user:agent").obstacles


def test_an_assignee_who_is_elsewhere_in_that_time_is_named() -> None:
    verdict = seen(Around(planned=(other("mail-1", assignee="user:agent"),)), assignee="user:agent")

    assert kinds(verdict) == [BUSY]
    assert "The assignee makes CHG-000002" in verdict.obstacles[0].reason


def test_nobody_is_busy_when_nobody_is_assigned() -> None:
    assert not seen(Around(planned=(other("mail-1"),))).obstacles


def agreed(*occurrences: Window, **more: Any) -> Around:
    return Around(maintenance=(Maintenance("m1", "Sunday night", occurrences, Scope("cis", ("db-1",)), **more),))


@pytest.mark.parametrize("occurrences", [(span(-1, 3),), (span(0, 2),), (span(-1, 1), span(1, 4))])
def test_work_within_the_maintenance_windows_is_as_agreed(occurrences: tuple[Window, ...]) -> None:
    assert not seen(agreed(*occurrences, blocking=True)).obstacles


@pytest.mark.parametrize("occurrences", [(), (span(1, 4),), (span(-1, 1), span(2, 4))])
def test_work_outside_the_maintenance_windows_is_told(occurrences: tuple[Window, ...]) -> None:
    verdict = seen(agreed(*occurrences))

    assert kinds(verdict) == [OUTSIDE]
    assert not verdict.blocked
    assert seen(agreed(*occurrences, blocking=True)).blocked


def test_an_item_without_maintenance_windows_may_be_changed_at_any_time() -> None:
    nobodys = Maintenance("m1", "Sunday night", (), Scope("cis", ("mail-1",)))

    assert not seen(Around(maintenance=(nobodys,))).obstacles


def test_outside_the_maintenance_windows_the_next_one_long_enough_is_named() -> None:
    verdict = seen(agreed(span(-9, -7), span(4, 5), span(8, 12), blocking=True))

    assert verdict.again == NIGHT + 8 * HOUR


def test_what_blocks_stands_first() -> None:
    around = Around(
        freezes=(Freeze("f1", "Soft", span(-1, 9), blocking=False),),
        planned=(other("web-1"), replace(other("db-1"), ticket="CHG-000003")),
    )

    assert kinds(seen(around)) == [CONFLICT, FREEZE, RELATED]


def test_more_obstacles_than_anybody_reads_are_counted() -> None:
    many = tuple(replace(other("db-1"), ticket=f"CHG-1{n:05}") for n in range(MOST_OBSTACLES + 7))

    verdict = seen(Around(planned=many))

    assert len(verdict.obstacles) == MOST_OBSTACLES
    assert verdict.more == 7


items = st.sampled_from(["db-1", "web-1", "mail-1"])
windows = st.tuples(st.integers(-4, 4), st.integers(1, 4)).map(lambda pair: span(pair[0], pair[0] + pair[1]))
scopes = st.just(Scope()) | st.builds(lambda ci: Scope("cis", (ci,)), items) | st.just(Scope("teams", ("servers",)))
changes = st.builds(
    lambda number, window, cis, who, firm: Planned(f"CHG-{number:06}", window, tuple(sorted(cis)), who, firm=firm),
    st.integers(2, 6),
    windows,
    st.sets(items, min_size=1, max_size=2),
    st.sampled_from([None, "user:a", "user:b"]),
    st.booleans(),
)
arounds = st.builds(
    Around,
    st.just((DB, WEB)),
    st.lists(st.builds(Freeze, st.just("f"), st.just("F"), windows, scopes, st.booleans()), max_size=2).map(tuple),
    st.lists(
        st.builds(
            Maintenance,
            st.just("m"),
            st.just("M"),
            st.lists(windows, max_size=3).map(lambda some: tuple(sorted(some, key=lambda one: (one.begin, one.end)))),
            scopes,
            st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    st.lists(changes, max_size=4, unique_by=lambda one: one.ticket).map(tuple),
)


@given(around=arounds, window=windows, emergency=st.booleans())
def test_a_verdict_is_json_and_says_the_same_again(around: Around, window: Window, *, emergency: bool) -> None:
    verdict = judge(window, around, ticket="CHG-000001", assignee="user:a", emergency=emergency)
    again = judge(
        window, around_of(json.loads(json.dumps(around_data(around)))), ticket="CHG-000001", assignee="user:a"
    )

    assert verdict_of(json.loads(json.dumps(verdict_data(verdict)))) == verdict
    assert again == judge(window, around, ticket="CHG-000001", assignee="user:a")
    assert all(one.until is None or one.until > window.begin for one in verdict.obstacles)


@given(arounds, windows)
def test_an_emergency_meets_the_same_and_is_stopped_by_no_more(around: Around, window: Window) -> None:
    usual = judge(window, around, ticket="CHG-000001")
    emergency = judge(window, around, ticket="CHG-000001", emergency=True)

    assert sorted(kinds(usual)) == sorted(kinds(emergency))
    assert usual.blocked or not emergency.blocked


@given(changes, changes)
def test_two_changes_stand_in_each_others_way_or_neither_does(one: Planned, two: Planned) -> None:
    def told(mine: Planned, theirs: Planned) -> list[tuple[str, bool]]:
        around = Around(subjects=tuple(Subject(ci) for ci in mine.cis), planned=(replace(theirs, ticket="CHG-X"),))
        found = judge(mine.window, around, ticket=mine.ticket, assignee=mine.assignee).obstacles
        return [(obstacle.kind, obstacle.blocking) for obstacle in found]

    assert [kind for kind, _ in told(one, two)] == [kind for kind, _ in told(two, one)]
    assert one.firm != two.firm or told(one, two) == told(two, one)


@given(changes, st.integers(1, 4))
def test_a_change_that_touches_the_end_of_another_does_not_conflict(change: Planned, hours: int) -> None:
    after = Window(change.window.end, change.window.end + hours * HOUR)
    around = Around(subjects=tuple(Subject(ci) for ci in change.cis), planned=(change,))

    assert not judge(after, around, ticket="CHG-X", assignee=change.assignee).obstacles


@given(scopes, items)
def test_a_scope_of_all_covers_what_any_other_covers(scope: Scope, ci: str) -> None:
    assert covers(Scope(), Subject(ci)) >= covers(scope, Subject(ci))


def test_a_scope_of_an_unknown_kind_is_no_scope() -> None:
    data = around_data(frozen())
    data["freezes"][0]["scope"]["kind"] = "moon"

    with pytest.raises(ValueError, match="moon"):
        around_of(data)
