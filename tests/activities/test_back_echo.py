"""What a tool tells us of our own words goes no further; what others say there does."""

import json

from activities.intake import Intake
from integrations.back_call import comment
from longwatch.store.acceptance import data_of
from longwatch.store.database import Store
from longwatch.store.inbox import Call, keep
from longwatch.store.tables import Command
from longwatch.store.tables_back_channel import BackCall
from longwatch.store.tables_intake import AlertRemark
from tests.integrations.back_answers import told

PROBLEM = {
    "event_id": "4711",
    "event_value": "1",
    "event_source": "0",
    "event_name": "Disk full",
    "event_nseverity": "4",
    "host_host": "db-1",
}


def said(store: Store, **more: str) -> None:
    with store.writing() as session:
        keep(store, session, [Call("zbx", "zabbix", json.dumps({**PROBLEM, **more}), 1)])
    while Intake(store).split_next():
        pass


def acknowledged(store: Store, text: str) -> None:
    update = {"event_update_status": "1", "event_update_action": "acknowledged", "event_update_message": text}
    said(store, **update, event_update_user="Somebody")


def test_our_own_acknowledgement_that_comes_back_is_kept_and_told_to_nobody(either_store: Store) -> None:
    said(either_store)

    acknowledged(either_store, comment(told()))
    acknowledged(either_store, "I am on it")

    with either_store.reading() as session:
        remarks = [data_of(row)["text"] for row in session.query(Command).filter_by(action="remark")]
        assert remarks == ["I am on it"]
        assert session.query(AlertRemark).count() == 2
        assert session.query(BackCall).count() == 0
