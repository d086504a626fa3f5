"""Small sizes are cut from an intermediate where nobody sees the difference, and from the original everywhere else."""

import io
import tempfile
from typing import Any

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import structural_similarity

from safelight.kernel.errors import Invalid
from safelight.render import pipeline, reduced
from safelight.render.effect import vocabulary
from safelight.render.model import OpenPart, Rendered
from safelight.settings import RenderSettings
from safelight.transform.parse import parse
from safelight.transform.reference import Reference
from tests.pictures import encoded, photo
from tests.render.lab import developed

SIDE = 600
ORIGINAL = photo(1600, 1200)
GREEN = encoded(Image.new("RGB", (SIDE, SIDE * 3 // 4), (0, 200, 0)), "JPEG")
SSIM_MIN = 0.98


def cut(
    text: str,
    intermediate: bytes,
    original: bytes = ORIGINAL,
    limits: RenderSettings | None = None,
    reference: Reference = reduced.INTERMEDIATE,
) -> Rendered:
    plan = parse(text, vocabulary())
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as small:
        source.write(original)
        source.flush()
        small.write(intermediate)
        small.flush()
        parts = {reference: OpenPart(small.fileno(), "jpg")}
        return pipeline.render(plan, source.fileno(), "jpg", limits or RenderSettings(), parts)


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


@pytest.mark.parametrize(
    ("text", "is_reduced"),
    [
        ("c_fit,w_300,h_300,q_80", True),
        ("c_fill,w_200,h_200", True),
        ("c_fill,w_200,h_200,g_north_west", True),
        ("c_pad,w_200,h_200,b_white", True),
        ("w_300/e_sharpen", True),
        ("w_300/r_20/bo_4px_solid_red", True),
        ("w_200,f_webp", True),
        ("w_200,f_avif", True),
        ("w_400", True),
        # More than two thirds of what is there.
        ("w_401", False),
        ("w_1000", False),
        # The original's own pixels are wanted.
        ("w_300,q_95", False),
        ("w_300,f_png", False),
        ("c_crop,w_200,h_200", False),
        ("w_300,fl_keep_iptc", False),
        ("w_300,cs_cmyk", False),
        # Where to cut is found out from the pixels.
        ("c_fill,w_200,h_200,g_auto", False),
        ("c_thumb,w_200,h_200,g_face", False),
        # What comes first is done to the whole.
        ("e_trim/w_300", False),
        ("e_blur:300/w_300", False),
        ("a_10/w_300", False),
        # It measures.
        ("w_300/e_trim", False),
        ("w_300/e_make_transparent", False),
        ("c_pad,w_200,h_200,b_auto:predominant", False),
    ],
)
def test_who_is_cut_from_the_intermediate(text: str, is_reduced: bool):
    middle = pixels(cut(text, GREEN).data)
    middle = middle[middle.shape[0] // 2, middle.shape[1] // 2].astype(int)
    assert (np.abs(middle - (0, 200, 0)).max() < 30) == is_reduced


HEAD = ORIGINAL[:20_000] + bytes(len(ORIGINAL) - 20_000)


@pytest.mark.parametrize("text", ["c_fit,w_300,h_300,q_80", "c_fill,w_200,h_200,g_north_west", "w_400,f_webp"])
def test_beside_an_intermediate_the_head_of_the_original_is_enough(text: str):
    whole, head = cut(text, GREEN), cut(text, GREEN, HEAD, reference=reduced.BESIDE_HEAD)
    assert head == whole


@pytest.mark.parametrize("text", ["w_401", "w_1000", "c_crop,w_200,h_200", "c_fill,w_200,h_200,g_auto", "w_300,q_95"])
def test_a_head_alone_is_refused_where_its_pixels_are_needed(text: str):
    with pytest.raises(Invalid, match="only the head"):
        cut(text, GREEN, HEAD, reference=reduced.BESIDE_HEAD)


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("text", ["c_fit,w_400,h_400", "c_fill,w_150,h_300", "w_300,h_100", "w_390,f_webp,q_80"])
def test_nobody_sees_the_difference(text: str, orientation: int):
    original = photo(1600, 1200, orientation=orientation)
    small = developed(original, reduced.plan_of(SIDE), "jpg")
    assert max(small.width, small.height) == SIDE
    ours, theirs = cut(text, small.data, original), developed(original, text, "jpg")
    assert (ours.width, ours.height, ours.format) == (theirs.width, theirs.height, theirs.format)
    likeness: Any = structural_similarity(pixels(ours.data), pixels(theirs.data), channel_axis=2)
    assert likeness > SSIM_MIN
