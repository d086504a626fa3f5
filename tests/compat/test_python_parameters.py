"""Every parameter of an upload through the unchanged Python SDK: what each does, and how a wrong one is told."""

import io
import re
from collections.abc import Callable
from typing import Any

import cloudinary
import cloudinary.api as api
import cloudinary.uploader as uploader
import httpx
import pytest
from cloudinary.exceptions import BadRequest
from PIL import Image

from tests.compat.pointing import point_at

ROBOTS = {"X-Robots-Tag": "noindex", "Link": "<https://a.example/>; rel=canonical"}
NAME = r"[a-z0-9]{20}"


@pytest.fixture(scope="module", autouse=True)
def sdk(safelight):
    point_at(safelight)
    yield
    for kind in ("image", "raw"):
        api.delete_resources_by_tag("parameters", resource_type=kind)
    cloudinary.reset_config()


@pytest.fixture(scope="module")
def send(photo, tmp_path_factory) -> Callable[..., dict[str, Any]]:
    """Upload the picture as `my photo.jpg`."""
    file = tmp_path_factory.mktemp("parameters") / "my photo.jpg"
    file.write_bytes(photo)
    return lambda **words: uploader.upload(str(file), **{"tags": ["parameters"], **words})


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({}, {"public_id": NAME, "original_filename": "my photo", "display_name": NAME, "asset_folder": ""}),
        ({"public_id": "p/named"}, {"public_id": "p/named", "display_name": "named", "asset_folder": ""}),
        ({"public_id": "x", "public_id_prefix": "pre/fix"}, {"public_id": "pre/fix/x", "asset_folder": ""}),
        ({"public_id": "x", "folder": "old"}, {"public_id": "old/x", "asset_folder": "old"}),
        ({"public_id": "p-af", "asset_folder": "p/a b"}, {"public_id": "p-af", "asset_folder": "p/a b"}),
        (
            {"public_id": "x", "asset_folder": "p/af", "use_asset_folder_as_public_id_prefix": True},
            {"public_id": "p/af/x", "asset_folder": "p/af"},
        ),
        ({"public_id": "p-dn", "display_name": "A name"}, {"display_name": "A name"}),
        ({"use_filename": True}, {"public_id": "my_photo_[a-z0-9]{6}"}),
        ({"use_filename": True, "unique_filename": False}, {"public_id": "my_photo"}),
        ({"use_filename_as_display_name": True}, {"public_id": NAME, "display_name": "my photo"}),
        (
            {"use_filename_as_display_name": True, "display_name": "Mine"},
            {"display_name": "Mine"},
        ),
        (
            {"use_filename": True, "filename_override": "other.png"},
            {"public_id": "other_[a-z0-9]{6}", "original_filename": "other"},
        ),
        ({"type": "private"}, {"type": "private", "secure_url": r".*/image/private/s--.{8}--/.*"}),
        ({"type": "authenticated"}, {"type": "authenticated"}),
        ({"resource_type": "raw"}, {"resource_type": "raw", "public_id": rf"{NAME}\.jpg"}),
        ({"resource_type": "auto"}, {"resource_type": "image"}),
        ({"format": "png"}, {"format": "png"}),
        ({"format": "png", "allowed_formats": ["jpg"]}, {"format": "jpg"}),
        ({"transformation": {"width": 64, "crop": "scale"}}, {"width": "64", "height": "48"}),
        ({"invalidate": True, "backup": False, "async": False, "visual_search": True}, {"width": "640"}),
        ({"phash": True}, {"phash": "[0-9a-f]{16}"}),
    ],
)
def test_names_places_and_forms(send, words: dict[str, Any], told: dict[str, str]):
    answer = send(**words)
    for name, pattern in told.items():
        assert re.fullmatch(pattern, str(answer[name])), (name, answer[name])


@pytest.mark.parametrize(
    ("words", "has", "lacks"),
    [
        ({"discard_original_filename": True}, (), ("original_filename",)),
        (
            {"colors": True},
            ("colors", "predominant", "grayscale", "illustration_score", "semi_transparent"),
            ("faces",),
        ),
        ({"faces": True}, ("faces",), ("colors",)),
        ({"exif": True}, ("exif",), ("image_metadata",)),
        ({"image_metadata": True}, ("image_metadata",), ("media_metadata",)),
        ({"media_metadata": True}, ("media_metadata",), ("exif",)),
        ({"quality_analysis": True}, ("quality_analysis",), ("phash",)),
        ({"accessibility_analysis": True}, ("accessibility_analysis",), ()),
        ({"cinemagraph_analysis": True}, ("cinemagraph_analysis",), ()),
        ({"context": {"alt": "a | b = c"}}, ("context",), ()),
        ({"face_coordinates": [[1, 2, 30, 40]]}, ("coordinates",), ()),
        ({"regions": {"r": [[1, 1], [9, 9]]}}, ("regions",), ()),
        ({"access_control": [{"access_type": "token"}]}, ("access_control",), ()),
        ({"return_delete_token": True}, ("delete_token",), ()),
        ({"eager": [{"width": 9, "crop": "scale"}]}, ("eager",), ("batch_id",)),
        ({"eager": [{"width": 9, "crop": "scale"}], "eager_async": True}, ("eager", "batch_id"), ()),
        ({"moderation": "manual"}, ("moderation",), ()),
        ({"responsive_breakpoints": {"create_derived": False, "max_images": 3}}, ("responsive_breakpoints",), ()),
    ],
)
def test_what_is_asked_for_is_told_and_nothing_else(send, words: dict[str, Any], has, lacks):
    answer = send(**words)
    assert set(has) <= answer.keys()
    assert not set(lacks) & answer.keys()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"public_id": "a?b"}, r"public_id \(a\?b\) is invalid"),
        ({"public_id": "a/"}, "is invalid"),
        ({"public_id_prefix": "v12"}, "public_id_prefix is invalid"),
        ({"asset_folder": "a<b"}, "asset_folder is invalid"),
        ({"display_name": "a/b"}, r"display_name \(a/b\) is invalid"),
        (
            {"use_filename_as_display_name": True, "filename_override": "a/b.jpg"},
            r"display_name \(a/b.jpg\) is invalid",
        ),
        ({"type": "secret"}, "Invalid type secret"),
        ({"resource_type": "images"}, "Invalid resource_type"),
        ({"allowed_formats": ["png", "gif"]}, "Image file format jpg not allowed"),
        ({"format": "xyz"}, "."),
        ({"transformation": {"raw_transformation": "c_nonsense"}}, "."),
        ({"eager": [{"raw_transformation": "c_nonsense"}]}, "."),
        ({"notification_url": "nonsense"}, "Invalid notification_url"),
        ({"auto_tagging": 2}, "auto_tagging"),
        ({"quality_override": "best"}, "Invalid quality_override best"),
        ({"overwrite": "perhaps"}, "Invalid boolean"),
        ({"regions": "{"}, "regions"),
        ({"headers": "X-Robots-Tag: \u00eb"}, "headers"),
        ({"eval": "x" * 4096}, "eval is too long"),
        ({"on_success": "x" * 4096}, "on_success is too long"),
        ({"moderation": "nonsense"}, "Moderation nonsense moderation is not valid"),
        ({"raw_convert": "illegal"}, "Raw convert is invalid"),
        ({"raw_convert": "aspose"}, "You don't have an active subscription for Aspose"),
        ({"background_removal": "illegal"}, "is invalid"),
        ({"background_removal": "pixelz"}, "You don't have an active subscription for"),
        ({"categorization": "illegal"}, "Categorization item illegal is not valid"),
        ({"categorization": "google_video_tagging"}, "You don't have an active subscription for"),
        ({"detection": "illegal"}, "Detection invalid model 'illegal'"),
        ({"ocr": "illegal"}, "Ocr is invalid"),
        ({"upload_preset": "nobody's"}, "Upload preset not found"),
        ({"metadata": {"nobody": "x"}}, "nobody"),
    ],
)
def test_what_cannot_be_is_told(send, words: dict[str, Any], message: str):
    with pytest.raises(BadRequest, match=message):
        send(**words)


def test_headers_are_served_with_the_file_and_go_again(send):
    answer = send(public_id="p-headers", headers=ROBOTS)
    small = cloudinary.utils.cloudinary_url("p-headers", width=30, crop="scale")[0]
    for url in (answer["url"], small, answer["url"]):
        served = httpx.get(url).headers
        assert {name: served[name] for name in ROBOTS} == ROBOTS
    uploader.explicit("p-headers", type="upload", headers={"X-Robots-Tag": "none"})
    served = httpx.get(answer["url"]).headers
    assert (served["x-robots-tag"], "link" in served) == ("none", False)
    send(public_id="p-headers")
    assert "x-robots-tag" not in httpx.get(answer["url"]).headers


@pytest.mark.parametrize("change", ["explicit", "update"])
def test_a_quality_is_pinned_for_one_asset(send, change: str):
    name = f"p-quality-{change}"
    answer = send(public_id=name)
    url = cloudinary.utils.cloudinary_url(name, quality="auto", width=400, crop="scale", format="jpg")[0]
    sizes = [len(httpx.get(url).content)]
    for quality in ("auto:low", "20:420", "auto:advanced", "none"):
        if change == "explicit":
            uploader.explicit(name, type="upload", quality_override=quality)
        else:
            api.update(name, quality_override=quality)
        sizes.append(len(httpx.get(url).content))
    usual, low, pinned, advanced, none = sizes
    assert pinned < low < usual == advanced == none
    assert answer["bytes"] == api.resource(name)["bytes"]
    with pytest.raises(BadRequest, match="Invalid quality_override best"):
        api.update(name, quality_override="best")


def test_an_asset_that_is_there_stays_or_is_replaced(send, photo):
    first = send(public_id="p-over", context={"k": "v"})
    kept = send(public_id="p-over", overwrite=False, phash=True)
    assert (kept["existing"], kept["version"], kept["etag"]) == (True, first["version"], first["etag"])
    assert len(kept["phash"]) == 16
    replaced = send(public_id="p-over")
    assert (replaced["overwritten"], "context" in replaced) == (True, False)
    assert replaced["version"] > first["version"]


def test_display_names_of_one_folder_can_be_kept_apart(send):
    words = {"asset_folder": "p/unique", "display_name": "Same"}
    names = [send(**words, unique_display_name=True)["display_name"] for _ in range(2)]
    assert names[0] == "Same"
    assert re.fullmatch("Same.+", names[1])


def test_parameters_of_films_are_passed_over_for_pictures(send):
    words = {"auto_transcription": True, "auto_chaptering": True, "auto_video_details": True, "source": "uploader"}
    assert send(**words)["resource_type"] == "image"


def test_a_stream_without_a_name_is_called_stream(photo):
    answer = uploader.upload(io.BytesIO(photo), tags=["parameters"])
    assert answer["original_filename"] == "stream"
    assert Image.open(io.BytesIO(httpx.get(answer["url"]).content)).size == (640, 480)


def test_faces_are_where_people_say_they_are(send):
    # In an upload no area is larger than the picture; afterwards people are taken at their word.
    answer = send(public_id="p-faces", faces=True, face_coordinates=[[600, 30, 109, 900]])
    assert answer["faces"] == [[600, 30, 109, 480]]
    uploader.explicit("p-faces", type="upload", face_coordinates=[[600, 32, 111, 952]])
    assert api.resource("p-faces", faces=True)["faces"] == [[600, 32, 111, 952]]
