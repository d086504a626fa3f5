"""Pictures made for tests, so that none need be kept in the repository."""

import io

import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

ORIENTATION, EXIF_IFD, GPS_IFD, BODY_SERIAL = 0x0112, 0x8769, 0x8825, 0xA431


def scene(width: int, height: int) -> Image.Image:
    """A sky, a ground, a bright red disc at three quarters of the width and one third of the height, and grain."""
    rows = np.linspace(0, 1, height)[:, None]
    columns = np.linspace(0, 1, width)[None, :]
    picture = np.empty((height, width, 3), dtype=np.float32)
    picture[..., 0] = 60 + 60 * rows + 0 * columns
    picture[..., 1] = 110 + 50 * rows + 10 * columns
    picture[..., 2] = 200 - 150 * rows + 0 * columns
    radius = 0.12
    disc = (columns - 0.75) ** 2 + ((rows - 1 / 3) * height / width) ** 2 < (radius**2)
    picture[disc] = (230, 30, 40)
    grain = np.random.default_rng(7).normal(0, 6, (height, width, 1)).astype(np.float32)
    return Image.fromarray(np.clip(picture + grain, 0, 255).astype(np.uint8))


def photo(
    width: int,
    height: int,
    *,
    orientation: int | None = None,
    serial: str | None = None,
    position: tuple[float, float] | None = None,
    quality: int = 90,
) -> bytes:
    """A JPEG of `scene` with the EXIF that a phone writes."""
    picture = scene(width, height)
    exif = Image.Exif()
    if orientation is not None:
        exif[ORIENTATION] = orientation
    if serial is not None:
        exif.get_ifd(EXIF_IFD)[BODY_SERIAL] = serial
    if position is not None:
        place = exif.get_ifd(GPS_IFD)
        place[1], place[2] = "N", (IFDRational(int(position[0])), IFDRational(0), IFDRational(0))
        place[3], place[4] = "E", (IFDRational(int(position[1])), IFDRational(0), IFDRational(0))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def encoded(picture: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()
