"""What people may ask for: the catalogue's page, and forms drawn from data that work without script."""

from typing import Any

import pytest

from longwatch import seed_processes
from longwatch.domain.catalogue import ICONS
from longwatch.domain.ticket import Actor
from longwatch.store import configuration, tickets
from longwatch.store.configuration import APPROVAL_POLICY, CATALOGUE
from tests.web.conftest import WebDesk
from tests.web.person import Person
from web.configuration.usage import used_by
from web.console.catalogue import LOOKS


@pytest.fixture
def offering(desk: WebDesk) -> WebDesk:
    """A desk with a catalogue."""
    with desk.store.writing() as session:
        seed_processes.basics(desk.store, session)
        seed_processes.demo(desk.store, session)
    return desk


def publish(desk: WebDesk, name: str, **data: Any) -> None:
    """A new version of an item."""
    with desk.store.writing() as session:
        configuration.publish(desk.store, session, CATALOGUE, name, data)


def test_the_portal_leads_to_the_catalogue(offering: WebDesk) -> None:
    page = Person(offering.client(), "requester").go("/")

    assert 'href="/catalogue"' in page


def test_the_catalogue_stands_by_category(offering: WebDesk) -> None:
    page = Person(offering.client(), "requester").go("/catalogue")

    assert page.index(">Access</h2>") < page.index("Password reset") < page.index(">Equipment</h2>")
    assert "New laptop" in page


def test_what_is_not_for_somebody_is_not_shown_and_cannot_be_opened(offering: WebDesk) -> None:
    requester, lead = Person(offering.client(), "requester"), Person(offering.client(), "lead")

    assert "New starter" not in requester.go("/catalogue")
    assert "New starter" in lead.go("/catalogue")
    requester.go("/catalogue/new-starter")
    assert requester.status == 404


@pytest.mark.parametrize(
    ("query", "found"), [("q=LAPTOP", True), ("q=travel+computer", False), ("category=Access", False)]
)
def test_the_catalogue_is_searched_and_narrowed(offering: WebDesk, query: str, *, found: bool) -> None:
    page = Person(offering.client(), "requester").go(f"/catalogue?{query}")

    assert ("/catalogue/new-laptop" in page) is found


def test_a_search_that_finds_nothing_leads_on(offering: WebDesk) -> None:
    page = Person(offering.client(), "requester").go("/catalogue?q=spaceship")

    assert "Nothing fits" in page
    assert 'href="/new"' in page


def test_a_search_while_typing_answers_the_shelves_alone(offering: WebDesk) -> None:
    page = Person(offering.client(), "requester").go("/catalogue?q=laptop", **{"HX-Request": "true"})

    assert page.lstrip().startswith('<div id="shelves"')
    assert "<html" not in page


def test_an_item_of_an_earlier_release_is_not_offered_and_harms_nothing(offering: WebDesk) -> None:
    publish(offering, "odd", title="Odd", shape="round")

    page = Person(offering.client(), "requester").go("/catalogue")

    assert "New laptop" in page
    assert "Odd" not in page


def test_a_form_is_drawn_from_its_questions(offering: WebDesk) -> None:
    requester = Person(offering.client(), "requester")
    page = requester.go("/catalogue/new-laptop")
    form = requester.form("/catalogue/new-laptop")

    assert form.choices["a-model"] == ["", "light", "strong"]
    assert {"a-memory", "a-purpose", "a-cost", "a-by"} <= set(form.fields)
    assert "mail-1" in form.choices["a-replaces"]
    assert "Only when “Which one?” is Strong, for building software." in page


def test_every_input_has_a_label_and_says_what_it_is_for(offering: WebDesk) -> None:
    lead = Person(offering.client(), "lead")
    for name in seed_processes.ITEMS:
        page = lead.go(f"/catalogue/{name}")
        for control in lead.form(f"/catalogue/{name}").fields:
            if control.startswith("a-"):
                assert f'for="order-{control}"' in page
                assert f'id="order-{control}"' in page


def test_all_that_is_wrong_is_said_at_once_beside_its_question_and_what_was_typed_stays(offering: WebDesk) -> None:
    requester = Person(offering.client(), "requester")
    requester.go("/catalogue/new-laptop")

    typed = {"a-model": "strong", "a-memory": "lots", "a-purpose": "Short", "a-cost": "12,50"}
    requester.send("/catalogue/new-laptop", **typed)

    assert requester.status == 422
    assert 'id="order-a-memory-wrong"' in requester.page
    assert 'id="order-a-purpose-wrong"' in requester.page
    assert 'id="order-a-cost-wrong"' not in requester.page
    again = requester.form("/catalogue/new-laptop").fields
    assert {name: again[name] for name in typed} == typed


def test_what_is_not_shown_is_not_asked_for(offering: WebDesk) -> None:
    requester = Person(offering.client(), "requester")
    requester.go("/catalogue/new-laptop")

    requester.send("/catalogue/new-laptop", **{"a-model": "light", "a-memory": "nonsense", "a-cost": "-5"})

    assert 'id="order-a-cost-wrong"' in requester.page
    assert 'id="order-a-memory-wrong"' not in requester.page


def test_several_answers_are_kept(offering: WebDesk) -> None:
    lead = Person(offering.client(), "lead")
    lead.go("/catalogue/new-starter")
    form = lead.form("/catalogue/new-starter")

    answer = lead.client.post(
        "/catalogue/new-starter", data={**form.fields, "a-needs": ["account", "phone"], "a-remote": "yes"}
    ).get_data(as_text=True)

    assert 'value="account" checked' in answer
    assert 'value="phone" checked' in answer
    assert 'value="laptop" checked' not in answer
    assert 'id="order-a-address-wrong"' in answer


def test_a_person_who_left_cannot_be_named(offering: WebDesk) -> None:
    requester = Person(offering.client(), "requester")
    requester.go("/catalogue/shared-folder")

    requester.send("/catalogue/shared-folder", **{"a-folder": "x", "a-right": "read", "a-for_whom": "user:nobody"})

    assert requester.status == 422
    assert "there is none called user:nobody" in requester.page


def test_a_form_that_changed_meanwhile_is_shown_again_with_what_was_typed(offering: WebDesk) -> None:
    requester = Person(offering.client(), "requester")
    requester.go("/catalogue/password-reset")
    old = requester.form("/catalogue/password-reset")
    publish(offering, "password-reset", **{**seed_processes.ITEMS["password-reset"], "title": "Reset a password"})

    requester.send_again(old, **{"a-system": "mail"})

    assert requester.status == 409
    assert "The form has changed since you opened it" in requester.page
    assert requester.form("/catalogue/password-reset").fields["a-system"] == "mail"


def test_every_icon_of_an_item_is_drawn() -> None:
    assert set(LOOKS) == set(ICONS)


LIGHT = {"a-model": "light", "a-purpose": "To travel with it.", "a-cost": "899,90", "a-by": "2030-01-31"}


def asked(person: Person, **typed: str) -> str:
    """Somebody asks for a laptop; the request's number."""
    person.go("/catalogue/new-laptop")
    person.send("/catalogue/new-laptop", **{**LIGHT, **typed})
    return person.where.rpartition("/")[2]


def test_asking_opens_a_request_that_holds_the_answers_and_the_form_they_were_given_to(offering: WebDesk) -> None:
    requester = Person(offering.client(), "requester")

    number = asked(requester)

    with offering.store.reading() as session:
        found = tickets.find(session, Actor("user:admin", roles=("admin",)), number)
        assert found is not None
        order = found.state.order
        said = tickets.texts(session, [order.answers["purpose"]["body"]])
    assert number.startswith("REQ-")
    assert (order.item, order.version, found.state.requester) == ("new-laptop", 1, "user:requester")
    assert (order.answers["cost"], order.answers["by"]) == ("899.90", "2030-01-31")
    assert list(said.values()) == ["To travel with it."]
    assert found.state.status == "awaiting_approval"


def test_pressing_twice_asks_once(offering: WebDesk) -> None:
    requester = Person(offering.client(), "requester")
    requester.go("/catalogue/new-laptop")
    form = requester.form("/catalogue/new-laptop")
    requester.send_again(form, **LIGHT)
    first = requester.where

    requester.send_again(form, **LIGHT)
    second = requester.where
    requester.send_again(form, **{**LIGHT, "a-cost": "1"})

    assert second == first
    assert requester.status == 409
    assert requester.form("/catalogue/new-laptop").fields["token"] != form.fields["token"]


def test_open_requests_are_counted_at_the_version_they_were_made_under(offering: WebDesk) -> None:
    asked(Person(offering.client(), "requester"))

    with offering.store.reading() as session:
        assert used_by(session, CATALOGUE, "new-laptop") == {1: 1}
        assert used_by(session, APPROVAL_POLICY, "request-manager") == {1: 1}


def test_the_answers_stand_on_the_request_for_whoever_asked_and_for_the_desk(offering: WebDesk) -> None:
    requester = Person(offering.client(), "requester")
    number = asked(requester, **{"a-replaces": "print-3"})

    mine, theirs = requester.go(f"/t/{number}"), Person(offering.client(), "agent").go(f"/t/{number}")

    for page in (mine, theirs):
        assert "Light, for travelling" in page
        assert "To travel with it." in page
        assert "Printer, third floor" in page
        assert "Your team lead is asked first." in page
        assert "Memory in GB" not in page


def test_answers_are_told_in_words(offering: WebDesk) -> None:
    lead = Person(offering.client(), "lead")
    lead.go("/catalogue/new-starter")
    form = lead.form("/catalogue/new-starter")
    typed = {"a-name": "Nina New", "a-starts": "2030-02-01", "a-team": "servers", "a-remote": "no"}
    data = {**form.fields, **typed, "a-needs": ["account", "vpn"]}

    page = lead.client.post("/catalogue/new-starter", data=data, follow_redirects=True).get_data(as_text=True)

    assert "Account and mail\nWork from outside" in page
    assert "<dd>Servers</dd>" in page
    assert "<dd>No</dd>" in page


def test_who_may_ask_for_nothing_sees_the_form_without_its_button(offering: WebDesk) -> None:
    page = Person(offering.client(), "auditor").go("/catalogue/new-laptop")

    assert "you may look at the form" in page
    assert "Ask for it" not in page
