"""Whole desks: engine, worker and web as processes, with a migrated database and the demo company."""

from collections.abc import AsyncIterator

import pytest

from tests.conftest import settings_for
from tests.furnished import furnished
from tests.rig import Rig, rig


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    """What the desk of a file is told besides the usual."""
    return {}


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str]) -> AsyncIterator[Rig]:
    """One desk for the tests of a file; they keep out of one another's way by what their tickets are about."""
    settings = settings_for(tmp_path_factory.mktemp("desk"))
    store = furnished(settings)
    async with rig(settings, store) as desk:
        desk.environ |= environ
        desk.start(desk.worker)
        await desk.start_web()
        yield desk
    store.engine.dispose()
