"""What the internet sends: each gets a clear 4xx, and the service goes on unharmed."""

import io
import struct
import threading
import zipfile
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from tests.pictures import encoded, photo, scene


def huge_png() -> bytes:
    """60,000 by 60,000 px in a few hundred bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    )


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "a" * 1000)
    return out.getvalue()


SVG = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="200" height="100">
<script>fetch("http://127.0.0.1:1/")</script><image xlink:href="http://127.0.0.1:1/x.png" width="50" height="50"/>
<image xlink:href="file:///etc/passwd" width="50" height="50"/><rect width="200" height="100" fill="#00ff00"/>
<text x="5" y="50">&secret;</text></svg>"""


@pytest.fixture(scope="module")
def remote(remote_port):
    """A server of somebody else: one picture, and redirects that lead to forbidden places."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/photo.jpg":
                self.send_response(200)
                self.end_headers()
                self.wfile.write(photo(300, 200))
            elif self.path == "/redirect":
                self.send_response(302)
                self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
                self.end_headers()
            elif self.path == "/redirect-here":
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
            else:
                self.send_response(404)
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", remote_port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{remote_port}"
    server.shutdown()
    server.server_close()


def send(safelight, data: bytes | str, kind: str = "image", **params: str) -> httpx.Response:
    files = {"file": ("holiday.jpg", data)} if isinstance(data, bytes) else None
    if isinstance(data, str):
        params["file"] = data
    return httpx.post(f"{safelight.api}/{kind}/upload", auth=safelight.auth, data=params, files=files, timeout=120)


def is_well(safelight) -> None:
    assert httpx.get(f"{safelight.base}/readyz").status_code == 200
    safelight.upload(photo(64, 48), public_id="still_works")
    answer = httpx.get(f"{safelight.base}/{safelight.cloud}/image/upload/w_32/still_works.jpg")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("what", "data", "words"),
    [
        ("a picture of 60,000 by 60,000 px", huge_png(), "pixels"),
        ("a truncated JPEG", photo(800, 600)[:20_000], "Invalid image file"),
        ("a JPEG of which only the header is there", photo(800, 600)[:700], "Invalid image file"),
        ("a zip with another name", zipped(), "Invalid image file"),
        ("zeros", bytes(100 * 1024 * 1024), "Invalid image file"),
        ("nothing", b"", "mpty"),
        ("a PNG with a broken body", encoded(scene(200, 100), "PNG")[:3000], "Invalid image file"),
        ("a text", b"GIF as text is no GIF", "Invalid image file"),
    ],
)
def test_what_is_no_picture_is_refused_with_clear_words(safelight, what, data, words):
    answer = send(safelight, data, public_id="hostile")
    assert answer.status_code == 400, what
    assert words in answer.json()["error"]["message"]
    assert httpx.get(f"{safelight.base}/{safelight.cloud}/image/upload/hostile").status_code == 404
    is_well(safelight)


def test_a_hundred_megabytes_of_zeros_are_welcome_as_raw(safelight):
    data = bytes(100 * 1024 * 1024)
    answer = send(safelight, data, "raw", public_id="zeros.bin")
    assert (answer.status_code, answer.json()["bytes"]) == (200, len(data))


def test_an_svg_with_scripts_and_references_is_drawn_without_them_and_handed_out_in_a_sandbox(safelight):
    answer = send(safelight, SVG, public_id="drawing")
    if answer.status_code == 400:  # refused whole is as good as drawn without
        return
    assert answer.status_code == 200, answer.text
    whole = httpx.get(f"{safelight.base}/{safelight.cloud}/image/upload/drawing.svg")
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["x-content-type-options"] == "nosniff"
    drawn = httpx.get(f"{safelight.base}/{safelight.cloud}/image/upload/w_100/drawing.png")
    assert drawn.status_code == 200
    assert b"root:" not in drawn.content


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
    ],
)
def test_remote_files_come_from_the_public_internet_only(safelight, url):
    answer = send(safelight, url, public_id="fetched")
    assert answer.status_code == 400
    assert "error" in answer.json()
    delivered = httpx.get(f"{safelight.base}/{safelight.cloud}/image/fetch/{url}")
    assert 400 <= delivered.status_code < 500
    assert delivered.headers["x-cld-error"]


@pytest.mark.parametrize("path", ["/redirect", "/redirect-here", "/missing"])
def test_a_redirect_is_checked_like_the_first_address(safelight, remote, path):
    assert send(safelight, remote + path, public_id="redirected").status_code in {400, 404}
    assert httpx.get(f"{safelight.base}/{safelight.cloud}/image/fetch/{remote}{path}").status_code in {400, 404}


def test_an_allowed_remote_photo_is_uploaded_and_fetched(safelight, remote):
    answer = send(safelight, f"{remote}/photo.jpg", public_id="from_afar")
    assert (answer.status_code, answer.json()["width"]) == (200, 300)
    fetched = httpx.get(f"{safelight.base}/{safelight.cloud}/image/fetch/w_150/{remote}/photo.jpg")
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, "image/jpeg")


@pytest.mark.parametrize(
    "path",
    [
        "image/upload/w_0/still_works",
        "image/upload/w_-5/still_works",
        "image/upload/w_abc/still_works",
        "image/upload/e_nope/still_works",
        "image/upload/zz_1/still_works",
        "image/upload/c_scale,g_auto,w_10/still_works",
        "image/upload/w_99999,h_99999/still_works",
        "image/upload/%FF%FE/%00",
        "image/upload/../../../etc/passwd",
        "image/upload/%2e%2e%2f%2e%2e%2fetc/passwd",
        "image/upload/" + "a" * 5000,
        "image/nowhere/still_works",
        "image/upload/still_works.exe",
        "image/upload/",
        ".git/config",
        "_/a/YnVja2V0L29iamVjdA",
        "image/upload/.env",
    ],
)
def test_a_hostile_path_gets_a_clear_answer(safelight, path):
    is_well(safelight)
    answer = httpx.get(f"{safelight.base}/{safelight.cloud}/{path}")
    assert 400 <= answer.status_code < 500
    assert answer.headers["x-cld-error"]
    assert "Traceback" not in answer.text
