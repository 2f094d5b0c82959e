"""Change models and risk questionnaires as they are kept: by name and version, the newest in force."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from longwatch.domain.change_model import FAILED, demoted, read_model
from longwatch.domain.risk_questionnaire import read_questionnaire
from longwatch.store import configuration
from longwatch.store.database import Store
from longwatch.store.tables import Configuration
from longwatch.store.writing import insert_once

CHANGE_MODEL, RISK = "change_model", "risk"

QUESTIONNAIRE = "change"
"""The name of the questionnaire that changes are assessed by."""

_NAMED = ("name", "version")
"""What the row says and the data need not repeat."""


def publish_model(store: Store, session: Session, name: str, data: Mapping[str, Any]) -> int:
    """A new version of a change model. Raises ModelFault naming the entry at fault. Returns the version."""
    read_model({**data, "name": name, "version": 1})
    return configuration.publish(store, session, CHANGE_MODEL, name, _plain(data))


def publish_questionnaire(store: Store, session: Session, data: Mapping[str, Any], name: str = QUESTIONNAIRE) -> int:
    """A new version of the risk questionnaire. Raises RiskFault naming the entry at fault. Returns the version."""
    read_questionnaire({**data, "name": name, "version": 1})
    return configuration.publish(store, session, RISK, name, _plain(data))


def pinned(session: Session, kind: str, name: str, version: int | None = None) -> dict[str, Any] | None:
    """The data of a version, else of the one in force, with name and version; None when there is none."""
    if version is None:
        row = configuration.in_force(session, kind, name)
    else:
        row = session.get(Configuration, (kind, name, version))
    return None if row is None else {**row.data, "name": row.name, "version": row.version}


def models(session: Session) -> list[dict[str, Any]]:
    """The change models in force, by name."""
    rows = configuration.all_in_force(session, CHANGE_MODEL)
    return [{**row.data, "name": row.name, "version": row.version} for row in rows]


def demote(session: Session, name: str, ticket: str, outcome: str | None, at: datetime) -> bool:
    """Demotes a model after a change made from it ended badly at an instant; tells whether it did.

    To be called by the projection of a change, as often as it likes: outcomes that are no failure, a model that is
    demoted already, and one that its owner has published anew since, change nothing. One that is switched off is
    demoted as well, so that switching it on does not bring it back.
    """
    row = configuration.newest(session, CHANGE_MODEL, name)
    if outcome not in FAILED or row is None or row.data.get("demotion") or row.created_at > at:
        return False
    data = demoted(row.data, ticket, at, outcome)
    key = {"kind": CHANGE_MODEL, "name": name, "version": row.version + 1}
    return insert_once(session, Configuration, {**key, "data": data, "active": row.active, "created_at": at})


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in _NAMED}
