"""How an asset looks to clients."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safelight.accounts.model import Cloud, FolderMode, Key
from safelight.assets.model import Asset, Facts
from safelight.derived.model import Derived
from safelight.kernel.media import Access, Kind
from safelight.kernel.page import Page
from safelight.kernel.secret import Secret
from safelight.wire.asset import asset_json, derived_json, detailed_json, listed_json, urls

NOW = datetime(2024, 6, 25, 17, 33, 24, 999999, tzinfo=UTC)
BASE = "http://127.0.0.1:8000"
CLOUD = Cloud("c", "demo", FolderMode.DYNAMIC, NOW)
FIXED = replace(CLOUD, folder_mode=FolderMode.FIXED)
KEY = Key("k", "c", "1234", Secret("hdcixPpR2iKERPwqvH6sHdK9cyac"), "main", True, NOW)
PHOTO = Asset(
    id="a" * 32,
    cloud_id="c",
    kind=Kind.IMAGE,
    access=Access.UPLOAD,
    name="cats/tom",
    version=1,
    version_id="b" * 32,
    facts=Facts(123, "d" * 32, "jpg", 40, 30, pages=1),
    folder="animals",
    display_name="Tom",
    created_at=NOW,
    updated_at=NOW,
    tags=("a", "b"),
    context={"k": "v"},
    original_filename="IMG_1",
    uploaded_by="1234",
)
RAW = replace(PHOTO, kind=Kind.RAW, name="notes.txt", facts=Facts(5, "e" * 32, None), tags=(), context={})


def test_the_answer_to_an_upload_has_every_field():
    assert asset_json(PHOTO, CLOUD, base_url=BASE, key=KEY) == {
        "asset_id": "a" * 32,
        "public_id": "cats/tom",
        "version": 1,
        "version_id": "b" * 32,
        "signature": hashlib.sha1(b"public_id=cats/tom&version=1hdcixPpR2iKERPwqvH6sHdK9cyac").hexdigest(),
        "width": 40,
        "height": 30,
        "format": "jpg",
        "pages": 1,
        "resource_type": "image",
        "created_at": "2024-06-25T17:33:24Z",
        "tags": ["a", "b"],
        "bytes": 123,
        "type": "upload",
        "etag": "d" * 32,
        "placeholder": False,
        "url": "http://127.0.0.1:8000/demo/image/upload/v1/cats/tom.jpg",
        "secure_url": "https://127.0.0.1:8000/demo/image/upload/v1/cats/tom.jpg",
        "asset_folder": "animals",
        "display_name": "Tom",
        "access_mode": "public",
        "context": {"custom": {"k": "v"}},
        "original_filename": "IMG_1",
        "api_key": "1234",
    }


def test_the_signature_is_the_one_of_the_reference():
    smuggler = replace(PHOTO, name="tests/logo&version=2")
    assert (
        asset_json(smuggler, CLOUD, base_url=BASE, key=KEY)["signature"] == "020c49b15104adcd268bcc04aa4e963dc136de08"
    )


@pytest.mark.parametrize(
    ("words", "present", "absent"),
    [
        ({}, {}, {"existing", "overwritten", "signature", "api_key"}),
        ({"key": KEY, "shows_key": False}, {}, {"api_key"}),
        ({"is_existing": True}, {"existing": True}, {"overwritten"}),
        ({"is_overwrite": True}, {"overwritten": True}, {"existing"}),
        ({"with_context": False}, {}, {"context"}),
    ],
)
def test_some_fields_come_only_when_they_say_something(words, present, absent):
    answer = asset_json(PHOTO, CLOUD, base_url=BASE, **words)
    assert present.items() <= answer.items()
    assert not absent & answer.keys()


def test_a_raw_file_has_no_size_and_no_format():
    answer = asset_json(RAW, CLOUD, base_url=BASE)
    assert not {"width", "height", "format", "pages", "context"} & answer.keys()
    assert (answer["tags"], answer["url"]) == ([], f"{BASE}/demo/raw/upload/v1/notes.txt")


def test_in_fixed_mode_the_folder_is_that_of_the_name():
    for answer in (asset_json(PHOTO, FIXED, base_url=BASE), listed_json(PHOTO, FIXED, base_url=BASE)):
        assert answer["folder"] == "cats"
        assert not {"asset_folder", "display_name"} & answer.keys()
    assert asset_json(RAW, FIXED, base_url=BASE)["folder"] == ""


@pytest.mark.parametrize(
    ("base", "http", "https"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/", "https://127.0.0.1:8000/"),
        ("https://media.example.org", "http://media.example.org/", "https://media.example.org/"),
        ("https://example.org/media/", "http://example.org/media/", "https://example.org/media/"),
        ("http://[::1]:80", "http://[::1]:80/", "https://[::1]:80/"),
    ],
)
def test_one_address_is_http_and_one_is_https(base, http, https):
    found = urls(PHOTO, CLOUD, base_url=base)
    assert found["url"].startswith(http + "demo/image/upload/")
    assert found["secure_url"].startswith(https + "demo/image/upload/")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"access": Access.AUTHENTICATED, "name": "sample"}, "image/authenticated/s--{}--/v1/sample.jpg"),
        ({"access": Access.PRIVATE, "name": "sample"}, "image/private/s--{}--/v1/sample.jpg"),
        ({"name": "é b"}, "image/upload/v1/%C3%A9%20b.jpg"),
        ({"access": Access.FETCH, "name": "http://h/p"}, "image/fetch/http://h/p"),
    ],
)
def test_the_address_is_signed_where_nothing_else_opens_it(change, path):
    url = urls(replace(PHOTO, **change), CLOUD, base_url=BASE, key=replace(KEY, secret=Secret("b")))["url"]
    assert url == f"{BASE}/demo/" + path.format("v2fTPYTu")


DERIVED = Derived("d1", "c", PHOTO.id, PHOTO.version_id, "key", "c_crop,h_20,w_10", "png", 10, 20, 99, "m", "b", NOW)


def test_a_derived_file_tells_where_it_is():
    line = derived_json(DERIVED, PHOTO, CLOUD, base_url=BASE)
    assert line == {
        "id": "d1",
        "transformation": "c_crop,h_20,w_10",
        "format": "png",
        "bytes": 99,
        "url": f"{BASE}/demo/image/upload/c_crop,h_20,w_10/v1/cats/tom.png",
        "secure_url": "https://127.0.0.1:8000/demo/image/upload/c_crop,h_20,w_10/v1/cats/tom.png",
    }


def test_a_derived_file_of_a_locked_asset_is_signed_with_its_transformation():
    locked = replace(PHOTO, access=Access.AUTHENTICATED, name="image")
    derived = replace(DERIVED, format="jpg")
    key = replace(KEY, secret=Secret("b"))
    assert (
        "/s--Ai4Znfl3--/c_crop,h_20,w_10/v1/image.jpg"
        in derived_json(derived, locked, CLOUD, base_url=BASE, key=key)["url"]
    )


@pytest.mark.parametrize(
    ("transformation", "is_signed"),
    [
        ("l_logo/fl_layer_apply", False),
        ("e_private:1", False),
        ("l_text:Arial_20:l_private:x", False),
        ("l_private:logo", True),
        ("w_10/co_red,u_authenticated:brand:logo,w_5", True),
    ],
)
def test_a_derived_file_with_a_restricted_layer_is_signed(transformation, is_signed):
    derived = replace(DERIVED, transformation=transformation)
    assert ("/s--" in derived_json(derived, PHOTO, CLOUD, base_url=BASE, key=KEY)["url"]) == is_signed


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        ({}, set()),
        ({"with_tags": True}, {"tags"}),
        ({"with_context": True}, {"context"}),
    ],
)
def test_a_line_of_a_list_has_tags_and_context_when_asked(words, extra):
    always = {"asset_id", "public_id", "format", "version", "resource_type", "type", "created_at", "bytes", "width"}
    always |= {"height", "asset_folder", "display_name", "access_mode", "url", "secure_url"}
    assert listed_json(PHOTO, CLOUD, base_url=BASE, **words).keys() == always | extra


def test_with_fields_a_line_has_those_and_what_names_it():
    assert listed_json(RAW, CLOUD, base_url=BASE, fields=("tags", "bytes", "nothing")) == {
        "asset_id": "a" * 32,
        "public_id": "notes.txt",
        "bytes": 5,
        "tags": [],
    }
    assert "folder" in listed_json(RAW, FIXED, base_url=BASE, fields=("tags",))
    assert "context" not in listed_json(RAW, CLOUD, base_url=BASE, fields=("context",))


def test_the_details_have_all_that_is_known():
    details = detailed_json(replace(PHOTO, tags_updated_at=NOW), CLOUD, base_url=BASE, derived=Page([DERIVED], "more"))
    assert (details["etag"], details["tags"], details["context"]) == ("d" * 32, ["a", "b"], {"custom": {"k": "v"}})
    assert details["last_updated"] == {"tags_updated_at": "2024-06-25T17:33:24Z", "updated_at": "2024-06-25T17:33:24Z"}
    assert [line["id"] for line in details["derived"]] == ["d1"]
    assert (details["derived_next_cursor"], details["uploaded_by"]) == ("more", {"access_key": "1234"})


def test_the_details_leave_out_what_is_not_there():
    details = detailed_json(
        replace(RAW, uploaded_by=None, original_filename=None), CLOUD, base_url=BASE, derived=Page([])
    )
    assert details["derived"] == []
    missing = {
        "tags",
        "context",
        "width",
        "pages",
        "derived_next_cursor",
        "uploaded_by",
        "original_filename",
        "request_id",
    }
    assert not missing & details.keys()
