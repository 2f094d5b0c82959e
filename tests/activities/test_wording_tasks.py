"""Every notice about a task is worded, and says which task of which ticket."""

from datetime import UTC, datetime

import pytest

from activities.wording import TEMPLATES, wording
from activities.wording_tasks import TASKS
from longwatch.domain import tasks
from longwatch.domain.ticket import Notify
from longwatch.store.database import Store
from longwatch.store.tables import Body, Ticket
from tests.domain.tasks_desk import BEN, HOUR, WHY, Desk, task, undone

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def titled(store: Store) -> Store:
    """A desk with a change called New core switch, and one reason for everything."""
    with store.writing() as session:
        times = {"due_at": NOW, "opened_at": NOW, "updated_at": NOW}
        row = {"kind": "change", "status": "new", "open": True, "priority": 3, "version": 1, "title_body": "title"}
        session.add(Ticket(number="CHG-000001", **row, **times))
        for name, text in {"title": "New core switch", WHY["body"]: "The fan is broken."}.items():
            row = {"ticket": "CHG-000001", "author": "x", "salt": "", "sha256": "", "created_at": NOW}
            session.add(Body(id=name, text=text, **row))
    return store


def notices() -> dict[str, Notify]:
    """One of every kind, as the rules make them."""
    desk = Desk(undone("a", stage=1, limit=HOUR), undone("b", stage=1))
    desk.passes(2 * HOUR)
    desk.do("assign", "a", person="user:ben")
    desk.do("take", "a", BEN)
    desk.do("fail", "b")
    desk.do("fail", "b.back-out")
    desk.complete("b.back-out", "a.back-out")
    stopped = Desk(task("a"), on_failure="stop")
    stopped.do("fail", "a")
    made = [effect for effect in (*desk.effects, *stopped.effects) if isinstance(effect, Notify)]
    return {note.template: note for note in made}


@pytest.mark.parametrize("template", tasks.TEMPLATES)
def test_every_notice_of_a_task_is_worded(titled: Store, template: str) -> None:
    note = notices()[template]
    with titled.reading() as session:
        subject, text = wording(session, "CHG-000001", template, note.data)

    assert template in TEMPLATES
    assert "CHG-000001" in subject
    assert "New core switch" in subject
    assert "{" not in subject + text
    assert "\n\n\n" not in text
    assert "task_title" not in note.data or note.data["task_title"] in subject + text


def test_what_somebody_wrote_is_in_the_mail(titled: Store) -> None:
    with titled.reading() as session:
        _, text = wording(session, "CHG-000001", "back_out_failed", notices()["back_out_failed"].data)

    assert "The fan is broken." in text


def test_a_task_without_a_time_limit_says_so(titled: Store) -> None:
    [note] = [one for one in Desk(task("a")).effects if isinstance(one, Notify)]
    with titled.reading() as session:
        _, text = wording(session, "CHG-000001", note.template, note.data)

    assert text.endswith("Time limit: none")


def test_no_wording_is_without_a_notice() -> None:
    assert sorted(TASKS) == sorted(tasks.TEMPLATES)
