"""Calls to tools that do a task: what we send, how it is signed, and what their answers mean.

The call is a POST of JSON, signed in the manner `longwatch` of `signing`: HMAC-SHA256 over time stamp and body, with
the hook's secret. `Idempotency-Key` is the same in every repetition of a call, so that a tool does the work once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from integrations import strict_json
from integrations.alert import NotEnvelope
from integrations.outbound import Answer
from integrations.signing import sign
from longwatch.domain.ticket import canonical

LONGEST_TEXT = 500

_LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)


class TryAgain(Exception):  # noqa: N818 - an answer, not an accident
    """The tool cannot do it now. It may later."""


@dataclass(frozen=True)
class Verdict:
    """What the tool said: done (`ok`), failed, or taken on and to be told of later (None); and its words."""

    ok: bool | None
    text: str | None


def letter(delivery: str, secret: str, content: Mapping[str, Any], now: datetime) -> tuple[dict[str, str], bytes]:
    """Headers and body of a call. The body is the same whenever the call is repeated; the time stamp is that of now."""
    body = canonical(dict(content)).encode()
    plain = {"Content-Type": "application/json", "User-Agent": "Longwatch", "Idempotency-Key": delivery}
    return plain | sign("longwatch", secret, str(int(now.timestamp())), body), body


def judged(answer: Answer) -> Verdict:
    """What an answer means. Raises TryAgain for one that says: not now.

    Success is 2xx: an empty body, or JSON {"ok": bool, "text": words}; other words are kept as they are. 202 means that
    the tool took it on. A redirect is a failure: a signed call goes where it was meant to go.
    """
    status = answer.status
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LATER:
        raise TryAgain(f"The tool answered {status} {answer.reason}.")
    told, text = _read(answer.body)
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        said = f": {text}" if text else "."
        return Verdict(ok=False, text=f"The tool answered {status} {answer.reason}{said}"[:LONGEST_TEXT])
    if told is not None and not isinstance(told, bool):
        return Verdict(ok=False, text="The tool's answer cannot be understood: ok is neither true nor false.")
    if status == HTTPStatus.ACCEPTED and told is not False:
        return Verdict(ok=None, text=text)
    return Verdict(told is not False, text)


def _read(body: bytes) -> tuple[Any, str | None]:
    """What `ok` says, and the words."""
    try:
        value = strict_json.read(body) if body.strip() else {}
    except NotEnvelope:
        return None, body.decode(errors="replace").strip()[:LONGEST_TEXT] or None
    if not isinstance(value, dict):
        return None, str(value)[:LONGEST_TEXT]
    text = value.get("text")
    return value.get("ok"), text[:LONGEST_TEXT] if isinstance(text, str) and text else None
