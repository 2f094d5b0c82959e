"""Asks tools what they know, page by page, and keeps the answers as files that translators read."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from integrations.cmdb_netbox import PATHS
from integrations.cmdb_prometheus import TARGETS
from integrations.cmdb_record import Unreadable
from integrations.outbound import Answer, Outbound, Unreachable

PAGE = 500
"""Objects in one page of NetBox."""
MOST_PAGES = 2_000
MOST = 64 * 1024 * 1024
"""Bytes of one answer."""
SECONDS = 120.0
"""How long one answer may take."""
OK, BUSY = 200, (408, 425, 429, 500, 502, 503, 504)
OLD_TOKEN = 40
"""Hexadecimal digits of a token of older releases of NetBox."""
ENDINGS = {"csv": ".csv", "json": ".json", "terraform": ".tfstate", "prometheus": ".json"}


def fetch(outbound: Outbound, kind: str, url: str, token: str | None, folder: Path) -> None:
    """Puts what the tool answers into the folder, which is empty.

    Raises NotAllowed, Unreachable (also for answers of servers that are busy), and Unreadable for any other no.
    """
    if kind == "netbox":
        _netbox(outbound, url.rstrip("/"), token, folder)
        return
    target = url.rstrip("/") + TARGETS if kind == "prometheus" and not urlsplit(url).path.strip("/") else url
    (folder / f"answer{ENDINGS[kind]}").write_bytes(_get(outbound, target, token))


def _netbox(outbound: Outbound, url: str, token: str | None, folder: Path) -> None:
    """Pages are counted here: the addresses of next pages that a tool behind a proxy tells are often wrong."""
    pages = 0
    for path in PATHS:
        offset, count = 0, 1
        while offset < count:
            pages += 1
            if pages > MOST_PAGES:
                raise Unreadable(f"NetBox has more than {MOST_PAGES} pages of {PAGE} objects.")
            raw = _get(outbound, f"{url}{path}?limit={PAGE}&offset={offset}", token)
            held, count = _page(raw, path)
            (folder / f"{pages:05d}.json").write_bytes(raw)
            if not held:
                break
            offset += held


def _page(raw: bytes, path: str) -> tuple[int, int]:
    """How many objects a page holds, and how many there are."""
    try:
        page = json.loads(raw)
    except (ValueError, RecursionError):
        raise Unreadable(f"{path} was not answered with JSON.") from None
    count = page.get("count") if isinstance(page, dict) else None
    if not isinstance(count, int) or not isinstance(page.get("results"), list):
        raise Unreadable(f"{path} was not answered as NetBox answers.")
    return len(page["results"]), count


def _get(outbound: Outbound, url: str, token: str | None) -> bytes:
    answer = outbound.get(url, _headers(token), SECONDS, MOST)
    if answer.status != OK:
        raise _refusal(url, answer)
    if len(answer.body) >= MOST:
        raise Unreadable(f"{urlsplit(url).path} is larger than {MOST // 1024 // 1024} MB.")
    return answer.body


def _headers(token: str | None) -> Mapping[str, str]:
    """NetBox knows two kinds of tokens; its older ones have a word of their own."""
    accept = {"Accept": "application/json, */*", "User-Agent": "Longwatch"}
    if not token:
        return accept
    old = len(token) == OLD_TOKEN and all(letter in "0123456789abcdef" for letter in token)
    return {**accept, "Authorization": f"{'Token' if old else 'Bearer'} {token}"}


def _refusal(url: str, answer: Answer) -> Exception:
    said = f"{urlsplit(url).hostname} answered {answer.status} {answer.reason} to {urlsplit(url).path}."
    return Unreachable(said) if answer.status in BUSY else Unreadable(said)
