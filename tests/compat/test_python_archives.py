"""Archives with the official Python SDK, unchanged: kept, streamed from a signed address, later, and refused."""

import io
import tarfile
import time
import zipfile

import cloudinary
import cloudinary.api as api
import cloudinary.uploader as uploader
import httpx
import pytest
from cloudinary import utils
from PIL import Image

from tests.compat.pointing import point_at

TAG = "archived"
HALVES = [{"width": 0.5, "crop": "scale"}, {"width": 0.25, "crop": "scale"}]


@pytest.fixture(scope="module")
def account(safelight, photo):
    """Two pictures and a text, in two folders."""
    point_at(safelight)
    words = {"tags": [TAG], "asset_folder": "arch/ive"}
    uploader.upload(photo, public_id="archive/one", display_name="First", **words)
    uploader.upload(photo, public_id="archive/two", **words)
    uploader.upload(io.BytesIO(b"words"), public_id="archive/notes.txt", resource_type="raw", **words)
    yield safelight
    for kind in ("image", "raw"):
        api.delete_resources_by_prefix("archive/", resource_type=kind)
    cloudinary.reset_config()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def fetch(url: str) -> httpx.Response:
    return httpx.get(url, timeout=60)


def local(account, kept: dict) -> bytes:
    return fetch(kept["url"]).content


def test_an_archive_is_kept_as_a_raw_asset(account, photo):
    kept = uploader.create_zip(tags=[TAG], target_public_id="archive/all", target_tags=["z"], allow_missing=True)
    assert (kept["resource_type"], kept["type"], kept["public_id"]) == ("raw", "upload", "archive/all.zip")
    assert (kept["resource_count"], kept["file_count"], kept["tags"]) == (2, 2, ["z"])
    assert members(local(account, kept)) == {"arch/ive/First.jpg": photo, "arch/ive/two.jpg": photo}
    assert api.resource("archive/all.zip", resource_type="raw")["bytes"] == kept["bytes"]


def test_transformations_multiply_the_files_and_what_was_made_for_it_goes(account):
    kept = uploader.create_zip(tags=[TAG], transformations=HALVES, target_public_id="archive/halves")
    assert (kept["resource_count"], kept["file_count"]) == (2, 4)
    found = members(local(account, kept))
    assert sorted(found) == [
        "arch/ive/c_scale,w_0.25/First.jpg",
        "arch/ive/c_scale,w_0.25/two.jpg",
        "arch/ive/c_scale,w_0.5/First.jpg",
        "arch/ive/c_scale,w_0.5/two.jpg",
    ]
    assert Image.open(io.BytesIO(found["arch/ive/c_scale,w_0.25/two.jpg"])).size == (160, 120)
    assert api.resource("archive/one")["derived"] == []


def test_what_is_made_may_stay(account):
    uploader.create_zip(
        public_ids=["archive/two"], transformations=HALVES[:1], keep_derived=True, target_public_id="archive/k"
    )
    (derived,) = api.resource("archive/two")["derived"]
    assert derived["transformation"] == "c_scale,w_0.5"


def test_names_may_be_flat_and_without_the_words_of_transformations(account):
    words = {"public_ids": ["archive/one"], "transformations": HALVES, "flatten_folders": True}
    url = utils.download_zip_url(flatten_transformations=True, **words)
    assert sorted(members(fetch(url).content)) == ["First_c_scale,w_0.25.jpg", "First_c_scale,w_0.5.jpg"]
    url = utils.download_zip_url(skip_transformation_name=True, **words)
    assert sorted(members(fetch(url).content)) == ["First.jpg", "First_1.jpg"]


def test_a_signed_address_streams_an_archive(account, photo):
    answer = fetch(utils.download_zip_url(public_ids=["archive/one"], target_public_id="mine"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="mine.zip"'
    assert members(answer.content) == {"arch/ive/First.jpg": photo}


def test_a_tgz(account, photo):
    answer = fetch(utils.download_archive_url(public_ids=["archive/one"], target_format="tgz"))
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
        (member,) = archive.getmembers()
        assert (member.name, member.mode & 0o777) == ("arch/ive/First.jpg", 0o644)
        extracted = archive.extractfile(member)
        assert extracted is not None
        assert extracted.read() == photo


@pytest.mark.parametrize("folder", ["archive/", "arch", "ARCH/ive"])
def test_a_folder_is_all_kinds_of_files_whose_name_begins_so_or_that_stand_in_it(account, photo, folder):
    found = members(fetch(utils.download_folder(folder, use_original_filename=False)).content)
    assert {"arch/ive/First.jpg", "arch/ive/two.jpg", "arch/ive/notes.txt"} <= set(found)


def test_assets_of_several_kinds_by_their_whole_names(account):
    names = ["image/upload/archive/one", "raw/upload/archive/notes.txt"]
    kept = uploader.create_zip(resource_type="auto", fully_qualified_public_ids=names, target_public_id="archive/mixed")
    assert members(local(account, kept))["arch/ive/notes.txt"] == b"words"
    assert kept["file_count"] == 2


def test_one_that_is_missing_is_an_error_unless_it_may_be(account):
    with pytest.raises(Exception, match="Resource not found - archive/nobody"):
        uploader.create_zip(public_ids=["archive/one", "archive/nobody"])
    kept = uploader.create_zip(
        public_ids=["archive/one", "archive/nobody"], tags=["nobody-has-it"], allow_missing=True,
        target_public_id="archive/less",
    )  # fmt: skip
    assert (kept["missing_public_ids"], kept["empty_tags"]) == (["archive/nobody"], ["nobody-has-it"])
    assert kept["file_count"] == 1


def test_an_archive_that_is_made_later_is_told_at_once_and_there_soon(account):
    told = uploader.create_archive(tags=[TAG], target_public_id="archive/later", **{"async": True})
    assert (told["status"], told["public_id"]) == ("pending", "archive/later.zip")
    assert len(told["batch_id"]) == 32
    for _ in range(100):
        answer = fetch(utils.cloudinary_url("archive/later.zip", resource_type="raw")[0])
        if answer.status_code == 200:
            break
        time.sleep(0.1)
    assert sorted(members(answer.content)) == ["arch/ive/First.jpg", "arch/ive/two.jpg"]


def test_an_address_is_good_until_the_moment_that_it_names(account):
    def asked(**words) -> httpx.Response:
        return fetch(utils.download_zip_url(public_ids=["archive/one"], **words))

    now = time.time()
    assert asked(expires_at=now + 5000.5).status_code == 200
    gone = asked(expires_at=now - 5)
    assert (gone.status_code, "expired" in gone.json()["error"]["message"]) == (401, True)
    url = utils.download_zip_url(public_ids=["archive/one"])
    assert fetch(url.replace("archive%2Fone", "archive%2Ftwo")).status_code == 401
    kept = uploader.create_zip(public_ids=["archive/one"], expires_at=int(now) + 3600, target_public_id="archive/e")
    assert kept["file_count"] == 1


def test_a_tag_in_a_zip_as_older_clients_ask_for_it(account):
    answer = fetch(utils.zip_download_url(TAG, width=10, crop="scale"))
    assert sorted(members(answer.content)) == ["arch/ive/First.jpg", "arch/ive/two.jpg"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({}, "Must supply at least one of public_ids"),
        ({"tags": [f"t{number}" for number in range(21)]}, "Too many tags: 21. Maximum is 20"),
        ({"public_ids": ["archive/one"], "target_format": "rar"}, "Invalid target_format rar"),
        ({"tags": ["nobody-has-it"]}, "No resources were found"),
        ({"public_ids": ["archive/one"], "target_public_id": "a?b"}, "target_public_id .* is invalid"),
        ({"fully_qualified_public_ids": ["one"]}, "Invalid fully_qualified_public_ids one"),
        ({"public_ids": ["archive/one"], "transformations": "w_0"}, "Invalid width in transformation: 0"),
    ],
)
def test_what_cannot_be_is_told(account, words, told):
    with pytest.raises(Exception, match=told):
        uploader.create_archive(**words)
