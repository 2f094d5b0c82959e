"""Desks whose time can be skipped."""

from collections.abc import AsyncIterator

import pytest

from longwatch.settings import Settings
from tests.workflows.skipping import SkippingDesk, skipping_desk


@pytest.fixture
async def desk(settings: Settings) -> AsyncIterator[SkippingDesk]:
    """A desk of its own with the demo company."""
    async with skipping_desk(settings) as desk:
        yield desk
