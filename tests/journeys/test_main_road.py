"""A real photo goes in, a derived picture comes out."""

import io

import httpx
import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.pictures import GPS_IFD

BROWSER = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
CHAIN = "c_fill,g_auto,w_400,h_300/f_auto/q_auto"


@pytest.fixture(scope="module")
def sent(safelight, phone_photo):
    return safelight.upload(phone_photo, public_id="photo")


def derived(safelight, chain: str, name: str = "photo", **headers: str) -> httpx.Response:
    return httpx.get(f"{safelight.base}/{safelight.cloud}/image/upload/{chain}/{name}", headers=headers, timeout=60)


def test_the_size_is_as_seen_and_the_original_is_kept_to_the_byte(safelight, sent, phone_photo):
    assert (sent["width"], sent["height"], sent["bytes"]) == (3024, 4032, len(phone_photo))
    assert httpx.get(sent["url"]).content == phone_photo


@pytest.mark.parametrize(
    ("accept", "mime"),
    [
        ("image/avif,image/webp,image/*,*/*;q=0.8", "image/avif"),
        ("image/webp,*/*", "image/webp"),
        ("*/*", "image/jpeg"),
    ],
)
def test_each_client_gets_the_format_that_it_takes(safelight, sent, accept, mime):
    answer = derived(safelight, CHAIN, Accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (200, mime)
    assert "Accept" in answer.headers["vary"]


def test_the_picture_shows_what_matters_upright_and_nothing_private(safelight, sent):
    answer = derived(safelight, "c_fill,g_auto,w_400,h_300", "photo.jpg")
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (400, 300)
    assert not picture.getexif()
    assert not picture.getexif().get_ifd(GPS_IFD)
    assert b"SN-0815" not in answer.content
    # The photo lies on its side (orientation 6): seen upright, the red disc is in the lower right part.
    reds = [place for place in ((x, y) for x in range(0, 400, 4) for y in range(0, 300, 4)) if is_red(picture, place)]
    assert len(reds) > 100


def is_red(picture: Image.Image, place: tuple[int, int]) -> bool:
    r, g, b = picture.convert("RGB").getpixel(place)
    return r > 180 and g < 90 and b < 100


def test_a_second_call_makes_nothing(safelight, sent):
    first = derived(safelight, "c_scale,w_333")
    again = derived(safelight, "w_333,c_scale")
    assert first.content == again.content
    details = httpx.get(f"{safelight.api}/resources/image/upload/photo", auth=safelight.auth).json()
    assert [one["transformation"] for one in details["derived"]].count("c_scale,w_333") == 1


def test_a_browser_shows_the_picture(safelight, sent, tmp_path):
    page_html = f'<img src="{safelight.base}/{safelight.cloud}/image/upload/{CHAIN}/photo">'
    with sync_playwright() as playwright:
        path = next(path for path in BROWSER if __import__("os").path.exists(path))
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        page = browser.new_page()
        answers = []
        page.on("response", lambda answer: answers.append(answer.headers.get("content-type")))
        page.goto(safelight.base)
        assert "Safelight" in page.content()
        page.set_content(page_html)
        page.wait_for_function("document.images[0].complete")
        size = page.evaluate("[document.images[0].naturalWidth, document.images[0].naturalHeight]")
        browser.close()
    assert size == [400, 300]
    assert "image/avif" in answers


def test_overwrite_rename_and_delete_drop_what_was_derived_at_once(safelight, phone_photo):
    red = Image.new("RGB", (300, 200), (250, 0, 0))
    blue = Image.new("RGB", (300, 200), (0, 0, 250))

    def upload(picture: Image.Image) -> None:
        out = io.BytesIO()
        picture.save(out, "PNG")
        safelight.upload(out.getvalue(), public_id="changing", overwrite="true")

    def colour() -> tuple[int, int, int]:
        answer = derived(safelight, "c_scale,w_30", "changing.png")
        assert answer.status_code == 200
        return Image.open(io.BytesIO(answer.content)).convert("RGB").getpixel((15, 10))

    upload(red)
    assert [colour() for _ in range(4)] == [(250, 0, 0)] * 4
    upload(blue)
    assert [colour() for _ in range(4)] == [(0, 0, 250)] * 4
    answer = httpx.post(
        f"{safelight.api}/image/rename",
        auth=safelight.auth,
        data={"from_public_id": "changing", "to_public_id": "changed"},
    )
    assert answer.status_code == 200, answer.text
    assert derived(safelight, "c_scale,w_30", "changing.png").status_code == 404
    assert derived(safelight, "c_scale,w_30", "changed.png").status_code == 200
    httpx.post(f"{safelight.api}/image/destroy", auth=safelight.auth, data={"public_id": "changed"})
    assert derived(safelight, "c_scale,w_30", "changed.png").status_code == 404


def test_a_hundred_callers_of_one_new_size_make_one_file(safelight, sent):
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(32) as callers:
        answers = list(callers.map(lambda _: derived(safelight, "c_fit,w_777,h_777", "photo.webp"), range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    details = httpx.get(f"{safelight.api}/resources/image/upload/photo?max_results=100", auth=safelight.auth).json()
    assert [one["transformation"] for one in details["derived"]].count("c_fit,h_777,w_777") == 1
