"""Who should have a ticket, and why."""

from datetime import UTC, datetime, timedelta

from activities.routing import route
from longwatch.domain.ticket import Actor
from longwatch.store.absences import Period, enter
from longwatch.store.database import Store
from longwatch.store.tables import Person, Ticket

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def hold(store: Store, person: str, number: str, status: str = "assigned") -> None:
    """Gives somebody an open ticket."""
    with store.writing() as session:
        session.add(
            Ticket(
                number=number,
                kind="incident",
                status=status,
                open=True,
                priority=3,
                assignee=person,
                due_at=NOW,
                opened_at=NOW,
                updated_at=NOW,
                version=1,
            )
        )


def routed(store: Store, **data: object) -> dict[str, object]:
    with store.reading() as session:
        return route(session, data, NOW)


def test_a_rule_names_the_team_before_the_owner_does(store: Store) -> None:
    answer = routed(store, ci="db-1", category="network")

    assert answer["team"] == "network"
    assert "network-first" in str(answer["reasons"])


def test_without_a_rule_the_items_owner_takes_it(store: Store) -> None:
    assert routed(store, ci="db-1")["team"] == "databases"


def test_without_rule_and_owner_the_service_desk_takes_it(store: Store) -> None:
    assert routed(store, ci=None)["team"] == "service-desk"


def test_a_named_team_is_kept(store: Store) -> None:
    assert routed(store, ci="db-1", team="servers")["team"] == "servers"


def test_of_those_present_the_least_loaded_gets_it(store: Store) -> None:
    hold(store, "user:agent", "INC-000001")

    answer = routed(store, team="servers")

    assert answer["person"] == "user:lead"
    assert "fewest open tickets (0)" in str(answer["reasons"])


def test_what_is_resolved_is_no_load(store: Store) -> None:
    hold(store, "user:agent", "INC-000001", "resolved")

    assert routed(store, team="servers")["person"] == "user:agent"


def test_the_absent_get_nothing_new(store: Store) -> None:
    with store.writing() as session:
        for person in session.query(Person):
            person.present = person.login == "lead"

    assert routed(store, team="servers")["person"] == "user:lead"
    assert routed(store, team="databases")["person"] is None


def test_who_is_away_for_a_time_gets_nothing_new_meanwhile(store: Store) -> None:
    admin, day = Actor("user:admin", roles=("admin",)), timedelta(days=1)
    today = datetime.now(UTC)
    with store.writing() as session:
        enter(store, session, admin, "agent", Period(today, today + day))

    with store.reading() as session:
        found = [route(session, {"team": "servers"}, at)["person"] for at in (today - day, today, today + day)]

    assert found == ["user:agent", "user:lead", "user:agent"]
