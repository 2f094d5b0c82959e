"""What is near its end asks to be renewed, once for its date."""

from datetime import UTC, datetime, timedelta
from typing import Any

from activities.expiring import Renewing
from cmdb.items import NewItem, add_item, change_item
from longwatch.store.acceptance import data_of
from longwatch.store.configuration import CI_EXPIRY, publish
from longwatch.store.database import Store
from longwatch.store.tables import Command


def day(ahead: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=ahead)).isoformat()


def item(store: Store, identity: str, class_: str, ahead: int, **more: Any) -> None:
    with store.writing() as session:
        values = {"expires": day(ahead), **more}
        add_item(store, session, NewItem(identity, identity, class_, owner_team="servers", values=values))


def asked(store: Store) -> dict[str, dict[str, Any]]:
    """What was opened by itself, by item."""
    with store.reading() as session:
        rows = session.query(Command).filter_by(actor="system:renewals").order_by(Command.row)
        return {data_of(row)["ci"]: {**data_of(row), "kind": row.kind} for row in rows}


def test_what_is_near_its_end_opens_one_request(store: Store) -> None:
    item(store, "cert-near", "certificate", 10)
    item(store, "cert-far", "certificate", 200)
    item(store, "cert-over", "certificate", -3)
    item(store, "cert-history", "certificate", -400)
    item(store, "deal", "contract", 80, notice_days=30)

    first = Renewing(store).open_renewals()
    again = Renewing(store).open_renewals()

    found = asked(store)
    assert {"cert-near", "cert-over", "deal"} <= set(found)
    assert not {"cert-far", "cert-history"} & set(found)
    assert (len(first), again) == (len(found), [])
    assert (found["cert-near"]["kind"], found["cert-near"]["source"], found["cert-near"]["urgency"]) == (
        "request",
        "desk",
        2,
    )
    assert found["cert-over"]["urgency"] == 1


def test_another_date_asks_again(store: Store) -> None:
    item(store, "cert-near", "certificate", 10)
    Renewing(store).open_renewals()
    with store.writing() as session:
        change_item(store, session, "cert-near", {"expires": day(20)}, "user:cmdb-editor")

    assert len(Renewing(store).open_renewals()) == 1


def test_what_was_retired_asks_for_nothing(store: Store) -> None:
    Renewing(store).open_renewals()
    item(store, "cert-near", "certificate", 10, state="retired")

    assert Renewing(store).open_renewals() == []


def test_lead_times_are_settings(store: Store) -> None:
    Renewing(store).open_renewals()
    item(store, "cert-far", "certificate", 100)
    item(store, "deal", "contract", 5)
    with store.writing() as session:
        publish(store, session, CI_EXPIRY, "default", {"days": {"certificate": 120}})

    Renewing(store).open_renewals()

    assert "cert-far" in asked(store)
    assert "deal" not in asked(store)
