"""Signed addresses of single files, made by the official Python SDK."""

import io

import cloudinary
import cloudinary.api as api
import cloudinary.uploader as uploader
import httpx
import pytest
from cloudinary import utils
from PIL import Image

from tests.compat.pointing import point_at


@pytest.fixture(scope="module")
def account(safelight, photo):
    point_at(safelight)
    uploader.upload(photo, public_id="down/photo", type="private")
    uploader.upload(io.BytesIO(b"<b>words</b>"), public_id="down/notes.html", resource_type="raw", type="authenticated")
    yield safelight
    api.delete_resources_by_prefix("down/", type="private")
    api.delete_resources_by_prefix("down/", type="authenticated", resource_type="raw")
    cloudinary.reset_config()


def fetch(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, timeout=60)


def address(name: str = "down/photo", format: str = "jpg", **options) -> str:
    return utils.private_download_url(name, format, **{"type": "private", **options})


def test_a_private_original_is_handed_out_as_it_was_stored(account, photo):
    answer = fetch(address())
    assert (answer.status_code, answer.content) == (200, photo)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"].startswith("private")
    assert "content-disposition" not in answer.headers
    part = fetch(address(), Range="bytes=10-19")
    assert (part.status_code, part.content) == (206, photo[10:20])
    assert httpx.head(address()).headers["content-length"] == str(len(photo))


def test_it_may_be_converted(account):
    answer = fetch(address(format="png"))
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (640, 480)


@pytest.mark.parametrize(("attachment", "name"), [(True, "photo.jpg"), ("mine", "mine.jpg"), ("a.jpg", "a.jpg")])
def test_it_may_be_saved(account, attachment, name):
    assert fetch(address(attachment=attachment)).headers["content-disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize(("name", "format"), [("down/notes.html", ""), ("down/notes", "html")])
def test_a_raw_file_is_shown_as_text_and_run_by_nobody(account, name, format):
    answer = fetch(address(name, format, resource_type="raw", type="authenticated"))
    assert (answer.status_code, answer.content) == (200, b"<b>words</b>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-security-policy"].startswith("sandbox")


def test_who_has_no_address_that_fits_has_nothing(account):
    assert fetch(address(expires_at=1)).status_code == 401
    assert fetch(address().replace("down%2Fphoto", "down%2Fother")).status_code == 401
    assert fetch(address("down/nobody")).status_code == 404
    assert fetch(address(type="upload")).status_code == 404
    assert fetch(f"{account.api}/image/download?public_id=down/photo&type=private").status_code == 400


@pytest.mark.parametrize("options", [{}, {"attachment": True}, {"format": "", "expires_at": 4_000_000_000}])
def test_an_address_to_download_deletes_nothing(account, options):
    words = address(**options).partition("?")[2]
    answer = httpx.post(f"{account.api}/image/destroy?{words}")
    assert answer.status_code == 401
    assert "good for nothing else" in answer.json()["error"]["message"]
    again = httpx.post(f"{account.api}/image/destroy", data=dict(httpx.QueryParams(words)))
    assert again.status_code == 401
    assert fetch(address()).status_code == 200
