"""The words of a ticket that go along when it is merged or split: its messages, as its journal refers to them."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from longwatch.store.tables import JournalLine

MOST = 50
"""Messages that go along at once; of a longer conversation the last ones."""


def merge_words(session: Session, data: Mapping[str, Any], _now: datetime) -> dict[str, Any]:
    """The last public messages of a ticket, oldest first."""
    is_message = JournalLine.text.contains('"type":"Message')
    query = select(JournalLine).where(JournalLine.ticket == data["ticket"], is_message)
    lines = session.scalars(query.order_by(JournalLine.seq.desc()).limit(MOST * 4)).all()
    public = [one for one in _said(lines) if one["public"]]
    return {"messages": public[:MOST][::-1]}


def split_words(session: Session, data: Mapping[str, Any], _now: datetime) -> dict[str, Any]:
    """The messages in these lines of a ticket's journal; a line that holds no message is left out."""
    wanted = [int(line) for line in data["lines"]][:MOST]
    query = select(JournalLine).where(JournalLine.ticket == data["ticket"], JournalLine.seq.in_(wanted))
    return {"messages": _said(session.scalars(query.order_by(JournalLine.seq)).all())}


def _said(lines: Sequence[JournalLine]) -> list[dict[str, Any]]:
    """Messages among these lines, by reference."""
    records = [json.loads(line.text) for line in lines]
    return [
        {
            "line": record["seq"],
            "body": record["data"]["body"],
            "public": record["data"]["public"],
            "writer": record["data"].get("writer", record["actor"]),
            "by": record["data"]["by"],
            "at": record["at"],
        }
        for record in records
        if record["type"] in ("MessageAdded", "MessageForwarded")
    ]
