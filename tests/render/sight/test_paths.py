"""A cut around a path that an editor left in the file."""

import io

import pytest
from PIL import Image

from safelight.render.effect import vocabulary
from safelight.transform.parse import parse
from tests.render.lab import developed
from tests.render.test_clip import LEFT, TOP, jpeg, path, tiff, with_psd

OVAL = [(0.25, 0.1), (0.75, 0.1), (0.75, 0.6), (0.25, 0.6)]
RESOURCES = path(2000, "left", LEFT) + path(2001, "top", TOP) + path(2002, "the oval", OVAL)


def size(data: bytes, format: str, text: str) -> tuple[int, int]:
    made = developed(data, parse(f"{text}/f_png", vocabulary()), format).data
    return Image.open(io.BytesIO(made)).size


# The picture has 120 x 80 px.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c_crop,g_clipping_path_!left!", (60, 80)),
        ("c_crop,g_clipping_path_!top!", (120, 40)),
        ("c_crop,g_clipping_path_!the%20oval!", (60, 40)),
        ("c_crop,g_clipping_path_!nobody!", (120, 80)),
        ("a_hflip/c_crop,g_clipping_path_!left!", (60, 80)),
        ("c_thumb,g_clipping_path_!left!,w_30,h_30", (30, 30)),
    ],
)
@pytest.mark.parametrize(
    ("data", "format"), [(jpeg(RESOURCES), "jpg"), (tiff(RESOURCES), "tif"), (with_psd(RESOURCES), "psd")]
)
def test_a_path_that_is_named_is_where_the_cut_is(data: bytes, format: str, text: str, expected: tuple[int, int]):
    assert size(data, format, text) == expected


def test_a_file_without_paths_is_cut_as_usual():
    assert size(jpeg(b""), "jpg", "c_fill,g_clipping_path_!left!,w_30,h_30") == (30, 30)
