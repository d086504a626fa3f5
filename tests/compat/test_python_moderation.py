"""Reviews of assets, and what is seen in them, through the unmodified Python SDK."""

import base64
import io
import time
from types import SimpleNamespace

import cloudinary
import cloudinary.api as api
import cloudinary.exceptions
import cloudinary.uploader as uploader
import httpx
import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.compat.pointing import point_at

CHANGE_SECONDS_MAX = 1.0
JOB_SECONDS_MAX = 30
NAMES = "moderated/"


@pytest.fixture(scope="module", autouse=True)
def sdk(safelight):
    point_at(safelight)
    yield SimpleNamespace(base=safelight.base)
    api.delete_resources_by_prefix(NAMES)
    cloudinary.reset_config()


def png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def drawing(seed: int, size=(320, 240)) -> bytes:
    """A picture that looks like no other of another seed."""
    picture = Image.new("RGB", (320, 240), "white")
    draw = ImageDraw.Draw(picture)
    for at in range(12):
        x, y = (seed * 71 + at * 97) % 280, (seed * 43 + at * 61) % 200
        draw.rectangle((x, y, x + 20 + at * 3, y + 40), fill=((at * 40) % 256, (seed * 90) % 256, (at * 17) % 256))
    return png(picture.resize(size))


def soon(find, expected, seconds=CHANGE_SECONDS_MAX):
    """What is found at last, asked for until it is as expected or the time is over."""
    deadline = time.monotonic() + seconds
    while (found := find()) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def statuses(name):
    return [(one["kind"], one["status"]) for one in api.resource(name)["moderation"]]


def test_a_person_looks_and_what_was_rejected_is_not_shown(photo):
    name = f"{NAMES}by-hand"
    uploaded = uploader.upload(photo, public_id=name, moderation="manual")
    assert [(one["kind"], one["status"]) for one in uploaded["moderation"]] == [("manual", "pending")]
    urls = [uploaded["url"], cloudinary.utils.cloudinary_url(name, width=50, crop="scale", format="png")[0]]
    # Twice: the second answer comes out of the memory of the process.
    assert [httpx.get(url).status_code for url in urls * 2] == [200] * 4

    rejected = api.update(name, moderation_status="rejected")
    assert [(one["kind"], one["status"]) for one in rejected["moderation"]] == [("manual", "rejected")]
    for url in urls:
        assert soon(lambda url=url: httpx.get(url).status_code, 404) == 404
    assert name in [one["public_id"] for one in api.resources_by_moderation("manual", "rejected")["resources"]]

    api.update(name, moderation_status="approved")
    for url in urls:
        assert soon(lambda url=url: httpx.get(url).status_code, 200) == 200
    listed = api.resources_by_moderation("manual", "approved", moderations=True)["resources"]
    assert ("manual", "approved") in [(one["moderation_kind"], one["moderation_status"]) for one in listed]
    assert api.resource(name)["moderation"][0]["status"] == "approved"


def test_a_picture_that_was_there_before_is_rejected_by_itself():
    first, again, other = (f"{NAMES}{name}" for name in ("first", "again", "other"))
    uploaded = uploader.upload(drawing(1), public_id=first, moderation="duplicate:0.8")
    assert [(one["kind"], one["status"]) for one in uploaded["moderation"]] == [("duplicate", "pending")]
    expected = [("duplicate", "approved")]
    assert soon(lambda: statuses(first), expected, JOB_SECONDS_MAX) == expected
    uploader.upload(drawing(1, (200, 150)), public_id=again, moderation="duplicate:0.8|manual")
    uploader.upload(drawing(2), public_id=other, moderation="manual|duplicate:0.8")
    expected = [("duplicate", "rejected"), ("manual", "aborted")]
    assert soon(lambda: statuses(again), expected, JOB_SECONDS_MAX) == expected
    found = api.resource(again)["moderation"][0]["response"]
    assert [(one["public_id"], one["confidence"] > 0.8) for one in found] == [(first, True)]
    expected = [("duplicate", "approved"), ("manual", "pending")]
    assert soon(lambda: statuses(other), expected, JOB_SECONDS_MAX) == expected
    # Whoever knows better says so.
    api.update(again, moderation_status="approved")
    assert statuses(again) == [("duplicate", "rejected"), ("manual", "approved")]
    assert httpx.get(cloudinary.utils.cloudinary_url(again, format="png")[0]).status_code == 200


def test_decisions_are_told(photo):
    name, channel = f"{NAMES}told", "moderation-channel"
    trigger = api.create_trigger(f"poll://{channel}", "moderation")
    try:
        uploader.upload(photo, public_id=name, moderation="manual")
        api.update(name, moderation_status="approved")
        (message,) = soon_messages(channel)
        payload = message["payload"]
        assert (payload["notification_type"], payload["public_id"]) == ("moderation", name)
        assert (payload["moderation_kind"], payload["moderation_status"]) == ("manual", "approved")
    finally:
        api.delete_trigger(trigger["id"])


def soon_messages(channel):
    deadline = time.monotonic() + JOB_SECONDS_MAX
    while time.monotonic() < deadline:
        if found := api.notifications(channel=channel, wait_seconds=5).get("messages"):
            return found
    return []


def test_a_stored_asset_is_put_up_for_review(photo):
    name = f"{NAMES}later"
    uploader.upload(photo, public_id=name)
    assert "moderation" not in api.resource(name)
    answer = uploader.explicit(name, type="upload", moderation="manual")
    assert answer["moderation"][0]["status"] == "pending"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"moderation": "illegal"}, "Moderation illegal moderation is not valid"),
        ({"moderation": "aws_rek"}, "You don't have an active subscription for"),
        ({"raw_convert": "illegal"}, "Raw convert is invalid"),
        ({"raw_convert": "aspose"}, "You don't have an active subscription for"),
        ({"categorization": "illegal"}, "is not valid"),
        ({"categorization": "google_tagging"}, "objects.onnx is missing"),
        ({"detection": "illegal"}, "Detection invalid model 'illegal'"),
        ({"background_removal": "illegal"}, "is invalid"),
        ({"responsive_breakpoints": {"width": 1}}, "responsive_breakpoints"),
    ],
)
def test_what_is_not_here_is_refused_before_anything_is_stored(photo, words, message):
    with pytest.raises(cloudinary.exceptions.BadRequest, match=message):
        uploader.upload(photo, public_id=f"{NAMES}refused", **words)
    with pytest.raises(cloudinary.exceptions.NotFound):
        api.resource(f"{NAMES}refused")


@pytest.mark.parametrize(
    ("word", "value", "message"),
    [
        *(
            (word, "illegal", "Illegal value")
            for word in ("raw_convert", "ocr", "categorization", "detection", "background_removal", "similarity_search")
        ),
        ("moderation_status", "illegal", "Illegal value"),
        ("auto_tagging", 0.5, "Must use"),
    ],
)
def test_of_a_stored_asset_too(photo, word, value, message):
    name = f"{NAMES}update"
    uploader.upload(photo, public_id=name)
    with pytest.raises(cloudinary.exceptions.BadRequest, match=message):
        api.update(name, **{word: value})


def test_widths_that_are_worth_having():
    logo = png(Image.new("RGBA", (241, 51), (200, 30, 30, 255)))
    name = f"{NAMES}logo"
    asked = {"create_derived": False, "transformation": {"angle": 90}}
    uploaded = uploader.upload(logo, public_id=name, responsive_breakpoints=asked)
    assert uploaded["responsive_breakpoints"][0]["transformation"] == "a_90"
    asked = [
        {"create_derived": False, "transformation": {"angle": 90}},
        {"create_derived": True, "transformation": {"angle": 45}, "format": "webp"},
    ]
    answer = uploader.explicit(name, type="upload", responsive_breakpoints=asked)
    turned, tilted = answer["responsive_breakpoints"]
    assert (turned["transformation"], tilted["transformation"]) == ("a_90", "a_45")
    assert [one["width"] for one in tilted["breakpoints"]] == [206, 50]
    for one in tilted["breakpoints"]:
        assert one["url"].endswith(".webp")
        assert one["secure_url"].startswith("https://")
        picture = httpx.get(one["url"])
        assert (picture.status_code, len(picture.content)) == (200, one["bytes"])
        assert Image.open(io.BytesIO(picture.content)).size == (one["width"], one["height"])
    made = {one["transformation"] for one in api.resource(name)["derived"]}
    assert made == {"a_45/c_scale,w_206", "a_45/c_scale,w_50"}


def test_text_is_read_and_stays_with_the_asset():
    sign = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(sign).text((100, 60), "HELLO WORLD", fill="black", font=ImageFont.load_default(32))
    name = f"{NAMES}sign"
    uploaded = uploader.upload(png(sign), public_id=name, ocr="adv_ocr")
    read = uploaded["info"]["ocr"]["adv_ocr"]
    assert read["status"] == "complete"
    assert read["data"][0]["fullTextAnnotation"]["text"] == "HELLO WORLD"
    assert api.resource(name)["info"] == uploaded["info"]
    uploader.upload(png(sign), public_id=f"{NAMES}sign2")
    assert api.update(f"{NAMES}sign2", ocr="adv_ocr")["info"] == uploaded["info"]


def test_all_that_a_picture_tells_is_told_when_it_is_asked(photo):
    name = f"{NAMES}told-of"
    asked = dict.fromkeys(
        ("colors", "faces", "phash", "quality_analysis", "accessibility_analysis", "cinemagraph_analysis"), True
    )
    words = [
        *("colors", "predominant", "faces", "phash", "quality_analysis", "quality_score"),
        *("accessibility_analysis", "cinemagraph_analysis", "image_metadata"),
    ]
    uploaded = uploader.upload(photo, public_id=name, image_metadata=True, **asked)
    explicit = uploader.explicit(name, type="upload", image_metadata=True, **asked)
    shown = api.resource(name, image_metadata=True, **asked)
    plain = api.resource(name)
    for word in words:
        assert uploaded[word] == explicit[word] == shown[word]
        assert word not in plain
    assert isinstance(shown["quality_analysis"]["focus"], float)
    assert shown["cinemagraph_analysis"] == {"cinemagraph_score": 0.0}


def test_a_picture_that_is_not_stored_is_analyzed(photo):
    uri = f"data:image/jpeg;base64,{base64.b64encode(photo).decode()}"
    answer = api.analyze("uri", "image_quality", uri)
    assert answer["data"]["analysis"]["data"]["quality"] in {"low", "medium", "high"}
    with pytest.raises(cloudinary.exceptions.BadRequest, match="active subscription"):
        api.analyze("uri", "captioning", uri)


def test_what_nobody_waits_for_is_told_when_it_is_found():
    channel, sign = "found-later", Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(sign).text((100, 60), "HELLO WORLD", fill="black", font=ImageFont.load_default(32))
    asked = {"create_derived": True, "transformation": {"angle": 90}}
    answer = uploader.upload(
        png(sign),
        public_id=f"{NAMES}later-on",
        notification_url=f"poll://{channel}",
        responsive_breakpoints=asked,
        ocr="adv_ocr",
        phash=True,
        **{"async": True},
    )
    assert answer["status"] == "pending"
    # What a program saw is told by itself, too.
    payloads = {}
    while "upload" not in payloads:
        payloads |= {one["payload"]["notification_type"]: one["payload"] for one in soon_messages(channel)}
        assert payloads
    told = payloads["upload"]
    assert (told["notification_type"], told["batch_id"]) == ("upload", answer["batch_id"])
    assert told["info"]["ocr"]["adv_ocr"]["data"][0]["fullTextAnnotation"]["text"] == "HELLO WORLD"
    assert [one["width"] for one in told["responsive_breakpoints"][0]["breakpoints"]] == [200, 50]
    assert len(told["phash"]) == 16
