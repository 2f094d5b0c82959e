"""What Amazon SNS wants of us, outside of any request: certificates are fetched, held calls checked, topics confirmed.

The web never asks another host while somebody waits for its answer. A call whose certificate is not at hand is stored
and held; it flows once its signature is proven, and is parked when it is not.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

import requests
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from integrations import sns, strict_json
from integrations.alert import NotEnvelope
from longwatch.store.database import Store
from longwatch.store.tables import Inbox
from longwatch.store.tables_intake import SnsCertificate, SnsTopic
from longwatch.store.writing import changed

log = logging.getLogger(__name__)

TIMEOUT = 5
"""Seconds a host of Amazon's may take to answer."""
LARGEST = 65_536
"""Bytes of an answer that are read."""
AGAIN = timedelta(minutes=1)
"""Before a host that did not answer is asked again."""
AT_ONCE = 50
ASKED_AT_ONCE = 5
"""Hosts asked in one go: a relay that stops waits for them."""

Fetch = Callable[[str], str]


class BadAnswer(Exception):  # noqa: N818 - written down for operators
    """A host did not answer as it should; the text says how."""


def fetch(address: str) -> str:
    """What stands at an address of Amazon's; redirects are not followed. Raises BadAnswer."""
    if not sns.is_amazons(address):
        raise BadAnswer("That is not an address of Amazon SNS.")
    try:
        with requests.get(address, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
            if answer.status_code != requests.codes.ok:
                raise BadAnswer(f"Amazon answered {answer.status_code}.")
            return answer.raw.read(LARGEST, decode_content=True).decode(errors="replace")
    except requests.RequestException as problem:
        raise BadAnswer(f"Amazon cannot be reached: {type(problem).__name__}.") from None


class Amazon:
    """Runs the errands to Amazon of one desk. Everything may be done twice without harm."""

    def __init__(self, store: Store, get: Fetch = fetch) -> None:
        self._store = store
        self._get = get

    def run(self) -> int:
        """All errands that are due; returns how many were done."""
        return self._fetch_certificates() + self._check_held() + self._confirm()

    def _fetch_certificates(self) -> int:
        with self._store.reading() as session:
            due = SnsCertificate.pem.is_(None), SnsCertificate.asked_at <= self._store.now(session)
            wanted = select(SnsCertificate.url).where(*due)
            urls = list(session.scalars(wanted.limit(ASKED_AT_ONCE)))
        return sum(self._fetched(url) for url in urls)

    def _fetched(self, url: str) -> bool:
        values: dict[str, object]
        try:
            values = {"pem": sns.certificate(self._get(url)), "reason": None}
        except (BadAnswer, sns.Forged) as problem:
            values = {"reason": str(problem)}
        with self._store.writing() as session:
            now = self._store.now(session)
            mine = update(SnsCertificate).where(SnsCertificate.url == url)
            values |= {"fetched_at": now} if "pem" in values else {"asked_at": now + AGAIN}
            changed(session, mine.values(**values))
        return "pem" in values

    def _check_held(self) -> int:
        with self._store.reading() as session:
            held = list(session.scalars(select(Inbox).where(Inbox.state == "held").order_by(Inbox.row).limit(AT_ONCE)))
            known = select(SnsCertificate.url, SnsCertificate.pem).where(SnsCertificate.pem.is_not(None))
            pems = {url: pem for url, pem in session.execute(known) if pem is not None}
        done = 0
        for row in held:
            verdict = judged(row.body, pems)
            if verdict is not None:
                done += self._let_go(row, verdict)
        return done

    def _let_go(self, row: Inbox, wrong: str) -> int:
        with self._store.writing() as session:
            here = update(Inbox).where(Inbox.row == row.row, Inbox.state == "held")
            if wrong:
                return changed(session, here.values(state="parked", reason=wrong))
            ask_topic(self._store, session, row.source, sns.checked(strict_json.read(row.body.encode())))
            return changed(session, here.values(state="new"))

    def _confirm(self) -> int:
        with self._store.reading() as session:
            now = self._store.now(session)
            wanted = select(SnsTopic).where(SnsTopic.state == "asked", SnsTopic.asked_at <= now)
            topics = list(session.scalars(wanted.limit(ASKED_AT_ONCE)))
        for topic in topics:
            try:
                self._get(topic.url)
                values = {"state": "confirmed", "reason": None}
            except BadAnswer as problem:
                log.warning("topic %s could not be confirmed: %s", topic.topic, problem)
                values = {"state": "asked", "reason": str(problem)}
            self._confirmed(topic, values)
        return len(topics)

    def _confirmed(self, topic: SnsTopic, values: dict[str, str | None]) -> None:
        with self._store.writing() as session:
            now = self._store.now(session)
            mine = update(SnsTopic).where(
                SnsTopic.source == topic.source, SnsTopic.topic == topic.topic, SnsTopic.url == topic.url
            )
            when = {"confirmed_at": now} if values["state"] == "confirmed" else {"asked_at": now + AGAIN}
            changed(session, mine.values(**values, **when))


def judged(body: str, pems: dict[str, str]) -> str | None:
    """What is wrong with a held call, empty for nothing; None while its certificate is not at hand."""
    try:
        message = sns.checked(strict_json.read(body.encode()))
    except NotEnvelope as problem:
        return problem.reason
    if message["SigningCertURL"] not in pems:
        return None
    try:
        sns.verify(message, pems[message["SigningCertURL"]])
    except sns.Forged as problem:
        return str(problem)
    return ""


def ask_topic(store: Store, session: Session, source: str, message: dict[str, str]) -> None:
    """Notes that a topic wants to be confirmed, once its message is proven; any other message asks nothing."""
    if message["Type"] == sns.CONFIRMATIONS[0]:
        values = {"state": "asked", "url": message["SubscribeURL"], "asked_at": store.now(session), "reason": None}
        session.merge(SnsTopic(source=source, topic=message["TopicArn"][:300], confirmed_at=None, **values))
