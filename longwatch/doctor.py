"""`longwatch doctor`: looks at an installation from Python to mail, and says what is wrong and what to do next."""

import asyncio
import shutil
import smtplib
import ssl
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from longwatch.settings import KEY_FILE, Settings
from longwatch.store import checkup
from longwatch.store.checkup import Finding
from longwatch.store.database import Store, open_engine
from workflows.checkup import of_engine

OLDEST_PYTHON = (3, 11)
LEAST_SPACE = 500 * 1024 * 1024
"""Bytes that should be free where the data is."""
DRIFT = timedelta(seconds=2)
"""How far the clocks of database and host may differ: deadlines are the engine's, acceptance is the database's."""
LEAST_VARIETY = 12
"""Different characters in a secret key that was drawn by lot."""
MAIL_WITHIN = 5.0


def examine(settings: Settings) -> list[Finding]:
    """Every check, in the order in which things depend on one another."""
    return [
        _python(),
        *_data(settings),
        *_keys(settings),
        *_exposure(settings),
        *_database(settings),
        *asyncio.run(of_engine(settings)),
        *_mail(settings),
    ]


def _well(what: str, text: str) -> Finding:
    return Finding(what, well=True, text=text)


def _wrong(what: str, text: str, advice: str) -> Finding:
    return Finding(what, well=False, text=text, advice=advice)


def _python() -> Finding:
    version = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        return _wrong("python", version, "Install Python 3.11 or newer.")
    return _well("python", version)


def _data(settings: Settings) -> Iterator[Finding]:
    mode = stat.S_IMODE(settings.data.stat().st_mode)
    if mode & 0o077:
        yield _wrong("data folder", f"{settings.data} is open to others ({mode:o})", f"chmod 700 {settings.data}")
    else:
        yield _well("data folder", f"{settings.data} can be written, by its owner alone")
    free = shutil.disk_usage(settings.data).free
    if free < LEAST_SPACE:
        yield _wrong("disk", f"{free // 1024**2} MB free", "Make room: nothing can be accepted on a full disk.")
    else:
        yield _well("disk", f"{free // 1024**2} MB free")


def _keys(settings: Settings) -> Iterator[Finding]:
    if not settings.secret_keys:
        yield _well("secret key", "none yet; the first start makes one in the data folder")
        return
    weak = [place for place, key in enumerate(settings.secret_keys, 1) if len(set(key)) < LEAST_VARIETY]
    if weak:
        yield _wrong(
            "secret key",
            f"key {weak[0]} of {len(settings.secret_keys)} was not drawn by lot",
            "Put a new one before it: `openssl rand -hex 32` (docs/operations.md, Rotation of keys).",
        )
    else:
        yield _well("secret key", f"{len(settings.secret_keys)} in use, the first one encrypts")
    file = settings.data / KEY_FILE
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield _wrong("key file", f"{file} can be read by others", f"chmod 600 {file}")


def _exposure(settings: Settings) -> Iterator[Finding]:
    """What a desk that serves people for real must not do."""
    if not settings.production:
        return
    if settings.demo:
        yield _wrong("demo", "LONGWATCH_DEMO=1 in production", "Unset LONGWATCH_DEMO.")
    if not settings.base_url.startswith("https://"):
        told = f"people reach the desk at {settings.base_url}"
        yield _wrong("address", told, "Put a proxy with TLS before it and set LONGWATCH_BASE_URL to its https address.")
    else:
        yield _well("address", settings.base_url)


def _database(settings: Settings) -> Iterator[Finding]:
    engine = open_engine(settings.database_url)
    kind = engine.dialect.name
    try:
        tables = checkup.of_tables(engine)
        yield _well("database", f"{kind} answers")
        yield tables
        yield checkup.of_durability(engine)
        if tables.well:
            store = Store(engine)
            yield clocks(store)
            yield from checkup.of_work(store)
    except SQLAlchemyError as problem:
        advice = "Start it, or mend LONGWATCH_DATABASE_URL; tickets and alerts are refused with 503 meanwhile."
        yield _wrong("database", f"{kind} does not answer: {str(problem).splitlines()[0][:200]}", advice)
    finally:
        engine.dispose()


def host_clock() -> datetime:
    """What this machine takes for the time."""
    return datetime.now(UTC)


def clocks(store: Store) -> Finding:
    """Whether database and host agree on the time."""
    with store.reading() as session:
        before = host_clock()
        theirs = store.now(session)
        ours = before + (host_clock() - before) / 2
    drift = abs(theirs - ours)
    told = f"database and host differ by {drift.total_seconds():.3f} s"
    if drift > DRIFT:
        return _wrong("clocks", told, "Let both follow the same time server (chrony, systemd-timesyncd).")
    return _well("clocks", told)


def _mail(settings: Settings) -> Iterator[Finding]:
    if not settings.mail_host:
        yield _well("mail", "not set up: people are told in the console alone")
        return
    where = f"{settings.mail_host}:{settings.mail_port}"
    if settings.mail_user and not settings.mail_starttls:
        yield _wrong("mail", f"the password travels to {where} in clear", "Set LONGWATCH_MAIL_STARTTLS=1.")
    try:
        with smtplib.SMTP(settings.mail_host, settings.mail_port, timeout=MAIL_WITHIN) as server:
            if settings.mail_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password)
            server.noop()
    except (OSError, smtplib.SMTPException) as problem:
        yield _wrong("mail", f"{where} does not take our mail: {problem}", "Mend the LONGWATCH_MAIL_ settings.")
    else:
        yield _well("mail", f"{where} answers")
