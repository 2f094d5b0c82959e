"""What requesters see and do: report something, read plain words, answer, confirm."""

from tests.web.conftest import WebDesk
from tests.web.person import Person


def reported(person: Person, title: str = "Printer prints blank pages", **typed: str) -> str:
    """Reports something by the form; returns the number."""
    person.go("/new")
    person.send("/new", title=title, **typed)
    return person.where.rpartition("/")[2]


def test_reporting_takes_one_line(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")

    number = reported(requester)

    assert requester.status == 200
    assert "Printer prints blank pages" in requester.page
    assert desk.api().ticket(number)["requester"] == "requester"


def test_all_that_was_said_is_kept(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")

    number = reported(requester, description="Since noon.", expected_result="Ink on paper.", urgency="3", ci="print-3")

    ticket = desk.api().ticket(number)
    assert (ticket["description"], ticket["expected_result"]) == ("Since noon.", "Ink on paper.")
    assert (ticket["urgency"], ticket["ci"], ticket["source"]) == (3, "print-3", "portal")


def test_sending_the_form_twice_makes_one_ticket(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")
    requester.go("/new")
    form = requester.form("/new")

    requester.send_again(form, title="Once")
    first = requester.where
    requester.send_again(form, title="Once")

    assert requester.where == first
    assert requester.go("/").count("Once</a>") == 1


def test_a_form_that_was_sent_and_changed_is_asked_about(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")
    requester.go("/new")
    form = requester.form("/new")
    requester.send_again(form, title="Once")

    requester.send_again(form, title="Something else")

    assert requester.status == 409
    assert requester.form("/new").fields["title"] == "Something else"
    assert requester.form("/new").fields["token"] != form.fields["token"]


def test_a_title_is_asked_for_kindly_and_the_rest_is_kept(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")
    requester.go("/new")

    requester.send("/new", title="", description="It smokes.")

    assert requester.status == 422
    assert requester.form("/new").fields["description"] == "It smokes."
    assert 'id="new-title-wrong"' in requester.page


def test_requesters_are_not_asked_for_whom(desk: WebDesk) -> None:
    requester, agent = Person(desk.client(), "requester"), Person(desk.client(), "agent")
    requester.go("/new")
    agent.go("/new")

    assert "requester" not in requester.form("/new").choices
    assert "user:requester2" in agent.form("/new").choices["requester"]


def test_an_agent_opens_for_somebody_else(desk: WebDesk) -> None:
    agent = Person(desk.client(), "agent")

    number = reported(agent, title="Called in", requester="user:requester2", tags="Phone, urgent", impact="2")

    ticket = desk.api().ticket(number)
    assert (ticket["requester"], ticket["tags"], ticket["source"]) == ("requester2", ["phone", "urgent"], "console")


def test_states_are_plain_words(desk: WebDesk) -> None:
    requester, agent = Person(desk.client(), "requester"), Person(desk.client(), "agent")
    number = reported(requester, ci="mail-1")
    agent.go(f"/t/{number}")
    working = requester.go(f"/t/{number}")
    agent.send(f"/t/{number}/actions/resolve", code="fixed", text="Changed the toner.")

    done = requester.go(f"/t/{number}")

    assert "We are working on it" in working
    assert "We aim for" in working
    assert "Done, please confirm" in done
    assert "Changed the toner." in done


def test_fixed_closes_and_not_fixed_reopens(desk: WebDesk) -> None:
    requester, agent = Person(desk.client(), "requester"), Person(desk.client(), "agent")
    number = reported(requester, ci="mail-1")
    for answer, words, status in (("reopen", {"reason": "Still blank."}, "assigned"), ("confirm", {}, "closed")):
        agent.go(f"/t/{number}")
        agent.send(f"/t/{number}/actions/resolve", code="fixed", text="Changed the toner.")
        requester.go(f"/t/{number}")

        requester.send(f"/t/{number}/actions/{answer}", **words)

        assert desk.api().ticket(number)["status"] == status


def test_buttons_speak_the_requesters_words(desk: WebDesk) -> None:
    requester, agent = Person(desk.client(), "requester"), Person(desk.client(), "agent")
    number = reported(requester, ci="mail-1")
    agent.go(f"/t/{number}")
    agent.send(f"/t/{number}/actions/resolve", code="fixed", text="Changed the toner.")

    page = requester.go(f"/t/{number}")

    assert "Fixed, thank you" in page
    assert "Not fixed" in page


def test_an_answer_lifts_the_hold(desk: WebDesk) -> None:
    requester, agent = Person(desk.client(), "requester"), Person(desk.client(), "agent")
    number = reported(requester, ci="mail-1")
    agent.go(f"/t/{number}")
    agent.send(f"/t/{number}/messages", text="Which floor?", then="wait")
    requester.go(f"/t/{number}")

    requester.send(f"/t/{number}/messages", text="The third.")

    assert desk.api().ticket(number)["status"] != "on_hold"


def test_the_list_holds_only_ones_own(desk: WebDesk) -> None:
    mine, theirs = Person(desk.client(), "requester"), Person(desk.client(), "requester2")
    reported(mine, "My printer")
    reported(theirs, "Their printer")

    page = mine.go("/")

    assert "My printer" in page
    assert "Their printer" not in page


def test_the_journal_of_the_desk_is_not_shown_to_requesters(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")
    number = reported(requester, ci="mail-1")

    page = requester.go(f"/t/{number}")

    for inside in ("Journal", "fewest open tickets", "incident-p", "Internal note"):
        assert inside not in page


def test_while_the_engine_is_away_a_report_is_numbered_and_shown(desk: WebDesk) -> None:
    requester = Person(desk.client(), "requester")
    desk.loops.away = True

    number = reported(requester, "Reported in the dark")

    assert number.startswith("INC-")
    assert "Reported in the dark" in requester.page
    assert "Being opened" in requester.go("/")
