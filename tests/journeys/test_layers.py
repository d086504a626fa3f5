"""Pictures, letters and tables over a picture: from what an application writes to what its visitors see."""

import io
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cloudinary.utils import cloudinary_url
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image

from tests.pictures import encoded

GREY, BLUE, GREEN, RED, YELLOW = (120, 120, 120), (0, 0, 250), (0, 200, 0), (250, 0, 0), (250, 240, 0)
ALL_RED = "LUT_3D_SIZE 2\n" + "0.98 0 0\n" * 8
SECONDS_MAX = 20
"""For what a job does after the answer."""


def square(color: tuple[int, ...], width: int = 40, height: int = 40) -> bytes:
    return encoded(Image.new("RGB", (width, height), color), "PNG")


def blocks() -> bytes:
    """A font in which every letter is a full block."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "block"])
    builder.setupCharacterMap(dict.fromkeys(range(0x41, 0x7B), "block"))
    pen = TTGlyphPen(None)
    for place, point in enumerate([(0, 0), (0, 1000), (1000, 1000), (1000, 0)]):
        (pen.lineTo if place else pen.moveTo)(point)
    pen.closePath()
    glyph = pen.glyph()
    builder.setupGlyf({".notdef": glyph, "block": glyph})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "block": (1000, 0)})
    builder.setupHorizontalHeader(ascent=1000, descent=0)
    builder.setupNameTable({"familyName": "Blocks", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=1000, usWinAscent=1000)
    builder.setupPost()
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def remote(remote_port):
    """A server of somebody else that has one picture."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/yellow.png" else 404)
            self.end_headers()
            self.wfile.write(square(YELLOW) if self.path == "/yellow.png" else b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", remote_port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{remote_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def base(safelight) -> dict[str, object]:
    """A grey picture of 200 by 100, new for each test."""
    return safelight.upload(square(GREY, 200, 100), public_id="layers/base", overwrite="true")


@pytest.fixture
def logo(safelight) -> dict[str, object]:
    return safelight.upload(square(BLUE), public_id="layers/logo", overwrite="true")


def url(safelight, *, name: str = "layers/base.png", **options) -> str:
    """As the SDK of an application writes it."""
    found, _ = cloudinary_url(
        name,
        cloud_name=safelight.cloud,
        api_secret=safelight.secret,
        cname=f"127.0.0.1:{safelight.port}",
        secure=False,
        **options,
    )
    return found


def get(address: str) -> httpx.Response:
    return httpx.get(address, timeout=60)


def opened(answer: httpx.Response) -> Image.Image:
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content)).convert("RGBA")


def is_near(picture: Image.Image, place: tuple[int, int], color: tuple[int, ...]) -> bool:
    return all(abs(is_there - wanted) < 12 for is_there, wanted in zip(picture.getpixel(place)[:3], color, strict=True))


def until(holds: Callable[[], bool], seconds_max: float = SECONDS_MAX) -> None:
    deadline = time.monotonic() + seconds_max
    while not holds():
        assert time.monotonic() < deadline, "it does not become so"
        time.sleep(0.05)


CORNER = {"gravity": "south_east", "x": 10, "y": 10}


def test_a_logo_lies_in_its_corner(safelight, base, logo):
    picture = opened(get(url(safelight, overlay={"public_id": "layers:logo"}, width=20, crop="scale", **CORNER)))
    assert picture.size == (200, 100)
    assert is_near(picture, (180, 80), BLUE)
    assert is_near(picture, (165, 80), GREY)
    assert is_near(picture, (195, 95), GREY)


def test_logo_letters_of_an_uploaded_font_and_a_table_of_colours_together(safelight, base, logo):
    safelight.upload(
        blocks(), public_id="layers/Blocks.ttf", resource_type="raw", type="authenticated", overwrite="true"
    )
    safelight.upload(ALL_RED.encode(), public_id="layers/red.cube", resource_type="raw", overwrite="true")
    chain = [
        {"overlay": "lut:layers:red.cube"},
        {"overlay": {"public_id": "layers:logo"}},
        {"flags": "layer_apply", "gravity": "north_west"},
        {
            "overlay": {"font_family": "layers:Blocks.ttf", "font_size": 30, "text": "AA"},
            "color": "yellow",
        },
        {"flags": "layer_apply", "gravity": "south_east"},
    ]
    picture = opened(get(url(safelight, transformation=chain)))
    assert picture.size == (200, 100)
    assert is_near(picture, (20, 20), BLUE)
    assert is_near(picture, (100, 20), RED)
    assert is_near(picture, (170, 85), (255, 255, 0))


def test_a_replaced_logo_is_seen_within_a_second_by_every_process(safelight, base, logo):
    address = url(safelight, overlay={"public_id": "layers:logo"}, **CORNER)

    def colors() -> list[bool]:
        """Of ten new connections, so that every process is asked: is the logo green?"""
        return [is_near(opened(get(address)), (170, 70), GREEN) for _ in range(10)]

    assert not any(colors())
    until(lambda: "cld-hit" in get(address).headers["server-timing"])
    safelight.upload(square(GREEN), public_id="layers/logo", overwrite="true")
    until(lambda: all(colors()), 1)


def test_an_erased_logo_leaves_no_bytes_behind(safelight, base, logo):
    def files() -> list[Path]:
        return list((safelight.folder / "data" / "blobs").rglob(f"{base['version_id']}/d/*"))

    with_logo = url(safelight, overlay={"public_id": "layers:logo"}, **CORNER)
    assert get(with_logo).status_code == 200
    assert get(url(safelight, width=50, crop="scale")).status_code == 200
    assert len(files()) == 2
    gone = httpx.post(f"{safelight.api}/image/destroy", auth=safelight.auth, data={"public_id": "layers/logo"})
    assert gone.json() == {"result": "ok"}
    until(lambda: len(files()) == 1)
    answer = get(with_logo)
    assert answer.status_code == 400
    assert answer.headers["x-cld-error"] == "Unknown or invalid referenced image layers/logo of type upload"
    assert get(url(safelight, width=50, crop="scale")).status_code == 200


@pytest.mark.parametrize("access", ["private", "authenticated"])
def test_a_restricted_layer_needs_a_url_that_is_signed(safelight, base, access):
    safelight.upload(square(BLUE), public_id="layers/secret", type=access, overwrite="true")
    layer = {"public_id": "layers:secret", "type": access}
    signed = get(url(safelight, overlay=layer, sign_url=True, **CORNER))
    assert is_near(opened(signed), (170, 70), BLUE)
    assert signed.headers["cache-control"].startswith("private")
    refused = get(url(safelight, overlay=layer, **CORNER))
    assert refused.status_code == 401
    assert "signed" in refused.headers["x-cld-error"]


def test_a_remote_layer_comes_from_where_fetches_may_go_and_from_nowhere_else(safelight, base, remote):
    there = get(url(safelight, overlay={"url": f"{remote}/yellow.png", "type": "fetch"}, **CORNER))
    assert is_near(opened(there), (170, 70), YELLOW)
    missing = get(url(safelight, overlay={"url": f"{remote}/no.png", "type": "fetch"}))
    assert (missing.status_code, "404" in missing.headers["x-cld-error"]) == (404, True)
    for forbidden in ("http://127.0.0.1:1/a.png", "http://169.254.169.254/latest/meta-data/", "http://[::1]/a.png"):
        refused = get(url(safelight, overlay={"url": forbidden, "type": "fetch"}))
        assert 400 <= refused.status_code < 500
        assert refused.headers["x-cld-error"]


def test_a_picture_is_stored_with_a_layer_that_its_upload_asked_for(safelight, logo):
    sent = safelight.upload(
        square(GREY, 200, 100),
        public_id="layers/stamped",
        transformation="l_layers:logo/fl_layer_apply,g_north_west",
        eager="l_layers:logo/fl_layer_apply,g_south_east",
    )
    assert (sent["width"], sent["height"]) == (200, 100)
    assert is_near(opened(get(str(sent["url"]))), (20, 20), BLUE)
    eager = opened(get(sent["eager"][0]["url"]))
    assert is_near(eager, (20, 20), BLUE)
    assert is_near(eager, (180, 80), BLUE)


def test_information_is_told_instead_of_the_picture(safelight, base, logo):
    chain = [{"overlay": {"public_id": "layers:logo"}, **CORNER}, {"width": 50, "crop": "scale"}, {"flags": "getinfo"}]
    answer = get(url(safelight, transformation=chain))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
    told = answer.json()
    assert (told["input"]["width"], told["input"]["height"]) == (200, 100)
    assert (told["output"]["width"], told["output"]["height"]) == (50, 25)


def test_the_lettering_of_a_stored_text_is_borrowed(safelight, base):
    drawn = httpx.post(
        f"{safelight.api}/image/text",
        auth=safelight.auth,
        data={"text": "Hello", "public_id": "layers/sign", "font_family": "Roboto", "font_size": "30"},
        timeout=60,
    )
    assert drawn.status_code == 200, drawn.text
    assert (drawn.json()["type"], drawn.json()["format"]) == ("text", "png")
    small = drawn.json()["width"]
    assert 40 < small < 120
    assert opened(get(drawn.json()["url"])).size == (small, drawn.json()["height"])
    borrowed = {"text": "Hello", "public_id": "layers:sign", "resource_type": "text"}
    written = "l_text:layers%252Fsign:Hello"
    address = url(safelight, raw_transformation=written)
    picture = opened(get(address))
    assert picture.size == (200, 100)
    assert any(not is_near(picture, (x, 50), GREY) for x in range(200)), borrowed
