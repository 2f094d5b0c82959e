"""A tool that is asked by address: it answers what stands in its book, page by page where it is NetBox."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class AskedTool:
    """`book`: lists of objects by path, paged; or bytes, as they are. `refuses`: answered with this status instead."""

    book: dict[str, Any] = field(default_factory=dict)
    heard: list[tuple[str, str]] = field(default_factory=list)  # the target and what proved the caller
    refuses: list[int] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, target: str) -> tuple[int, bytes]:
        if self.refuses:
            return self.refuses.pop(0), b"no"
        parts = urlsplit(target)
        held = self.book.get(parts.path, [])
        if isinstance(held, bytes):
            return 200, held
        asked = parse_qs(parts.query)
        offset = int(asked["offset"][0])
        page = {"count": len(held), "next": "http://wrong.example.net/", "previous": None}
        return 200, json.dumps({**page, "results": held[offset : offset + 2]}).encode()


@contextmanager
def asked_tool() -> Iterator[AskedTool]:
    tool = AskedTool()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tool.heard.append((self.path, self.headers.get("Authorization", "")))
            status, body = tool.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tool.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield tool
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
