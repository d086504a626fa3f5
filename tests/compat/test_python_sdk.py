"""The official Python SDK, unchanged, does its whole job here."""

import io
import itertools

import cloudinary
import cloudinary.api
import cloudinary.exceptions
import cloudinary.uploader
import httpx
import pytest
from cloudinary.utils import cloudinary_url, verify_api_response_signature
from PIL import Image

from tests.compat.pointing import point_at


@pytest.fixture(autouse=True)
def _pointed_here(safelight):
    """What an application does: one setting."""
    point_at(safelight)
    yield
    cloudinary.reset_config()


def opened(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, answer.headers
    return Image.open(io.BytesIO(answer.content))


def test_ten_lines_upload_derive_list_rename_and_delete(photo):
    sent = cloudinary.uploader.upload(photo, public_id="ten/lines", tags=["b", "a"])
    assert (sent["width"], sent["height"], sent["format"], sent["tags"]) == (640, 480, "jpg", ["a", "b"])
    url, _ = cloudinary_url("ten/lines", width=200, height=100, crop="fill", gravity="auto", fetch_format="auto")
    assert opened(httpx.get(url)).size == (200, 100)
    listed = cloudinary.api.resources(prefix="ten/", type="upload")["resources"]
    assert [found["public_id"] for found in listed] == ["ten/lines"]
    cloudinary.uploader.rename("ten/lines", "ten/words")
    assert httpx.get(url).status_code == 404
    assert cloudinary.uploader.destroy("ten/words")["result"] == "ok"
    with pytest.raises(cloudinary.exceptions.NotFound, match="Resource not found - ten/words"):
        cloudinary.api.resource("ten/words")


def test_the_answer_to_an_upload_is_signed_and_complete(photo, safelight):
    sent = cloudinary.uploader.upload(photo, public_id="signed_answer")
    assert verify_api_response_signature(sent["public_id"], sent["version"], sent["signature"])
    assert len(sent["asset_id"]) == len(sent["version_id"]) == 32
    assert sent["bytes"] == len(photo)
    assert sent["url"].startswith("http://")
    assert sent["secure_url"].startswith("https://")
    assert sent["api_key"] == safelight.key
    assert sent["placeholder"] is False
    assert sent["request_id"]
    assert httpx.get(sent["url"]).content == photo


def test_an_eager_derivation_is_there_at_once_and_listed(photo):
    sent = cloudinary.uploader.upload(photo, public_id="eager", eager=[{"width": 100, "crop": "scale"}])
    assert sent["eager"][0]["transformation"] == "c_scale,w_100"
    assert (sent["eager"][0]["width"], sent["eager"][0]["height"]) == (100, 75)
    assert opened(httpx.get(sent["eager"][0]["url"])).size == (100, 75)
    assert [d["transformation"] for d in cloudinary.api.resource("eager")["derived"]] == ["c_scale,w_100"]


def test_a_large_file_goes_in_chunks(tmp_path):
    data = bytes(range(256)) * 4 * 11_000
    path = tmp_path / "large.bin"
    path.write_bytes(data)
    sent = cloudinary.uploader.upload_large(
        str(path), resource_type="raw", chunk_size=5_243_000, use_filename=True, unique_filename=False
    )
    assert (sent["public_id"], sent["bytes"], sent["done"]) == ("large.bin", len(data), True)
    assert httpx.get(sent["url"]).content == data


def test_tags_and_context_change(photo):
    cloudinary.uploader.upload(photo, public_id="words", tags="one", context={"stage": "a=b|c"})
    cloudinary.uploader.add_tag("two", ["words", "nobody"])
    cloudinary.uploader.add_context({"more": "é"}, ["words"])
    found = cloudinary.api.resource("words")
    assert found["tags"] == ["one", "two"]
    assert found["context"] == {"custom": {"stage": "a=b|c", "more": "é"}}
    cloudinary.api.update("words", tags="three", context={"only": "this"})
    assert cloudinary.api.resource("words")["tags"] == ["three"]
    cloudinary.uploader.remove_all_tags(["words"])
    assert "tags" not in cloudinary.api.resource("words")


def test_a_listing_is_walked_by_cursors_and_deleted_by_prefix(photo):
    names = [f"walk/{number}" for number in range(5)]
    for name in names:
        cloudinary.uploader.upload(photo, public_id=name)
    seen, cursor = [], None
    while True:
        page = cloudinary.api.resources(type="upload", prefix="walk/", max_results=2, next_cursor=cursor)
        seen += [found["public_id"] for found in page["resources"]]
        cursor = page.get("next_cursor")
        if cursor is None:
            break
    assert seen == names
    assert page.rate_limit_remaining > 0
    done = cloudinary.api.delete_resources_by_prefix("walk/")
    assert done["deleted"] == dict.fromkeys(names, "deleted")
    assert cloudinary.api.delete_resources(["walk/1"])["deleted"] == {"walk/1": "not_found"}


def test_named_transformations_are_made_used_and_deleted(photo, safelight):
    cloudinary.uploader.upload(photo, public_id="named")
    assert cloudinary.api.create_transformation("tiny", {"width": 40, "height": 40, "crop": "fill"})["message"]
    url, _ = cloudinary_url("named", transformation=["tiny"], format="png")
    assert opened(httpx.get(url)).size == (40, 40)
    assert cloudinary.api.transformation("tiny")["info"] == [{"width": 40, "height": 40, "crop": "fill"}]
    cloudinary.api.delete_transformation("tiny")
    with pytest.raises(cloudinary.exceptions.NotFound):
        cloudinary.api.transformation("tiny")


def test_private_and_authenticated_assets_need_a_signature(photo):
    cloudinary.uploader.upload(photo, public_id="locked", type="authenticated")
    plain, _ = cloudinary_url("locked", type="authenticated", width=50, crop="scale")
    signed, _ = cloudinary_url("locked", type="authenticated", width=50, crop="scale", sign_url=True)
    assert httpx.get(plain).status_code == 401
    assert opened(httpx.get(signed)).size == (50, 38)
    long, _ = cloudinary_url("locked", type="authenticated", sign_url=True, long_url_signature=True)
    assert httpx.get(long).content == photo


def test_an_unsigned_upload_needs_a_preset_that_allows_it(photo):
    with pytest.raises(cloudinary.exceptions.Error, match="preset"):
        cloudinary.uploader.unsigned_upload(photo, "no_such_preset")
    cloudinary.api.create_upload_preset(name="open", unsigned=True, tags="from_preset", folder="in")
    sent = cloudinary.uploader.unsigned_upload(photo, "open", tags="mine")
    assert sent["tags"] == ["from_preset", "mine"]
    with pytest.raises(cloudinary.exceptions.Error, match="not allowed when using unsigned upload"):
        cloudinary.uploader.unsigned_upload(photo, "open", eager="w_10")
    cloudinary.api.delete_upload_preset("open")


def test_delete_tokens_work_once_without_credentials(photo):
    sent = cloudinary.uploader.upload(photo, public_id="token", return_delete_token=True)
    # The SDK for servers has no verb for it: browsers post the token.
    prefix = cloudinary.config().upload_prefix
    answer = httpx.post(f"{prefix}/v1_1/demo/delete_by_token", data={"token": sent["delete_token"]})
    assert answer.json() == {"result": "ok"}
    with pytest.raises(cloudinary.exceptions.NotFound):
        cloudinary.api.resource("token")


@pytest.mark.parametrize(
    ("key", "secret", "words"),
    [
        ("123456789012345", "wrong", "Invalid Signature"),
        ("999999999999999", "wrong", "Invalid api_key 999999999999999"),
    ],
)
def test_a_wrong_credential_is_told_apart(photo, key, secret, words):
    with pytest.raises(cloudinary.exceptions.AuthorizationRequired, match=words):
        cloudinary.uploader.upload(photo, api_key=key, api_secret=secret)


def test_ping_config_and_explicit(photo):
    assert cloudinary.api.ping()["status"] == "ok"
    assert cloudinary.api.config(settings=True)["settings"] == {"folder_mode": "dynamic"}
    assert "settings" not in cloudinary.api.config()
    cloudinary.uploader.upload(photo, public_id="again")
    done = cloudinary.uploader.explicit("again", type="upload", eager=[{"height": 48, "crop": "fit"}])
    assert done["eager"][0]["transformation"] == "c_fit,h_48"
    with pytest.raises(cloudinary.exceptions.NotFound, match="Resource not found"):
        cloudinary.uploader.explicit("nobody", type="upload")


def test_a_transformation_is_shown_with_what_it_made_and_files_are_deleted_by_it(photo):
    half, third = {"width": 0.5, "crop": "scale"}, {"width": 0.3, "crop": "scale"}
    for name in ("made/a", "made/b"):
        cloudinary.uploader.upload(photo, public_id=name, eager=[half, third])
    told = cloudinary.api.transformation(half)
    assert (told["name"], told["used"], told["named"]) == ("c_scale,w_0.5", True, False)
    assert [(one["public_id"], one["format"]) for one in told["derived"]] == [("made/a", "jpg"), ("made/b", "jpg")]
    cloudinary.api.delete_derived_resources([told["derived"][0]["id"]])
    cloudinary.api.delete_derived_by_transformation(["made/b"], [half])
    assert cloudinary.api.transformation(half)["derived"] == []
    for name in ("made/a", "made/b"):
        assert [one["transformation"] for one in cloudinary.api.resource(name)["derived"]] == ["c_scale,w_0.3"]


def test_a_display_name_of_its_own_and_a_folder(photo):
    for name in ("one", "two"):
        words = {"asset_folder": "Named/Pets", "display_name": "Tom", "unique_display_name": True}
        sent = cloudinary.uploader.upload(photo, public_id=f"named/{name}", **words)
    assert sent["display_name"][:4] == "Tom_"
    found = cloudinary.api.resources_by_asset_folder("named/pets")
    assert [one["public_id"] for one in found["resources"]] == ["named/two", "named/one"]
    told = cloudinary.api.update("named/two", display_name="Tom", unique_display_name=True, asset_folder="elsewhere")
    assert (told["display_name"], told["asset_folder"]) == ("Tom", "elsewhere")


def test_an_asset_moves_between_types_and_is_destroyed_in_each(photo):
    cloudinary.uploader.upload(photo, public_id="moving")
    places = ["upload", "private", "authenticated", "upload"]
    for here, there in itertools.pairwise(places):
        assert cloudinary.uploader.rename("moving", "moving", type=here, to_type=there)["type"] == there
    for place in places[:-1]:
        result = cloudinary.uploader.destroy("moving", type=place)["result"]
        assert result == ("ok" if place == "upload" else "not found")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"raw_convert": "illegal"}, "Raw convert is invalid"),
        ({"categorization": "illegal"}, "is not valid"),
        ({"detection": "illegal"}, "Detection invalid model 'illegal'"),
        ({"public_id": "v12/tom"}, "is invalid"),
        ({"eager": {"width": "wide"}}, "Invalid width in transformation: wide"),
        ({"allowed_formats": "png"}, "Image file format jpg not allowed"),
        ({"format": "nothing"}, "nothing"),
    ],
)
def test_what_cannot_be_is_told_in_known_words(photo, words, message):
    with pytest.raises(cloudinary.exceptions.BadRequest, match=message):
        cloudinary.uploader.upload(photo, **words)


@pytest.mark.parametrize(
    "words",
    [
        {"url_suffix": "sea"},
        {"url_suffix": "sea", "format": "webp", "width": 9, "crop": "scale"},
        {"use_root_path": True},
        {"shorten": True, "angle": 20, "sign_url": True},
        {"sign_url": True, "signature_algorithm": "sha256"},
        {"sign_url": True, "long_url_signature": True, "effect": "sepia"},
        {"version": 12, "transformation": [{"width": 50, "crop": "scale"}, {"radius": "max"}], "quality": "auto"},
        {"private_cdn": True},
        {"private_cdn": True, "use_root_path": True},
        {"private_cdn": True, "url_suffix": "sea", "format": "png"},
    ],
)
def test_addresses_of_every_form_lead_to_the_picture(photo, words):
    cloudinary.uploader.upload(photo, public_id="forms/é ,x")
    url, _ = cloudinary_url("forms/é ,x", **words)
    host = {"Host": "demo-res.example.com"} if words.get("private_cdn") else {}
    assert opened(httpx.get(url, headers=host)).size


def test_a_text_is_drawn_kept_and_its_lettering_borrowed(photo):
    sent = cloudinary.uploader.text("hello world")
    assert (sent["type"], sent["format"], sent["resource_type"]) == ("text", "png", "image")
    assert 50 <= sent["width"] <= 70
    assert 5 <= sent["height"] <= 15
    assert cloudinary.uploader.text("hello world")["public_id"] == sent["public_id"]
    sign = cloudinary.uploader.text("Open", public_id="sign", font_family="Arial", font_size=40, font_weight="bold")
    assert opened(httpx.get(sign["secure_url"].replace("https:", "http:"))).size == (sign["width"], sign["height"])
    assert [found["public_id"] for found in cloudinary.api.resources(type="text", prefix="sign")["resources"]] == [
        "sign"
    ]
    cloudinary.uploader.upload(photo, public_id="shop")
    url, _ = cloudinary_url("shop", overlay="text:sign:Open", format="png")
    assert opened(httpx.get(url)).size == (640, 480)
    assert cloudinary.uploader.destroy("sign", type="text")["result"] == "ok"


def test_a_picture_tells_about_itself(photo):
    asked = {"colors": True, "phash": True, "faces": True, "quality_analysis": True, "image_metadata": True}
    answer = cloudinary.uploader.upload(photo, public_id="told/about", custom_coordinates=[[1, 2, 3, 4]], **asked)
    assert answer["colors"][0][0].startswith("#")
    assert answer["predominant"]["google"]
    assert len(answer["phash"]) == 16
    assert answer["faces"] == []
    assert isinstance(answer["quality_analysis"]["focus"], float)
    assert answer["image_metadata"]["Colorspace"] == "RGB"
    shown = cloudinary.api.resource("told/about", phash=True, accessibility_analysis=True, coordinates=True)
    assert shown["phash"] == answer["phash"]
    assert "colorblind_accessibility_score" in shown["accessibility_analysis"]
    assert shown["coordinates"] == {"custom": [[1, 2, 3, 4]]}
    assert not {"colors", "faces", "image_metadata"} & cloudinary.api.resource("told/about").keys()


def test_a_list_of_widths_that_are_worth_having(photo):
    cloudinary.uploader.upload(photo, public_id="widths")
    words = {"raw_transformation": "c_scale,w_auto:breakpoints_50_600_1_5:json"}
    answer = httpx.get(cloudinary_url("widths.jpg", **words)[0], timeout=30)
    assert answer.headers["content-type"].startswith("application/json")
    widths = answer.json()["breakpoints"]
    assert (widths[0], widths[-1]) == (600, 50)
    assert widths == sorted(widths, reverse=True)
