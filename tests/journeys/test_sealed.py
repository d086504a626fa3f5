"""Whoever copies the database and the files, and not the keys, has no original, no letter, and no full address."""

import io
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import cloudinary.exceptions
import httpx
import pytest
from cloudinary import uploader
from PIL import Image

from tests.compat.pointing import point_at
from tests.installation import Installation

RAW, EXIF, PIECE, LETTER, NAME = (
    "canaryraw71", "canaryexif72", "canarypiece73", "canaryletter74", "canaryname75",
)  # fmt: skip
ADDRESS = "203.0.113.177"
SETTLED_SECONDS_MAX = 5
CHUNK_BYTES = 5 * 1024 * 1024


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    environment = {"SAFELIGHT_SERVER_PROXIES": "127.0.0.0/8"}
    made = Installation(tmp_path_factory.mktemp("sealed"), environment=environment).start()
    yield made
    made.kill()


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = EXIF  # what is to be seen
    data = io.BytesIO()
    Image.effect_noise((1200, 800), 60).convert("RGB").save(data, "jpeg", quality=90, exif=exif)
    return data.getvalue()


def places(folder: Path, word: str) -> list[str]:
    """The files that hold the word, as letters of one byte or of two."""
    forms = (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode())
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path.relative_to(folder)) for path in files if any(form in path.read_bytes() for form in forms)]


def settled(url: str, status: int) -> httpx.Response:
    """What is answered once every process has heard of a change; it must have within a second."""
    deadline = time.monotonic() + SETTLED_SECONDS_MAX
    while (answer := httpx.get(url, timeout=30)).status_code != status and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def test_an_owner_takes_the_key_away_and_gives_it_back(installation: Installation, tmp_path: Path):
    point_at(installation)
    picture, own, file = photo(), f"{installation.api}/own_key", tmp_path / "own.key"
    file.write_text("5c" * 32)
    sent = uploader.upload(picture, public_id="owned")
    urls = [sent["url"], f"{installation.base}/demo/image/upload/w_50/owned.jpg"]
    before = [httpx.get(url, timeout=60).content for url in urls for _ in range(3)]
    with httpx.Client(auth=installation.auth, timeout=60) as client:
        assert client.put(own, data={"key": file.read_text()}).json()["own_key"] == "given"
        assert [settled(url, 200).content for url in urls] == before[::3]
        assert client.delete(own).json()["own_key"] == "withdrawn"
        refused = [settled(url, 403) for url in urls]
        assert {(each.status_code, "withdrawn its key" in each.headers["x-cld-error"]) for each in refused} == {
            (403, True)
        }
        with pytest.raises(cloudinary.exceptions.Error, match="withdrawn its key"):
            uploader.upload(picture, public_id="another")
        assert client.put(own, data={"key": "00" * 32}).status_code == 400
    [told] = json.loads(installation.run("keys", "status", "demo", "--json").stdout)
    assert told["own_key"] == "withdrawn"
    installation.run("keys", "give", "demo", "--key-file", str(file))
    assert [settled(url, 200).content for url in urls] == before[::3]
    [rotated] = json.loads(installation.run("keys", "rotate", "demo", "--json").stdout)
    assert (rotated["key"], rotated["files"]) == (2, 1)
    installation.run("keys", "release", "demo")
    assert [settled(url, 200).content for url in urls] == before[::3]
    sealed = json.loads(installation.run("keys", "seal", "--json").stdout)
    assert sealed == {"sealed": 0, "left": 0}


def test_a_copy_without_the_keys_holds_nothing(installation: Installation, tmp_path: Path):
    data = installation.folder / "data"
    picture, text = photo(), f"{RAW} ".encode() * 1000
    sent = {"X-Forwarded-For": ADDRESS}
    with httpx.Client(auth=installation.auth, headers=sent, timeout=60) as client:

        def upload(kind: str, name: str, file: bytes, **headers: str) -> httpx.Response:
            words = {"public_id": name}
            return client.post(
                f"{installation.api}/{kind}/upload", data=words, files={"file": ("f", file)}, headers=headers
            )

        assert upload("image", NAME, picture).status_code == 200
        assert upload("raw", "text.txt", text).status_code == 200
        piece = (f"{PIECE} ".encode() * CHUNK_BYTES)[:CHUNK_BYTES]
        unfinished = {"X-Unique-Upload-Id": "one", "Content-Range": f"bytes 0-{CHUNK_BYTES - 1}/{3 * CHUNK_BYTES}"}
        assert upload("raw", "large.bin", piece, **unfinished).status_code == 200
        # It is delivered as it is, and made small.
        assert client.get(f"{installation.base}/demo/image/upload/{NAME}.jpg").content == picture
        assert client.get(f"{installation.base}/demo/image/upload/w_100/{NAME}.jpg").status_code == 200
        part = client.get(f"{installation.base}/demo/raw/upload/text.txt", headers={"Range": "bytes=13-20"})
        assert (part.status_code, part.content) == (206, text[13:21])
    letter = f"From: ann@canary.example\r\nSubject: my data\r\n\r\nPlease send me my data. {LETTER}\r\n"
    subprocess.run(
        installation.command("privacy", "ingest-mail", "--json"),
        input=letter.encode(), env=installation.settings(), cwd=installation.folder, capture_output=True, check=True,
    )  # fmt: skip
    [status] = json.loads(installation.run("keys", "status", "demo", "--json").stdout)
    assert (status["own_key"], status["sealed_files"]) == ("none", 4)
    assert installation.stop() == 0

    copy = tmp_path / "copy"
    shutil.copytree(data, copy, ignore=shutil.ignore_patterns("master.key"), ignore_dangling_symlinks=True)
    assert places(copy, NAME), "the search finds what lies in the clear"
    found = {word: places(copy, word) for word in (RAW, EXIF, PIECE, LETTER, ADDRESS)}
    assert not {word: where for word, where in found.items() if where}
    assert not [path for path in copy.rglob("*") if path.is_file() and path.read_bytes()[:64] == picture[:64]]
