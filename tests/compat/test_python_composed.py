"""Several pictures as one, with the official Python SDK: animations, documents, sprites; and the pages of one."""

import io
import json
import time
import urllib.parse

import cloudinary
import cloudinary.api as api
import cloudinary.uploader as uploader
import httpx
import pytest
from cloudinary import utils
from PIL import Image

from tests.compat.pointing import point_at

TAG = "logo"
COLORS = {"a": (255, 0, 0), "b/c": (0, 255, 0), "d": (0, 0, 255)}


def picture(color: tuple[int, int, int], size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def account(safelight):
    """Three pictures of one colour each; the second is the widest, the third the highest."""
    point_at(safelight)
    for number, (name, color) in enumerate(COLORS.items()):
        size = (40 + 40 * (number == 1), 30 + 30 * (number == 2))
        uploader.upload(picture(color, size), public_id=f"comp/{name}", tags=[TAG])
    yield safelight
    for options in ({}, {"type": "multi"}, {"type": "sprite"}, {"type": "sprite", "resource_type": "raw"}):
        api.delete_all_resources(**options) if options else api.delete_resources_by_prefix("comp/")
    api.delete_resources_by_prefix("comp/", resource_type="raw")
    cloudinary.reset_config()


def fetch(url: str) -> httpx.Response:
    answer = httpx.get(url, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer


def frames(data: bytes) -> list[Image.Image]:
    moving = Image.open(io.BytesIO(data))
    found = []
    for number in range(getattr(moving, "n_frames", 1)):
        moving.seek(number)
        found.append(moving.convert("RGBA"))
    return found


def test_pictures_of_a_tag_become_an_animation_as_large_as_the_largest(account):
    made = uploader.multi(TAG, transformation={"delay": 200})
    assert made["url"].startswith("http://")
    assert made["secure_url"].startswith("https://")
    assert made["url"].endswith(".gif")
    assert isinstance(made["version"], int)
    answer = fetch(made["url"])
    assert answer.headers["content-type"] == "image/gif"
    moving = Image.open(io.BytesIO(answer.content))
    assert (moving.size, moving.n_frames, moving.info["duration"]) == ((80, 60), 3, 200)
    assert [frame.getpixel((40, 30))[:3] for frame in frames(answer.content)] == [*COLORS.values()]
    assert frames(answer.content)[0].getpixel((0, 0))[3] == 0
    assert api.resource(made["public_id"], type="multi")["asset_id"] == made["asset_id"]


@pytest.mark.parametrize(("format", "mime"), [("webp", "image/webp"), ("png", "image/png"), ("pdf", "application/pdf")])
def test_in_other_formats(account, format, mime):
    made = uploader.multi(TAG, format=format)
    assert made["url"].endswith(f".{format}")
    assert f"/multi/f_{format}/v" in made["url"]
    answer = fetch(made["url"])
    assert answer.headers["content-type"] == mime
    if format == "pdf":
        assert answer.content.count(b"/Type/Page/") == 3
    else:
        assert len(frames(answer.content)) == 3
    assert api.resource(made["public_id"], type="multi")["format"] == format


def test_each_picture_is_transformed(account):
    made = uploader.multi(TAG, width=10, height=10, crop="fill", angle=90)
    assert "/a_90,c_fill,h_10,w_10/v" in made["url"]
    assert {frame.size for frame in frames(fetch(made["url"]).content)} == {(10, 10)}


def test_pictures_by_their_addresses_in_their_order(account):
    urls = [utils.cloudinary_url("comp/d", format="png", width=20, crop="scale")[0], utils.cloudinary_url("comp/a")[0]]
    made = uploader.multi(urls=urls, public_id="comp/by_address")
    first, second = frames(fetch(made["url"]).content)
    assert (first.getpixel((20, 15))[:3], second.getpixel((20, 15))[:3]) == (COLORS["d"], COLORS["a"])
    assert made["public_id"] == "comp/by_address"


def test_of_one_that_moves_its_first_frame_is_taken(account):
    moving = fetch(uploader.multi(TAG)["url"]).content
    for name in ("comp/moving/1", "comp/moving/2"):
        uploader.upload(
            io.BytesIO(moving),
            public_id=name,
            tags=["moving"],
            transformation={"effect": "negate"} if name.endswith("2") else None,
        )
    first, second = frames(fetch(uploader.multi("moving", format="png")["url"]).content)
    assert (first.getpixel((40, 30))[:3], second.getpixel((40, 30))[:3]) == ((255, 0, 0), (0, 255, 255))


def test_a_sprite_is_a_picture_with_styles_and_places(account):
    made = uploader.generate_sprite(TAG)
    assert made["type"] == "sprite"
    sheet = Image.open(io.BytesIO(fetch(made["image_url"]).content)).convert("RGB")
    infos = made["image_infos"]
    assert set(infos) == {f"comp/{name}" for name in COLORS}
    for name, color in COLORS.items():
        place = infos[f"comp/{name}"]
        middle = (place["x"] + place["width"] // 2, place["y"] + place["height"] // 2)
        assert sheet.getpixel(middle) == color
    assert json.loads(fetch(made["json_url"]).content) == infos
    styles = fetch(made["css_url"])
    assert styles.headers["content-type"].startswith("text/css")
    place = infos["comp/b/c"]
    rule = next(line for line in styles.text.splitlines() if line.startswith(".comp-b-c {"))
    assert f"width: {place['width']}px; height: {place['height']}px;" in rule
    address = rule.partition("url('")[2].partition("'")[0]
    assert fetch(urllib.parse.urljoin(made["css_url"], address)).content == fetch(made["image_url"]).content
    for name in ("css_url", "image_url", "json_url"):
        assert made[f"secure_{name}"] == made[name].replace("http://", "https://")


def test_a_sprite_of_small_pictures_in_another_format(account):
    made = uploader.generate_sprite(TAG, transformation={"width": 10, "crop": "scale", "fetch_format": "jpg"})
    assert "c_scale,f_jpg,w_10" in made["css_url"]
    assert made["image_url"].endswith(".jpg")
    assert {place["width"] for place in made["image_infos"].values()} == {10}
    fetch(made["css_url"])


def test_a_signed_address_hands_it_out_and_keeps_nothing(account):
    before = len(api.resources(type="multi", max_results=500)["resources"])
    answer = fetch(uploader.download_multi(tag=TAG, transformation={"width": 12, "crop": "scale"}))
    assert {frame.width for frame in frames(answer.content)} == {12}
    assert answer.headers["content-disposition"] == 'attachment; filename="logo.gif"'
    sheet = fetch(uploader.download_generated_sprite(TAG))
    assert sheet.headers["content-type"] == "image/png"
    assert len(api.resources(type="multi", max_results=500)["resources"]) == before


def test_a_url_has_made_what_nobody_had_made_before(account):
    url = f"{account.base}/{account.cloud}/image/multi/c_scale,w_16/{TAG}.gif"
    assert {frame.size for frame in frames(fetch(url).content)} == {(16, 24)}
    assert api.resource(f"{TAG},c_scale,w_16", type="multi")["format"] == "gif"
    styles = fetch(f"{account.base}/{account.cloud}/image/sprite/w_14,c_scale/{TAG}.css").text
    assert "width: 14px" in styles
    for path in ("multi/nobody-has-it.gif", "sprite/nobody-has-it.css"):
        answer = httpx.get(f"{account.base}/{account.cloud}/image/{path}")
        assert (answer.status_code, "No images found" in answer.headers["x-cld-error"]) == (404, True)
    assert httpx.get(f"{account.base}/{account.cloud}/image/multi/f_mp4/{TAG}.mp4").status_code == 400


def test_one_that_is_made_later(account):
    told = uploader.multi(TAG, public_id="comp/later", **{"async": True})
    assert (told["status"], told["type"]) == ("pending", "multi")
    for _ in range(100):
        if httpx.get(f"{account.base}/{account.cloud}/image/multi/comp/later.gif").status_code == 200:
            return
        time.sleep(0.1)
    raise AssertionError("It never came")


def test_pages_are_derived_pictures(account):
    pdf = fetch(uploader.multi(TAG, format="pdf")["url"]).content
    uploader.upload(io.BytesIO(pdf), public_id="comp/pages")
    told = uploader.explode("comp/pages", page="all", width=20, crop="scale", format="png")
    assert told["status"] == "processing"
    assert told["batch_id"]
    for _ in range(200):
        made = api.resource("comp/pages")["derived"]
        if len(made) == 3:
            break
        time.sleep(0.1)
    assert sorted(one["transformation"] for one in made) == [f"c_scale,pg_{page},w_20" for page in (1, 2, 3)]
    assert all(fetch(one["url"]).headers["content-type"] == "image/png" for one in made)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: uploader.multi("nobody-has-it"), "No images found with the tag nobody-has-it"),
        (lambda: uploader.multi(TAG, format="mp4"), "Unsupported format mp4"),
        (lambda: uploader.multi(TAG, format="jpg"), "it holds one picture only"),
        (lambda: uploader.generate_sprite(TAG, transformation={"width": 0}), "Invalid width"),
        (
            lambda: uploader.generate_sprite(urls=["http://127.0.0.1:1/a.png"]),
            "forbidden address",
        ),
        (lambda: uploader.explode("comp/a", width=5), "must contain pg_all once"),
        (lambda: uploader.explode("comp/nobody", page="all"), "Resource not found"),
        (lambda: uploader.create_slideshow(public_id="s", manifest_json={"w": 1}), "no films are made here"),
    ],
)
def test_what_cannot_be_is_told(account, call, told):
    with pytest.raises(Exception, match=told):
        call()


def heard(channel: str, count: int) -> dict[str, dict]:
    """What was told in a channel, by its type."""
    found: dict[str, dict] = {}
    for _ in range(20):
        for message in api.notifications(channel=channel, max_messages=10, wait_seconds=2).get("messages", ()):
            found[message["payload"]["notification_type"]] = message["payload"]
            api.ack_notifications([message["receipt_handle"]])
        if len(found) >= count:
            break
    return found


def test_receivers_are_told_of_each(account):
    pdf = fetch(uploader.multi(TAG, format="pdf")["url"]).content
    uploader.upload(io.BytesIO(pdf), public_id="comp/told")
    url = {"notification_url": "poll://composed"}
    archive = uploader.create_zip(tags=[TAG], target_public_id="comp/told", **{"async": True}, **url)
    uploader.multi(TAG, public_id="comp/told", **url)
    uploader.generate_sprite(TAG, public_id="comp/told", **url)
    pages = uploader.explode("comp/told", page="all", batch_id="of-mine", **url)
    told = heard("composed", 4)
    assert set(told) == {"generate_archive", "multi", "sprite", "explode"}
    assert told["generate_archive"]["public_id"] == archive["public_id"] == "comp/told.zip"
    assert (told["generate_archive"]["file_count"], told["generate_archive"]["batch_id"]) == (3, archive["batch_id"])
    assert told["multi"]["secure_url"].endswith("/comp/told.gif")
    assert set(told["sprite"]["image_infos"]) == {f"comp/{name}" for name in COLORS}
    assert (told["explode"]["pages"], told["explode"]["batch_id"], pages["batch_id"]) == (3, "of-mine", "of-mine")
    assert [info["transformation"] for info in told["explode"]["image_infos"]] == ["pg_1", "pg_2", "pg_3"]


def test_what_is_not_for_everybody_is_in_nothing_that_is(account):
    closed = [{"access_type": "token"}]
    uploader.upload(picture((9, 9, 9), (20, 20)), public_id="comp/shut", tags=["mixed"], access_control=closed)
    uploader.upload(picture((9, 9, 9), (20, 20)), public_id="comp/open", tags=["mixed"])
    for access in ("private", "authenticated"):
        uploader.upload(picture((9, 9, 9), (20, 20)), public_id="shut", type=access)
    assert set(uploader.generate_sprite("mixed", public_id="comp/mixed")["image_infos"]) == {"comp/open"}
    for layer in ("l_private:shut", "l_authenticated:shut", "l_comp:shut"):
        for name in ("multi/{}/mixed.gif", "sprite/{}/mixed.png"):
            answer = httpx.get(f"{account.base}/{account.cloud}/image/{name.format(layer)}")
            assert answer.status_code == 401, (layer, name)
    open_ids = [f"image/upload/comp/{name}" for name in ("open", "a")]
    for names, access in (
        (["image/private/shut", *open_ids], "private"),
        (["image/authenticated/shut", "image/private/shut"], "authenticated"),
        (["image/upload/comp/shut"], "authenticated"),
        (open_ids, "upload"),
    ):
        kept = uploader.create_zip(fully_qualified_public_ids=names, resource_type="auto")
        plain = f"{account.base}/{account.cloud}/raw/{access}/{kept['public_id']}"
        assert (kept["type"], httpx.get(kept["url"]).status_code) == (access, 200)
        assert httpx.get(plain).status_code == (200 if access == "upload" else 401)
        uploader.destroy(kept["public_id"], resource_type="raw", type=access)
    for access in ("private", "authenticated"):
        uploader.destroy("shut", type=access)
