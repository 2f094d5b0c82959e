"""Serves the web with gunicorn: processes for cores, threads for streams."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from longwatch.settings import Settings
from web import create_app
from web.live import MOST_STREAMS

PROCESSES, THREADS = 2, 24
"""Threads for requests; every stream takes one more for as long as it lives."""

STREAMS_END = 5
"""Seconds open streams get at shutdown."""


class Server(BaseApplication):
    """Gunicorn with our settings; the app is made after the fork, since an engine client made before it hangs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Tells gunicorn what it needs to know."""
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": PROCESSES,
            "threads": THREADS + MOST_STREAMS,
            "worker_class": "gthread",
            "graceful_timeout": STREAMS_END,
            "keepalive": 15,
            "loglevel": "warning",
            "proc_name": "longwatch-web",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, once in every process."""
        return create_app(self._settings)


def serve(settings: Settings) -> None:
    """Serves until told to stop."""
    Server(settings).run()
