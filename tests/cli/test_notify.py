"""The notification command for tools that never try again: it tries, keeps what cannot be sent, and sends it later."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from integrations import KINDS, signing

SCRIPT = Path(__file__).parents[2] / "deploy" / "longwatch-notify"
NAGIOS = {
    "NAGIOS_NOTIFICATIONTYPE": "PROBLEM",
    "NAGIOS_HOSTNAME": "web1",
    "NAGIOS_SERVICEDESC": "HTTP",
    "NAGIOS_SERVICESTATE": "CRITICAL",
    "NAGIOS_SERVICEOUTPUT": "HTTP CRITICAL ✗",
    "NAGIOS_HOSTALIAS": "",
}


class Desk:
    """A small server that plays the desk: answers as told, keeps what came."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                code = desk.codes.pop(0) if desk.codes else 202
                if code == 202:
                    desk.bodies.append(body)
                    desk.headers.append({name.lower(): value for name, value in self.headers.items()})
                self.send_response(code)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/nagios/KEY"


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def notify(folder: Path, *arguments: str, **env: str) -> int:
    environ = {"LONGWATCH_SPOOL": str(folder / "spool"), "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", **env}
    return subprocess.run([sys.executable, SCRIPT, *arguments], env=environ, check=False, timeout=60).returncode


def test_what_it_sends_is_what_the_translator_reads(desk: Desk, tmp_path: Path) -> None:
    code = notify(tmp_path, "nagios", desk.url, **NAGIOS)

    assert code == 0
    [member] = KINDS["nagios"].members(desk.bodies[0])
    alert = KINDS["nagios"].alert(member)
    assert (alert.title, alert.severity, alert.fingerprint) == ("HTTP on web1 is CRITICAL", "critical", "web1!HTTP")


def test_checkmk_calls_it_without_arguments(desk: Desk, tmp_path: Path) -> None:
    code = notify(tmp_path, NOTIFY_PARAMETER_1=desk.url, NOTIFY_HOSTNAME="web1", NOTIFY_NOTIFICATIONTYPE="PROBLEM")

    assert code == 0
    assert json.loads(desk.bodies[0])["tool"] == "checkmk"


def test_trouble_of_the_desk_is_tried_again(desk: Desk, tmp_path: Path) -> None:
    desk.codes = [503]

    code = notify(tmp_path, "nagios", desk.url, **NAGIOS)

    assert (code, len(desk.bodies)) == (0, 1)


def test_what_cannot_be_sent_is_kept_and_goes_out_first(desk: Desk, tmp_path: Path) -> None:
    kept = notify(tmp_path, "nagios", "http://127.0.0.1:9/hooks", **NAGIOS)
    assert (kept, len(list((tmp_path / "spool").iterdir()))) == (1, 1)

    sent = notify(tmp_path, "nagios", desk.url, **{**NAGIOS, "NAGIOS_NOTIFICATIONTYPE": "RECOVERY"})

    assert sent == 0
    types = [json.loads(body)["env"]["NOTIFICATIONTYPE"] for body in desk.bodies]
    assert types == ["PROBLEM", "RECOVERY"]
    assert list((tmp_path / "spool").iterdir()) == []


def test_what_the_desk_refuses_is_not_kept(desk: Desk, tmp_path: Path) -> None:
    desk.codes = [401]

    code = notify(tmp_path, "nagios", desk.url, **NAGIOS)

    assert code == 2
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_secret_signs_each_call(desk: Desk, tmp_path: Path) -> None:
    notify(tmp_path, "nagios", desk.url, LONGWATCH_SECRET="sixteen and more characters", **NAGIOS)

    headers, body = desk.headers[0], desk.bodies[0]
    assert signing.check("longwatch", "sixteen and more characters", headers, body, datetime.now(UTC))


@pytest.mark.parametrize("arguments", [[], ["pigeon", "http://x"], ["nagios"]])
def test_a_wrong_call_says_how_it_is_called(tmp_path: Path, arguments: list[str]) -> None:
    assert notify(tmp_path, *arguments) == 2
