"""Everything that can be set from outside, read once from the environment and handed down frozen."""

import ipaddress
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KEY_FILE = "secret.key"
"""Where in the data folder a desk keeps the key it made for itself."""


class BadSetting(Exception):  # noqa: N818 - named for the person who reads it
    """A setting cannot be used; the text names the variable and says what to do."""


@dataclass(frozen=True)
class Settings:
    """One installation. Folders are absolute, times are seconds."""

    data: Path
    database_url: str
    temporal_address: str
    temporal_namespace: str
    secret_keys: tuple[str, ...]  # the first one encrypts and signs, all of them decrypt and verify
    host: str
    port: int
    engine_port: int
    engine_ui_port: int
    metrics_port: int  # the worker's own /metrics; 0 means none
    demo: bool
    env: str
    base_url: str
    proxies: int  # how many proxies of ours stand before the web; what they say of the visitor's address is believed
    mail_host: str
    mail_port: int
    mail_from: str
    mail_user: str
    mail_password: str
    mail_starttls: bool
    outbound_networks: str  # by commas: what our own calls may reach although it is not public, or without https

    @property
    def production(self) -> bool:
        """Whether this desk serves people for real."""
        return self.env == "production"

    @property
    def loopback(self) -> bool:
        """Whether the web listens to this machine alone."""
        return self.host in {"127.0.0.1", "::1", "localhost"}

    @property
    def demo_sign_in(self) -> bool:
        """One-click sign-in: only in a demo that nobody else can reach."""
        return self.demo and self.loopback and not self.production


def read(environ: Mapping[str, str] | None = None, *, make_key: bool = True) -> Settings:
    """The settings of this process. Creates the data folder and, outside production, a secret key in it.

    Without `make_key` an installation that has no key yet gets none, and nothing is written to its folder.
    Raises BadSetting when a value cannot be used.
    """
    env = os.environ if environ is None else environ
    data = _folder(env.get("LONGWATCH_DATA") or "var")
    host, port = env.get("LONGWATCH_HOST") or "127.0.0.1", _number(env, "LONGWATCH_PORT", 8080)
    engine_port = _number(env, "LONGWATCH_ENGINE_PORT", 7233)
    kind = env.get("LONGWATCH_ENV") or "development"
    return Settings(
        data=data,
        database_url=env.get("LONGWATCH_DATABASE_URL") or f"sqlite:///{data / 'longwatch.db'}",
        temporal_address=env.get("LONGWATCH_TEMPORAL_ADDRESS") or f"127.0.0.1:{engine_port}",
        temporal_namespace=env.get("LONGWATCH_TEMPORAL_NAMESPACE") or "longwatch",
        secret_keys=_keys(env, data, production=kind == "production", make=make_key),
        host=host,
        port=port,
        engine_port=engine_port,
        engine_ui_port=_number(env, "LONGWATCH_ENGINE_UI_PORT", engine_port + 1000),
        metrics_port=_number(env, "LONGWATCH_METRICS_PORT", 0),
        demo=env.get("LONGWATCH_DEMO", "0") == "1",
        env=kind,
        proxies=_number(env, "LONGWATCH_PROXIES", 0, "a number of proxies"),
        base_url=(env.get("LONGWATCH_BASE_URL") or f"http://{host}:{port}").rstrip("/"),
        mail_host=env.get("LONGWATCH_MAIL_HOST", ""),
        mail_port=_number(env, "LONGWATCH_MAIL_PORT", 25),
        mail_from=env.get("LONGWATCH_MAIL_FROM") or "Longwatch <longwatch@localhost>",
        mail_user=env.get("LONGWATCH_MAIL_USER", ""),
        mail_password=env.get("LONGWATCH_MAIL_PASSWORD", ""),
        mail_starttls=env.get("LONGWATCH_MAIL_STARTTLS", "0") == "1",
        outbound_networks=_networks(env.get("LONGWATCH_OUTBOUND_NETWORKS", "")),
    )


def _number(env: Mapping[str, str], name: str, default: int, what: str = "a port number") -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isdigit() or not 0 <= int(text) <= 65535:  # noqa: PLR2004 - the range of ports
        raise BadSetting(f"{name} must be {what} from 0 to 65535, not {text!r}.")
    return int(text)


def _networks(text: str) -> str:
    for part in text.split(","):
        try:
            ipaddress.ip_network(part.strip() or "::")
        except ValueError:
            raise BadSetting(
                f"LONGWATCH_OUTBOUND_NETWORKS must be networks by commas such as 10.0.0.0/8, not {part.strip()!r}."
            ) from None
    return text


def _folder(name: str) -> Path:
    folder = Path(name).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise BadSetting(
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Set LONGWATCH_DATA to a folder of yours, or mend its rights."
        ) from error
    return folder


def _keys(env: Mapping[str, str], data: Path, *, production: bool, make: bool) -> tuple[str, ...]:
    """Keys from the environment (comma-separated, newest first), else one made once and kept in the data folder."""
    given = tuple(key.strip() for key in env.get("LONGWATCH_SECRET_KEY", "").split(",") if key.strip())
    if any(len(key) < 32 for key in given):  # noqa: PLR2004 - 128 bits in hexadecimal
        raise BadSetting("LONGWATCH_SECRET_KEY is too short: use at least 32 characters, e.g. `openssl rand -hex 32`.")
    if given:
        return given
    if not make and not (data / KEY_FILE).exists():
        return ()
    if production:
        raise BadSetting("LONGWATCH_SECRET_KEY must be set in production, e.g. to what `openssl rand -hex 32` prints.")
    return (_kept_key(data / KEY_FILE),)


def _kept_key(path: Path) -> str:
    """The key kept in a file; made on first use. Two processes may start at once: the first to create it wins."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key
