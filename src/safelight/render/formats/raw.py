"""Raw: what cameras store before they develop it, by LibRaw, with the camera's own white balance."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import rawpy

from safelight.render.formats import bridge
from safelight.render.formats.model import Asked, Family, Header, Picture, broken
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Source

_library: Any = rawpy


@contextmanager
def _opened(file: int, format: str) -> Generator[Any]:
    with bridge.as_file(file) as stream, bridge.silenced():
        try:
            with _library.imread(stream) as image:
                yield image
        except (_library.LibRawError, OSError, ValueError) as error:
            raise broken(format, error) from error


def header(file: int, format: str, _source: Source, _limits: RenderSettings) -> Header:
    """The size is that of the upright picture: LibRaw turns it while it develops."""
    with _opened(file, format) as image:
        sizes = image.sizes
        # 5 and 6 are the quarter turns of LibRaw.
        lies = sizes.flip in {5, 6}
        size = Size(sizes.iheight, sizes.iwidth) if lies else Size(sizes.iwidth, sizes.iheight)
        if min(size.width, size.height) < 1:
            raise broken(format)
        return Header(format, size, 1, 1, has_alpha=False)


def read(file: int, header: Header, asked: Asked) -> Picture:
    """At half the size, each group of four cells is one pixel: far cheaper, and enough for what is made smaller."""
    wanted = asked.size
    is_half = (
        wanted is not None and wanted.width * 2 <= header.stored.width and wanted.height * 2 <= header.stored.height
    )
    with _opened(file, header.format) as image:
        pixels = image.postprocess(use_camera_wb=True, half_size=is_half, output_bps=8)
    return Picture((bridge.from_array(pixels),))


def check(file: int, header: Header, _limits: RenderSettings) -> None:
    """Unpacking reads every cell; developing them is dear and tells no more."""
    with _opened(file, header.format) as image:
        image.unpack()


FAMILY = Family(header, read, check)
