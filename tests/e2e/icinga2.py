"""The real Icinga 2 as a process of the test: a service that is bad, an API with a certificate of its own."""

import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from longwatch.up import Part
from tests.conftest import free_port

PROGRAM = "/usr/sbin/icinga2"
USER, PASSWORD = "desk", "a password of the desk"

_CONFIG = """
const NodeName = "localhost"
const ZoneName = "localhost"
include <itl>
object Endpoint NodeName {}
object Zone ZoneName { endpoints = [ NodeName ] }
object CheckerComponent "checker" {}
object NotificationComponent "notification" {}
object ApiListener "api" {
  bind_host = "127.0.0.1"
  bind_port = %(port)d
  ticket_salt = "x"
}
object ApiUser "%(user)s" {
  password = "%(password)s"
  permissions = [ "actions/acknowledge-problem", "actions/remove-acknowledgement", "objects/query/*" ]
}
object ApiUser "weak" {
  password = "%(password)s"
  permissions = [ "objects/query/*" ]
}
object Host "db-1" {
  check_command = "dummy"
  vars.dummy_state = 0
}
object Service "disk /" {
  host_name = "db-1"
  check_command = "dummy"
  vars.dummy_state = 2
  max_check_attempts = 1
  check_interval = 1s
  retry_interval = 1s
}
"""


def program() -> str:
    """Its program. Skips the test where it is missing; in continuous integration that is a failure."""
    if os.access(PROGRAM, os.X_OK):
        return PROGRAM
    reason = "Icinga 2 is not installed: apt install icinga2-bin icinga2-common"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


class Icinga:
    """One instance; `authority` is the certificate that its own was made by."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.address = f"https://localhost:{port}"
        self.file = folder / "var" / "certs" / "ca.crt"

    @property
    def authority(self) -> str:
        return self.file.read_text()

    def service(self) -> dict[str, Any]:
        """What it knows of its service, with the comments on it."""
        found = requests.get(
            f"{self.address}/v1/objects/services", auth=(USER, PASSWORD), verify=str(self.file), timeout=5
        )
        attributes: dict[str, Any] = found.json()["results"][0]["attrs"]
        return attributes

    def comments(self) -> list[dict[str, Any]]:
        found = requests.get(
            f"{self.address}/v1/objects/comments", auth=(USER, PASSWORD), verify=str(self.file), timeout=5
        )
        return [each["attrs"] for each in found.json()["results"]]

    def bad(self) -> bool:
        """Whether its service was found to be critical."""
        try:
            return self.service()["state"] == 2
        except (requests.RequestException, LookupError, ValueError):
            return False


@contextmanager
def icinga(folder: Path) -> Iterator[Icinga]:
    """A running Icinga 2, stopped at the end."""
    binary, port = program(), free_port()
    for name in ("var/certs", "var/ca", "log", "cache", "spool", "run"):
        (folder / name).mkdir(parents=True)
    _certificates(folder / "var" / "certs")
    config = folder / "icinga2.conf"
    config.write_text(_CONFIG % {"port": port, "user": USER, "password": PASSWORD})
    _give(folder)
    places = {"DataDir": "var", "LogDir": "log", "CacheDir": "cache", "SpoolDir": "spool", "InitRunDir": "run"}
    defined = [f"--define={name}={folder / place}" for name, place in places.items()]
    paths = [f"--define=PidPath={folder}/run/pid", f"--define=ConfigDir={folder}"]
    line = [binary, "daemon", "-c", str(config), *defined, *paths, *_as_whom()]
    part = Part("icinga2", line, folder / "icinga2.log")
    part.start()
    try:
        yield Icinga(folder, port)
    finally:
        part.stop()


def _as_whom() -> list[str]:
    """It gives up the rights of root by itself; anybody else runs it as they are."""
    if os.geteuid() == 0:
        return []
    me = pwd.getpwuid(os.geteuid())
    return [f"--define=RunAsUser={me.pw_name}", f"--define=RunAsGroup={me.pw_name}"]


def _give(folder: Path) -> None:
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, "nagios", "nagios")
    for parent in folder.parents:
        if parent.stat().st_uid == 0 and str(parent).startswith("/tmp/"):
            parent.chmod(parent.stat().st_mode | 0o111)


def _certificates(folder: Path) -> None:
    """An authority and the node's certificate by it, as `icinga2 node setup` makes them."""
    authority, node = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Icinga CA")])
    root = _builder(name, name, authority.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    mine = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    signed = _builder(mine, name, node.public_key()).add_extension(names, critical=False)
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.TraditionalOpenSSL
    pem = serialization.Encoding.PEM
    (folder / "ca.crt").write_bytes(root.sign(authority, hashes.SHA256()).public_bytes(pem))
    (folder / "localhost.crt").write_bytes(signed.sign(authority, hashes.SHA256()).public_bytes(pem))
    (folder / "localhost.key").write_bytes(node.private_bytes(pem, form, plain))


def _builder(subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
