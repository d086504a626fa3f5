"""The Python SDK relates assets, publishes them and reads them back."""

import cloudinary
import httpx
import pytest
from cloudinary import api, uploader

from tests.compat.pointing import point_at


@pytest.fixture(autouse=True)
def _pointed_here(safelight):
    point_at(safelight)
    yield
    api.delete_resources_by_prefix("related/")
    for access in ("private", "authenticated"):
        api.delete_resources_by_prefix("related/", type=access)
    cloudinary.reset_config()


def related_of(name):
    return sorted(one["public_id"] for one in api.resource(name, related=True)["related_assets"])


def test_what_is_related_is_told_from_both_sides_until_it_is_ended(photo):
    ids = {name: uploader.upload(photo, public_id=f"related/{name}")["asset_id"] for name in ("a", "b", "c")}
    made = api.add_related_assets("related/a", ["image/upload/related/b", "image/upload/related/none"])
    assert [(one["asset"], one["code"]) for one in made["success"]] == [("image/upload/related/b", "success_ids")]
    assert [(one["code"], one["status"]) for one in made["failed"]] == [("non_existing_ids", 404)]
    api.add_related_assets_by_asset_ids(ids["a"], ids["c"])
    assert [related_of(f"related/{name}") for name in ("a", "b")] == [["related/b", "related/c"], ["related/a"]]
    assert api.resource_by_asset_id(ids["c"], related=True)["related_assets"][0]["asset_id"] == ids["a"]
    assert "related_assets" not in api.resource("related/a")
    ended = api.delete_related_assets("related/b", "image/upload/related/a")
    assert [one["status"] for one in ended["success"]] == [200]
    assert api.delete_related_assets_by_asset_ids(ids["a"], [ids["c"], ids["b"]])["failed"][0]["asset"] == ids["b"]
    assert related_of("related/a") == []


@pytest.mark.parametrize("access", ["private", "authenticated"])
@pytest.mark.parametrize(
    "publish",
    [
        lambda words: api.publish_by_ids(["related/hidden"], **words),
        lambda words: api.publish_by_prefix("related/hid", **words),
        lambda words: api.publish_by_tag("related-hidden", **words),
    ],
)
def test_a_published_asset_is_there_for_everybody(photo, access, publish):
    sent = uploader.upload(photo, public_id="related/hidden", type=access, tags="related-hidden")
    plain = sent["url"].replace(f"/{access}/", "/upload/")
    plain = "/".join(part for part in plain.split("/") if not part.startswith("s--"))
    assert httpx.get(plain).status_code == 404
    other = {"private": "authenticated", "authenticated": "private"}[access]
    assert publish({"type": other})["published"] == []
    (published,) = publish({"type": access})["published"]
    assert (published["public_id"], published["type"]) == ("related/hidden", "upload")
    assert "/upload/" in published["url"]
    assert httpx.get(published["url"]).content == httpx.get(plain).content == photo


def test_over_another_only_when_that_is_said(photo):
    uploader.upload(photo, public_id="related/taken")
    uploader.upload(photo, public_id="related/taken", type="private")
    told = api.publish_by_ids(["related/taken"])
    assert (told["published"], [one["public_id"] for one in told["failed"]]) == ([], ["related/taken"])
    assert len(api.publish_by_ids(["related/taken"], overwrite=True)["published"]) == 1
