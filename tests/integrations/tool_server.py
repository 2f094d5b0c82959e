"""A tool on a real HTTP server: it keeps what it was sent, and answers what it is told to."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Said:
    """One answer. `drip`: the header comes byte by byte, and never ends, until the tool is closed."""

    status: int = 200
    body: bytes = b'{"ok": true, "text": "done"}'
    headers: dict[str, str] = field(default_factory=dict)
    drip: bool = False


@dataclass
class Heard:
    """One call."""

    path: str
    headers: dict[str, str]
    body: bytes


class Tool:
    """Answers in turn; the last answer is repeated."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.answers = [Said()]
        self.port = 0
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/tasks?team=1"

    def next(self) -> Said:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def running_tool(tls: ssl.SSLContext | None = None) -> Iterator[Tool]:
    tool = Tool()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            tool.heard.append(Heard(self.path, headers, body))
            said = tool.next()
            if said.drip:
                self._drip()
                return
            self.send_response(said.status)
            for name, value in {"Content-Length": str(len(said.body)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said.body)

        def _drip(self) -> None:
            """One more letter of a header ever so often, so that no single wait is long."""
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not tool.closing.wait(0.05):
                try:
                    self.wfile.write(b"x")
                except OSError:
                    return

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    tool.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield tool
    tool.closing.set()
    server.shutdown()
    thread.join()
    server.server_close()
