"""Group commit: everything is written once, by whoever's turn it is, and each hears of its own fate."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from longwatch.store import inbox
from longwatch.store.database import Store
from longwatch.store.inbox import Call
from longwatch.store.tables import Inbox
from longwatch.store.together import MOST, Together


def call(body: str) -> Call:
    return Call("watcher", "generic", body, 1)


def stored(store: Store) -> list[str]:
    with store.reading() as session:
        return sorted(session.scalars(select(Inbox.body)))


def test_what_is_put_is_stored_when_put_returns(store: Store) -> None:
    together = Together[Call](store, lambda session, calls: inbox.keep(store, session, calls))

    together.put(call("one"))

    assert stored(store) == ["one"]


def test_many_at_once_are_all_written_once_in_few_transactions(store: Store) -> None:
    transactions: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def keep(session: Session, calls: Sequence[Call]) -> None:
        transactions.append(len(calls))
        begun.set()
        assert go_on.wait(10)
        inbox.keep(store, session, calls)

    together = Together[Call](store, keep)
    bodies = [f"{number:03d}" for number in range(2 * MOST)]
    with ThreadPoolExecutor(len(bodies) + 1) as pool:
        first = pool.submit(together.put, call("first"))
        assert begun.wait(10)
        rest = [pool.submit(together.put, call(body)) for body in bodies]
        while len(together._waiting) < len(bodies):
            threading.Event().wait(0.001)
        go_on.set()
        for done in (first, *rest):
            done.result(10)

    assert stored(store) == [*bodies, "first"]
    assert transactions == [1, MOST, MOST]


def test_what_goes_wrong_is_told_to_all_who_wrote_together_and_nothing_is_left(store: Store) -> None:
    class DiskFullError(Exception):
        pass

    broken = True

    def keep(session: Session, calls: Sequence[Call]) -> None:
        inbox.keep(store, session, calls)
        if broken:
            raise DiskFullError

    together = Together[Call](store, keep)
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(together.put, call("lost")) for _ in range(8)]

    for one in tries:
        with pytest.raises(DiskFullError):
            one.result()
    assert stored(store) == []
    broken = False
    together.put(call("again"))
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Inbox)) == 1
