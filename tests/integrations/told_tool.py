"""A tool on a real HTTP server that is told things: it keeps every request, and answers as it is made to."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Call:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    content: Any


Reply = tuple[int, Any, dict[str, str]]


class ToldTool:
    """`answers` are given in turn, the last again and again; a callable answers each request itself."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answers: list[Reply | Callable[[Call], Reply]] = [(200, {}, {})]
        self.port = 0
        self.scheme = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def lines(self) -> list[str]:
        return [f"{call.method} {urlsplit(call.path).path}" for call in self.calls]

    def reply(self, call: Call) -> Reply:
        self.calls.append(call)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(call) if callable(answer) else answer


class Silences:
    """An Alertmanager that keeps silences: what a `ToldTool` answers with."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def __call__(self, call: Call) -> Reply:
        path = urlsplit(call.path).path
        if call.method == "GET" and path.endswith("/status"):
            return 200, {"versionInfo": {"version": "0.25.0"}}, {}
        if call.method == "GET":
            return 200, list(self.kept.values()), {}
        if call.method == "DELETE":
            self.kept[path.rpartition("/")[2]]["status"] = {"state": "expired"}
            return 200, None, {}
        identity = call.content.get("id") or f"silence-{len(self.kept) + 1}"
        self.kept[identity] = {**call.content, "id": identity, "status": {"state": "active"}}
        return 200, {"silenceID": identity}, {}

    @property
    def alive(self) -> list[dict[str, Any]]:
        return [each for each in self.kept.values() if each["status"]["state"] == "active"]


@contextmanager
def told_tool(tls: ssl.SSLContext | None = None) -> Iterator[ToldTool]:
    tool = ToldTool()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            content = json.loads(body) if body else None
            status, said, more = tool.reply(Call(self.command, self.path, headers, content))
            raw = b"" if said is None else said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(raw)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the library's own names

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that breaks off is what some tests do
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        tool.scheme = "https"
    tool.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield tool
    server.shutdown()
    thread.join()
    server.server_close()
