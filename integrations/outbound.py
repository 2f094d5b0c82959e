"""The one way out: calls to addresses that people configured, kept from reaching where they should not.

A name is resolved once, every address it stands for is judged, and the connection is made to a judged address, so that
nothing can be swapped in between. Addresses that are not public (this machine, the local network, a cloud's metadata)
are refused unless an administrator of the installation listed their network. Redirects are not followed, proxies of the
environment are not used, and an answer is bounded in time and size.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

MOST_ANSWER = 64_000
"""Bytes of an answer that are read; the rest is not waited for."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class NotAllowed(Exception):  # noqa: N818 - an answer, not an accident
    """The call may not be made; trying again would not help. The text names the host, never the whole address."""


class Unreachable(Exception):  # noqa: N818 - an answer, not an accident
    """Nobody answered as HTTP demands. It may succeed later."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    reason: str
    body: bytes


@dataclass(frozen=True)
class _Ask:
    """What is to be asked."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


def networks_of(text: str) -> tuple[Network, ...]:
    """Networks by commas: `10.0.0.0/8, fd00::/8`. Raises ValueError naming what is none."""
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip())


class Outbound:
    """Calls out. `networks` are those that may be called though they are not public, or without encryption."""

    def __init__(self, networks: Sequence[Network] = (), tls: ssl.SSLContext | None = None) -> None:
        self._networks = tuple(networks)
        self._tls = tls or ssl.create_default_context()

    def post(self, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Answer:
        """One POST, answered within `seconds` in all. Raises NotAllowed and Unreachable."""
        return self._call(_Ask("POST", url, headers, body), seconds, MOST_ANSWER)

    def get(self, url: str, headers: Mapping[str, str], seconds: float, most: int = MOST_ANSWER) -> Answer:
        """One GET, answered within `seconds` and `most` bytes. Raises NotAllowed and Unreachable."""
        return self._call(_Ask("GET", url, headers), seconds, most)

    def ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, seconds: float, most: int
    ) -> Answer:
        """One request of any method, answered within `seconds` and `most` bytes. Raises NotAllowed and Unreachable."""
        return self._call(_Ask(method, url, headers, body), seconds, most)

    def _call(self, ask: "_Ask", seconds: float, most: int) -> Answer:
        parts = urlsplit(ask.url)
        host, encrypted = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (http.client.HTTPS_PORT if encrypted else http.client.HTTP_PORT)
        addresses = _resolved(host, port)
        self._judge(host, addresses, encrypted=encrypted)
        try:
            with self._connected(host, port, addresses, seconds, encrypted=encrypted) as connection:
                connection.request(ask.method, _target(parts), ask.body, dict(ask.headers))
                with closing(connection.getresponse()) as response:
                    return _whole(connection, response, most)
        except (OSError, http.client.HTTPException) as problem:
            raise Unreachable(f"{host} could not be called: {problem or type(problem).__name__}.") from problem

    def _judge(self, host: str, addresses: Sequence[Address], *, encrypted: bool) -> None:
        listed = [any(address in network for network in self._networks) for address in addresses]
        if not all(known or is_public(address) for known, address in zip(listed, addresses, strict=True)):
            raise NotAllowed(f"{host} is not a public address. LONGWATCH_OUTBOUND_NETWORKS may list its network.")
        if not encrypted and not all(listed):
            raise NotAllowed(f"{host} is called with https only. LONGWATCH_OUTBOUND_NETWORKS may list its network.")

    @contextmanager
    def _connected(
        self, host: str, port: int, addresses: Sequence[Address], seconds: float, *, encrypted: bool
    ) -> Iterator["_Pinned"]:
        """A connection that is cut when its time is over, however slowly the other side drips."""
        connection = _Pinned(host, port, addresses, seconds, self._tls if encrypted else None)
        watch = threading.Timer(seconds, connection.cut)
        watch.daemon = True
        watch.start()
        try:
            yield connection
        finally:
            watch.cancel()
            connection.close()


class _Pinned(http.client.HTTPConnection):
    """Speaks to an address that was judged, in the name of its host."""

    def __init__(
        self, host: str, port: int, addresses: Sequence[Address], seconds: float, tls: ssl.SSLContext | None
    ) -> None:
        self.default_port = http.client.HTTPS_PORT if tls else http.client.HTTP_PORT
        super().__init__(host, port, timeout=seconds)
        self._addresses = addresses
        self._tls = tls
        self.over = False

    def connect(self) -> None:
        """To the first of the addresses that answers. Raises OSError."""
        plain = self._first()
        if self._tls is None:
            self.sock = plain
            return
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()

    def _first(self) -> socket.socket:
        problem: OSError | None = None
        for address in self._addresses:
            try:
                return socket.create_connection((str(address), self.port), self.timeout)
            except OSError as error:
                problem = error
            if self.over:
                break
        raise problem or OSError("it has no address")

    def cut(self) -> None:
        """Ends whatever is waited for."""
        self.over = True
        with suppress(OSError):
            if self.sock is not None:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # not TLS's own farewell: nobody would answer it


def _whole(connection: _Pinned, response: http.client.HTTPResponse, most: int) -> Answer:
    """The answer, if it came to its end; half of one is none. Raises OSError."""
    body = response.read(most)
    if connection.over or (response.length and len(body) < most):
        raise OSError("its answer broke off")
    return Answer(response.status, response.reason, body)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _resolved(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise Unreachable(f"{host} could not be found.") from problem
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def is_public(address: Address) -> bool:
    """Whether anybody may be called there: it is global, and so is an address it hides in itself."""
    return all(one.is_global and not one.is_multicast for one in (address, *_hidden(address)))


def _hidden(address: Address) -> list[Address]:
    """The IPv4 addresses that ways of crossing from IPv6 carry within."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        carried.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in carried if one is not None]
