"""One running installation for all SDKs, and pictures to upload."""

import io
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image

from tests.installation import Installation


@pytest.fixture(scope="session")
def safelight(tmp_path_factory):
    installation = Installation(tmp_path_factory.mktemp("compat")).start()
    yield installation
    assert installation.stop() == 0


@pytest.fixture(scope="session")
def telling(tmp_path_factory):
    """An installation whose notifications may go to this machine, and that loses patience at once."""
    environment = {"SAFELIGHT_FETCH_ALLOW": "127.0.0.1", "SAFELIGHT_WEBHOOKS_GIVEN_UP_MAX": "1"}
    installation = Installation(tmp_path_factory.mktemp("notifications"), environment=environment).start()
    yield installation
    waiting = f"{installation.base}/v2/notifications/{installation.cloud}/messages?channel=nobody&wait_seconds=60"
    with ThreadPoolExecutor() as waiter:
        sent_home = waiter.submit(httpx.get, waiting, auth=installation.auth, timeout=60)
        time.sleep(1)
        began = time.monotonic()
        assert installation.stop() == 0
        assert time.monotonic() - began < 15, "who waits for messages does not hold up a stop"
        assert sent_home.result().json() == {"messages": []}


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A picture with enough in it to be cut and compressed: 640 by 480, JPEG."""
    picture = Image.effect_mandelbrot((640, 480), (-2.0, -1.2, 0.8, 1.2), 60).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()
