"""Who may read and change the desk's settings."""

import pytest

from longwatch.domain.configuring import (
    APPROVAL_POLICY,
    CALENDAR,
    CATALOGUE,
    CI_EXPIRY,
    CI_IMPORT,
    CI_MAPPING,
    EDITORS,
    SIMILAR,
    may_edit,
    may_read,
)
from longwatch.domain.roles import ROLES
from longwatch.domain.ticket import Actor


@pytest.mark.parametrize("kind", [*EDITORS, "something new"])
def test_administrators_change_every_kind(kind: str) -> None:
    assert may_edit(Actor("user:admin", roles=("admin",)), kind)


@pytest.mark.parametrize(("kind", "may"), [(APPROVAL_POLICY, True), (CALENDAR, False), (CATALOGUE, False)])
def test_change_managers_change_what_authorises_changes(kind: str, *, may: bool) -> None:
    assert may_edit(Actor("user:carl", roles=("agent", "change-manager")), kind) is may


@pytest.mark.parametrize(("kind", "may"), [(SIMILAR, True), (APPROVAL_POLICY, False), (CATALOGUE, False)])
def test_problem_managers_change_what_lets_a_problem_be_suspected(kind: str, *, may: bool) -> None:
    assert may_edit(Actor("user:petra", roles=("agent", "problem-manager")), kind) is may


@pytest.mark.parametrize(("kind", "may"), [(CI_MAPPING, True), (CI_EXPIRY, True), (CI_IMPORT, False)])
def test_editors_of_items_change_how_their_files_are_read_and_no_import_that_calls_others(
    kind: str, *, may: bool
) -> None:
    assert may_edit(Actor("user:cleo", roles=("agent", "cmdb-editor")), kind) is may


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"admin", "change-manager", "problem-manager", "cmdb-editor"}))
def test_nobody_else_changes_anything(role: str) -> None:
    assert not any(may_edit(Actor("user:x", roles=(role,)), kind) for kind in EDITORS)


@pytest.mark.parametrize(("role", "may"), [("auditor", True), ("agent", False), ("requester", False)])
def test_auditors_read_settings_and_agents_do_not(role: str, *, may: bool) -> None:
    assert may_read(Actor("user:x", roles=(role,))) is may
