"""One running installation for all SDKs, and pictures to upload."""

import io
import json

import pytest
from PIL import Image

from tests.installation import Installation


@pytest.fixture(scope="session")
def safelight(tmp_path_factory):
    installation = Installation(tmp_path_factory.mktemp("compat")).start()
    yield installation
    assert installation.stop() == 0


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A picture with enough in it to be cut and compressed: 640 by 480, JPEG."""
    picture = Image.effect_mandelbrot((640, 480), (-2.0, -1.2, 0.8, 1.2), 60).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


@pytest.fixture
def json_of():
    """The last line of a program's output, as JSON."""
    return lambda text: json.loads(text.strip().splitlines()[-1])
