"""Effects over HTTP: a drawing as vectors, a still that moves, and what this installation has not got, by its name."""

import io

import httpx
import pytest
from PIL import Image

from tests.pictures import encoded, scene


@pytest.fixture(scope="module")
def base(safelight) -> str:
    safelight.upload(encoded(scene(120, 80), "PNG"), public_id="effects/base", overwrite="true")
    return f"http://127.0.0.1:{safelight.port}/{safelight.cloud}/image/upload"


def test_a_drawing_comes_as_vectors(base):
    answer = httpx.get(f"{base}/e_vectorize:6/f_svg/effects/base", timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.text.count("<path") > 2


def test_a_still_comes_moving(base):
    answer = httpx.get(f"{base}/e_zoompan:du_1;fps_5/f_gif/effects/base", timeout=60)
    assert answer.status_code == 200
    assert Image.open(io.BytesIO(answer.content)).n_frames == 5


@pytest.mark.parametrize(
    ("chain", "missing"),
    [
        ("e_gen_remove:prompt_dog", "render.generator"),
        ("b_gen_fill,c_pad,h_200,w_200", "render.generator"),
        ("e_extract:prompt_dog", "render.generator"),
        ("e_camera:up_20", "3D models"),
        ("e_embed_clipping_path:mask_a", "clipping paths"),
        ("e_background_removal", "SAFELIGHT_MODELS"),
    ],
)
def test_what_this_installation_has_not_got_is_named(base, chain, missing):
    answer = httpx.get(f"{base}/{chain}/f_png/effects/base", timeout=60)
    assert answer.status_code == 400
    assert missing in answer.headers["x-cld-error"]
