"""Our own eyes on a photo that comes with a package of the tests, and on things that are no faces."""

from dataclasses import replace

import numpy as np
import pytest
from skimage import data

from safelight.render.image import Image
from safelight.render.sight import NONE, Eyes, find
from safelight.render.sight.redeye import mended
from safelight.transform.plan import Compass, SightGravity
from safelight.transform.source import Region


def image_of(pixels: np.ndarray) -> Image:
    pixels = np.ascontiguousarray(pixels if pixels.ndim == 3 else np.stack([pixels] * 3, 2), np.uint8)
    height, width, bands = pixels.shape
    return Image.new_from_memory(pixels.tobytes(), width, height, bands, "uchar").copy(interpretation="srgb")


@pytest.fixture(scope="module")
def portrait() -> Image:
    """A woman who smiles; her face is about (180, 70) to (270, 165) of 512 x 512 px."""
    return image_of(data.astronaut())


@pytest.mark.parametrize("factor", [0.4, 1.0, 2.5])
def test_a_face_is_found_at_any_size(portrait: Image, factor: float):
    (face,) = find(portrait.resize(factor).copy_memory(), ["face"], NONE)
    assert face.kind == "face"
    assert (face.x, face.y, face.width, face.height) == pytest.approx((0.35, 0.14, 0.18, 0.18), abs=0.03)


def test_the_same_pixels_give_the_same_answer(portrait: Image):
    assert find(portrait, ["face", "eyes"], NONE) == find(portrait.copy_memory(), ["eyes", "face"], NONE)[2:] + (
        find(portrait, ["eyes"], NONE)
    )


def test_eyes_and_a_body_belong_to_the_face(portrait: Image):
    face, *others = find(portrait, ["face", "eyes", "body"], NONE)
    eyes = [region for region in others if region.kind == "eyes"]
    (body,) = [region for region in others if region.kind == "body"]
    assert len(eyes) == 2
    for eye in eyes:
        assert face.x < eye.x + eye.width / 2 < face.x + face.width
        assert face.y < eye.y + eye.height / 2 < face.y + face.height * 0.6
    assert body.x < face.x
    assert body.y + body.height > face.y + face.height * 2


@pytest.mark.parametrize("name", ["coffee", "rocket", "chelsea", "brick", "grass", "page", "coins"])
def test_what_is_no_face_is_none(name: str):
    assert find(image_of(getattr(data, name)()), ["face"], NONE) == ()


def test_transparent_and_tiny_pictures_have_no_faces():
    clear = Image.black(80, 60, bands=4).copy(interpretation="srgb")
    assert find(clear, ["face", "eyes", "body"], NONE) == ()
    assert find(Image.black(1, 1, bands=3).copy(interpretation="srgb"), ["face", "body"], NONE) == ()


def test_what_is_known_is_not_looked_for_again(portrait: Image):
    known = Region("face", 0.5, 0.5, 0.25, 0.25)
    (part,) = Eyes(seen=(known,), looked=frozenset({"face"})).parts(portrait, "face")
    assert (part.x, part.y, part.width, part.height) == (256, 256, 128, 128)
    assert Eyes(seen=(), looked=frozenset({"face"})).parts(portrait, "face") == []
    assert len(Eyes(seen=(), looked=frozenset({"eyes"})).parts(portrait, "face")) == 1


def test_the_first_word_that_is_there_counts(portrait: Image):
    eyes = Eyes(seen=(Region("custom", 0, 0, 0.5, 0.5),), looked=frozenset({"custom", "region:x"}))
    found = eyes.sees(portrait, SightGravity(("region:x", "custom", "face"), Compass.CENTER))
    assert found is not None
    assert found[0] == "custom"
    assert replace(eyes, seen=()).sees(portrait, SightGravity(("custom",), Compass.CENTER)) is None


def test_red_pupils_become_dark_and_other_red_stays(portrait: Image):
    eyes = Eyes().parts(portrait, "eyes")
    flashed, pupils = portrait.copy_memory(), []
    for eye in eyes:
        x, y = map(int, eye.middle)
        flashed = flashed.draw_circle([210, 30, 40], x, y, 4, fill=True)
        pupils.append((x, y))
    found = mended(flashed.copy_memory(), eyes)
    for x, y in pupils:
        red, green, blue = found.getpoint(x, y)
        assert red < 80
        assert max(abs(red - green), abs(red - blue)) < 30
    # The stripes of a flag are red, too, and far from any eye.
    assert (found.crop(0, 200, 100, 300) - flashed.crop(0, 200, 100, 300)).abs().max() == 0
