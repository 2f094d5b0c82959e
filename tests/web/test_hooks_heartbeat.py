"""The door of signs of life: whatever can make a request can say that it ran."""

import pytest

from longwatch.store import heartbeats, sources
from longwatch.store.heartbeats import Owed
from longwatch.store.sealing import seal
from longwatch.store.source_counts import counts, refused_calls
from longwatch.store.tables_heartbeats import Heartbeat
from longwatch.store.tables_intake import SourceSetup
from tests.web.conftest import WebDesk


def expected(desk: WebDesk, signal: str) -> str:
    """A source that owes this signal; its key."""
    with desk.store.writing() as session:
        key = sources.add(desk.store, session, "alertmanager", "jobs")
        heartbeats.add(desk.store, session, Owed("jobs", signal, 60, 10))
    return key


def row(desk: WebDesk) -> Heartbeat:
    with desk.store.reading() as session:
        return session.query(Heartbeat).one()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("signal", ["backup", "nightly/of db-1", ""])
def test_a_job_says_that_it_ran(desk: WebDesk, method: str, signal: str) -> None:
    key = expected(desk, signal)

    answer = desk.client().open(f"/hooks/heartbeat/{key}" + (f"/{signal}" if signal else ""), method=method)

    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert (row(desk).state, row(desk).beats) == ("alive", 1)


def test_a_signal_that_nobody_expects_is_refused_and_kept_for_who_mends_the_job(desk: WebDesk) -> None:
    key = expected(desk, "backup")

    answer = desk.client().get(f"/hooks/heartbeat/{key}/bakcup")

    with desk.store.reading() as session:
        [refused] = refused_calls(session, "jobs")
    assert answer.status_code == refused.code == 404
    assert "bakcup" in refused.reason
    assert row(desk).state == "waiting"


def test_a_stranger_says_nothing(desk: WebDesk) -> None:
    expected(desk, "backup")

    assert desk.client().get("/hooks/heartbeat/no-such-key/backup").status_code == 401
    assert row(desk).beats == 0


def test_who_must_sign_must_sign_here_too(desk: WebDesk) -> None:
    key = expected(desk, "backup")
    with desk.store.writing() as session:
        session.add(SourceSetup(source="jobs", networks=[], signature="longwatch", secret=_sealed(desk)))

    assert desk.client().get(f"/hooks/heartbeat/{key}/backup").status_code == 401


def _sealed(desk: WebDesk) -> str:
    return seal(desk.settings.secret_keys, "a secret of sixteen and more")


def test_it_counts_as_a_call_of_its_source(desk: WebDesk) -> None:
    key = expected(desk, "backup")
    desk.client().post(f"/hooks/heartbeat/{key}/backup", data=b"\x00 whatever")

    with desk.store.reading() as session:
        assert counts(session)["jobs"].calls == 1
