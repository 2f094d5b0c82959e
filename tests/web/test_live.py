"""What open pages are told: hints about what they may see, soon after it was committed."""

import json
from collections.abc import Callable

import pytest

from longwatch.domain.ticket import Actor
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import Delivery
from tests.web.alert_desk import tell
from tests.web.conftest import WebDesk
from tests.web.person import Person
from tests.web.planned_changes import asked
from web import live
from web.live import Change, Feed, News, Watch, stream

AGENT = Actor("user:agent", roles=("agent",))
RITA = Actor("user:requester", roles=("requester",))


def look(desk: WebDesk, watch: Watch) -> News:
    with desk.store.reading() as session:
        return watch.look(session, desk.store)


def changed(news: News) -> list[str]:
    return [change.number for change in news.changes]


def events(text: str) -> list[dict[str, object]]:
    """The messages among the lines of a stream."""
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


def test_the_first_look_only_takes_stock(desk: WebDesk) -> None:
    desk.api().opened()

    assert look(desk, Watch()) == News()


def test_an_opened_ticket_is_news_once(desk: WebDesk) -> None:
    watch = Watch()
    look(desk, watch)
    number = desk.api().opened()["number"]

    assert changed(look(desk, watch)) == [number]
    assert look(desk, watch) == News()


def test_a_ticket_that_waits_is_news_and_so_is_its_decision(desk: WebDesk) -> None:
    watch = Watch()
    desk.loops.away = True
    look(desk, watch)
    number = desk.api().post("/incidents", {"title": "In the dark"}).get_json()["number"]

    waiting = changed(look(desk, watch))
    desk.loops.away = False
    desk.loops.go_round(number)

    assert waiting == [number]
    assert changed(look(desk, watch)) == [number]


def test_a_command_applied_long_after_it_was_accepted_is_still_news(
    desk: WebDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = desk.api().opened(ci="mail-1")["number"]
    watch = Watch()
    desk.loops.away = True
    desk.api().post(f"/tickets/{number}/messages", {"text": "Hello", "public": True})
    monkeypatch.setattr(live, "WINDOW", live.timedelta(0))
    look(desk, watch)

    desk.loops.go_round(number)

    assert changed(look(desk, watch)) == [number]


def test_an_alert_group_is_news_to_the_desk_alone(desk: WebDesk) -> None:
    watch = Watch()
    look(desk, watch)
    group = tell(desk, "disk", hold_down=600)

    news = look(desk, watch)

    assert news.message(AGENT) == {"tickets": [group], "people": False, "all": False}
    assert news.message(RITA) is None


def test_a_notification_is_told_to_its_reader_alone(desk: WebDesk) -> None:
    watch = Watch()
    look(desk, watch)
    with desk.store.writing() as session:
        now = desk.store.now(session)
        session.add(
            Delivery(
                id="one",
                ticket="INC-1",
                recipient="user:agent",
                channel="console",
                template="assigned",
                data="{}",
                created_at=now,
            )
        )

    news = look(desk, watch)

    assert news.message(AGENT) == {"tickets": [], "people": True, "all": False}
    assert news.message(RITA) is None


def test_requesters_hear_of_their_own_tickets_only() -> None:
    news = News((Change("INC-1", "user:requester", None), Change("INC-2", "user:requester2", None)))

    assert news.message(RITA) == {"tickets": ["INC-1"], "people": False, "all": False}
    assert news.message(AGENT) == {"tickets": ["INC-1", "INC-2"], "people": False, "all": False}


def test_more_changes_than_can_be_named_are_told_as_everything(desk: WebDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_CHANGES", 1)
    watch = Watch()
    look(desk, watch)
    desk.api().opened()
    desk.api().opened()

    assert look(desk, watch).everything


def test_a_stream_tells_what_the_listener_may_know(desk: WebDesk) -> None:
    feed = Feed(desk.store)
    mine = feed.join()
    assert mine is not None
    listening = stream(feed, mine, lambda: RITA)
    first = next(listening)
    mine.put(News((Change("INC-2", "user:requester2", None),)))
    mine.put(News((Change("INC-1", "user:requester", None),)))

    told = next(listening) + next(listening)

    assert "retry" in first
    assert events(told) == [{"tickets": ["INC-1"], "people": False, "all": False}]
    listening.close()


def test_a_stream_ends_when_the_person_may_not_listen_any_more(desk: WebDesk) -> None:
    feed = Feed(desk.store)
    mine = feed.join()
    assert mine is not None
    mine.put(News(everything=True))

    rest = list(stream(feed, mine, lambda: None))

    assert rest == ["retry: 3000\n\n"]


@pytest.mark.parametrize("ends", [lambda stream: stream.close(), list])
def test_a_place_is_given_back(
    desk: WebDesk, monkeypatch: pytest.MonkeyPatch, ends: Callable[[object], object]
) -> None:
    monkeypatch.setattr(live, "MOST_STREAMS", 1)
    monkeypatch.setattr(live, "LIFE", 0)
    feed = Feed(desk.store)
    mine = feed.join()
    assert mine is not None
    full = feed.join()
    listening = stream(feed, mine, lambda: RITA)
    next(listening)

    ends(listening)

    assert full is None
    assert feed.join() is not None


def test_rights_are_those_of_now(desk: WebDesk) -> None:
    person = Person(desk.client(), "agent")
    person.go("/account")
    secret = _secret(person)
    rights = live.rights_of(desk.store, secret)
    before = rights()
    person.send("/sign-out")

    assert before is not None
    assert before.id == "user:agent"
    assert rights() is None


def _secret(person: Person) -> str:
    with person.client.session_transaction() as session:
        return str(session["_user_id"])


def test_a_browser_without_a_place_is_told_to_stop_asking(desk: WebDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_STREAMS", 0)
    agent = Person(desk.client(), "agent")

    agent.go("/live")

    assert agent.status == 204


def test_the_stream_is_an_event_stream_for_the_signed_in(desk: WebDesk) -> None:
    agent = Person(desk.client(), "agent")

    with agent.client.get("/live", buffered=False) as response:
        begin = next(iter(response.response))

        assert response.mimetype == "text/event-stream"
        assert begin == b"retry: 3000\n\n"
    assert desk.client().get("/live").status_code == 303


def test_while_the_database_is_away_a_look_finds_nothing_and_raises_nothing() -> None:
    feed = Feed(Store(open_engine("sqlite:////nowhere/at/all.db")))

    assert feed._look(Watch()) == News()


def test_those_who_are_asked_to_approve_it_hear_of_a_ticket_and_nobody_else_of_their_kind(desk: WebDesk) -> None:
    watch = Watch()
    look(desk, watch)
    number = asked(desk)
    news = look(desk, watch)

    pia, rob = (Actor(f"user:{login}", roles=("approver",)) for login in ("approver", "requester2"))
    heard = news.message(pia)

    assert heard is not None
    assert heard["tickets"] == [number]
    assert news.message(rob) is None
