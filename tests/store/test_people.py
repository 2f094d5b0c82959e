"""People, passwords, tokens and sessions; of secrets nothing but digests is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from longwatch.store import people
from longwatch.store.database import Store
from longwatch.store.people import BadPerson
from longwatch.store.tables import Membership, Person, SignIn, Token

PASSWORD = "correct horse battery"


def test_a_person_is_recorded_with_roles_and_password(store: Store) -> None:
    with store.writing() as session:
        people.add_person(
            store, session, "nora", "Nora New", email="nora@example.net", roles=["agent"], password=PASSWORD
        )
        people.add_team(session, "night", "Night shift")
        people.join_team(session, "night", "nora")
        people.join_team(session, "night", "nora")

    with store.reading() as session:
        person = people.verify_password(session, "nora", PASSWORD)
        assert person is not None
        assert (person.name, person.roles, person.actor) == ("Nora New", ["agent"], "user:nora")
        assert person.password is not None
        assert PASSWORD not in person.password
        assert session.scalars(select(Membership.team).where(Membership.login == "nora")).all() == ["night"]


@pytest.mark.parametrize(
    ("login", "roles", "password"),
    [
        ("agent", [], None),
        ("nora", ["king"], None),
        ("nora", [], "short"),
        ("Nora", [], None),
        ("", [], None),
        ("no ra", [], None),
        ("user:nora", [], None),
    ],
)
def test_a_person_who_cannot_be_recorded_is_not(
    store: Store, login: str, roles: list[str], password: str | None
) -> None:
    with store.writing() as session, pytest.raises(BadPerson):
        people.add_person(store, session, login, "Nora", roles=roles, password=password)

    with store.reading() as session:
        assert session.get(Person, "nora") is None


def test_nobody_gets_a_password_a_token_or_a_team(store: Store) -> None:
    with store.writing() as session:
        now = store.now(session)
        with pytest.raises(BadPerson):
            people.set_password(session, "nobody", PASSWORD, now)
        with pytest.raises(BadPerson):
            people.create_token(store, session, "nobody")
        with pytest.raises(BadPerson):
            people.join_team(session, "service-desk", "nobody")


def test_somebody_without_a_password_signs_in_with_none(store: Store) -> None:
    with store.reading() as session:
        assert people.verify_password(session, "agent", "") is None
        assert people.verify_password(session, "nobody", PASSWORD) is None


def test_a_token_is_known_by_its_digest_alone(store: Store) -> None:
    with store.writing() as session:
        token = people.create_token(store, session, "agent", "report")

    with store.reading() as session:
        person = people.person_of_token(session, token)
        assert person is not None
        assert person.login == "agent"
        assert people.person_of_token(session, token + "x") is None
        kept = session.scalars(select(Token)).one()
        assert token not in (kept.sha256, kept.name)


def test_a_session_lives_until_it_ends_expires_or_lies_idle(store: Store) -> None:
    with store.writing() as session:
        secret = people.begin_sign_in(store, session, "agent", "127.0.0.1", "browser" * 100)
        began = session.scalars(select(SignIn.created_at)).one()

    def living(after: timedelta) -> bool:
        with store.reading() as session:
            return people.sign_in_of(session, secret, began + after) is not None

    assert living(timedelta(0))
    assert living(people.IDLE_SIGN_IN - timedelta(seconds=1))
    assert not living(people.IDLE_SIGN_IN)
    with store.writing() as session:
        people.seen(session, people.secret_digest(secret), began + people.LONGEST_SIGN_IN - timedelta(seconds=2))
    assert living(people.LONGEST_SIGN_IN - timedelta(seconds=1))
    assert not living(people.LONGEST_SIGN_IN)
    with store.writing() as session:
        assert len(people.sign_ins_of(session, "agent", began)) == 1
        people.end_sign_in(session, people.secret_digest(secret), began)
        assert people.sign_ins_of(session, "agent", began) == []
    assert not living(timedelta(0))
