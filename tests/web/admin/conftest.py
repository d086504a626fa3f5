"""The Admin API on a real database."""

import pytest

from safelight.transform.spec import EffectSpec, Vocabulary
from safelight.web.admin.routes import routes
from tests.api import Api

VOCABULARY: Vocabulary = {"grayscale": EffectSpec("grayscale", (), "No colours.", "", "e_grayscale")}


@pytest.fixture
async def api(database, clock):
    api = Api(database, clock)
    await api.open()
    return api


@pytest.fixture
async def client(api):
    async with api.client(routes(api.door, VOCABULARY)) as client:
        yield client
