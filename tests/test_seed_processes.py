"""What the processes begin with can be used as it stands, and is never put back over what people made of it."""

from itertools import product

import pytest

from longwatch import seed, seed_processes
from longwatch.domain.approval import read_policy
from longwatch.domain.catalogue import read_item
from longwatch.store import configuration
from longwatch.store.configuration import CATALOGUE
from longwatch.store.database import Store


@pytest.mark.parametrize("name", seed_processes.APPROVALS)
def test_every_approval_policy_can_be_read(name: str) -> None:
    policy = read_policy({**seed_processes.APPROVALS[name], "name": name, "version": 1})

    assert policy.stages


@pytest.mark.parametrize("name", seed_processes.APPROVALS)
def test_every_stage_can_be_decided_by_the_demo_company_whoever_asks(name: str) -> None:
    policy = read_policy({**seed_processes.APPROVALS[name], "name": name, "version": 1})

    for stage, asker in product(policy.stages, seed.PEOPLE):
        roles = {one.name.removeprefix("role:") for one in (*stage.approvers, *stage.fallback)}
        voices = [login for login, (_, held, _) in seed.PEOPLE.items() if roles & set(held) and login != asker]
        assert len(voices) >= max(stage.need, 1), (stage.id, asker)


@pytest.mark.parametrize("name", seed_processes.ITEMS)
def test_every_item_can_be_read_and_names_what_there_is(name: str) -> None:
    item = read_item({**seed_processes.ITEMS[name], "name": name, "version": 1})

    assert item.target is not None
    assert item.target.calendar in seed.CALENDARS
    assert item.approval is None or item.approval.policy in seed_processes.APPROVALS
    assert item.tasks is not None
    assert {step.job.team for step in item.tasks.steps} | {item.team} <= set(seed.TEAMS)


def test_the_laptop_needs_approval_and_three_tasks_and_the_password_neither() -> None:
    laptop, password = (
        read_item({**seed_processes.ITEMS[name], "name": name, "version": 1})
        for name in ("new-laptop", "password-reset")
    )

    assert laptop.tasks is not None
    assert len(laptop.tasks.steps) == 3
    assert laptop.approval is not None
    assert password.approval is None


def test_what_people_switched_off_stays_off(store: Store) -> None:
    with store.writing() as session:
        seed_processes.demo(store, session)
        configuration.switch(session, CATALOGUE, "new-laptop", active=False)
    with store.writing() as session:
        seed_processes.demo(store, session)

    with store.reading() as session:
        assert configuration.in_force(session, CATALOGUE, "new-laptop") is None
        assert len(configuration.versions(session, CATALOGUE, "new-laptop")) == 1
