"""Sources on both databases: keys, rotation, counters; tickets that tools open, however many do it at once."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from activities import correlated
from activities.correlated import Opening
from activities.intake import Intake
from integrations.building import built
from longwatch.store import sealing, source_counts, sources
from longwatch.store.database import Store
from longwatch.store.inbox import Call, keep
from longwatch.store.people import secret_digest
from longwatch.store.source_counts import Refusal
from longwatch.store.tables import Command, Inbox
from longwatch.store.tables_intake import CorrelatedTicket
from tests.store.storm import at_once


def added(store: Store, name: str = "watch") -> str:
    with store.writing() as session:
        return sources.add(store, session, "generic", name)


def opens(store: Store, key: str) -> bool:
    with store.reading() as session:
        return sources.sender(store, session, secret_digest(key)) is not None


def test_an_old_key_opens_until_its_overlap_is_over(either_store: Store) -> None:
    first = added(either_store)

    with either_store.writing() as session:
        second = sources.rotate(either_store, session, "watch", timedelta(hours=1))
    assert (opens(either_store, first), opens(either_store, second)) == (True, True)
    with either_store.writing() as session:
        third = sources.rotate(either_store, session, "watch", timedelta())

    assert [opens(either_store, key) for key in (first, second, third)] == [True, False, True]
    with either_store.writing() as session:
        sources.forget_old_keys(session, "watch")
    assert not opens(either_store, first)


def test_refusals_are_counted_to_the_last_and_ten_are_kept(either_store: Store) -> None:
    added(either_store)

    def refuse(number: int) -> None:
        for turn in range(3):
            with either_store.writing() as session:
                refusal = Refusal(400, f"no {number}-{turn}", "x" * 30_000)
                source_counts.refuse(session, "watch", refusal, either_store.now(session))

    at_once(8, refuse)

    with either_store.reading() as session:
        count = source_counts.counts(session)["watch"]
        kept = source_counts.refused_calls(session, "watch")
    assert count.refused == 24
    assert len(kept) == 10
    assert {len(row.body) for row in kept} == {source_counts.BODY}


def test_the_same_trouble_told_at_once_is_one_ticket(either_store: Store) -> None:
    added(either_store)
    alert = built("x", "firing", "Disk full", "critical", hints=("db-1",))

    def tell(_: int) -> str:
        with either_store.writing() as session:
            opening = Opening("watch", "servicenow", "mon-1", alert, "{}")
            return correlated.open_at_once(either_store, session, opening).number

    numbers = set(at_once(12, tell))

    with either_store.reading() as session:
        openings = list(session.scalars(select(Command.ticket).where(Command.action == "open")))
        told = list(session.scalars(select(Command.row).where(Command.action == "alerts")))
        rows = list(session.scalars(select(CorrelatedTicket)))
    assert len(numbers) == len(openings) == len(rows) == 1
    assert len(told) == 12


def test_counters_are_true_however_many_calls_a_slice_holds(either_store: Store) -> None:
    added(either_store, "one")
    added(either_store, "two")
    body = '{"id": "a", "title": "b"}'
    with either_store.writing() as session:
        keep(either_store, session, [Call(name, "generic", body, 1) for name in ("one", "two", "one")])
        keep(either_store, session, [Call("two", "generic", '{"alerts": [7, {"title": "x"}]}', 2)])

    splitter = Intake(either_store)
    while splitter.split_next():
        pass

    with either_store.reading() as session:
        counts = source_counts.counts(session)
    assert (counts["one"].calls, counts["one"].alerts, counts["one"].parked) == (2, 2, 0)
    assert (counts["two"].calls, counts["two"].alerts, counts["two"].parked) == (2, 2, 1)
    assert counts["one"].seen_at is not None


def test_a_call_that_cannot_be_read_any_more_harms_only_itself(either_store: Store) -> None:
    added(either_store)
    calls = [("generic", "nonsense"), ("carrier-pigeon", "{}"), ("generic", '{"title": "good"}')]
    with either_store.writing() as session:
        keep(either_store, session, [Call("watch", kind, body, 1) for kind, body in calls])

    splitter = Intake(either_store)
    while splitter.split_next():
        pass

    with either_store.reading() as session:
        states = list(session.scalars(select(Inbox.state).order_by(Inbox.row)))
    assert states == ["parked", "parked", "split"]


def test_sealed_secrets_open_with_older_keys_and_with_no_others() -> None:
    sealed = sealing.seal(["old" * 20], "the secret")

    assert sealing.unseal(["new" * 20, "old" * 20], sealed) == "the secret"
    assert "secret" not in sealed
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(["new" * 20], sealed)


@pytest.mark.parametrize(
    ("networks", "address", "admitted"),
    [
        ((), "198.51.100.1", True),
        (("10.0.0.0/8",), "10.1.2.3", True),
        (("10.0.0.0/8",), "::ffff:10.1.2.3", True),
        (("10.0.0.0/8",), "11.1.2.3", False),
        (("2001:db8::/32",), "2001:db8::1", True),
        (("10.0.0.0/8",), "", False),
        (("10.0.0.0/8",), "somewhere", False),
    ],
)
def test_networks_admit_what_lies_in_them(networks: tuple[str, ...], address: str, *, admitted: bool) -> None:
    assert sources.Sender("a", "generic", "", networks).admits(address) is admitted


@pytest.mark.parametrize("given", [["10.0.0.0/33"], ["everywhere"], [""], [f"10.0.0.{n}" for n in range(51)]])
def test_what_is_no_network_is_refused(given: list[str]) -> None:
    with pytest.raises(sources.BadSource):
        sources.networks(given)
