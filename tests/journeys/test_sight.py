"""A portrait from its upload to a cut around the face, with coordinates that people give, and to its end."""

import io

import cloudinary
import httpx
import pytest
from cloudinary import uploader
from cloudinary.utils import cloudinary_url
from PIL import Image
from skimage import data

from tests.pictures import encoded


@pytest.fixture
def portrait(safelight) -> str:
    """The public_id of a photo of 512 x 512 px; her face is about (180, 70) to (270, 165)."""
    cloudinary.config(
        cloud_name=safelight.cloud, api_key=safelight.key, api_secret=safelight.secret, upload_prefix=safelight.base
    )
    jpeg = io.BytesIO(encoded(Image.fromarray(data.astronaut()), "JPEG"))
    return uploader.upload(jpeg, public_id="sight/portrait", overwrite=True, invalidate=True)["public_id"]


def delivered(safelight, name: str, **options) -> httpx.Response:
    url, _ = cloudinary_url(name, format="png", **options)
    path = url.partition(safelight.cloud)[2]
    return httpx.get(f"{safelight.base}/{safelight.cloud}{path}", timeout=60)


def picture(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, answer.headers.get("x-cld-error")
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


def test_a_face_is_cut_out_of_a_portrait(safelight, portrait: str):
    face = picture(delivered(safelight, portrait, crop="thumb", gravity="face", width=100, height=100))
    whole = Image.fromarray(data.astronaut())
    expected = whole.crop((147, 39, 300, 192)).resize((100, 100))
    difference = (
        sum(
            abs(a - b)
            for one, other in zip(
                face.resize((10, 10)).get_flattened_data(), expected.resize((10, 10)).get_flattened_data(), strict=True
            )
            for a, b in zip(one, other, strict=True)
        )
        / 300
    )
    assert difference < 25


def test_coordinates_that_people_give_go_before_what_is_found(safelight, portrait: str):
    def cut() -> tuple[int, int]:
        return picture(delivered(safelight, portrait, crop="crop", gravity="custom")).size

    assert cut() == (512, 512)
    uploader.explicit(portrait, type="upload", custom_coordinates="10,20,64,48")
    assert cut() == (64, 48)


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        ({"effect": "background_removal"}, 400, "matte.onnx"),
        ({"crop": "thumb", "gravity": "cat", "width": 50, "height": 50}, 400, "objects.onnx"),
        ({"crop": "thumb", "gravity": "cat:auto", "width": 50, "height": 50}, 200, ""),
        ({"crop": "fill", "gravity": "auto:cat_50", "width": 50, "height": 50}, 200, ""),
    ],
)
def test_what_is_missing_is_named_in_the_answer(safelight, portrait: str, options: dict, status: int, words: str):
    answer = delivered(safelight, portrait, **options)
    assert answer.status_code == status
    assert words in answer.headers.get("x-cld-error", "")
