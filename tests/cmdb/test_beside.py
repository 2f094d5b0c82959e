"""What stands beside a ticket: the owner, the worst that falls, and what ends soon."""

from datetime import UTC, date, datetime

from cmdb.beside import beside, ending_soon
from cmdb.items import change_item
from longwatch.store.database import Store

NOW = datetime(2027, 2, 20, tzinfo=UTC)


def test_a_ticket_sees_the_certificate_of_its_server_that_ends_soon(either_store: Store) -> None:
    with either_store.reading() as session:
        found = beside(session, "web-1", NOW)
        early = beside(session, "web-1", datetime(2026, 11, 22, tzinfo=UTC))

    assert found is not None
    assert (found.owner_team, found.criticality, found.users) == ("servers", 1, 0)
    assert [(one.ci, one.on) for one in found.ending] == [("cert-shop", date(2027, 3, 1))]
    assert early is not None
    assert early.ending == ()


def test_what_ends_soon_or_has_ended_is_listed_until_it_is_retired(either_store: Store) -> None:
    with either_store.writing() as session:
        assert [one.ci for one in ending_soon(session, NOW)] == ["cert-shop"]
        change_item(either_store, session, "cert-shop", {"state": "retired"}, "user:admin")

        assert ending_soon(session, NOW) == []
        assert beside(session, "nothing", NOW) is None
