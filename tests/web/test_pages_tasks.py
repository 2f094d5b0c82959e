"""Tasks that wait: one's own and one's teams', with the tickets they belong to, for people of the desk and others."""

from longwatch.store import people
from tests.web.conftest import WebDesk
from tests.web.person import Person
from tests.web.planned_changes import planned

TASKS = {
    "on_failure": "stop",
    "tasks": [
        {"id": "unplug", "title": "Unplug it", "team": "servers", "limit": 3600, "stage": 1},
        {"id": "carry", "title": "Carry it", "person": "user:approver", "stage": 1},
        {"id": "print", "title": "Print", "person": "user:agent2", "stage": 2},
    ],
}


def begun(desk: WebDesk, title: str = "Mend the printer") -> str:
    """The number of an emergency change that is being made by its tasks."""
    number = planned(desk, title, type="emergency", tasks=TASKS)
    agent = Person(desk.client(), "agent")
    agent.go(f"/t/{number}")
    agent.send(f"/t/{number}/actions/implement_first", reason="It burns.")
    return number


def test_tasks_wait_for_a_person_and_a_team_by_deadline(desk: WebDesk) -> None:
    number = begun(desk)
    with desk.store.writing() as session:
        people.join_team(session, "servers", "agent2")
    holder, member = Person(desk.client(), "approver"), Person(desk.client(), "agent2")

    assert "Carry it" in holder.go("/tasks")
    assert "Unplug it" not in holder.page
    assert f"/t/{number}#task-carry" in holder.page
    assert "No task waits for you" in member.go("/tasks")
    assert "Unplug it" in member.go("/tasks?whose=team")
    assert "Carry it" in member.go("/tasks?whose=all")


def test_the_navigation_counts_ones_own_tasks(desk: WebDesk) -> None:
    holder, other = Person(desk.client(), "approver"), Person(desk.client(), "requester")
    assert 'href="/tasks"' not in holder.go("/")

    begun(desk)

    assert 'Tasks<span class="count">1</span>' in holder.go("/")
    assert 'href="/tasks"' not in other.go("/")


def test_who_holds_a_task_alone_reads_its_ticket_and_completes_it(desk: WebDesk) -> None:
    number = begun(desk)
    holder, other = Person(desk.client(), "approver"), Person(desk.client(), "requester")
    other.go(f"/t/{number}")
    assert other.status == 404
    holder.go(f"/t/{number}")
    assert "Copy it." in holder.page
    assert f"/t/{number}/actions/cancel" not in holder.forms()

    holder.send(f"/t/{number}/actions/complete_task", text="Carried.")

    assert holder.status == 200
    assert "Carried." in holder.page
    assert "No task waits for you" in holder.go("/tasks")
    assert number not in holder.go("/")


def test_all_tasks_are_not_for_everybody(desk: WebDesk) -> None:
    begun(desk)

    assert "Unplug it" not in Person(desk.client(), "requester").go("/tasks?whose=all")


def test_the_api_lists_tasks_by_whose_they_are(desk: WebDesk) -> None:
    number = begun(desk)

    def titles(login: str, query: str = "") -> list[str]:
        return [one["title"] for one in desk.api(login).get(f"/tasks{query}").get_json()["items"]]

    assert titles("agent") == ["Unplug it", "Carry it"]
    assert titles("approver") == titles("approver", "?mine=1") == ["Carry it"]
    assert titles("agent", "?team=servers") == ["Unplug it"]
    assert titles("approver", "?team=servers") == []
    assert titles("requester") == []
    [task] = desk.api("approver").get("/tasks").get_json()["items"]
    assert (task["ticket"], task["person"], task["due"], task["overdue"]) == (number, "approver", None, False)


def test_the_api_pages_tasks_and_refuses_a_cursor_that_is_none(desk: WebDesk) -> None:
    begun(desk)
    first = desk.api("agent").get("/tasks?limit=1").get_json()

    second = desk.api("agent").get(f"/tasks?limit=1&after={first['next']}").get_json()

    assert [one["title"] for one in (*first["items"], *second["items"])] == ["Unplug it", "Carry it"]
    assert desk.api("agent").get("/tasks?after=x").status_code == 422
