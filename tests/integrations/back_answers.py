"""Plays an exchange with a tool: every request is answered in turn, and what came of it is kept."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from integrations.back_call import Access, Ask, Behind, Declined, Done, Exchange, Told
from integrations.outbound import Answer

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
MARK = "0123456789ab"
FIELDS = ["id", "status", "state", "matchers", "startsAt", "endsAt", "comment", "silenceID", "error", "result"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=10,
)
"""Whatever a strange tool may answer, with names that ours look at."""
LABELS = {"alertname": "DiskFull", "instance": "db-1:9100", "severity": "critical"}


def told(what: str = "acknowledged", **more: Any) -> Told:
    known = {"number": "INC-000007", "link": "https://desk.example/t/INC-000007", "by": "Ann Agent", "mark": MARK}
    return Told(what=what, at=AT, until=AT + timedelta(hours=4), **{**known, **more})


def behind(**more: Any) -> Behind:
    known = {"fingerprint": "4711", "title": "Disk full on db-1", "severity": "critical", "labels": LABELS}
    return Behind(**{**known, **more})


def access(address: str, **more: Any) -> Access:
    return Access(address, **more)


def answer(content: Any = None, status: int = 200, reason: str = "OK") -> Answer:
    body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
    return Answer(status, reason, body)


class Played:
    """The requests of an exchange, and its end."""

    def __init__(self, exchange: Exchange, answers: Sequence[Answer]) -> None:
        self.asks: list[Ask] = [next(exchange)]
        self.done: Done | None = None
        for each in answers:
            try:
                self.asks.append(exchange.send(each))
            except StopIteration as end:
                self.done = end.value
                return

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(ask.body) for ask in self.asks if ask.body]

    @property
    def lines(self) -> list[str]:
        return [f"{ask.method} {ask.url}" for ask in self.asks]

    @property
    def result(self) -> Done:
        assert self.done is not None, "the tool was asked for more"
        return self.done


def end_of(exchange: Exchange, answers: Sequence[Answer]) -> str:
    """The result in words, the reason of a refusal, or the request that these answers leave open."""
    try:
        played = Played(exchange, answers)
    except Declined as reason:
        return str(reason)
    return played.done.text if played.done is not None else played.lines[-1]
