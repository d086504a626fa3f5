"""Pictures behind each other: frames of an animation or pages of a document, all as large as the first."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render import pipeline
from safelight.render.model import OpenPart
from safelight.settings import RenderSettings
from safelight.transform.plan import Encode, Fit, Plan, Px, Resize
from safelight.transform.reference import Reference

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
NAMES = [Reference("1"), Reference("2")]


@pytest.fixture
def files(tmp_path):
    """A red, a larger green and a smaller blue one."""
    opened = []
    for color, size in [(RED, (40, 30)), (GREEN, (80, 60)), (BLUE, (10, 30))]:
        path = tmp_path / f"{len(opened)}"
        Image.new("RGB", size, color).save(path, "PNG")
        opened.append(path.open("rb"))
    yield opened
    for file in opened:
        file.close()


def joined(files, format: str, limits: RenderSettings | None = None, **words):
    plan = Plan(
        steps=(Resize(Px(40), Px(30), Fit.LPAD),),
        encode=Encode(format=format, quality=100, is_animated=format != "pdf", **words),
        joined=tuple(NAMES),
    )
    first, *others = [file.fileno() for file in files]
    parts = {name: OpenPart(file, "png") for name, file in zip(NAMES, others, strict=True)}
    return pipeline.render(plan, first, "png", limits or RenderSettings(), parts)


@pytest.mark.parametrize("format", ["gif", "webp", "png", "avif"])
def test_an_animation_shows_one_after_the_other(files, format):
    made = joined(files, format, delay_ms=250)
    assert (made.frames, made.width, made.height) == (3, 40, 30)
    moving = Image.open(io.BytesIO(made.data))
    assert moving.n_frames == 3
    seen = []
    for number in range(3):
        moving.seek(number)
        seen.append(moving.convert("RGBA").getpixel((20, 15))[:3])
        assert moving.info["duration"] == 250
    for found, color in zip(seen, (RED, GREEN, BLUE), strict=True):
        assert all(abs(one - other) <= 3 for one, other in zip(found, color, strict=True))


def test_around_a_smaller_one_it_is_transparent(files):
    made = joined(files, "webp")
    moving = Image.open(io.BytesIO(made.data))
    moving.seek(2)
    assert moving.convert("RGBA").getpixel((2, 15))[3] == 0
    moving.seek(1)
    assert moving.convert("RGBA").getpixel((2, 15))[3] == 255


def test_a_document_has_a_page_for_each(files):
    made = joined(files, "pdf")
    assert made.frames == 3
    assert made.data.count(b"/Type/Page/") == 3


def test_what_holds_one_picture_shows_the_first(files):
    made = joined(files, "jpg")
    assert Image.open(io.BytesIO(made.data)).getpixel((20, 15))[0] > 250


def test_there_are_limits(files):
    limits = RenderSettings()
    with pytest.raises(TooMuch, match=r"Maximum number of frames is 2\. Got 3"):
        joined(files, "gif", replace(limits, frames_max=2))
    with pytest.raises(TooMuch, match="3 times 40x30"):
        joined(files, "gif", replace(limits, source_pixels_max=3000))


def test_one_that_is_broken_is_told(files, tmp_path):
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with broken.open("rb") as file, pytest.raises(Invalid, match="Invalid image file: 2"):
        joined([*files[:2], file], "gif")
