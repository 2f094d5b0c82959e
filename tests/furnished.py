"""The demo company's database, made once in a run of the tests and copied for each that needs one."""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from longwatch import seed
from longwatch.settings import Settings
from longwatch.store import migrate
from longwatch.store.database import Store, open_engine


@cache
def template() -> Path:
    """A migrated and furnished SQLite database that nobody writes to."""
    folder = Path(tempfile.mkdtemp(prefix="longwatch-furnished-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "desk.db"
    _furnish(Store(open_engine(f"sqlite:///{path}"))).engine.dispose()
    return path


def furnished(
    settings: Settings, clock: Callable[[], datetime] | None = None, store_class: type[Store] = Store
) -> Store:
    """A database of its own with the demo company: a copy on SQLite; one that is there is furnished as it stands."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(template(), url.database)
        return store_class(open_engine(settings.database_url), clock)
    return _furnish(store_class(open_engine(settings.database_url), clock))


def _furnish(store: Store) -> Store:
    migrate.upgrade(store.engine)
    seed.demo(store)
    return store
