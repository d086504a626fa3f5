"""A running installation with two HTTP workers, shared by the journeys that do not break it."""

import pytest

from tests.installation import Installation, free_port
from tests.pictures import photo


@pytest.fixture(scope="session")
def remote_port() -> int:
    """The one loopback port that fetches may reach: the tests' own server stands there."""
    return free_port()


@pytest.fixture(scope="session")
def safelight(tmp_path_factory, remote_port):
    installation = Installation(
        tmp_path_factory.mktemp("journeys"),
        arguments=("--workers", "2"),
        environment={"SAFELIGHT_FETCH_ALLOW": f"localhost:{remote_port}"},
    ).start()
    yield installation
    assert installation.stop() == 0


@pytest.fixture(scope="session")
def phone_photo() -> bytes:
    """12 megapixels with EXIF: lying on its side (orientation 6), a position and a serial number."""
    return photo(4032, 3024, orientation=6, serial="SN-0815", position=(48.2, 16.37))
