"""Tools that are asked, on both databases: what was never told is filed once, and nothing by a doubtful silence."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.heartbeats import PREFIX
from activities.intake import Intake
from activities.reconcile_asking import Reconciling
from activities.reconciling import BEHIND, Question, answered, unanswered
from integrations import desk
from integrations.building import built
from integrations.poll import Answer, Named
from longwatch.settings import Settings
from longwatch.store import heartbeats, polls, sources
from longwatch.store.database import Store
from longwatch.store.heartbeats import MISSING, Owed
from longwatch.store.inbox import Call, keep
from longwatch.store.polls import BadPoll, Wanted
from longwatch.store.tables import Inbox
from longwatch.store.tables_alerts import KnownAlert
from longwatch.store.tables_heartbeats import Heartbeat, PollNote, PollRun, SourcePoll
from longwatch.store.tables_intake import AlertRemark
from tests.conftest import settings_for
from tests.integrations.asked_tool import asked_tool

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEYS = ("0123456789abcdef" * 4,)


@pytest.fixture
def kept(either_store: Store) -> Store:
    """A desk with an Alertmanager that is asked."""
    with either_store.writing() as session:
        sources.add(either_store, session, "alertmanager", "prom")
        polls.save(session, KEYS, Wanted("prom", "alertmanager", "https://am.example.net", grace=180))
    return either_store


def named(name: str, *, tells: bool = True, note: str = "", author: str = "") -> Named:
    alert = built(name, "firing", f"{name} fails", "error", text="as it says", starts_at=NOON)
    return Named(alert, tells, "acknowledged" if author else "note", author, note)


def ask(store: Store, seconds: float, *there: Named, reason: str = "") -> PollRun:
    """One answer, so many seconds after noon."""
    with store.writing() as session:
        poll = session.get(SourcePoll, "prom")
        assert poll is not None
        question = Question(poll, NOON + timedelta(seconds=seconds), 12)
        return answered(store, session, question, Answer(there, reason))


def knows(store: Store, name: str, state: str = "firing", last_at: datetime = NOON) -> None:
    """An alert as the split of calls writes it down."""
    with store.writing() as session:
        row = KnownAlert(
            source="prom",
            fingerprint=name,
            group="alerts-1",
            state=state,
            severity="error",
            title=f"{name} fails",
            labels={"alertname": name},
            reason="",
            first_at=last_at,
            last_at=last_at,
            changed_at=last_at,
            inbox=1,
            position=0,
        )
        session.merge(row)


def filed(store: Store) -> list[tuple[str, str, str]]:
    """What the desk wrote itself: about, state and fingerprint."""
    with store.reading() as session:
        bodies = session.scalars(select(Inbox.body).where(Inbox.kind == desk.KIND).order_by(Inbox.row))
        alerts = [alert for body in bodies for alert in json.loads(body)["alerts"]]
        return [(alert["about"], alert["state"], alert["fingerprint"]) for alert in alerts]


def read(store: Store) -> None:
    """What was filed counts as read: the split itself is tested elsewhere."""
    with store.writing() as session:
        for row in session.scalars(select(Inbox).where(Inbox.state == "new")):
            row.state = "split"


def test_what_fires_there_and_was_never_told_begins(kept: Store) -> None:
    run = ask(kept, 10, named("disk"), named("quiet", tells=False))

    assert filed(kept) == [("state", "firing", "disk")]
    assert (run.state, run.seen, run.opened, run.cleared) == ("complete", 1, 1, 0)
    splitter = Intake(kept)
    assert splitter.split_next()


def test_what_is_gone_twice_and_for_long_is_over_and_says_so(kept: Store) -> None:
    knows(kept, "disk")
    runs = [ask(kept, 10), ask(kept, 100), ask(kept, 200)]

    assert [(run.cleared, run.held) for run in runs] == [(0, 1), (0, 1), (1, 0)]
    assert filed(kept) == [("state", "resolved", "disk")]
    with kept.reading() as session:
        [alert] = json.loads(session.scalars(select(Inbox.body)).one())["alerts"]
        assert list(session.scalars(select(PollNote))) == []
    assert alert["text"].startswith("Prometheus Alertmanager was asked and has not named it since 2026-11-22 12:00:10")
    assert (alert["starts_at"], alert["ends_at"]) == (None, None)


def test_no_doubtful_silence_ends_anything(kept: Store) -> None:
    knows(kept, "disk")
    for seconds in range(0, 2_000, 100):
        ask(kept, seconds, reason="Its cluster has not settled.")
        with kept.writing() as session:
            poll = session.get(SourcePoll, "prom")
            assert poll is not None
            unanswered(session, Question(poll, NOON + timedelta(seconds=seconds + 1), 9), "It answered 503.")

    assert filed(kept) == []
    with kept.reading() as session:
        assert {run.state for run in session.scalars(select(PollRun))} == {"partial", "failed"}
        poll = session.get(SourcePoll, "prom")
        assert poll is not None
        assert (poll.last_ok_at, poll.reason) == (None, "It answered 503.")


def test_ends_are_held_while_a_dead_man_signal_is_missing(kept: Store) -> None:
    knows(kept, "disk")
    with kept.writing() as session:
        row = heartbeats.add(kept, session, Owed("prom", "alertname=Watchdog", 60, 10))
        heartbeats.of(session, row).state = MISSING
    ask(kept, 10)

    held = ask(kept, 500)
    with kept.writing() as session:
        heartbeats.of(session, row).state = "alive"
    after = ask(kept, 510)

    assert (held.cleared, held.held, held.reason) == (0, 1, "Ends are held: alertname=Watchdog is missing.")
    assert (after.cleared, filed(kept)) == (1, [("state", "resolved", "disk")])


def test_nothing_follows_while_calls_of_the_source_wait_to_be_read(kept: Store) -> None:
    knows(kept, "disk")
    ask(kept, 10)
    with kept.writing() as session:
        keep(kept, session, [Call("prom", "alertmanager", '{"alerts": []}', 0)])

    run = ask(kept, 500, named("other"))

    assert (filed(kept), run.state, run.reason) == ([], "partial", BEHIND)


def test_what_no_tool_tells_is_not_missed_there(kept: Store) -> None:
    knows(kept, f"{PREFIX}1")
    knows(kept, "longwatch-test-prom")
    ask(kept, 10)
    ask(kept, 500)

    assert filed(kept) == []


def test_what_is_said_there_is_told_once_and_again_when_it_changes(kept: Store) -> None:
    knows(kept, "disk")
    for place, note in enumerate(["Silenced by ann.", "Silenced by ann.", "Silenced by bob."]):
        ask(kept, 10 + place, named("disk", tells=False, note=note), named("unknown", tells=False, note="Silenced."))
        read(kept)

    assert filed(kept) == [("note", "firing", "disk"), ("note", "firing", "disk")]


def test_what_the_tool_has_said_itself_is_not_told_again(kept: Store) -> None:
    knows(kept, "disk")
    with kept.writing() as session:
        said = {"source": "prom", "fingerprint": "disk", "about": "acknowledged", "author": "Ann", "text": "seen"}
        session.add(AlertRemark(inbox=1, position=0, at=NOON, **said))

    ask(kept, 10, named("disk", tells=False, note="seen", author="Ann"))

    assert filed(kept) == []


def test_an_end_that_was_told_before_and_fires_there_again_begins_anew(kept: Store) -> None:
    knows(kept, "disk", "resolved")

    ask(kept, 30, named("disk"))
    ask(kept, 61, named("disk"))

    assert filed(kept) == [("state", "firing", "disk")]


def test_the_last_reports_are_kept(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polls, "KEPT", 3)
    for seconds in range(5):
        ask(kept, seconds)

    with kept.reading() as session:
        found = polls.runs(session, "prom", 10)
    assert [run.at for run in found] == [NOON + timedelta(seconds=seconds) for seconds in (4, 3, 2)]


def test_many_alerts_are_filed_in_calls_that_can_be_read(kept: Store) -> None:
    run = ask(kept, 10, *(named(f"disk-{number}") for number in range(1_200)))

    with kept.reading() as session:
        sizes = list(session.scalars(select(Inbox.size).order_by(Inbox.row)))
    assert (run.opened, sizes) == (1_200, [500, 500, 200])


def test_a_tool_is_asked_with_what_proves_us_and_reported(settings: Settings, store: Store) -> None:
    loop = settings_for(settings.data, LONGWATCH_OUTBOUND_NETWORKS="127.0.0.0/8")
    status: dict[str, Any] = {"uptime": "2026-11-01T00:00:00Z", "cluster": {"status": "ready"}}
    with asked_tool() as tool:
        tool.book = {"/api/v2/alerts": b"[]", "/api/v2/silences": b"[]", "/api/v2/status": json.dumps(status).encode()}
        with store.writing() as session:
            sources.add(store, session, "alertmanager", "prom")
            wanted = Wanted("prom", "alertmanager", tool.url, login="desk", secret="s3cret", scope="the desk")
            polls.save(session, settings.secret_keys, wanted)

        told = Reconciling(store, loop).ask_source("prom")
        tool.refuses = [403]
        refused = Reconciling(store, loop).ask_source("prom")
        forbidden = Reconciling(store, settings).ask_source("prom")

    assert (told["state"], told["seen"]) == ("complete", 0)
    assert ("/api/v2/alerts?receiver=the%20desk", "Basic ZGVzazpzM2NyZXQ=") in tool.heard
    assert (refused["state"], refused["reason"]) == ("failed", "It answered 403 Forbidden.")
    assert (forbidden["state"], "not a public address" in forbidden["reason"]) == ("failed", True)


def test_a_source_that_is_off_or_not_asked_is_left_alone(settings: Settings, store: Store) -> None:
    with store.writing() as session:
        sources.add(store, session, "alertmanager", "prom")
        polls.save(session, settings.secret_keys, Wanted("prom", "alertmanager", "https://am.invalid"))
        sources.switch(session, "prom", active=False)
        assert polls.schedules(session) == {}

    assert Reconciling(store, settings).ask_source("prom") == {}
    assert Reconciling(store, settings).ask_source("nobody") == {}


@pytest.mark.parametrize(
    "over",
    [
        {"url": "ftp://am.example.net"},
        {"url": "https://am.example.net/?a=b"},
        {"url": "https://user:word@am.example.net"},
        {"every": 9},
        {"grace": -1},
        {"scope": "two\nlines"},
        {"authority": "-----BEGIN nothing"},
        {"any_name": True},
        {"login": "a:b"},
        {"kind": "icinga2"},
    ],
)
def test_what_cannot_be_asked_is_told(kept: Store, over: dict[str, Any]) -> None:
    given = {"source": "prom", "kind": "alertmanager", "url": "https://am.example.net", **over}

    with kept.writing() as session, pytest.raises(BadPoll):
        polls.save(session, KEYS, Wanted(**given))


def test_a_secret_stays_with_its_host(kept: Store) -> None:
    def saved(url: str, secret: str = "") -> str:
        with kept.writing() as session:
            return polls.secret_of(polls.save(session, KEYS, Wanted("prom", "alertmanager", url, secret=secret)), KEYS)

    assert saved("https://am.example.net", "s3cret") == "s3cret"
    assert saved("https://am.example.net/") == "s3cret"
    assert saved("https://elsewhere.example.net") == ""


def test_a_wish_to_ask_now_is_passed_on_once(kept: Store) -> None:
    with kept.writing() as session:
        polls.want(kept, session, "prom")
        [poll] = polls.wanted_now(session).values()
        polls.taken(session, poll)
        assert polls.wanted_now(session) == {}
        with pytest.raises(BadPoll):
            polls.want(kept, session, "nobody")


def test_marks_of_staleness_can_be_set_and_taken_back(kept: Store) -> None:
    with kept.writing() as session:
        polls.mark_stale_after(session, "prom", 600)
        assert polls.stale_after(session, "prom") == 600
        polls.mark_stale_after(session, "prom", None)
        assert polls.stale_after(session, "prom") is None
        with pytest.raises(BadPoll):
            polls.mark_stale_after(session, "prom", 1)
        assert list(session.scalars(select(Heartbeat))) == []
