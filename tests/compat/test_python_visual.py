"""Visual search with the Python SDK: by an asset, a file, an address; of what was asked to be found by its looks."""

import io
from base64 import b64encode

import cloudinary
import pytest
from cloudinary import api, uploader
from cloudinary.exceptions import BadRequest, NotFound
from PIL import Image, ImageEnhance, ImageOps

from tests.compat.pointing import point_at
from tests.pictures import encoded, scene

PLACE = "looks/"


def pictures() -> dict[str, bytes]:
    """One scene in several shapes, and two pictures that have nothing to do with it."""
    picture = scene(400, 300)
    return {
        "first": encoded(picture, "PNG"),
        "smaller": encoded(picture.resize((200, 150)), "JPEG"),
        "brighter": encoded(ImageEnhance.Brightness(picture).enhance(1.1), "JPEG"),
        "turned": encoded(ImageOps.flip(picture), "JPEG"),
        "gradient": encoded(Image.radial_gradient("L").convert("RGB"), "PNG"),
        "never asked": encoded(picture, "PNG"),
    }


@pytest.fixture(scope="module")
def looks(safelight):
    point_at(safelight)
    sent = {
        name: uploader.upload(data, public_id=f"{PLACE}{name}", visual_search=name != "never asked")
        for name, data in pictures().items()
    }
    yield sent
    api.delete_resources_by_prefix(PLACE)
    cloudinary.reset_config()


def names(answer) -> list[str]:
    return [line["public_id"].removeprefix(PLACE) for line in answer["resources"]]


ALIKE = {"first", "smaller", "brighter"}


def test_pictures_like_an_asset_are_found_the_likest_first(looks):
    found = api.visual_search(image_asset_id=looks["smaller"]["asset_id"])
    assert set(names(found)) == ALIKE
    assert names(found)[0] == "smaller"
    scores = [line["score"] for line in found["resources"]]
    assert scores[0] == 1
    assert scores == sorted(scores, reverse=True)
    assert "likeness" not in looks["first"]
    assert found["resources"][0]["secure_url"]


def test_a_file_and_a_data_uri_are_compared_and_not_kept(looks):
    before = api.usage()["resources"]
    brighter = pictures()["brighter"]
    for file in (("brighter.jpg", brighter), io.BytesIO(brighter), "data:;base64," + b64encode(brighter).decode()):
        assert set(names(api.visual_search(image_file=file))) == ALIKE
    assert names(api.visual_search(image_file=("a.png", pictures()["gradient"]), threshold=0.9)) == ["gradient"]
    with pytest.raises(BadRequest, match=r"127\.0\.0\.1"):
        api.visual_search(image_url="http://127.0.0.1:1/x.jpg")
    assert api.usage()["resources"] == before


def test_what_was_not_asked_to_be_found_is_found_once_it_is(looks):
    asset = looks["never asked"]
    assert "never asked" not in names(api.visual_search(image_asset_id=looks["first"]["asset_id"]))
    uploader.explicit(asset["public_id"], type="upload", visual_search=True)
    assert "never asked" in names(api.visual_search(image_asset_id=looks["first"]["asset_id"]))


@pytest.mark.parametrize(
    ("words", "error", "told"),
    [
        ({"text": "a cat"}, BadRequest, "by text is not available: it needs a model"),
        ({}, BadRequest, "Exactly one of image_url, image_asset_id, text, image_file"),
        ({"text": "a cat", "image_asset_id": "x"}, BadRequest, "Exactly one of"),
        ({"image_asset_id": "nobody"}, NotFound, "Resource not found - nobody"),
        ({"image_file": ("a.txt", b"no picture")}, BadRequest, "only images can be compared"),
        ({"image_file": ("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50)}, BadRequest, "Error 400"),
    ],
)
def test_what_cannot_be_compared_is_said(looks, words, error, told):
    with pytest.raises(error, match=told):
        api.visual_search(**words)
