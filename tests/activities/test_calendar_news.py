"""An edited calendar reaches every open ticket that counts by it, once, some at a time."""

from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import pytest

from activities.calendar_news import notice_zones, tell_next, zone_tables
from longwatch.domain.ticket import Actor
from longwatch.messages import INCIDENT
from longwatch.store import publishing
from longwatch.store.acceptance import Request, accept, accept_opening
from longwatch.store.configuration import CALENDAR
from longwatch.store.database import Store
from longwatch.store.publishing import Setting
from longwatch.store.tables import Command, Process
from longwatch.store.tables_configuration import CalendarNews
from tests.web.loops_in_process import LoopsInProcess

ADMIN = Actor("user:admin", roles=("admin",))
SHORT = {"zone": "Europe/Warsaw", "weekly": {"0": [["10:00", "11:00"]]}, "holidays": []}


@pytest.fixture
def loops(store: Store, monkeypatch: pytest.MonkeyPatch) -> LoopsInProcess:
    monkeypatch.setattr(publishing, "SETTLES", timedelta(0))
    return LoopsInProcess(store)


def opened(store: Store, loops: LoopsInProcess, urgency: int = 2) -> str:
    """An incident, decided; of urgency 2 it counts by the office's hours, of urgency 1 round the clock."""
    with store.writing() as session:
        data = {"requester": "user:requester", "source": "portal", "impact": 2, "urgency": urgency}
        request = Request("", INCIDENT, "open", "user:requester", data, {"title": "Slow"})
        number = accept_opening(store, session, INCIDENT, request).ticket
    loops.go_round(number)
    return number


def edit(store: Store, data: dict[str, object]) -> None:
    """An administrator changes the office's hours."""
    with store.writing() as session:
        publishing.publish(store, session, ADMIN, Setting(CALENDAR, "office"), data)


def told(store: Store) -> list[str]:
    """Which tickets have a command about an edited calendar."""
    with store.reading() as session:
        return [row.ticket for row in session.query(Command).filter_by(action="calendar_changed").order_by(Command.row)]


def test_nothing_is_told_while_nothing_was_edited(store: Store, loops: LoopsInProcess) -> None:
    opened(store, loops)

    assert tell_next(store) is False
    assert told(store) == []


def test_those_who_count_by_it_are_told_and_count_anew(store: Store, loops: LoopsInProcess) -> None:
    number = opened(store, loops)
    edit(store, SHORT)

    while tell_next(store):
        pass
    loops.go_round(number)

    with store.reading() as session:
        state = session.get_one(Process, number).state
    assert told(store) == [number]
    assert '"version":2' in state


def test_each_is_told_once_however_many_batches_it_takes(store: Store, loops: LoopsInProcess) -> None:
    numbers = [opened(store, loops) for _ in range(5)]
    edit(store, SHORT)

    batches = 0
    while tell_next(store, batch=2):
        batches += 1

    with store.reading() as session:
        news = session.query(CalendarNews).one()
        assert (news.told, news.done_at is not None) == (5, True)
    assert batches == 3
    assert told(store) == numbers


def test_who_takes_over_goes_on_where_the_other_stopped(store: Store, loops: LoopsInProcess) -> None:
    numbers = [opened(store, loops) for _ in range(3)]
    edit(store, SHORT)
    tell_next(store, batch=2)
    first = told(store)

    tell_next(store, batch=2)

    assert first == numbers[:2]
    assert told(store) == numbers


def test_news_that_are_not_due_wait(store: Store, loops: LoopsInProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(store, loops)
    monkeypatch.setattr(publishing, "SETTLES", timedelta(hours=1))
    edit(store, SHORT)

    assert tell_next(store) is False


def test_tickets_that_have_ended_are_left_alone(store: Store, loops: LoopsInProcess) -> None:
    ended, alive = opened(store, loops), opened(store, loops)
    with store.writing() as session:
        texts = {"reason": "Not needed"}
        accept(store, session, Request(ended, INCIDENT, "cancel", "user:requester", {}, texts))
    loops.go_round(ended)
    edit(store, SHORT)

    while tell_next(store):
        pass

    assert told(store) == [alive]


def test_what_was_published_unchanged_is_no_news(store: Store, loops: LoopsInProcess) -> None:
    edit(store, SHORT)
    edit(store, SHORT)

    with store.reading() as session:
        assert session.query(CalendarNews).count() == 1


def test_new_zone_tables_are_told_to_those_who_count_by_a_zone(store: Store, loops: LoopsInProcess) -> None:
    number = opened(store, loops)
    first = notice_zones(store, "2026a")
    again = notice_zones(store, "2026a")

    changed = notice_zones(store, "2026b")
    while tell_next(store):
        pass

    with store.reading() as session:
        causes = [(news.calendar, news.cause) for news in session.query(CalendarNews)]
    assert (first, again, changed) == (False, False, True)
    assert causes == [("office", "zones 2026b")]
    assert told(store) == [number]


def test_the_release_of_the_zone_tables_is_known(tmp_path: Path) -> None:
    (tmp_path / "tzdata.zi").write_text("# version 2027c\n# more\n", encoding="utf-8")

    assert zone_tables([str(tmp_path / "none"), str(tmp_path)]) == "2027c"
    assert zone_tables([]) == version("tzdata")
    assert zone_tables()
