"""Pages of approvals: what waits for one's vote, all that is voted on, and votes that count for what was seen alone."""

import re

from longwatch.store.tables import Person as PersonRow
from longwatch.store.tables_approvals import Voice
from tests.domain.approval_desk import stage
from tests.web.conftest import WebDesk
from tests.web.person import Person
from tests.web.planned_changes import act, asked, put_up_again
from tests.web.test_pages_rest import INLINE
from web.vendoring import SPRITE


def approver(desk: WebDesk, login: str = "approver") -> Person:
    return Person(desk.client(), login)


def test_what_waits_for_my_vote_is_listed_and_counted(desk: WebDesk) -> None:
    pia = approver(desk)
    empty = pia.go("/approvals")
    number = asked(desk, "Move the printer")

    page = pia.go("/approvals")

    assert "Nothing waits for your approval" in empty
    assert f'href="/approvals/{number}">Move the printer' in page
    assert "asked by Rita Requester" in page
    assert 'class="count hot">1<' in page


def test_an_approver_reads_all_that_is_voted_on_and_by_which_rule(desk: WebDesk) -> None:
    number = asked(
        desk, "Move the printer", stage("all"), description="It is in the way.\nSecond line.", cis=["mail-1"]
    )

    page = approver(desk).go(f"/approvals/{number}")

    for words in (
        "Rita Requester asks for approval: Move the printer",
        "Second line.",
        "Mail server",
        "0 of 2 approvals",
    ):
        assert words in page
    assert "all of them vote, and nobody refuses" in page
    assert "Rita Requester (the requester)" in page
    assert "You are asked as approver" in page


def test_reading_decides_nothing(desk: WebDesk) -> None:
    number = asked(desk)
    pia = approver(desk)

    for path in ("", "/vote", "/vote?decision=approve", "?decision=approve"):
        pia.go(f"/approvals/{number}{path}")

    with desk.store.reading() as session:
        assert {voice.status for voice in session.query(Voice)} == {"open"}


def test_the_link_of_a_mail_asks_to_sign_in_and_leads_back(desk: WebDesk) -> None:
    number = asked(desk)
    stranger = Person(desk.client())

    stranger.go(f"/approvals/{number}")
    form = stranger.form("/sign-in/demo")

    assert stranger.where == "/sign-in"
    assert form.fields["next"] == f"/approvals/{number}"


def test_an_approval_is_given_with_one_press(desk: WebDesk) -> None:
    number = asked(desk)
    pia = approver(desk)
    pia.go(f"/approvals/{number}")

    page = pia.send(f"/approvals/{number}/vote", decision="approve", comment="Fine with me.")

    assert "Your vote counts." in page
    assert "Approved" in page
    assert "Fine with me." in page
    assert "nothing is voted on any more" in page


def test_fifty_presses_are_one_vote(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage("all"))
    pia = approver(desk)
    pia.go(f"/approvals/{number}")
    form = pia.form(f"/approvals/{number}/vote")

    for _ in range(5):
        pia.send_again(form, decision="approve")

    assert pia.status == 200
    assert pia.page.count("Approves</span> <span") == 1


def test_a_refusal_without_a_reason_is_sent_back_and_with_one_it_counts(desk: WebDesk) -> None:
    number = asked(desk)
    pia = approver(desk)
    pia.go(f"/approvals/{number}")

    asked_why = pia.send(f"/approvals/{number}/vote", decision="refuse")
    status = pia.status
    page = pia.send(f"/approvals/{number}/vote", decision="refuse", comment="Too dear.")

    assert status == 409
    assert "why you refuse" in asked_why
    assert "Too dear." in page
    assert "Refuses" in page


def test_nobody_approves_what_they_have_not_seen(desk: WebDesk) -> None:
    number = asked(desk)
    pia = approver(desk)
    pia.go(f"/approvals/{number}")
    act(desk, "agent", number, "edit", description="It is on fire.")

    page = pia.send(f"/approvals/{number}/vote", decision="approve", comment="Kept words")

    assert pia.status == 409
    assert "It has changed since you opened it." in page
    assert '<del><span class="sr-only">removed: </span>in the way.</del>' in page
    assert '<ins><span class="sr-only">added: </span>on fire.</ins>' in page
    assert f"/approvals/{number}/vote" not in pia.forms()
    with desk.store.reading() as session:
        assert {voice.decision for voice in session.query(Voice)} == {None}


def test_a_page_left_open_says_that_it_changed_before_anything_is_pressed(desk: WebDesk) -> None:
    number = asked(desk)
    pia = approver(desk)
    seen = pia.go(f"/approvals/{number}").split("?seen=")[1].split('"')[0]
    unchanged = pia.go(f"/approvals/{number}?seen={seen}", **{"HX-Request": "true"})
    act(desk, "agent", number, "edit", description="It is urgent")

    changed = pia.go(f"/approvals/{number}?seen={seen}", **{"HX-Request": "true"})
    opened_anew = pia.go(f"/approvals/{number}")

    assert "It has changed" not in unchanged
    assert "It has changed since you opened it." in changed
    assert 'name="decision"' not in changed
    assert 'name="decision"' in opened_anew
    assert "urgent" in opened_anew


def test_a_vote_is_withdrawn(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage("all"))
    pia = approver(desk)
    pia.go(f"/approvals/{number}")
    pia.send(f"/approvals/{number}/vote", decision="approve")

    page = pia.send(f"/approvals/{number}/withdraw_vote")

    assert "Your vote is withdrawn." in page
    assert "0 of 2 approvals" in page


def test_somebody_stands_in_and_sees_the_ticket_only_then(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage("all"))
    rob, pia = approver(desk, "requester2"), approver(desk)
    rob.go(f"/approvals/{number}")
    before = rob.status
    pia.go(f"/approvals/{number}")

    pia.send(f"/approvals/{number}/delegate", to="user:requester2", text="Please decide for me.")
    page = rob.go(f"/approvals/{number}")

    assert before == 404
    assert "You are asked for Pia Approver" in page
    assert f"/approvals/{number}/vote" in rob.forms()
    assert f'href="/approvals/{number}"' in rob.go("/approvals")
    assert number not in rob.go("/")


def test_a_delegate_who_may_not_is_refused_with_what_was_typed(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage("all"))
    pia = approver(desk)
    pia.go(f"/approvals/{number}")

    page = pia.send(f"/approvals/{number}/delegate", to="user:requester", text="Please decide for me.")

    assert pia.status == 409
    assert "requester is the requester and never votes on it" in page
    assert "Please decide for me.</textarea>" in page


def test_the_requester_reads_how_it_stands_and_never_votes(desk: WebDesk) -> None:
    number = asked(desk)
    rita = approver(desk, "requester")

    page = rita.go(f"/approvals/{number}")

    assert "You are the requester; nobody votes on their own work." in page
    assert rita.forms().count(f"/approvals/{number}/vote") == 0


def test_who_put_it_up_may_recall_it(desk: WebDesk) -> None:
    number = asked(desk)
    anna = approver(desk, "agent")
    anna.go(f"/approvals/{number}")

    page = anna.send(f"/approvals/{number}/recall", text="I found another place.")

    assert "The approval is recalled." in page
    assert "Recalled" in page


def test_the_desk_reads_an_approval_it_has_no_voice_in(desk: WebDesk) -> None:
    number = asked(desk)
    dora = approver(desk, "dispatcher")

    page = dora.go(f"/approvals/{number}")

    assert "You are not among the approvers" in page
    assert f'href="/t/{number}">The ticket with its story' in page


def test_a_stage_that_is_decided_takes_no_vote_from_an_old_page(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage(), stage("any", "user:lead", id="board", title="Board"))
    pia, paul = approver(desk), approver(desk, "approver2")
    pia.go(f"/approvals/{number}")
    paul.go(f"/approvals/{number}")
    paul.send(f"/approvals/{number}/vote", decision="approve")

    page = pia.send(f"/approvals/{number}/vote", decision="approve")

    assert pia.status == 409
    assert "You are not among the approvers of the stage Board" in page


def test_what_is_over_moves_to_the_other_tab(desk: WebDesk) -> None:
    number = asked(desk)
    pia = approver(desk)
    pia.go(f"/approvals/{number}")
    pia.send(f"/approvals/{number}/vote", decision="approve")

    waiting, done = pia.go("/approvals"), pia.go("/approvals?tab=done")

    assert number not in waiting
    assert number in done
    assert "Approves" in done


def test_long_lists_are_paged(desk: WebDesk) -> None:
    for count in range(3):
        asked(desk, f"Printer {count}")
    with desk.store.writing() as session:
        one = session.query(Voice).filter_by(person="user:approver").first()
        assert one is not None
        values = {column.key: getattr(one, column.key) for column in Voice.__table__.columns}
        session.add_all(Voice(**{**values, "stage": f"s{count:03d}"}) for count in range(60))
    pia = approver(desk)

    first = pia.go("/approvals")
    after = first.split('href="/approvals?after=')[1].split('"')[0]
    second = pia.go(f"/approvals?after={after}")

    assert first.count("portal-item") == 50
    assert second.count("portal-item") == 13
    assert "First page" in second
    assert pia.go("/approvals?after=nonsense")
    assert pia.status == 400


def test_what_is_not_up_for_approval_has_no_page(desk: WebDesk) -> None:
    number = desk.api().opened()["number"]
    pia = approver(desk)

    codes = []
    for path in (f"/approvals/{number}", "/approvals/CHG-999999", "/approvals/nonsense"):
        pia.go(path)
        codes.append(pia.status)

    assert codes == [404, 404, 404]


def test_an_action_of_the_ticket_is_none_of_the_approval(desk: WebDesk) -> None:
    number = asked(desk)
    pia = approver(desk)
    pia.go(f"/approvals/{number}")
    form = pia.form(f"/approvals/{number}/vote")
    form.action = f"/approvals/{number}/cancel"

    pia.send_again(form, reason="x")

    assert pia.status == 404


def test_a_vote_accepted_while_the_engine_is_away_is_saved(desk: WebDesk) -> None:
    number = asked(desk)
    pia = approver(desk)
    pia.go(f"/approvals/{number}")
    desk.loops.away = True

    page = pia.send(f"/approvals/{number}/vote", decision="approve")

    assert "Saved; it is being processed." in page
    assert "Saved, processing: vote" in page


def test_who_lost_the_role_is_told_so(desk: WebDesk) -> None:
    number = asked(desk)
    with desk.store.writing() as session:
        session.query(PersonRow).filter_by(login="approver").one().roles = ["requester"]

    page = approver(desk).go(f"/approvals/{number}")

    assert "You no longer hold role:approver" in page


def test_a_second_round_is_told(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage("all"))
    pia = approver(desk)
    pia.go(f"/approvals/{number}")
    pia.send(f"/approvals/{number}/vote", decision="refuse", comment="Not yet.")

    act(desk, "agent", number, "rework")
    put_up_again(desk, number)

    assert "round 2" in pia.go(f"/approvals/{number}")


def test_the_ticket_shows_its_approval_and_leads_to_the_vote(desk: WebDesk) -> None:
    number = asked(desk)

    desks = approver(desk, "dispatcher").go(f"/t/{number}")
    theirs = approver(desk).go(f"/t/{number}")

    assert 'id="approval-panel"' in desks
    assert "What is voted on, and all votes" in desks
    assert "Read it and vote" in theirs
    assert f'action="/t/{number}/actions/vote' not in desks + theirs


def test_a_ticket_without_an_approval_shows_none(desk: WebDesk) -> None:
    number = desk.api().opened()["number"]

    assert 'id="approval-panel"' not in approver(desk, "agent").go(f"/t/{number}")


def test_who_is_away_has_their_delegate_vote_and_may_still_vote_in_person(desk: WebDesk) -> None:
    pia, rob = approver(desk), approver(desk, "requester2")
    pia.go("/account")
    pia.send("/absences/approver", delegate="user:requester2")
    number = asked(desk, "Move the printer", stage("all"))

    page = rob.go(f"/approvals/{number}")
    rob.send(f"/approvals/{number}/vote", decision="approve", comment="For Pia.")
    seen = pia.go(f"/approvals/{number}")

    assert "You are asked for Pia Approver" in page
    assert "away · Rob Requester may vote instead" in page
    assert "by Rob Requester, who stands in" in seen
    assert f"/approvals/{number}/vote" in pia.forms()


def test_a_notice_leads_to_the_page_where_one_votes(desk: WebDesk) -> None:
    number = asked(desk)

    page = approver(desk).go("/notifications")

    assert f'<a href="/approvals/{number}">' in page
    assert "Your vote is asked for: CAB." in page


def test_no_page_of_approvals_runs_what_stands_in_it_or_lacks_an_icon(desk: WebDesk) -> None:
    number = asked(desk, "Move the printer", stage("all"))
    pia, carl = approver(desk), approver(desk, "change-manager")
    pages = [pia.go(path) for path in ("/approvals", f"/approvals/{number}", "/account", f"/t/{number}")]
    pages += [carl.go(path) for path in ("/approvals/agenda", f"/t/{number}", f"/approvals/{number}")]
    have = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text(encoding="utf-8")))

    used = {name for page in pages for name in re.findall(r"sprite\.svg[^#\"]*#([a-z0-9-]+)", page)}

    assert [INLINE.findall(page) for page in pages if INLINE.findall(page)] == []
    assert used - have == set()
