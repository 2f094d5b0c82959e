"""Writers of the embedded database take turns, in one process and between several."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong

from longwatch.settings import Settings
from longwatch.store import turns
from longwatch.store.database import Store, open_engine
from longwatch.store.tables import Counter
from longwatch.store.writing import count_up


def test_many_threads_and_two_stores_count_every_number_once(store: Store, settings: Settings) -> None:
    other = Store(open_engine(settings.database_url))

    def count(number: int) -> int:
        with (store, other)[number % 2].writing() as session:
            return count_up(session, "turns")

    with ThreadPoolExecutor(12) as pool:
        numbers = list(pool.map(count, range(240)))
    other.engine.dispose()

    assert sorted(numbers) == list(range(1, 241))


def test_a_writer_goes_on_soon_after_another_process_has_finished(store: Store, settings: Settings) -> None:
    foreign = sqlite3.connect(
        settings.database_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    foreign.execute("BEGIN IMMEDIATE")
    finished = threading.Timer(0.3, foreign.execute, ["COMMIT"])
    finished.start()
    with store.writing() as session:
        session.add(Counter(name="turns", value=7))
    finished.join()
    foreign.close()

    with store.reading() as session:
        assert session.get_one(Counter, "turns").value == 7


def test_a_writer_gives_up_on_another_process_that_does_not_finish(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.2)
    foreign = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"), isolation_level=None)
    foreign.execute("BEGIN IMMEDIATE")

    with pytest.raises(OperationalError, match="locked"), store.writing() as session:
        count_up(session, "turns")
    foreign.close()


def test_a_writer_gives_up_on_one_of_its_own_process_that_does_not_finish(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.2)
    begun = time.monotonic()

    with store.writing(), pytest.raises(WaitedTooLong), store.writing():
        pass
    assert time.monotonic() - begun < 5


def test_after_a_failed_transaction_the_next_writer_has_its_turn(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing():
        raise ZeroDivisionError
    with store.writing() as session:
        session.add(Counter(name="turns", value=1))

    with store.reading() as session:
        assert session.get_one(Counter, "turns").value == 1
