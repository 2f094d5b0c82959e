"""Who may do what, and who sees what."""

import pytest

from longwatch.domain import roles
from longwatch.domain.ticket import Actor
from tests.domain.incident_desk import AGENT, AUDITOR, DISPATCHER, MONITORING, REQUESTER, STRANGER, TIMER

OWN = "user:requester"


def test_every_role_has_its_rights_and_no_right_has_another_role() -> None:
    assert tuple(roles.MAY) == roles.ROLES


def test_someone_without_a_role_may_nothing_and_sees_nothing() -> None:
    nobody = Actor("user:requester", roles=())

    assert not any(roles.may(nobody, action, OWN) for action in (*roles.MAY["admin"], *roles.MACHINE_ACTIONS))
    assert not roles.visible(nobody, OWN)


def test_an_unknown_role_gives_no_right() -> None:
    assert not roles.may(Actor("user:x", roles=("wizard",)), "open", None)


def test_an_auditor_reads_everything_and_does_nothing_not_even_on_an_own_ticket() -> None:
    own = Actor("user:requester", roles=("auditor",))

    assert roles.visible(AUDITOR, OWN)
    assert not any(roles.may(own, action, OWN) for action in roles.MAY["admin"])


def test_requesters_act_on_their_own_tickets_only() -> None:
    assert roles.may(REQUESTER, "reopen", OWN)
    assert not roles.may(STRANGER, "reopen", OWN)
    assert not roles.may(REQUESTER, "resolve", OWN)


def test_requesters_see_their_own_tickets_only() -> None:
    assert roles.visible(REQUESTER, OWN)
    assert not roles.visible(STRANGER, OWN)
    assert not roles.visible(REQUESTER, None)


def test_a_team_sees_its_own_tickets() -> None:
    approver = Actor("user:a", roles=("approver",), teams=("board",))

    assert roles.visible(approver, OWN, "board")
    assert not roles.visible(approver, OWN, "l1")


def test_whoever_has_a_voice_sees_the_ticket_while_they_hold_a_role() -> None:
    assert roles.visible(STRANGER, OWN, voice=True)
    assert not roles.visible(Actor("user:gone", roles=()), OWN, voice=True)


def test_dispatchers_triage_and_do_not_work() -> None:
    assert roles.may(DISPATCHER, "assign", None)
    assert not roles.may(DISPATCHER, "resolve", None)


@pytest.mark.parametrize("action", roles.MACHINE_ACTIONS)
def test_no_person_speaks_for_a_machine(action: str) -> None:
    admin = Actor("user:admin", roles=roles.ROLES)

    assert not roles.may(admin, action, None)


def test_monitoring_and_the_desks_parts_have_their_own_short_lists() -> None:
    assert roles.may(MONITORING, "alert", None)
    assert not roles.may(MONITORING, "alarm", None)
    assert not roles.may(MONITORING, "resolve", None)
    assert roles.may(TIMER, "alarm", None)
    assert not roles.may(TIMER, "alert", None)
    assert not roles.may(Actor("x", kind="ghost", roles=("admin",)), "open", None)


def test_staff_are_those_who_work_for_the_desk() -> None:
    assert roles.is_staff(AGENT)
    assert not roles.is_staff(REQUESTER)
    assert not roles.is_staff(AUDITOR)
    assert not roles.is_staff(TIMER)
