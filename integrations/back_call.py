"""What tools are told of an incident, in one vocabulary for all of them; what their answers mean.

Every kind of tool has a pure *exchange*: a generator that yields one request after another, is given the answer to
each, and returns what came of it. An exchange looks for our own mark before it makes anything, since an answer may
have been lost: it can be repeated at any time and never does a thing twice.
"""

import base64
import json
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from integrations import strict_json
from integrations.alert import NotEnvelope
from integrations.outbound import MOST_ANSWER, Answer
from integrations.webhook_out import TryAgain

ACKNOWLEDGED, RESOLVED, REOPENED, CLOSED = "acknowledged", "resolved", "reopened", "closed"
EXTENDED, RELEASED = "extended", "released"
"""A silence is made longer; a silence of ours is taken away without a word about the incident."""
CHOICES = (ACKNOWLEDGED, RESOLVED, REOPENED)
"""What a source may choose to be told; to be told that an incident is closed goes with `resolved`."""
ENDING = (RESOLVED, CLOSED, REOPENED, RELEASED)
"""After these nobody works on the alert any more: a silence must not stand."""

EXCERPT = 300
"""Characters of an answer that the ledger keeps."""
OURS = re.compile(r"\[longwatch [0-9a-f]{12}\]", re.ASCII)

_LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_CREDENTIALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_SENTENCES = {
    ACKNOWLEDGED: "{by} works on it",
    EXTENDED: "it is still being worked on",
    RESOLVED: "resolved by {by}",
    CLOSED: "closed by {by}",
    REOPENED: "reopened by {by}",
    RELEASED: "it is over",
}


class Declined(Exception):  # noqa: N818 - an answer, not an accident
    """The tool will not do it, or cannot be asked to; trying again would not help. The text says why."""


@dataclass(frozen=True)
class Access:
    """Where a tool is and how we prove who we are. `hours`: how long a silence stands unless it is extended."""

    address: str
    user: str = ""
    secret: str = ""
    hours: int = 4
    options: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What happened to an incident. `remote` is the tool's own id of what we did before, where it gave one.

    `again`: it was tried before, and what became of that is not known. `lapsed`: what we did before ended by itself.
    """

    what: str
    number: str
    link: str
    by: str
    mark: str
    at: datetime
    until: datetime
    remote: str = ""
    again: bool = False
    lapsed: bool = False


@dataclass(frozen=True)
class Behind:
    """The alert behind the incident, as it is known."""

    fingerprint: str
    title: str
    severity: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Ask:
    """One request to a tool; `most` bytes of its answer are read."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    most: int = MOST_ANSWER


@dataclass(frozen=True)
class Done:
    """What came of it in words; the tool's id of it, and until when it holds, where it ends by itself."""

    text: str
    remote: str = ""
    until: datetime | None = None


Exchange = Generator[Ask, Answer, Done]


def mark_of(desk: str, number: str, source: str, fingerprint: str) -> str:
    """What our own doings are known again by, in a tool that other desks may use as well."""
    return sha256(f"{desk}\n{number}\n{source}\n{fingerprint}".encode(errors="replace")).hexdigest()[:12]


def is_ours(text: str) -> bool:
    """Whether a remark that a tool passes on is the echo of what we told it."""
    return OURS.search(text) is not None


def comment(told: Told) -> str:
    """What people read in the tool: the number, what happened, where to read on, and our mark."""
    sentence = _SENTENCES[told.what].format(by=told.by)
    return f"{told.number}: {sentence}. {told.link} [longwatch {told.mark}]"


def post(url: str, headers: Mapping[str, str], content: Mapping[str, Any]) -> Ask:
    """A POST of JSON."""
    return Ask("POST", url, {"Content-Type": "application/json", **headers}, json.dumps(content).encode())


def basic(user: str, secret: str) -> str:
    """The header of basic authentication (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()


def understood(answer: Answer) -> Any:
    """What a successful answer says: JSON, or nothing where it is none. Raises TryAgain and Declined for the others."""
    status = answer.status
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LATER:
        raise TryAgain(f"It answered {said(answer)}")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise Declined(f"It answered {status} {answer.reason}, a redirect. We do not go elsewhere: mend the address.")
    if status in _CREDENTIALS:
        raise Declined(f"It refused our credentials: it answered {said(answer)}")
    if status >= HTTPStatus.BAD_REQUEST:
        raise Declined(f"It answered {said(answer)}")
    return content_of(answer)


def content_of(answer: Answer) -> Any:
    """The JSON of an answer; nothing where it is none."""
    try:
        return strict_json.read(answer.body) if answer.body.strip() else {}
    except NotEnvelope:
        return {}


def said(answer: Answer) -> str:
    """Status and the beginning of the body, on one line."""
    words = " ".join(answer.body.decode(errors="replace").split())[:EXCERPT]
    return f"{answer.status} {answer.reason}: {words}" if words else f"{answer.status} {answer.reason}."
