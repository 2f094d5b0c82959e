"""The one way in: numbered, dated, once per key."""

import threading
from collections.abc import Callable

import pytest

from longwatch.domain.ticket import body_digest
from longwatch.messages import INCIDENT
from longwatch.store.acceptance import KeyReused, Request, accept, accept_opening, data_of
from longwatch.store.database import Store
from longwatch.store.tables import Body, Command


def opening(store: Store, key: str | None = None, actor: str = "user:requester", title: str = "Mail") -> str:
    with store.writing() as session:
        request = Request("", INCIDENT, "open", actor, {"requester": actor}, {"title": title}, key)
        return accept_opening(store, session, INCIDENT, request).ticket


def test_openings_are_numbered_one_after_the_other(store: Store) -> None:
    assert [opening(store) for _ in range(3)] == ["INC-000001", "INC-000002", "INC-000003"]


def test_the_same_key_is_the_same_opening(store: Store) -> None:
    assert opening(store, "k1") == opening(store, "k1")
    assert opening(store) == "INC-000002"


def test_a_key_used_by_somebody_else_is_refused(store: Store) -> None:
    opening(store, "k1")

    with pytest.raises(KeyReused):
        opening(store, "k1", actor="user:agent")


def test_a_persons_words_are_kept_apart_with_a_digest_that_proves_them(store: Store) -> None:
    number = opening(store, title="The printer smokes")

    with store.reading() as session:
        body = session.query(Body).filter_by(ticket=number).one()
        said = data_of(session.query(Command).one())["title"]
    assert body.text == "The printer smokes"
    assert said == {"body": body.id, "sha256": body_digest(body.salt, "The printer smokes")}
    assert "smokes" not in str(said)


def test_an_acceptance_that_fails_leaves_nothing_half_done(store: Store) -> None:
    def fail() -> None:
        with store.writing() as session:
            accept(store, session, Request("INC-000001", INCIDENT, "message", "user:agent", {}, {"body": "hello"}))
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        fail()

    with store.reading() as session:
        assert session.query(Command).count() == session.query(Body).count() == 0


def together(threads: int, work: Callable[[], object]) -> None:
    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def test_the_same_key_from_many_at_once_is_accepted_once(store: Store) -> None:
    numbers: list[str] = []

    together(20, lambda: numbers.append(opening(store, "double-click")))

    assert set(numbers) == {"INC-000001"}
    assert len(numbers) == 20


def test_many_openings_at_once_never_share_a_number(store: Store) -> None:
    numbers: list[str] = []

    together(8, lambda: numbers.extend(opening(store) for _ in range(10)))

    assert len(set(numbers)) == len(numbers) == 80
