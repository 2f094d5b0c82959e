"""Asks one tool what is not well there: all its bodies, or no answer at all."""

import base64
from collections.abc import Mapping, Sequence

from integrations.outbound import Network, NotAllowed, Outbound, Unreachable
from integrations.poll import Asking, Unanswered
from longwatch.store.polls import BadPoll, secret_of, tls_of
from longwatch.store.sealing import Unsealable
from longwatch.store.tables_heartbeats import SourcePoll

MOST = 64 * 1024 * 1024
"""Bytes of one body."""
SECONDS = 45.0
"""How long one body may take."""
OK = 200

NO_ANSWER = (NotAllowed, Unreachable, Unanswered, Unsealable, BadPoll)
"""Everything that means: nobody knows."""


def fetch(networks: Sequence[Network], keys: Sequence[str], asking: Asking, poll: SourcePoll) -> dict[str, bytes]:
    """The bodies by name. Raises one of NO_ANSWER."""
    outbound = Outbound(networks, tls_of(poll.authority, any_name=poll.any_name))
    headers = _headers(poll.login, secret_of(poll, keys))
    base = poll.url.rstrip("/")
    return {name: _get(outbound, base + target, headers) for name, target in asking.targets(poll.scope).items()}


def _get(outbound: Outbound, url: str, headers: Mapping[str, str]) -> bytes:
    answer = outbound.get(url, headers, SECONDS, MOST)
    if answer.status != OK:
        raise Unanswered(f"It answered {answer.status} {answer.reason}.")
    if len(answer.body) >= MOST:
        raise Unanswered(f"Its answer is larger than {MOST // 1024 // 1024} MB.")
    return answer.body


def _headers(login: str, secret: str) -> dict[str, str]:
    headers = {"Accept": "application/json", "User-Agent": "Longwatch"}
    if login:
        proof = base64.b64encode(f"{login}:{secret}".encode()).decode()
        return {**headers, "Authorization": f"Basic {proof}"}
    return {**headers, "Authorization": f"Bearer {secret}"} if secret else headers
