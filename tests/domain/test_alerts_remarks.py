"""What tools say of alerts besides: passed on to the incident, counted, and never louder than the state."""

from longwatch.domain import alerts
from longwatch.domain.alerts_moved import MOST_REMARKS
from tests.domain.alert_desk import TOOL, Desk, desk_with_incident, firing, types, when


def test_an_acknowledgement_and_a_note_are_passed_on_to_the_incident() -> None:
    desk = desk_with_incident()

    desk.remark(10, "acknowledged", text="Mine.")
    desk.remark(11, "note", text="Disk ordered.")

    said = {"author": "ben", "source": "prometheus"}
    assert desk.sent() == [
        {"event": "acknowledged", "about": "acknowledged", "text": "Mine.", **said},
        {"event": "noted", "about": "note", "text": "Disk ordered.", **said},
    ]
    assert alerts.summary(desk.state)["remarks"] == {"acknowledged": 1, "note": 1}


def test_a_remark_neither_opens_nor_ends_anything() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0))

    desk.remark(1, "acknowledged")
    desk.remark(2, "note")

    assert desk.state.link == "pending"
    assert desk.opened() == []


def test_a_remark_that_waited_in_the_inbox_settles_nothing_that_fell_due_after_it() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0))

    said = {"about": "note", "fingerprint": "a", "author": "", "text": "", "at": when(3)}
    facts = desk.do(50, "remark", TOOL, **desk.about(), **said)

    assert types(facts) == ["RemarkHeard"]


def test_remarks_for_an_incident_without_a_number_wait_for_it_the_first_few() -> None:
    desk = Desk()
    desk.deliver(0, firing("a", 0))
    desk.wake(5)
    for second in range(10, 20):
        desk.remark(second, "note", text="🔥" * 5_000)

    desk.number(30)

    assert len(desk.sent()) == MOST_REMARKS
    assert all(len(one["text"].encode()) <= 500 for one in desk.sent())


def test_remarks_about_what_nobody_heard_of_or_of_an_unknown_kind_change_nothing() -> None:
    assert Desk().remark(0, "note") == []
    assert desk_with_incident().remark(10, "sneezed") == []


def test_a_long_fingerprint_is_known_by_its_hash() -> None:
    desk = Desk()
    desk.deliver(0, firing("f" * 500, 0))

    (fact,) = desk.remark(1, "note", "f" * 500)

    assert fact.data["alert"] in desk.state.rows
