"""The words of mails: every template has them, in the reader's time, and an approval leads to its own page."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from activities.wording import TEMPLATES, place, wording
from activities.wording_between import BETWEEN
from longwatch.domain.approval_effects import TEMPLATES as APPROVAL_TEMPLATES
from longwatch.domain.ticket import stamp
from longwatch.store.database import Store
from longwatch.store.tables import Body, Ticket

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def titled(store: Store) -> Store:
    """A desk with a request called New laptop."""
    with store.writing() as session:
        times = {"due_at": NOW, "opened_at": NOW, "updated_at": NOW}
        row = {"kind": "request", "status": "new", "open": True, "priority": 3, "version": 1, "title_body": "title"}
        session.add(Ticket(number="REQ-1", **row, **times))
        for name, text in {"title": "New laptop", "why": "Mine is broken."}.items():
            session.add(Body(id=name, ticket="REQ-1", author="x", salt="", text=text, sha256="", created_at=NOW))
    return store


@pytest.mark.parametrize("template", APPROVAL_TEMPLATES)
def test_every_notice_of_an_approval_is_worded(titled: Store, template: str) -> None:
    with titled.reading() as session:
        subject, text = wording(session, "REQ-1", template, {"stage_title": "Cost", "outcome": "refused"})

    assert template in TEMPLATES
    assert "REQ-1" in subject
    assert "New laptop" in subject
    assert "{" not in subject + text
    assert "\n\n\n" not in text


def test_an_approver_reads_why_they_are_asked_and_until_when_in_their_own_time(titled: Store) -> None:
    data = {
        "stage_title": "Cost",
        "why": ["by role:approver", "delegate of user:kim"],
        "due": stamp(NOW),
        "text": {"body": "why", "sha256": ""},
    }

    with titled.reading() as session:
        _, text = wording(session, "REQ-1", "approval_asked", data, ZoneInfo("Europe/Warsaw"))

    assert "(by role:approver, delegate of kim)" in text
    assert "until Mon 2 Mar 2026, 10:00 CET" in text
    assert "Mine is broken." in text


@pytest.mark.parametrize(
    ("template", "path"), [("approval_asked", "/approvals/REQ-1"), ("approval_decided", "/t/REQ-1"), ("x", "/t/REQ-1")]
)
def test_those_who_are_asked_are_led_to_the_page_where_they_decide(template: str, path: str) -> None:
    assert place("REQ-1", template) == path


@pytest.mark.parametrize("template", [*BETWEEN])
def test_every_notice_between_tickets_has_words(template: str) -> None:
    subject, text = TEMPLATES[template]

    assert "{title}" in subject
    assert text.strip()
