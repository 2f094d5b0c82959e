"""Who holds a task may read its ticket: in lists, one by one, and as told live."""

from longwatch.domain.ticket import Actor
from longwatch.store.database import Store
from longwatch.store.task_holders import holders_of, holds_task
from longwatch.store.ticket_lists import Filters, page
from tests.domain.tasks_desk import Desk, task
from tests.store.test_tasks import NUMBER, record, ticket

KIM = Actor("user:kim", roles=("requester",))
MEMBER = Actor("user:max", roles=("requester",), teams=("net",))
GONE = Actor("user:kim")


def seen(store: Store, actor: Actor, *, voiced: bool = True) -> list[str]:
    with store.reading() as session:
        return [one.ticket.number for one in page(session, actor, Filters(voiced=voiced)).items]


def test_a_person_and_a_team_with_a_task_see_its_ticket(either_store: Store) -> None:
    ticket(either_store)
    record(either_store, Desk(task("a", team=None, person="user:kim"), task("b", team="net")))
    stranger = Actor("user:eve", roles=("requester",), teams=("web",))

    assert [seen(either_store, who) for who in (KIM, MEMBER, stranger, GONE)] == [[NUMBER], [NUMBER], [], []]
    assert seen(either_store, KIM, voiced=False) == []
    with either_store.reading() as session:
        assert [holds_task(session, NUMBER, who) for who in (KIM, MEMBER, stranger)] == [True, True, False]
        assert {"user:kim", "team:net"} <= holders_of(session, [NUMBER])[NUMBER]
