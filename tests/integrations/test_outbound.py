"""The one way out reaches what it may and nothing else, for as long as it was told and no longer."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations import outbound
from integrations.outbound import NotAllowed, Outbound, Unreachable, is_public, networks_of
from tests.conftest import free_port
from tests.integrations.certificates import made_certificate
from tests.integrations.tool_server import Said, Tool, running_tool

HERE = networks_of("127.0.0.0/8, ::1/128")


@pytest.fixture
def tool() -> Iterator[Tool]:
    with running_tool() as tool:
        yield tool


def test_a_call_arrives_as_it_was_sent_and_its_answer_comes_back(tool: Tool) -> None:
    tool.answers = [Said(418, b"short and stout")]

    answer = Outbound(HERE).post(tool.url, {"X-Mark": "1"}, b"{}", 5)

    [heard] = tool.heard
    assert (heard.path, heard.body, heard.headers["x-mark"]) == ("/tasks?team=1", b"{}", "1")
    assert heard.headers["host"] == f"127.0.0.1:{tool.port}"
    assert (answer.status, answer.body) == (418, b"short and stout")


def test_this_machine_is_not_called_unless_its_network_is_listed(tool: Tool) -> None:
    with pytest.raises(NotAllowed, match=r"127\.0\.0\.1 is not a public address"):
        Outbound().post(tool.url, {}, b"", 5)
    assert tool.heard == []


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
def test_no_other_spelling_leads_there_either(tool: Tool, host: str) -> None:
    with pytest.raises((NotAllowed, Unreachable)):
        Outbound().post(f"http://{host}:{tool.port}/", {}, b"", 5)
    assert tool.heard == []


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
    ],
)
def test_addresses_that_are_not_the_publics_are_not_called(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_called(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_a_name_that_stands_for_a_public_and_a_private_address_is_not_called(
    tool: Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", both)

    with pytest.raises(NotAllowed):
        Outbound().post("https://two-faced.example/", {}, b"", 5)
    assert tool.heard == []


def test_a_public_address_is_not_called_without_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("8.8.8.8", 80))])

    with pytest.raises(NotAllowed, match="https only"):
        Outbound().post("http://tool.example/", {}, b"", 5)


def test_a_redirect_is_not_followed(tool: Tool) -> None:
    tool.answers = [Said(307, b"", {"Location": "http://169.254.169.254/latest"}), Said()]

    answer = Outbound(HERE).post(tool.url, {}, b"", 5)

    assert (answer.status, len(tool.heard)) == (307, 1)


def test_a_proxy_of_the_environment_is_not_used(tool: Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")

    assert Outbound(HERE).post(tool.url, {}, b"", 5).status == 200


def test_a_long_answer_is_cut(tool: Tool) -> None:
    tool.answers = [Said(200, b"x" * (outbound.MOST_ANSWER + 9))]

    assert len(Outbound(HERE).post(tool.url, {}, b"", 5).body) == outbound.MOST_ANSWER


def test_an_answer_that_drips_for_ever_is_not_waited_for(tool: Tool) -> None:
    tool.answers = [Said(drip=True)]

    with pytest.raises(Unreachable, match="could not be called"):
        Outbound(HERE).post(tool.url, {}, b"", 0.5)


def test_half_an_answer_is_none(tool: Tool) -> None:
    tool.answers = [Said(200, b"{", {"Content-Length": "30"})]

    with pytest.raises(Unreachable, match="broke off"):
        Outbound(HERE).post(tool.url, {}, b"", 5)


def test_nobody_there_is_told_by_the_hosts_name_alone() -> None:
    with pytest.raises(Unreachable) as trouble:
        Outbound(HERE).post(f"http://127.0.0.1:{free_port()}/path?key=hush", {}, b"", 5)

    assert "127.0.0.1 could not be called" in str(trouble.value)
    assert "hush" not in str(trouble.value)


def test_a_name_that_nobody_has_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"nobody\.invalid could not be found"):
        Outbound().post("https://nobody.invalid/", {}, b"", 5)


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0"):
        networks_of("10.0.0.0/8, 10.0.0.0/99")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return made_certificate(tmp_path)


@pytest.fixture
def secure_tool(certificate: Path) -> Iterator[Tool]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with running_tool(tls) as tool:
        yield tool


def test_an_encrypted_call_proves_the_name_and_goes_to_the_judged_address(secure_tool: Tool, certificate: Path) -> None:
    trusting = Outbound(HERE, ssl.create_default_context(cafile=str(certificate)))

    answer = trusting.post(f"https://localhost:{secure_tool.port}/tasks", {}, b"{}", 5)

    assert answer.status == 200
    assert secure_tool.heard[0].headers["host"] == f"localhost:{secure_tool.port}"


def test_a_tool_that_cannot_prove_its_name_hears_nothing(secure_tool: Tool, certificate: Path) -> None:
    trusting = Outbound(HERE, ssl.create_default_context(cafile=str(certificate)))

    with pytest.raises(Unreachable, match="certificate"):
        trusting.post(f"https://127.0.0.1:{secure_tool.port}/tasks", {}, b"{}", 5)
    with pytest.raises(Unreachable, match="certificate"):
        Outbound(HERE).post(f"https://localhost:{secure_tool.port}/tasks", {}, b"{}", 5)
    assert secure_tool.heard == []
