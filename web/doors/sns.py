"""Amazon SNS: a message is taken when Amazon's key has signed it.

A certificate seen for the first time is not at hand: such a message is stored and held until it was fetched, outside of
this request. With the certificate at hand a forged message is refused at once.
"""

from activities.amazon import ask_topic
from integrations import cloudwatch, sns, strict_json
from integrations.alert import NotEnvelope
from longwatch.store.inbox import Call
from longwatch.store.sources import Sender
from longwatch.store.tables import Inbox
from longwatch.store.tables_intake import SnsCertificate
from longwatch.store.writing import insert_once
from web.desk import desk
from web.errors import Problem

KIND = "cloudwatch"
LONGEST_URL = 500


def receive(sender: Sender, raw: bytes) -> int:
    """Stores a message; returns how many alerts it has. Raises Problem (400, 401)."""
    try:
        message = sns.checked(strict_json.read(raw))
        size = len(cloudwatch.members(raw))
    except NotEnvelope as problem:
        raise Problem(400, problem.reason, {problem.field: [problem.reason]} if problem.field else None) from None
    if len(message["SigningCertURL"]) > LONGEST_URL:
        raise Problem(400, "SigningCertURL is too long.")
    text = raw.decode("utf-8-sig")
    with desk().store.reading() as session:
        certificate = session.get(SnsCertificate, message["SigningCertURL"])
    if certificate is None or certificate.pem is None:
        _hold(sender, message, text, size)
        return size
    try:
        sns.verify(message, certificate.pem)
    except sns.Forged as problem:
        raise Problem(401, str(problem)) from None
    if message["Type"] == sns.NOTIFICATION:
        desk().inbox.put(Call(sender.name, KIND, text, size))
    else:
        store = desk().store
        with store.writing() as session:
            ask_topic(store, session, sender.name, message)
    return size


def _hold(sender: Sender, message: dict[str, str], text: str, size: int) -> None:
    store = desk().store
    with store.writing() as session:
        now = store.now(session)
        insert_once(session, SnsCertificate, {"url": message["SigningCertURL"], "asked_at": now})
        session.add(Inbox(source=sender.name, kind=KIND, body=text, size=size, received_at=now, state="held"))
