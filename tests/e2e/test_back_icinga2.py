"""A real Icinga 2 hears of its incident: acknowledged while somebody works on it, and no longer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from longwatch.settings import Settings
from longwatch.store import back_ledger
from longwatch.store.back_ledger import DONE, FAILED
from longwatch.store.database import Store
from longwatch.store.tables_back_channel import BackCall
from tests.activities.back_desk import SOURCE, BackDesk
from tests.e2e.icinga2 import PASSWORD, USER, Icinga, icinga
from tests.rig import until

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Icinga]:
    with icinga(tmp_path_factory.mktemp("icinga2")) as running:
        yield running


def told(store: Store, settings: Settings, tool: Icinga, user: str = USER) -> BackDesk:
    """A desk that tells this Icinga of the service that is bad."""
    access = {"user": user, "secret": PASSWORD, "authority": tool.authority}
    desk = BackDesk(store, settings, tool.address, source_kind="icinga2", kind="icinga2", **access)
    desk.labelled("disk", host="db-1", service="disk /")
    return desk


async def test_its_problem_is_acknowledged_stickily_and_taken_back_when_resolved(
    settings: Settings, store: Store, tool: Icinga
) -> None:
    await until(tool.bad)
    desk = told(store, settings, tool)

    desk.happens("taken")
    desk.tell()
    acknowledged, [comment] = tool.service(), tool.comments()
    desk.write(lambda session: session.query(BackCall).update({"state": "due"}))
    desk.tell()
    twice = len(tool.comments())
    desk.happens("resolved")
    desk.tell()
    after = tool.service()

    assert [(row.what, row.state) for row in desk.rows()] == [("acknowledged", DONE), ("resolved", DONE)]
    assert acknowledged["acknowledgement"] == 2
    assert comment["author"] == "Longwatch (Anna Agent)"
    assert comment["text"].startswith("INC-000001: Anna Agent works on it. ")
    assert twice == 1
    assert (after["acknowledgement"], tool.comments()) == (0, [])


async def test_a_test_says_who_may_acknowledge_and_who_may_not(settings: Settings, store: Store, tool: Icinga) -> None:
    await until(tool.bad)
    desk = told(store, settings, tool)
    desk.write(lambda session: back_ledger.write_test(session, SOURCE, "user:admin", store.now(session)))

    desk.tell()

    assert (desk.last().state, desk.last().answer) == (DONE, "Icinga answered: the user desk may acknowledge.")


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("weak", "The user lacks the permission actions/acknowledge-problem and actions/remove-acknowledgement."),
        ("nobody", "It refused our credentials: it answered 401 Unauthorized"),
    ],
)
async def test_a_user_without_the_right_is_told_so(
    settings: Settings, store: Store, tool: Icinga, user: str, words: str
) -> None:
    await until(tool.bad)
    desk = told(store, settings, tool, user)
    desk.write(lambda session: back_ledger.write_test(session, SOURCE, "user:admin", store.now(session)))

    desk.tell()

    assert desk.last().state == FAILED
    assert (desk.last().answer or "").startswith(words)


async def test_a_service_that_it_does_not_know_is_named(
    settings: Settings, store: Store, tool: Icinga, tmp_path: Path
) -> None:
    await until(tool.bad)
    desk = told(store, settings, tool)
    desk.labelled("disk", host="db-1", service='x" || true || "')
    desk.happens("taken")

    desk.tell()

    assert desk.last().state == FAILED
    assert "knows no such host or service" in (desk.last().answer or "")
