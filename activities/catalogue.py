"""What a request pins when it is opened: the catalogue item it was made from, and who must agree."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain.approval import policy_data, read_policy
from longwatch.domain.catalogue import item_data, read_item
from longwatch.store import configuration
from longwatch.store.configuration import APPROVAL_POLICY, CATALOGUE
from longwatch.store.tables import Configuration


class NotOffered(LookupError):  # noqa: N818 - an answer too
    """There is no such item or policy; the text names it."""


def catalogue_item(session: Session, data: Mapping[str, Any], _now: datetime) -> dict[str, Any]:
    """The data of the item `item`, and of the `version` under which the form was filled in, if one is named.

    Raises NotOffered, and CatalogueFault for one that today's rules do not take any more.
    """
    row = _pinned(session, CATALOGUE, data["item"], data.get("version"))
    return item_data(read_item(named(row)))


def approval_policy(session: Session, data: Mapping[str, Any], _now: datetime) -> dict[str, Any]:
    """The data of the approval policy `policy` (and `version`), as it is pinned. Raises NotOffered, and PolicyFault."""
    row = _pinned(session, APPROVAL_POLICY, data["policy"], data.get("version"))
    return policy_data(read_policy(named(row)))


def named(row: Configuration) -> dict[str, Any]:
    """A setting's data with its name and version, as its reader wants it."""
    return {**row.data, "name": row.name, "version": row.version}


def _pinned(session: Session, kind: str, name: str, version: int | None) -> Configuration:
    if version is None:
        row = configuration.in_force(session, kind, name)
    else:
        row = configuration.version_of(session, kind, name, version)
    if row is None:
        raise NotOffered(f"There is no {kind} called {name}" + ("." if version is None else f" of version {version}."))
    return row
