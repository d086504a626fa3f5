"""Every library of this room does its work in the confined child: without temporary files, programs or the network."""

import pytest

from safelight.kernel.media import FORMATS
from safelight.render.darkroom import Darkroom
from safelight.settings import RenderSettings
from safelight.transform.plan import Encode, Plan
from tests.render.formats.samples import READABLE, animated, sample

ONE = RenderSettings(children=1, seconds_max=20)
WRITABLE = [name for name, format in FORMATS.items() if format.writable]


@pytest.fixture(scope="module")
async def darkroom():
    async with Darkroom(ONE) as one:
        yield one


@pytest.mark.parametrize("format", READABLE)
async def test_every_format_is_read(darkroom, tmp_path, format):
    source = tmp_path / "source"
    source.write_bytes(sample(format))
    assert (await darkroom.probe(source, format=format)).width == 120
    made = await darkroom.render(Plan(encode=Encode("png")), source, source_format=format)
    assert (made.width, made.height) == (120, 80)


@pytest.mark.parametrize("format", WRITABLE)
async def test_every_format_is_written(darkroom, tmp_path, format):
    source = tmp_path / "source"
    source.write_bytes(animated("GIF"))
    made = await darkroom.render(Plan(encode=Encode(format, 80, is_animated=True)), source, source_format="gif")
    assert made.frames == (4 if FORMATS[format].can_animate else 1)
