"""Files: the pages' own files and those of others, each as it should be, and named by what is in them."""

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from safelight.console import files, vendor
from safelight.console.files import FOLDER
from safelight.console.headers import page_headers
from safelight.kernel.errors import Invalid
from tests.console.conftest import House

ROOM = FOLDER.parent


async def test_a_file_is_kept_for_ever_under_the_name_of_its_build(house: House):
    found = files.read()
    answer = await house.client.get(found.url("app.css"))
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == (
        "text/css; charset=utf-8",
        "public, max-age=31536000, immutable",
    )
    old = await house.client.get("/static/000000000000/app.css")
    assert (old.status_code, old.headers["cache-control"]) == (200, "no-store")
    assert (await house.client.get(found.url("../app.py"))).status_code == 404


def test_another_letter_in_a_file_is_another_name(tmp_path: Path):
    (tmp_path / "a.js").write_text("1")
    before = files.read(tmp_path).build
    (tmp_path / "a.js").write_text("2")
    assert files.read(tmp_path).build != before


def test_what_others_wrote_is_there_and_is_what_was_looked_at():
    assert vendor.is_in_place(), "`make up` and `make test` put it there"
    assert set(vendor.SHA256) == {path.name for path in vendor.PLACE.iterdir()}


def test_a_file_that_is_not_the_known_one_is_not_put(tmp_path: Path):
    (tmp_path / "htmx.org" / "dist").mkdir(parents=True)
    (tmp_path / "htmx.org" / "dist" / "htmx.min.js").write_text("alert(1)")
    icons = tmp_path / "lucide-static" / "icons"
    icons.mkdir(parents=True)
    (tmp_path / "lucide-static" / "LICENSE").write_text("ISC")
    for name in vendor.ICONS:
        (icons / f"{name}.svg").write_text("<svg><path/></svg>")
    with pytest.raises(Invalid, match=hashlib.sha256(b"alert(1)").hexdigest()):
        vendor.put_in_place(tmp_path, tmp_path / "there")
    assert not (tmp_path / "there").exists()


def test_every_icon_that_a_page_shows_is_in_the_sprite():
    drawn = {each.get("id") for each in ET.parse(vendor.PLACE / "sprite.svg").getroot()}
    assert set(vendor.ICONS) == drawn
    shown: set[str] = set()
    for path in (ROOM / "templates").glob("*.html"):
        page = path.read_text("utf-8")
        shown |= set(re.findall(r'icon\("([a-z0-9-]+)"\)', page))
        shown |= set(re.findall(r'parts\.act\([^)]*?"([a-z0-9]+(?:-[a-z0-9]+)+)"', page)) & drawn
    assert shown <= drawn


def test_the_lock_names_no_address_and_the_packages_exact_versions():
    lock = (ROOM / "browser" / "package-lock.json").read_text()
    assert "http" not in lock
    assert all(each.get("integrity") for name, each in json.loads(lock)["packages"].items() if name)
    wanted = json.loads((ROOM / "browser" / "package.json").read_text())["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_no_file_of_ours_asks_another_host_and_all_stay_small():
    own = [path for path in FOLDER.rglob("*") if path.is_file() and "vendor" not in path.parts]
    for path in [*own, *(ROOM / "templates").glob("*.html")]:
        hosts = re.findall(r"https?://([\w.-]+)", path.read_text("utf-8"))
        assert set(hosts) <= {"www.w3.org", "localhost"}, path
    assert sum(path.stat().st_size for path in own if path.suffix == ".js") < 60_000
    assert (FOLDER / "app.css").stat().st_size < 30_000


@pytest.mark.parametrize(
    ("delivery", "allowed"),
    [
        ("https://media.example.org/base", "https://media.example.org"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("", ""),
    ],
)
def test_pictures_may_come_from_where_files_are_delivered(delivery: str, allowed: str):
    policy = page_headers(delivery)["Content-Security-Policy"]
    assert f"img-src 'self' data: blob: {allowed}".rstrip() + ";" in policy
