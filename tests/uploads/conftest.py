"""What takes files in, ready to use."""

import pytest

from tests.intake import intake_on


@pytest.fixture
async def intake(database, clock, tmp_path):
    return await intake_on(database, clock, tmp_path)
