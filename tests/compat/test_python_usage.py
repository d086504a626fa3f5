"""Usage and quotas as an application on the official Python SDK, unchanged, meets them."""

import itertools
import time
from collections.abc import Mapping

import cloudinary
import cloudinary.api as api
import cloudinary.uploader as uploader
import httpx
import pytest
from cloudinary import utils
from cloudinary.utils import cloudinary_url

from tests.compat.pointing import point_at

SECONDS_MAX = 30


@pytest.fixture(autouse=True)
def _pointed_here(safelight):
    point_at(safelight)
    yield
    cloudinary.reset_config()


@pytest.fixture
def quota(safelight):
    """Sets limits of the shared cloud, and takes them back."""
    yield lambda *words: safelight.run("quota", "set", safelight.cloud, *words)
    safelight.run("quota", "forget", safelight.cloud)


def figures(usage: Mapping) -> dict[str, int]:
    return {name: usage[name]["usage"] for name in ("transformations", "bandwidth", "storage", "impressions")}


def grown(before: Mapping, expected: Mapping) -> dict[str, int]:
    """By how much the figures grew; what was handed out is written down within a second."""
    deadline = time.monotonic() + SECONDS_MAX
    while True:
        now = figures(api.usage())
        found = {name: now[name] - before[name] for name in now}
        if found == expected or time.monotonic() > deadline:
            return found
        time.sleep(0.2)


def eventually(ask, is_right):
    """A quota that is set or forgotten is heard of within a second."""
    deadline = time.monotonic() + SECONDS_MAX
    while not is_right(found := ask()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def test_what_is_stored_made_and_handed_out_is_counted(photo):
    before = figures(api.usage())
    sent = uploader.upload(photo, public_id="usage/one")
    url, _ = cloudinary_url("usage/one", width=90, crop="scale", format="jpg")
    bodies = [httpx.get(url).content for _ in range(3)]
    original = httpx.get(sent["url"]).content
    assert {len(body) for body in bodies} == {len(bodies[0])}
    expected = {
        "transformations": 2,
        "bandwidth": 3 * len(bodies[0]) + len(original),
        "storage": len(photo) + len(bodies[0]),
        "impressions": 4,
    }
    assert grown(before, expected) == expected
    assert uploader.destroy("usage/one")["result"] == "ok"
    left = {**expected, "storage": 0}
    assert grown(before, left) == left, "what was made was made, and what is gone takes no room"


def test_the_causes_of_what_was_made_are_told_apart(photo):
    before = api.usage()["transformations"].get("causes", {})
    uploader.upload(photo, public_id="usage/causes", eager=[{"width": 61, "crop": "scale", "format": "png"}])
    uploader.explicit("usage/causes", type="upload", eager=[{"width": 62, "crop": "scale", "format": "png"}])
    uploader.upload(
        photo, public_id="usage/later", eager=[{"width": 63, "crop": "scale", "format": "png"}], eager_async=True
    )
    uploader.upload(photo, public_id="usage/changed", transformation={"width": 64, "crop": "scale"})
    httpx.get(cloudinary_url("usage/causes", width=65, crop="scale", format="png")[0]).raise_for_status()
    expected = {"upload": 2, "incoming": 1, "eager": 1, "explicit": 1, "eager_async": 1, "delivery": 1}

    def more() -> dict[str, int]:
        now = api.usage()["transformations"]["causes"]
        return {cause: now[cause] - before.get(cause, 0) for cause in now if now[cause] != before.get(cause, 0)}

    assert eventually(more, lambda found: found == expected) == expected


def test_past_a_quota_nothing_new_comes_in_and_what_is_there_is_handed_out(photo, quota):
    sent = uploader.upload(photo, public_id="usage/two")
    used = api.usage()["transformations"]["usage"]
    quota("--transformations", str(used), "--past", "refuse_new")
    told = api.usage()["transformations"]
    assert (told["limit"], told["used_percent"]) == (used, 100.0)
    widths = itertools.count(91)

    def made() -> int:
        url, _ = cloudinary_url("usage/two", width=next(widths), crop="scale", format="jpg")
        return httpx.get(url).status_code

    assert eventually(made, lambda status: status != 200) == 400
    with pytest.raises(cloudinary.exceptions.BadRequest, match="The quota of this cloud is used up"):
        uploader.upload(photo, public_id="usage/three")
    assert httpx.get(sent["url"]).content == photo
    assert uploader.destroy("usage/two")["result"] == "ok", "who is full may make room"


def test_past_a_quota_that_refuses_all_nothing_is_handed_out_by_any_door(photo, quota):
    uploader.upload(photo, public_id="usage/shut", tags="usage-shut", type="private")
    doors = (
        utils.private_download_url("usage/shut", "jpg", type="private"),
        utils.download_archive_url(tags=["usage-shut"], type="private"),
        utils.download_zip_url(tags=["usage-shut"], type="private"),
    )
    assert [httpx.get(url).status_code for url in doors] == [200] * 3
    quota("--transformations", "1", "--past", "refuse")
    for url in doors:
        answer = eventually(lambda url=url: httpx.get(url), lambda answer: answer.status_code != 200)
        assert (answer.status_code, "quota of this cloud is used up" in answer.headers["x-cld-error"]) == (400, True)


def test_a_quota_that_is_raised_lets_in_again_within_a_second(photo, quota):
    quota("--transformations", "1", "--past", "refuse_new")

    def tried() -> str:
        try:
            return uploader.upload(photo, public_id="usage/four")["public_id"]
        except cloudinary.exceptions.BadRequest as error:
            return str(error)

    assert "quota of this cloud is used up" in eventually(tried, lambda found: "quota" in found)
    quota("--transformations", "1000000")
    began = time.monotonic()
    assert eventually(tried, lambda found: found == "usage/four") == "usage/four"
    assert time.monotonic() - began < SECONDS_MAX / 2
