"""The forward schedule as rows: written from states, found by time, item, person and model, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from longwatch.domain.schedule import Window
from longwatch.domain.ticket import Actor
from longwatch.store import schedule
from longwatch.store.database import Store
from longwatch.store.schedule import Asked, page, standing, work_data, work_on
from longwatch.store.tables_schedule import PlannedCi, PlannedWork
from longwatch.store.ticket_lists import BadCursor
from tests.store.changes import DAY, HOUR, TUESDAY, Change, change, plan, titled

MANAGER = Actor("user:change-manager", roles=("change-manager",))
WINDOW = Window(TUESDAY, TUESDAY + 2 * HOUR)
WEEK = Asked(TUESDAY - 3 * DAY, TUESDAY + 4 * DAY)


def numbers(store: Store, asked: Asked = WEEK, actor: Actor = MANAGER) -> list[str]:
    with store.reading() as session:
        return [work.row.ticket for work in page(session, actor, asked).items]


def stands(store: Store, window: Window = WINDOW) -> list[str]:
    with store.reading() as session:
        return [work.row.ticket for work in standing(session, window, TUESDAY - DAY)]


def on(store: Store, *cis: str, window: Window = WINDOW) -> list[str]:
    with store.reading() as session:
        return [work.row.ticket for work in work_on(session, cis, window)]


def test_a_change_with_a_window_stands_in_the_schedule(either_store: Store) -> None:
    plan(either_store, change(1, cis=("web-1", "db-1")))

    with either_store.reading() as session:
        work = page(session, MANAGER, WEEK).items[0]

    assert work.window == WINDOW
    assert work.cis == ("db-1", "web-1")
    assert (work.row.stands, work.row.firm, work.row.version) == (True, True, 3)


def test_what_changes_is_written_over(either_store: Store) -> None:
    plan(either_store, change(1, cis=("web-1", "db-1")))

    plan(either_store, change(1, 24, 26, cis=("db-1", "mail-1"), status="review"), version=9)

    with either_store.reading() as session:
        work = page(session, MANAGER, WEEK).items[0]
    assert work.window.begin == TUESDAY + DAY
    assert work.cis == ("db-1", "mail-1")
    assert (work.row.stands, work.row.version) == (False, 9)


def test_a_change_that_lost_its_window_leaves_the_schedule(either_store: Store) -> None:
    plan(either_store, change(1))

    plan(either_store, replace(change(1), begin=None, end=None))

    with either_store.reading() as session:
        assert session.query(PlannedWork).count() == 0
        assert session.query(PlannedCi).count() == 0


@pytest.mark.parametrize(
    ("status", "expected"),
    [("draft", False), ("submitted", True), ("authorization", True), ("implementation", True), ("review", False)],
)
def test_others_reckon_with_what_is_to_take_place(store: Store, status: str, *, expected: bool) -> None:
    plan(store, change(1, status=status))

    assert stands(store) == (["CHG-000001"] if expected else [])


def test_work_that_touches_a_window_is_not_in_it(either_store: Store) -> None:
    plan(either_store, change(1, -2, 0), change(2, 2, 4), change(3, -1, 1), change(4, 1, 3), change(5, -9, 9))

    assert stands(either_store) == ["CHG-000005", "CHG-000003", "CHG-000004"]
    assert on(either_store, "db-1") == ["CHG-000005", "CHG-000003", "CHG-000004"]
    assert numbers(either_store, Asked(WINDOW.begin, WINDOW.end)) == ["CHG-000005", "CHG-000003", "CHG-000004"]


def test_work_is_found_by_any_of_its_items_and_once(either_store: Store) -> None:
    plan(either_store, change(1, cis=("db-1", "web-1")), change(2, cis=("mail-1",)))

    assert on(either_store, "db-1", "web-1", "vpn-1") == ["CHG-000001"]
    assert on(either_store, "vpn-1") == []
    assert on(either_store) == []


def test_work_that_runs_over_its_window_is_reckoned_with_until_it_is_done(either_store: Store) -> None:
    plan(either_store, change(1, -5, -3, status="implementation"), change(2, -5, -3))
    now = TUESDAY

    with either_store.reading() as session:
        found = list(standing(session, Window(now, now + HOUR), now))
        later = list(standing(session, Window(now + HOUR, now + 2 * HOUR), now))

    assert [work.row.ticket for work in found] == ["CHG-000001"]
    assert schedule.reckoned(found[0].row, now).end == now + timedelta(minutes=15)
    assert later == []


def test_a_walk_over_more_than_a_page_misses_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "AT_ONCE", 3)
    plan(store, *(change(n, begin=-(n % 2)) for n in range(1, 11)))

    assert sorted(stands(store)) == [f"CHG-{n:06}" for n in range(1, 11)]


def test_the_schedule_is_filtered_by_item_and_team(either_store: Store) -> None:
    plan(either_store, change(1), change(2, cis=("mail-1",), team="servers"))

    assert numbers(either_store, replace(WEEK, ci="mail-1")) == ["CHG-000002"]
    assert numbers(either_store, replace(WEEK, team="databases")) == ["CHG-000001"]


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (MANAGER, 3),
        (Actor("user:approver", roles=("approver",)), 3),
        (Actor("user:auditor", roles=("auditor",)), 3),
        (Actor("user:requester", roles=("requester",)), 1),
        (Actor("user:agent9", roles=("requester",), teams=("servers",)), 1),
        (Actor("user:gone", roles=()), 0),
        (Actor("system:desk", "system"), 3),
    ],
)
def test_whoever_authorises_sees_all_and_others_their_own(store: Store, actor: Actor, seen: int) -> None:
    others = change(2, requester="user:x", team="servers"), change(3, requester=None, team=None)
    plan(store, change(1), *others)

    assert len(numbers(store, actor=actor)) == seen


def test_pages_follow_one_another_without_gap_or_repeat(either_store: Store) -> None:
    plan(either_store, *(change(n, begin=n % 3 - 3) for n in range(1, 8)))
    seen: list[str] = []
    after = None
    with either_store.reading() as session:
        for _ in range(4):
            part = page(session, MANAGER, WEEK, limit=2, after=after)
            seen += [work.row.ticket for work in part.items]
            after = part.next

    assert after is None
    assert seen == numbers(either_store)
    assert len(set(seen)) == 7


def test_a_foreign_cursor_is_refused(store: Store) -> None:
    with store.reading() as session, pytest.raises(BadCursor):
        page(session, MANAGER, WEEK, after="tomorrow~CHG-000001")


def test_the_longest_window_is_found_from_its_last_hour(store: Store) -> None:
    plan(store, change(1, begin=-24 * 30 + 1, end=1))

    assert numbers(store, Asked(TUESDAY, TUESDAY + HOUR)) == ["CHG-000001"]


def test_titles_come_with_the_page(store: Store) -> None:
    with store.writing() as session:
        one = titled(session, 1, "Patch the orders database")
    plan(store, one)

    with store.reading() as session:
        assert page(session, MANAGER, WEEK).items[0].title == "Patch the orders database"


def closed(number: int, outcome: str, **more: object) -> Change:
    return change(number, status="closed", outcome=outcome, **more)


def test_experience_is_what_became_of_the_changes_of_a_model(either_store: Store) -> None:
    plan(
        either_store,
        closed(1, "successful", model="patch"),
        closed(2, "successful_with_issues", model="patch"),
        closed(3, "failed", model="patch"),
        closed(4, "failed", model="other"),
        change(5, model="patch"),
    )

    with either_store.reading() as session:
        assert schedule.experience(session, "patch") == (3, 666)
        assert schedule.experience(session, "never-used") == (0, 0)


def test_without_a_model_experience_is_that_of_the_same_items(either_store: Store) -> None:
    plan(either_store, closed(1, "successful"), closed(2, "backed_out"), closed(3, "failed", cis=("mail-1",)))

    with either_store.reading() as session:
        assert schedule.experience(session, None, ["db-1"]) == (2, 500)
        assert schedule.experience(session, None, []) == (0, 0)


def test_work_is_told_as_data(store: Store) -> None:
    plan(store, change(1))

    with store.reading() as session:
        told = work_data(work_on(session, ["db-1"], WINDOW)[0])

    assert told["begin"] == "2026-11-24T20:00:00.000000Z"
    assert (told["ticket"], told["cis"], told["firm"]) == ("CHG-000001", ["db-1"], True)
