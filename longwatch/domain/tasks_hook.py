"""An outbound hook: the tool that automatic tasks call, as an administrator configures it. Data, versioned.

Its secret is no part of it: what signs the calls is kept sealed, apart from what people may read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

LONGEST_URL, LONGEST_ABOUT = 1_000, 500

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}\Z")


@dataclass(frozen=True)
class Hook:
    """Where the calls go, and what people read about it."""

    url: str
    about: str = ""


class HookFault(ValueError):  # noqa: N818 - the trade's word
    """The hook would not do what it says. `reason` is a sentence, `field` names the entry at fault."""

    def __init__(self, reason: str, field: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.reason = reason
        self.field = field


def is_hook_name(name: object) -> bool:
    """Whether a hook may be called so: small letters, digits, - and _, at most 40."""
    return isinstance(name, str) and _NAME.match(name) is not None


def read_hook(data: Any) -> Hook:
    """The hook that data describes: {"url", "about"}. Raises HookFault naming the entry at fault."""
    if not isinstance(data, Mapping):
        raise HookFault("A hook is a list of named entries.", "hook")
    for name in data:
        if name not in ("url", "about"):
            raise HookFault(f"There is no entry {str(name)[:40]!r} here; there is url, about.", str(name)[:40])
    about = data.get("about") or ""
    if not isinstance(about, str) or len(about) > LONGEST_ABOUT or not about.isprintable():
        raise HookFault(f"This must be one line of at most {LONGEST_ABOUT} characters.", "about")
    return Hook(_url(data.get("url")), about)


def _url(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_URL or not (value.isascii() and value.isprintable()):
        raise HookFault(f"This must be an address of at most {LONGEST_URL} characters: https://...", "url")
    reason = _unfit(value)
    if reason is not None:
        raise HookFault(reason, "url")
    return value


def _unfit(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        fits = parts.port is None or parts.port > 0
    except ValueError:
        return "This is no address."
    if not fits or " " in url or parts.scheme not in ("https", "http") or not _HOST.match(parts.hostname or ""):
        return "This must be an address such as https://deploy.example.net/tasks."
    return _leaks(parts)


def _leaks(parts: SplitResult) -> str | None:
    """What stands in an address is read by many; what proves us stands in the signature."""
    if parts.username is not None or parts.password is not None:
        return "An address holds no name and password; the calls are signed."
    return "An address to call has no #fragment." if parts.fragment else None
