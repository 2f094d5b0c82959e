"""How calls are signed: HMAC-SHA256 over the raw body, with a time stamp where the tool sends one."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

WINDOW = 300
"""Seconds that a signed time may lie before or after ours."""


class BadSignature(Exception):  # noqa: N818 - an answer for the sender
    """The call is not signed as agreed; the text says what is wrong, never what would be right."""


@dataclass(frozen=True)
class Style:
    """A manner of signing: the headers it uses, and what is signed. `stamped`: a time stamp must be there."""

    label: str
    signature: str
    stamp: str
    signed: Callable[[str, bytes], bytes]
    stamped: bool


STYLES: dict[str, Style] = {
    "longwatch": Style(
        "X-Longwatch-Signature: sha256=HEX over TIMESTAMP.BODY, X-Longwatch-Timestamp: Unix seconds",
        "x-longwatch-signature",
        "x-longwatch-timestamp",
        lambda stamp, raw: stamp.encode() + b"." + raw,
        stamped=True,
    ),
    "grafana": Style(
        "Grafana contact point, HMAC signature",
        "x-grafana-alerting-signature",
        "x-grafana-alerting-signature-timestamp",
        lambda stamp, raw: stamp.encode() + b":" + raw if stamp else raw,
        stamped=False,
    ),
    "sentry": Style(
        "Sentry internal integration, client secret",
        "sentry-hook-signature",
        "",
        lambda _stamp, raw: raw,
        stamped=False,
    ),
}
"""The manners that can be checked, by name."""


def check(style: str, secret: str, headers: Mapping[str, str], raw: bytes, now: datetime) -> str:
    """The mark by which the same call is known again. `headers` have small names. Raises BadSignature."""
    how = STYLES[style]
    given = headers.get(how.signature, "").strip().removeprefix("sha256=").lower()
    stamp = headers.get(how.stamp, "").strip() if how.stamp else ""
    if not given:
        raise BadSignature(f"The call is not signed: the header {how.signature} is missing.")
    if stamp or how.stamped:
        _in_time(stamp, how.stamp, now)
    expected = hmac.new(secret.encode(), how.signed(stamp, raw), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        raise BadSignature("The signature is wrong: the secret differs, or the body was changed on its way.")
    return hashlib.sha256(f"{style}:{stamp}:{expected}".encode()).hexdigest()


def sign(style: str, secret: str, stamp: str, raw: bytes) -> dict[str, str]:
    """The headers of a call that is signed so."""
    how = STYLES[style]
    signature = hmac.new(secret.encode(), how.signed(stamp, raw), hashlib.sha256).hexdigest()
    return {how.signature: f"sha256={signature}", **({how.stamp: stamp} if how.stamp and stamp else {})}


def _in_time(stamp: str, header: str, now: datetime) -> None:
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:  # noqa: PLR2004 - the year 33658
        raise BadSignature(f"The header {header} must hold Unix seconds.")
    if abs(int(now.timestamp()) - int(stamp)) > WINDOW:
        raise BadSignature(f"The call was signed more than {WINDOW} seconds away from our time: look at the clocks.")
